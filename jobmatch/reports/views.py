"""The rates page and the lists behind its numbers."""

from __future__ import annotations

from flask import Blueprint, Response, request

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region
from jobmatch.reference.queries import names, region_label
from jobmatch.reports.indicators import NEW_RETURNEES, RATES, REGISTERED_SEEKERS, Cell, RateKind
from jobmatch.reports.policies import can_read_people_behind, shows_small_cells
from jobmatch.reports.queries import month_ends, people_behind, rate, rates_by_place
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged

blueprint = Blueprint("reports", __name__, template_folder="templates")
GROUPS = {"numerator", "denominator", "excluded"}
TREND_MONTHS = 12


def _asked_path(uow: UnitOfWork) -> str:
    """The subtree asked for, never above the reader's own."""
    path = request.args.get("path", "")
    return path if path.startswith(uow.actor.region_path) else uow.actor.region_path


def _asked_rate() -> RateKind:
    return RATES.get(request.args.get("rate", ""), REGISTERED_SEEKERS)


def trend_finding(values: list[float | None]) -> str:
    """What the line shows, in words, computed from it."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return _("数据还不够看出变化")
    change = round(known[-1] - known[0], 1)
    if abs(change) < 0.1:
        return _("近 12 个月持平，现在是 %(now)s%%", now=known[-1])
    if change > 0:
        return _("近 12 个月升了 %(n)s 个百分点，现在是 %(now)s%%", n=change, now=known[-1])
    return _("近 12 个月降了 %(n)s 个百分点，现在是 %(now)s%%", n=-change, now=known[-1])


@blueprint.get("/staff/rates")
@access("report.read")
def rates() -> Response:
    uow = current_uow()
    path, shown = _asked_path(uow), _asked_rate()
    both = [rate(uow, kind, uow.today, path=path) for kind in (NEW_RETURNEES, REGISTERED_SEEKERS)]
    trend = [rate(uow, shown, day, path=path) for day in month_ends(uow.today, TREND_MONTHS)]
    points = [(f"{entry.day:%m}", entry.percent) for entry in trend]
    return page(
        "reports/rates.html",
        rates=both,
        shown=shown,
        path=path,
        places=rates_by_place(uow, shown, uow.today, path=path),
        chart=charts.line(points, unit="%", digits=1),
        finding=trend_finding([value for _label, value in points]),
        place_name=region_label(uow.session, path.strip("/").split("/")[-1]) if path else "",
        opens_lists=can_read_people_behind(uow.actor),
        exact=shows_small_cells(uow.actor),
    )


@blueprint.get("/staff/rates/<code>/<cell>")
@access("report.people")
def rate_people(code: str, cell: str) -> Response:
    uow = current_uow()
    kind = RATES.get(code)
    if kind is None or (cell not in GROUPS and cell not in set(Cell)):
        raise NotFound
    cells = sorted(getattr(kind, cell)) if cell in GROUPS else [Cell(cell)]
    path = _asked_path(uow)
    return page(
        "reports/people.html",
        kind=kind,
        cell=cell,
        cells=cells,
        path=path,
        people=paged(uow, people_behind(uow, kind, uow.today, cells, path=path), size=50),
        regions=names(uow.session, Region),
    )
