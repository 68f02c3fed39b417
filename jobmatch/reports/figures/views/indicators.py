"""All numbers with their definitions, one number with its trend and places, and the list behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures import readings
from jobmatch.reports.figures.blueprint import blueprint
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.listing import Words
from jobmatch.reports.figures.services import take_list
from jobmatch.reports.figures.tables import head_of, line_of
from jobmatch.reports.figures.trends import beside_charts, reading_chart, reading_finding
from jobmatch.reports.figures.views.common import asked_path, crumbs
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Definition, Figure, Median, Scope
from jobmatch.reports.indicators.policies import can_read_people_behind, shows_small_cells
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.fields import seen_date
from jobmatch.web.pages import download, page, paged

FIRST = date(1990, 1, 1)
"""Days before this are nobody's question."""
MOST_ROWS = 20_000
MOST_PAGED = 1000
"""Nobody reads on after so many rows; the workbook has them all, up to its own limit."""
OWN_DAYS = "days"


def _asked(uow: UnitOfWork) -> tuple[str, Scope]:
    """The key of the chosen period, and over what is counted: the year so far unless something else was asked for."""
    offered = {one.key: one for one in readings.periods(uow.today)}
    key = request.args.get("period", "")
    since, until = (seen_date(request.args.get(name)) for name in ("since", "until"))
    if key not in offered and (since or until):
        until = min(max(until or uow.today, FIRST), uow.today)
        since = min(max(since or until.replace(month=1, day=1), FIRST), uow.today)
        return OWN_DAYS, Scope(uow, asked_path(uow), min(since, until), max(since, until))
    chosen = offered.get(key) or offered["year"]
    return chosen.key, Scope(uow, asked_path(uow), chosen.since, chosen.until)


def _definition(code: str) -> Definition:
    found = registry.find(code)
    if found is None:
        raise NotFound
    return found


def _shared(scope: Scope, key: str, endpoint: str, **values: Any) -> dict[str, Any]:
    """What all three pages show: the period, the way down, and what the reader may open."""
    days: dict[str, Any] = {"since": scope.since.isoformat(), "until": scope.until.isoformat()}
    way = crumbs(scope.uow, scope.path, lambda place: url_for(endpoint, path=place, **values, **days))
    return {
        "scope": scope,
        "days": days,
        "period": key,
        "periods": readings.periods(scope.uow.today),
        "crumbs": way,
        "place_name": way[-1][0] if way else "",
        "opens": can_read_people_behind(scope.uow.actor),
        "exact": shows_small_cells(scope.uow.actor),
    }


@blueprint.get("/staff/indicators")
@access("report.read")
def indicators() -> Response:
    """The numbers of one group, each with its definition."""
    key, scope = _asked(current_uow())
    groups = {name: (title, codes) for name, title, codes in registry.GROUPS}
    group = request.args.get("group", "")
    group = group if group in groups else registry.GROUPS[0][0]
    return page(
        "figures/indicators.html",
        group=group,
        groups=registry.GROUPS,
        readings=[readings.read(scope, registry.ALL[code]) for code in groups[group][1]],
        **_shared(scope, key, "figures.indicators", group=group),
    )


@blueprint.get("/staff/indicators/<code>")
@access("report.read")
def indicator(code: str) -> Response:
    """One number: what it means, how it went, what stands beside it, and where."""
    key, scope = _asked(current_uow())
    definition = _definition(code)
    points = [(day, one.value) for day, one in readings.trend(scope, definition)]
    shared = _shared(scope, key, "figures.indicator", code=code)

    def listed(figure: Figure) -> str | None:
        here = url_for("figures.indicator_list", code=figure.code, path=scope.path, **shared["days"])
        return here if shared["opens"] else None

    return page(
        "figures/indicator.html",
        one=readings.read(scope, definition),
        definition=definition,
        sides=readings.sides_of(definition),
        span=readings.span_of(definition),
        chart=reading_chart(points, definition),
        finding=reading_finding(points, definition),
        beside=beside_charts(scope, registry.BESIDE.get(code, ()), listed),
        places=readings.by_place(scope, definition),
        **shared,
    )


def _listed_figure(code: str) -> tuple[Definition, str, Figure | Median]:
    """The number, the side asked for, and the figure whose rows are listed."""
    definition, side = _definition(code), request.args.get("side", readings.SIDES[0])
    figure = readings.side_of(definition, side)
    if figure is None:
        raise NotFound
    return definition, side, figure


def _list_page(uow: UnitOfWork, code: str, form: TakeListForm) -> Response:
    key, scope = _asked(uow)
    definition, side, figure = _listed_figure(code)
    kind, query = readings.rows_behind_figure(scope, figure)
    words = Words(uow.session)
    return page(
        "figures/indicator_list.html",
        form=form,
        definition=definition,
        figure=figure,
        side=side,
        kind=kind,
        head=head_of(kind, figure),
        rows=paged(uow, query, size=50, most=MOST_PAGED),
        line=lambda row: line_of(kind, figure, row, words),
        **_shared(scope, key, "figures.indicator_list", code=code, side=side),
    )


@blueprint.get("/staff/indicators/<code>/list")
@access("report.people")
def indicator_list(code: str) -> Response:
    """The rows behind a number, or behind a side of a ratio."""
    return _list_page(current_uow(), code, TakeListForm())


@blueprint.post("/staff/indicators/<code>/list")
@access("report.people", slow=True)
def indicator_list_file(code: str) -> Response:
    """The same rows as a workbook, with the columns of the page; the trace is written before it goes out."""
    _whole, _side, figure = _listed_figure(code)
    form = TakeListForm.submitted()

    def act() -> bytes:
        with current_runtime().unit(g.actor) as uow:
            take_list(uow, figure, path=_asked(uow)[1].path, reason=form.reason.data or "")
        with current_runtime().unit(g.actor, writing=False) as uow:
            return _workbook(uow, figure)

    content = form.act(act)
    if content is None:
        with page_unit() as uow:
            return _list_page(uow, code, form)
    return download(content, f"{_(figure.name)}.xlsx", XLSX)


def _workbook(uow: UnitOfWork, figure: Figure | Median) -> bytes:
    scope, words = _asked(uow)[1], Words(uow.session)
    kind, query = readings.rows_behind_figure(scope, figure)
    lines = [[text for text, _url in line_of(kind, figure, row, words)] for row in uow.rows(query.limit(MOST_ROWS))]
    note = _(
        "%(formula)s。%(since)s 至 %(until)s",
        formula=_(figure.formula),
        since=scope.since.isoformat(),
        until=scope.until.isoformat(),
    )
    return write_workbook(Sheet(_(figure.name), [title for title, _num in head_of(kind, figure)], lines, note=note))
