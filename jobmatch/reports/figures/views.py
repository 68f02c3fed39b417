"""The rates page and the lists behind its numbers."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import EmploymentStatusKind, Region
from jobmatch.reference.queries import lineage, names
from jobmatch.reports.figures.queries import Rate, month_ends, people_behind, place_lines, rate
from jobmatch.reports.indicators.policies import can_read_people_behind, shows_small_cells
from jobmatch.reports.indicators.rates import NEW_RETURNEES, RATES, REGISTERED_SEEKERS, Cell, RateKind
from jobmatch.reports.indicators.standing import Scores
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged

blueprint = Blueprint("figures", "jobmatch.reports.figures", template_folder="templates")
GROUPS = {"numerator", "denominator", "excluded"}
TREND_MONTHS = 12


def _asked_path(uow: UnitOfWork) -> str:
    """The subtree asked for, never above the reader's own."""
    path = request.args.get("path", "")
    return path if path.startswith(uow.actor.region_path) else uow.actor.region_path


def _asked_rate() -> RateKind:
    return RATES.get(request.args.get("rate", ""), REGISTERED_SEEKERS)


def trend_finding(points: list[tuple[date, float | None]]) -> str:
    """What the line shows, in words, computed from it; the first month with a figure is named."""
    known = [(day, value) for day, value in points if value is not None]
    if len(known) < 2:
        return _("数据还不够看出变化")
    (first, before), (_day, now) = known[0], known[-1]
    change = round(now - before, 1)
    if not change:
        return _("和 %(month)s 月持平，现在是 %(now)s%%", month=first.month, now=now)
    if change > 0:
        return _("比 %(month)s 月升了 %(n)s 个百分点，现在是 %(now)s%%", month=first.month, n=change, now=now)
    return _("比 %(month)s 月降了 %(n)s 个百分点，现在是 %(now)s%%", month=first.month, n=-change, now=now)


def trend_of(uow: UnitOfWork, kind: RateKind, months: int, *, step: int = 1, path: str = "") -> list[Rate]:
    """The rate at the ends of the last months, every ``step``-th counted back from today: one statement each."""
    return [rate(uow, kind, day, path=path) for day in month_ends(uow.today, months)[::-step][::-1]]


def trend_points(trend: list[Rate], *, exact: bool) -> list[tuple[date, float | None]]:
    """Day and percent of each month, as this reader may see them."""
    return [(entry.day, entry.told(exact=exact)) for entry in trend]


def trend_chart(points: list[tuple[date, float | None]]) -> charts.Line:
    """The line of a trend, a label a month."""
    return charts.line([(_("%(month)s 月", month=day.month), value) for day, value in points], unit="%", digits=1)


def _crumbs(uow: UnitOfWork, path: str, shown: RateKind) -> list[tuple[str, str]]:
    """The way from the reader's own area down to ``path``; the last step has no address."""
    own, below = uow.actor.region_path, path.strip("/").split("/")
    steps = [place for place in lineage(uow.session, below[-1]) if place.path.startswith(own)]
    return [
        (place.name, "" if place.path == path else url_for("figures.rates", path=place.path, rate=shown.code))
        for place in steps
    ]


@blueprint.get("/staff/rates")
@access("report.read")
def rates() -> Response:
    uow = current_uow()
    path, shown = _asked_path(uow), _asked_rate()
    trends = {kind: trend_of(uow, kind, TREND_MONTHS, path=path) for kind in (NEW_RETURNEES, REGISTERED_SEEKERS)}
    sort = request.args.get("sort", "rate")
    crumbs = _crumbs(uow, path, shown)
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
        crumbs=crumbs,
        place_name=crumbs[-1][0] if crumbs else "",
        opens_lists=can_read_people_behind(uow.actor),
        exact=exact,
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
