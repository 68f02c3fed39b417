"""How numbers, money, dates and places are written for people.

Pure functions, used as Jinja filters. Dates are shown in Asia/Shanghai; instants come in as aware datetimes.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from jobmatch.core.clock import SHANGHAI, utcnow
from jobmatch.core.i18n import gettext as _
from jobmatch.core.small import SMALL, is_small

NOTHING = "—"

Number = int | float | Decimal


def number(value: Number | None, digits: int | None = None) -> str:
    """Write a number with thousands marks from 10,000 on; ``None`` is a dash.

    ``digits`` fixes the decimals; without it they are printed as they are, without trailing zeros.
    Halves are rounded up, as people expect, and not to the even digit.
    """
    if value is None:
        return NOTHING
    exact = Decimal(str(value))
    if digits is None:
        text = f"{exact:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        text = f"{exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"
    return f"{Decimal(text):,f}" if abs(exact) >= 10_000 else text


def percent(part: Number | None, whole: Number | None, digits: int = 1) -> str:
    """Write ``part`` of ``whole`` as a percentage; a dash where there is nothing to divide by."""
    if part is None or not whole:
        return NOTHING
    return f"{number(Decimal(str(part)) * 100 / Decimal(str(whole)), digits)}%"


def counted(value: int | None, exact: bool) -> str:
    """Write a count; a small one is only told apart from none where ``exact`` is not for this reader."""
    return f"<{SMALL}" if value is not None and not exact and is_small(value) else number(value)


def share(part: int, whole: int, exact: bool) -> str:
    """Write ``part`` of ``whole`` as a percentage; without ``exact`` a dash where it would give a small count away."""
    if not exact and (is_small(part) or is_small(whole - part)):
        return NOTHING
    return percent(part, whole)


def pay(low: Number | None, high: Number | None = None, unit: str = "month") -> str:
    """Write a pay range in yuan, such as ``7500–9500 元/月``.

    ``unit`` is ``hour``, ``day``, ``month``, ``year`` or ``piece``. Raises ``KeyError`` for any other.
    """
    per = {
        "hour": _("元/小时"),
        "day": _("元/天"),
        "month": _("元/月"),
        "year": _("元/年"),
        "piece": _("元/件"),
    }[unit]
    if low is None and high is None:
        return _("工资面议")
    if high is None:
        return _("%(n)s %(per)s起", n=number(low), per=per)
    if low is None:
        return _("最高 %(n)s %(per)s", n=number(high), per=per)
    if low == high:
        return f"{number(low)} {per}"
    return f"{number(low)}–{number(high)} {per}"


def _shanghai(instant: datetime) -> datetime:
    """The same instant on the clock of Shanghai. Raises ``ValueError`` if it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SHANGHAI)


def _day_of(value: date) -> date:
    return _shanghai(value).date() if isinstance(value, datetime) else value


def _today(now: date | None) -> date:
    return _day_of(now or utcnow())


def day(value: date | None, now: date | None = None) -> str:
    """Write a day such as ``11 月 28 日``, with the year when it is not the year of ``now``."""
    if value is None:
        return NOTHING
    local = _day_of(value)
    if local.year == _today(now).year:
        return _("%(month)s 月 %(day)s 日", month=local.month, day=local.day)
    return _("%(year)s 年 %(month)s 月 %(day)s 日", year=local.year, month=local.month, day=local.day)


def year_month(value: date | None) -> str:
    """Write a month such as ``2019 年 9 月``."""
    if value is None:
        return NOTHING
    return _("%(year)s 年 %(month)s 月", year=value.year, month=value.month)


def clock(value: datetime | None) -> str:
    """Write the time of day of an instant, such as ``9:00``."""
    if value is None:
        return NOTHING
    local = _shanghai(value)
    return f"{local.hour}:{local.minute:02d}"


def moment(value: datetime | None, now: date | None = None) -> str:
    """Write an instant such as ``11 月 28 日 9:00``."""
    if value is None:
        return NOTHING
    return f"{day(value, now)} {clock(value)}"


