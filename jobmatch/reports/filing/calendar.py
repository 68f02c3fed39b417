"""When which station reports which form: the last period that is over, its cut-off, and its due day by the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from jobmatch.core.i18n import gettext as _
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from jobmatch.reports.filing.states import FormKind
from training.incubation.growth.periods import last_quarter, quarter_end, quarter_words

COUNTY, TOWNSHIP = 3, 4
"""How deep the paths of stations that report lie; villages and communities are in the table of their township."""
FORMS: dict[int, tuple[FormKind, ...]] = {
    COUNTY: tuple(FormKind),
    TOWNSHIP: (FormKind.YEAR_TABLE, FormKind.MONTHLY, FormKind.FAMILY),
}
"""What a station of each level reports; the quarterly report of incubators is one of the county."""
HALF = 6


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """One period of a form, both days included; stocks are counted as of ``cut_off``, the form is due by ``due_on``."""

    form: FormKind
    since: date
    until: date
    cut_off: date
    due_on: date


def depth_of(path: str) -> int:
    """How deep a place lies: province 1, city 2, county 3, township 4."""
    return path.count("/") - 1


def forms_of(path: str) -> tuple[FormKind, ...]:
    """The forms that the station of a place reports."""
    return FORMS.get(depth_of(path), ())


def last_due(session: Session, form: FormKind, today: date) -> DuePeriod:
    """The last period of a form that is over on ``today``.

    The year table of the returnees of a year is cut off at the end of the year after.
    """
    if form is FormKind.YEAR_TABLE:
        year = today.year - 2
        since, until, cut_off = date(year, 1, 1), date(year, 12, 31), date(year + 1, 12, 31)
    else:
        since, until = _span(form, today)
        cut_off = until
    days = int(rule_value(session, f"filing_{form.value}_days", cut_off))
    return DuePeriod(form, since, until, cut_off, cut_off + timedelta(days=days))


def _span(form: FormKind, today: date) -> tuple[date, date]:
    if form is FormKind.QUARTERLY:
        first = last_quarter(today)
        return first, quarter_end(first)
    months = HALF if form is FormKind.FAMILY else 1
    begun = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    return add_months(begun, -months), begun - timedelta(days=1)


def period_words(form: FormKind, since: date) -> str:
    """The period as it is read: 2026 年 10 月."""
    if form is FormKind.QUARTERLY:
        return quarter_words(since)
    if form is FormKind.FAMILY:
        return _("%(year)s 年上半年", year=since.year) if since.month == 1 else _("%(year)s 年下半年", year=since.year)
    if form is FormKind.MONTHLY:
        return _("%(year)s 年 %(month)s 月", year=since.year, month=since.month)
    return _("%(year)s 年退役", year=since.year)
