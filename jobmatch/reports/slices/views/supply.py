"""Supply against demand by occupation, with the people and the postings behind each."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.views.common import asked_scope, scope_words
from jobmatch.reports.figures.views.listed import take_page
from jobmatch.reports.indicators.base import Figure, Scope
from jobmatch.reports.indicators.offers import I23
from jobmatch.reports.slices.blueprint import blueprint
from jobmatch.reports.slices.drawings import supply_finding, trade_bars
from jobmatch.reports.slices.supply import LEVELS, places_of, seekers_of, supply, trade_name
from jobmatch.reports.slices.views.common import narrowed_page
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import Paged, page, page_number

A_PAGE = 50
SIDES = {"seekers": seekers_of, "places": places_of}


def _level() -> str:
    level = request.args.get("level", "")
    return level if level in LEVELS else "group"


@blueprint.get("/staff/supply")
@access("report.read")
def supply_page() -> Response:
    """Every occupation that somebody wants or seeks people for."""
    key, scope = asked_scope(current_uow())
    level, sort = _level(), request.args.get("sort", "-seekers")
    found = supply(scope, level, sort)
    shared = scope_words(scope, key, "slices.supply_page", level=level)
    number = min(page_number(), max(1, -(-len(found.trades) // A_PAGE)))
    here = list(found.trades[(number - 1) * A_PAGE : number * A_PAGE])

    def listed(code: str, side: str) -> str | None:
        asked = {"occupation": code, "side": side, "level": level, "path": scope.path, **shared["days"]}
        return url_for("slices.supply_page_list", **asked) if shared["opens"] else None

    shown = [one for one in found.trades if shared["exact"] or not one.is_small]
    return page(
        "slices/supply.html",
        found=found,
        rows=Paged(here, len(found.trades), number, A_PAGE),
        level=level,
        sort=sort,
        definition=I23,
        finding=supply_finding(found.only(shown)),
        seeker_bars=trade_bars(shown, "seekers", lambda code: listed(code, "seekers")),
        place_bars=trade_bars(found.trades, "places", lambda code: listed(code, "places")),
        listed=listed,
        **shared,
    )


def _listed(scope: Scope) -> tuple[Figure, dict[str, Any], str]:
    """The rows asked for, the arguments that say so, and the occupation in words."""
    code, side = request.args.get("occupation", ""), request.args.get("side", "")
    name = trade_name(scope.uow.session, code)
    if name is None or side not in SIDES:
        raise NotFound
    return SIDES[side](code), {"occupation": code, "side": side, "level": _level()}, _("职业：%(name)s", name=name)


def _page(uow: UnitOfWork, form: TakeListForm) -> Response:
    key, scope = asked_scope(uow)
    figure, kept, words = _listed(scope)
    shared = scope_words(scope, key, "slices.supply_page")
    return narrowed_page(figure, form, shared, definition=I23, page="slices.supply_page", narrowed=words, **kept)


@blueprint.get("/staff/supply/list")
@access("report.people")
def supply_page_list() -> Response:
    """Who wants an occupation, or which postings seek people for it."""
    return _page(current_uow(), TakeListForm())


@blueprint.post("/staff/supply/list")
@access("report.people", slow=True)
def supply_page_list_file() -> Response:
    """The same rows as a workbook."""
    return take_page(lambda scope: _listed(scope)[0], _page)