def days_between(earlier: date, later: date | None = None) -> int:
    """Count the midnights in Shanghai from ``earlier`` to ``later`` (default: now)."""
    return (_today(later) - _day_of(earlier)).days


def ago(value: date | None, now: date | None = None) -> str:
    """Say how long ago something was: ``今天``, ``昨天``, ``3 天前``, and from a month on the day itself."""
    if value is None:
        return NOTHING
    days = days_between(value, now)
    if days == 0:
        return _("今天")
    if days == 1:
        return _("昨天")
    if 1 < days < 30:
        return _("%(n)s 天前", n=days)
    return day(value, now)


def waited(value: date | None, now: date | None = None) -> str:
    """Say how long somebody has been waiting: ``今天`` or ``等了 3 天``."""
    if value is None:
        return NOTHING
    days = days_between(value, now)
    return _("等了 %(n)s 天", n=days) if days > 0 else _("今天")


def phone_masked(phone: str | None) -> str:
    """Hide the middle of a phone number: ``138****1234``; a short number is hidden but for its last two digits."""
    if not phone:
        return NOTHING
    digits = "".join(ch for ch in phone if ch.isdigit())
    if len(digits) < 9:
        return "****" + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"


def distance(km: Number | None, precision: Number = 0) -> str:
    """Write a distance in kilometers such as ``6 公里``.

    ``precision`` is how many kilometers the two places may be off (0 for a street address): the figure is
    rounded to it and said to be about, and a distance below it is only said to be within it.
    """
    if km is None:
        return NOTHING
    if precision > 1:
        step = Decimal(str(precision))
        if km < step:
            return _("%(n)s 公里以内", n=number(step))
        steps = (Decimal(str(km)) / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return _("约 %(n)s 公里", n=number(steps * step))
    if km < 1:
        return _("不到 1 公里")
    return _("%(n)s 公里", n=number(km, 0))


def form_errors(form: Any) -> list[tuple[str, str]]:
    """List the errors of a WTForms form in page order as (id of the control, message).

    Forms inside ``FormField`` and entries of ``FieldList`` are walked too. Errors of the form as a whole
    (``form_errors``, and ``general_errors`` where a service found them) have an empty id.
    """
    general = [*form.form_errors, *getattr(form, "general_errors", ())]
    return [("", str(message)) for message in general] + [
        (anchor, str(message)) for field in form for anchor, message in _field_errors(field)
    ]


def _field_errors(field: Any) -> Iterator[tuple[str, str]]:
    if hasattr(field, "entries"):
        for message in field.errors:
            if isinstance(message, str):
                yield field.id, message
        for entry in field.entries:
            yield from _field_errors(entry)
    elif field.type == "FormField":
        yield from form_errors(field.form)
    else:
        for message in field.errors:
            yield field.id, message


_CELL = re.compile(r"<(tr|th|td)\b([^>]*)>")
_SPAN = re.compile(r'\bcolspan="(\d+)"')


def label_cells(rows: Markup, head: Sequence[str]) -> Markup:
    """Write the head of its column into each cell, for a phone, where a row stands as a small card.

    A cell over several columns gets none, nor one that has its label already (a table inside of a table).
    """
    labels = [
        "" if 'class="vh"' in str(cell) else escape(cell.striptags() if isinstance(cell, Markup) else cell)
        for cell in head
    ]
    place = 0

    def label(found: re.Match[str]) -> str:
        nonlocal place
        kind, rest = found[1], found[2]
        if kind == "tr":
            place = 0
            return found[0]
        here, span = place, _SPAN.search(rest)
        place += int(span[1]) if span else 1
        if kind == "th" or span or "data-label" in rest or here >= len(labels) or not labels[here]:
            return found[0]
        return f'<td data-label="{labels[here]}"{rest}>'

    return Markup(_CELL.sub(label, rows))  # noqa: S704 - the rows were escaped when they were made


def with_args(request: Any, **changes: object) -> str:
    """The address of the request with some query arguments changed; ``None`` or an empty text takes one out."""
    args: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    query = urlencode({key: value for key, value in args.items() if value not in (None, "")}, doseq=True)
    return f"{request.path}?{query}" if query else request.path
