"""Charts as plain values: Python counts, ``_charts.html`` draws.

Every place in a drawing is a percentage of the plot (0 is left or top, 100 is right or bottom), so that a chart
fits any width while its words keep the size of the page. A chart carries its own numbers as ``head`` and ``rows``
for the table beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jobmatch.core.i18n import gettext as _
from jobmatch.web.formats import number, percent


@dataclass(frozen=True)
class Tick:
    """A grid line or a label of an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Mark:
    """A point of a line or a column: where it stands, what is written at it, where it leads."""

    x: float
    y: float
    label: str
    text: str
    href: str | None = None
    shows_text: bool = True


@dataclass(frozen=True)
class Segment:
    """A straight piece of a line between two points."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Line:
    """A line chart. ``target`` is the target line, if there is one."""

    marks: tuple[Mark, ...]
    segments: tuple[Segment, ...]
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    target: Tick | None
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Columns:
    """A column chart; ``width`` is that of one column."""

    marks: tuple[Mark, ...]
    width: float
    y_ticks: tuple[Tick, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart. ``part`` is the share of the bar that is filled darker, 0–100, if there is one."""

    label: str
    width: float
    text: str
    more: str = ""
    part: float | None = None
    href: str | None = None


@dataclass(frozen=True)
class Bars:
    """Bars lying one above the other; ``keys`` names the dark part and the whole where there are two."""

    bars: tuple[Bar, ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spark:
    """A small line without axes: ``points`` for a polyline in a box of 100 × 30."""

    points: str
    label: str = field(default="")


def _share(value: float, low: float, high: float) -> float:
    """Where ``value`` lies between ``low`` and ``high``, in percent, with two decimals."""
    return round((value - low) / (high - low) * 100, 2) if high > low else 0.0


def nice_ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Choose about five round numbers that cover ``low`` to ``high``; the step is 1, 2 or 5 times a power of 10.

    ``whole`` keeps the step at 1 or more, for things that are counted.
    Raises ``ValueError`` when the limits are not finite or stand the wrong way round.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high < low:
        raise ValueError("limits of an axis must be finite and in order")
    if high == low:
        high = low + (abs(low) or 1)
    raw = (high - low) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    if whole:
        step = max(step, 1)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step)))
    return [round(i * step, decimals) for i in range(first, last + 1)]


def _axis(values: Sequence[float], *, from_zero: bool) -> tuple[float, float, tuple[Tick, ...]]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    ticks = nice_ticks(low, high, whole=all(float(value).is_integer() for value in values))
    bottom, top = ticks[0], ticks[-1]
    return bottom, top, tuple(Tick(round(100 - _share(t, bottom, top), 2), number(t)) for t in ticks)


def line(
    points: Sequence[tuple[str, float | None]],
    *,
    unit: str = "",
    target: float | None = None,
    from_zero: bool = False,
    digits: int | None = None,
    hrefs: Sequence[str | None] = (),
) -> Line:
    """Lay out a line from (label, value) pairs; a value of ``None`` is a gap, never a zero.

    ``unit`` is written after the last value, which alone is printed at its point. At most six labels stand below.
    """
    known = [value for _label, value in points if value is not None]
    bottom, top, y_ticks = _axis([*known, target] if target is not None else known, from_zero=from_zero)
    count = len(points)
    last = max((i for i, (_label, value) in enumerate(points) if value is not None), default=-1)
    placed: list[Mark | None] = []
    for i, (label, value) in enumerate(points):
        x = _share(i, 0, count - 1) if count > 1 else 50.0
        if value is None:
            placed.append(None)
            continue
        text = number(value, digits) + unit
        href = hrefs[i] if i < len(hrefs) else None
        placed.append(Mark(x, round(100 - _share(value, bottom, top), 2), label, text, href, shows_text=i == last))
    segments = tuple(Segment(a.x, a.y, b.x, b.y) for a, b in pairwise(placed) if a is not None and b is not None)
    every = max(1, math.ceil((count - 1) / 4))
    x_ticks = tuple(
        Tick(_share(i, 0, count - 1) if count > 1 else 50.0, label)
        for i, (label, _value) in enumerate(points)
        if i == count - 1 or (i % every == 0 and count - 1 - i >= max(1, every * 0.6))
    )
    goal = None
    if target is not None:
        goal = Tick(round(100 - _share(target, bottom, top), 2), _("目标 %(n)s", n=number(target)))
    return Line(
        marks=tuple(mark for mark in placed if mark is not None),
        segments=segments,
        y_ticks=y_ticks,
        x_ticks=x_ticks,
        target=goal,
        head=(_("时间"), unit or _("数值")),
        rows=tuple((label, number(value, digits)) for label, value in points),
    )


def columns(points: Sequence[tuple[str, float]], *, unit: str = "", hrefs: Sequence[str | None] = ()) -> Columns:
    """Lay out upright columns from (label, value) pairs; every value is printed above its column."""
    _bottom, top, y_ticks = _axis([value for _label, value in points], from_zero=True)
    slot = 100 / max(len(points), 1)
    return Columns(
        marks=tuple(
            Mark(
                round((i + 0.5) * slot, 2),
                round(100 - _share(value, 0, top), 2),
                label,
                number(value),
                hrefs[i] if i < len(hrefs) else None,
            )
            for i, (label, value) in enumerate(points)
        ),
        width=round(slot * 0.6, 2),
        y_ticks=y_ticks,
        head=(_("时间"), unit or _("数值")),
        rows=tuple((label, number(value)) for label, value in points),
    )


def hbars(
    rows: Sequence[tuple[str, float]],
    *,
    parts: Sequence[float] = (),
    keys: tuple[str, ...] = (),
    unit: str = "",
    hrefs: Sequence[str | None] = (),
) -> Bars:
    """Lay out lying bars from (label, value) pairs, in the order given.

    ``parts`` are the dark pieces of the bars in the same unit, one for each row, and ``keys`` their two names:
    of the part, then of the whole.
    """
    longest = max((value for _label, value in rows), default=0) or 1
    bars = []
    for i, (label, value) in enumerate(rows):
        part = parts[i] if i < len(parts) else None
        more = f"{keys[0]} {number(part)}" if keys and part is not None else ""
        share = None if part is None else (_share(part, 0, value) if value else 0.0)
        href = hrefs[i] if i < len(hrefs) else None
        bars.append(Bar(label, _share(value, 0, longest), number(value) + unit, more, share, href))
    return Bars(tuple(bars), keys)


def funnel(steps: Sequence[tuple[str, int]], *, hrefs: Sequence[str | None] = ()) -> Bars:
    """Lay out the steps of a way that fewer and fewer go; each says what share of the step before it is left."""
    longest = max((value for _label, value in steps), default=0) or 1
    bars = []
    for i, (label, value) in enumerate(steps):
        more = percent(value, steps[i - 1][1], 0) if i else ""
        href = hrefs[i] if i < len(hrefs) else None
        bars.append(Bar(label, _share(value, 0, longest), number(value), more, None, href))
    return Bars(tuple(bars))


def spark(values: Sequence[float], label: str = "") -> Spark:
    """Lay out a small line of at least two values; with fewer it stays empty."""
    if len(values) < 2:
        return Spark("", label)
    low, high = min(values), max(values)
    points = []
    for i, value in enumerate(values):
        y = 28 - _share(value, low, high) * 0.26 if high > low else 15.0
        points.append(f"{_share(i, 0, len(values) - 1):.1f},{y:.1f}")
    return Spark(" ".join(points), label)
