"""The way from the file to work, and the people who came so far."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region
from jobmatch.reference.queries import names
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.views.common import asked_scope, scope_words
from jobmatch.reports.figures.views.listed import take_page
from jobmatch.reports.indicators.base import Figure, Scope
from jobmatch.reports.slices.blueprint import blueprint
from jobmatch.reports.slices.dimensions import BY_KEY
from jobmatch.reports.slices.drawings import funnel_bars, funnel_finding
from jobmatch.reports.slices.funnel import STEPS, funnel, funnel_figure, hidden_places
from jobmatch.reports.slices.views.common import narrowed_page
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page

_KEYS = [key for key, _name, _meaning in STEPS]


@blueprint.get("/staff/funnel")
@access("report.read")
def funnel_page() -> Response:
    """How many came how far, how long it took, and where."""
    uow = current_uow()
    key, scope = asked_scope(uow)
    found = funnel(scope)
    shared = scope_words(scope, key, "slices.funnel_page")
    regions, place = names(uow.session, Region), BY_KEY["place"]

    def listed(step: str, path: str = scope.path) -> str | None:
        here = url_for("slices.funnel_page_list", step=step, path=path, **shared["days"])
        return here if shared["opens"] else None

    return page(
        "slices/funnel.html",
        found=found,
        finding=funnel_finding(found),
        bars=funnel_bars(found.whole, [listed(step) for step in _KEYS]),
        label=lambda path: place.label(regions, scope, path),
        hidden=set() if shared["exact"] else hidden_places(found),
        listed=listed,
        **shared,
    )


def _listed(_scope: Scope) -> Figure:
    if request.args.get("step", "") not in _KEYS:
        raise NotFound
    return funnel_figure(_KEYS.index(request.args["step"]))


def _page(uow: UnitOfWork, form: TakeListForm) -> Response:
    key, scope = asked_scope(uow)
    figure = _listed(scope)
    shared: dict[str, Any] = scope_words(scope, key, "slices.funnel_page")
    kept = {"step": request.args["step"]}
    return narrowed_page(figure, form, shared, definition=figure, page="slices.funnel_page", narrowed="", **kept)


@blueprint.get("/staff/funnel/list")
@access("report.people")
def funnel_page_list() -> Response:
    """Who came at least to a step."""
    return _page(current_uow(), TakeListForm())


@blueprint.post("/staff/funnel/list")
@access("report.people", slow=True)
def funnel_page_list_file() -> Response:
    """The same people as a workbook."""
    return take_page(_listed, _page)
