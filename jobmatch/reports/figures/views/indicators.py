"""All numbers with their definitions, one number with its trend and places, and the list behind it."""

from __future__ import annotations

from flask import Response, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures import readings
from jobmatch.reports.figures.blueprint import blueprint
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.trends import beside_charts, reading_chart, reading_finding
from jobmatch.reports.figures.views.common import asked_scope, scope_words
from jobmatch.reports.figures.views.listed import list_page, take_page
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Definition, Figure, Median
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


def _definition(code: str) -> Definition:
    found = registry.find(code)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/staff/indicators")
@access("report.read")
def indicators() -> Response:
    """The numbers of one group, each with its definition."""
    key, scope = asked_scope(current_uow())
    groups = {name: (title, codes) for name, title, codes in registry.GROUPS}
    group = request.args.get("group", "")
    group = group if group in groups else registry.GROUPS[0][0]
    return page(
        "figures/indicators.html",
        group=group,
        groups=registry.GROUPS,
        readings=[readings.read(scope, registry.ALL[code]) for code in groups[group][1]],
        **scope_words(scope, key, "figures.indicators", group=group),
    )


@blueprint.get("/staff/indicators/<code>")
@access("report.read")
def indicator(code: str) -> Response:
    """One number: what it means, how it went, what stands beside it, and where."""
    key, scope = asked_scope(current_uow())
    definition = _definition(code)
    points = [(day, one.value) for day, one in readings.trend(scope, definition)]
    shared = scope_words(scope, key, "figures.indicator", code=code)

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
    key, scope = asked_scope(uow)
    definition, side, figure = _listed_figure(code)
    shared = scope_words(scope, key, "figures.indicator_list", code=code, side=side)
    return list_page(
        figure,
        form,
        definition=definition,
        back=url_for("figures.indicator", code=definition.code, path=scope.path, **shared["days"]),
        take=url_for("figures.indicator_list_file", code=code, side=side, path=scope.path, **shared["days"]),
        **shared,
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
    return take_page(lambda _scope: figure, lambda uow, form: _list_page(uow, code, form))
