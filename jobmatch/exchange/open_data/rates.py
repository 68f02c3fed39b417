"""Employment rates as open data: of tables that were frozen, signed by two and accepted; asked for through a hook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region
from jobmatch.reference.queries import names


@dataclass(frozen=True, slots=True)
class FiledLine:
    """The sums of one accepted table: returnees of ``year`` of the place of ``path`` as of ``cut_off_on``.

    ``counts`` are the columns of the year table by letter: A all, B and C in school, D employed,
    L not employed.
    """

    path: str
    year: int
    cut_off_on: date
    confirmed_at: datetime
    counts: Mapping[str, int]


Asked = Callable[[UnitOfWork], Sequence[FiledLine]]
_asked: list[Asked] = []


def ask_filed(act: Asked) -> None:
    """Say who knows the accepted tables; tied once, in ``rooms.py``."""
    _asked[:] = [act]


def filed_lines(uow: UnitOfWork) -> list[FiledLine]:
    """Every accepted table, the newest first."""
    found = [line for act in _asked for line in act(uow)]
    return sorted(found, key=lambda line: (-line.year, line.path, -line.cut_off_on.toordinal()))


def rate_rows(uow: UnitOfWork) -> list[dict[str, Any]]:
    """The rates of every accepted table with numerator and denominator; what may point at somebody is None."""
    lines = filed_lines(uow)
    regions, hidden = names(uow.session, Region), hidden_lines(lines)
    return [_row(line, regions, hides=(line in hidden)) for line in lines]


def _row(line: FiledLine, regions: Mapping[str, str], *, hides: bool) -> dict[str, Any]:
    code, count = line.path.strip("/").split("/")[-1], line.counts
    settled = count["B"] + count["C"] + count["D"]
    numbers = {
        "returnees": count["A"],
        "employed": count["D"],
        "employed_base": count["D"] + count["L"],
        "employment_rate": _percent(count["D"], count["D"] + count["L"]),
        "settled": settled,
        "settled_rate": _percent(settled, count["A"]),
    }
    return {
        "year": line.year,
        "region_code": code,
        "region": regions.get(code, "") or _("没有写明"),
        "cut_off_on": line.cut_off_on.isoformat(),
        **{name: None if hides else number for name, number in numbers.items()},
    }


def _percent(top: int, bottom: int) -> float | None:
    """One decimal; None over nobody, never above 100."""
    return round(100 * top / bottom, 1) if bottom else None


def hidden_lines(lines: Sequence[FiledLine]) -> list[FiledLine]:
    """Lines that are not shown: those with a small count, and as many others as it takes to keep those hidden.

    A line lies below another where its path does. Where one line alone is hidden below a shown one, or what is hidden
    there has fewer than five people, the smallest other one is hidden too, and where there is none, the upper one.
    """
    hidden = [line for line in lines if _is_small(line)]
    is_changed = True
    while is_changed:
        is_changed = False
        for upper in lines:
            below = _next_below(upper, lines)
            gone = [line for line in below if line in hidden]
            people = sum(line.counts["A"] for line in gone)
            if upper in hidden or not gone or (len(gone) > 1 and not is_small(people)):
                continue
            left = sorted((line for line in below if line not in hidden), key=lambda line: line.counts["A"])
            hidden.append(left[0] if left else upper)
            is_changed = True
    return hidden


def _is_small(line: FiledLine) -> bool:
    count = line.counts
    parts = (count["A"], count["B"] + count["C"], count["D"], count["L"])
    return any(is_small(number) for number in parts)


def _next_below(upper: FiledLine, lines: Sequence[FiledLine]) -> list[FiledLine]:
    """Lines of the same year and day right below ``upper``: no other line stands between."""
    same = [one for one in lines if (one.year, one.cut_off_on) == (upper.year, upper.cut_off_on)]
    below = [one for one in same if one.path != upper.path and one.path.startswith(upper.path)]
    return [one for one in below if not any(one is not o and one.path.startswith(o.path) for o in below)]
