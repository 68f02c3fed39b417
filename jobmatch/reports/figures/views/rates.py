"""The rates page and the lists behind its numbers."""

from __future__ import annotations

from flask import Response, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import EmploymentStatusKind, Region
from jobmatch.reference.queries import names
from jobmatch.reports.figures.blueprint import blueprint
from jobmatch.reports.figures.hooks import falsity_of
from jobmatch.reports.figures.queries import people_behind, place_lines
from jobmatch.reports.figures.trends import trend_chart, trend_finding, trend_of, trend_points
from jobmatch.reports.figures.views.common import asked_path, crumbs
from jobmatch.reports.indicators.policies import can_read_people_behind, shows_small_cells
from jobmatch.reports.indicators.rates import NEW_RETURNEES, RATES, REGISTERED_SEEKERS, Cell, RateKind
from jobmatch.reports.indicators.standing import Scores
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged

GROUPS = {"numerator", "denominator", "excluded"}
TREND_MONTHS = 12


def _asked_rate() -> RateKind:
    return RATES.get(request.args.get("rate", ""), REGISTERED_SEEKERS)


def _crumbs(uow: UnitOfWork, path: str, shown: RateKind) -> list[tuple[str, str]]:
    return crumbs(uow, path, lambda place: url_for("figures.rates", path=place, rate=shown.code))


@blueprint.get("/staff/rates")
@access("report.read")
def rates() -> Response:
    uow = current_uow()
    path, shown = asked_path(uow), _asked_rate()
    trends = {kind: trend_of(uow, kind, TREND_MONTHS, path=path) for kind in (NEW_RETURNEES, REGISTERED_SEEKERS)}
    sort = request.args.get("sort", "rate")
    way = _crumbs(uow, path, shown)
    exact = shows_small_cells(uow.actor)
    points = trend_points(trends[shown], exact=exact)
    return page(
        "figures/rates.html",
        trends=trends,
        shown=shown,
        now=trends[shown][-1],
        path=path,
        sort=sort,
        places=place_lines(uow, shown, uow.today, path=path, sort=sort),
        chart=trend_chart(points),
        finding=trend_finding(points),
        crumbs=way,
        place_name=way[-1][0] if way else "",
        opens_lists=can_read_people_behind(uow.actor),
        exact=exact,
        falsity=falsity_of(uow.session, path, uow.today.replace(month=1, day=1), uow.today),
    )


@blueprint.get("/staff/rates/<code>/<cell>")
@access("report.people")
def rate_people(code: str, cell: str) -> Response:
    uow = current_uow()
    kind = RATES.get(code)
    if kind is None or (cell not in GROUPS and cell not in set(Cell)):
        raise NotFound
    cells = sorted(getattr(kind, cell)) if cell in GROUPS else [Cell(cell)]
    path = asked_path(uow)
    return page(
        "figures/people.html",
        kind=kind,
        cell=cell,
        cells=cells,
        path=path,
        place_name="".join(name for name, _url in _crumbs(uow, path, kind)[-1:]),
        people=paged(uow, people_behind(uow, kind, uow.today, cells, path=path), size=50),
        regions=names(uow.session, Region),
        statuses=names(uow.session, EmploymentStatusKind),
        places=Scores(uow.session).places,
    )
