"""A number taken apart by one dimension, and the people or postings behind each row."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.readings import SIDES
from jobmatch.reports.figures.views.common import asked_scope, scope_words
from jobmatch.reports.figures.views.listed import take_page
from jobmatch.reports.indicators.base import Definition, Figure, Scope
from jobmatch.reports.slices.blueprint import blueprint
from jobmatch.reports.slices.catalog import CATALOG, GROUPS, counted_sides, dimensions_of
from jobmatch.reports.slices.dimensions import BY_KEY, PAIRS, Dimension
from jobmatch.reports.slices.drawings import slice_bars, slice_finding
from jobmatch.reports.slices.slicing import cut, narrowed
from jobmatch.reports.slices.views.common import narrowed_page
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page

DEFAULT = "registered-seekers"


def _asked_number() -> tuple[Definition, Dimension]:
    """The number and the dimension asked for; the first that fits where the asked one says nothing of the number."""
    definition = CATALOG.get(request.args.get("code", "")) or CATALOG[DEFAULT]
    offered = dimensions_of(definition)
    asked = BY_KEY.get(request.args.get("by", ""))
    return definition, asked if asked in offered else offered[0]


@blueprint.get("/staff/slices")
@access("report.read")
def slices() -> Response:
    """One number by the rows of a dimension."""
    key, scope = asked_scope(current_uow())
    definition, dimension = _asked_number()
    found = cut(scope, definition, dimension)
    shared = scope_words(scope, key, "slices.slices", code=definition.code, by=dimension.key)
    sides = counted_sides(definition)

    def listed(row: str, side: str = SIDES[-2]) -> str | None:
        side = side if any(name == side for name, _figure in sides) else SIDES[0]
        place = {"path": scope.path, **shared["days"]}
        asked = {"code": definition.code, "by": dimension.key, "row": row, "side": side, **place}
        return url_for("slices.slices_list", **asked) if shared["opens"] else None

    return page(
        "slices/slices.html",
        found=found,
        definition=definition,
        dimension=dimension,
        sides=sides,
        groups=GROUPS,
        catalog=CATALOG,
        dimensions=dimensions_of(definition),
        finding=slice_finding(found),
        bars=slice_bars(found, listed, (_(sides[0][1].name), _(sides[-1][1].name))),
        listed=listed,
        **shared,
    )


def _listed(scope: Scope) -> tuple[Definition, Figure, dict[str, str], str]:
    """The number, its narrowed side, the arguments that say so, and the rows in words."""
    definition = CATALOG.get(request.args.get("code", ""))
    side = request.args.get("side", SIDES[0])
    figure = dict(counted_sides(definition)).get(side) if definition else None
    pairs, words = [], []
    for by, row in PAIRS:
        dimension, value = BY_KEY.get(request.args.get(by, "")), request.args.get(row, "")
        if dimension is not None and value:
            pairs.append((dimension, value))
            label = dimension.label(dimension.words(scope.uow.session), scope, value)
            words.append(_("%(name)s：%(row)s", name=_(dimension.name), row=label))
    if definition is None or figure is None or any(one not in dimensions_of(figure) for one, _row in pairs):
        raise NotFound
    kept = {name: request.args[name] for name in ("code", "side", *PAIRS[0], *PAIRS[1]) if name in request.args}
    return definition, narrowed(figure, pairs), kept, "；".join(words)


def _page(uow: UnitOfWork, form: TakeListForm) -> Response:
    key, scope = asked_scope(uow)
    definition, figure, kept, words = _listed(scope)
    shared: dict[str, Any] = scope_words(scope, key, "slices.slices", **kept)
    return narrowed_page(figure, form, shared, definition=definition, page="slices.slices", narrowed=words, **kept)


@blueprint.get("/staff/slices/list")
@access("report.people")
def slices_list() -> Response:
    """Who or what is behind a row."""
    return _page(current_uow(), TakeListForm())


@blueprint.post("/staff/slices/list")
@access("report.people", slow=True)
def slices_list_file() -> Response:
    """The same rows as a workbook."""
    return take_page(lambda scope: _listed(scope)[1], _page)
