"""People of a population by two dimensions, small cells hidden; the address says all of it and can be sent on."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.views.common import asked_scope, scope_words
from jobmatch.reports.indicators.base import Figure, Scope
from jobmatch.reports.slices.blueprint import blueprint
from jobmatch.reports.slices.catalog import EVERYBODY, PEOPLE, dimensions_of, figure_of
from jobmatch.reports.slices.crosstab import HIDDEN, OTHERS, Crosstab, crosstab, crosstab_workbook, rule_words
from jobmatch.reports.slices.dimensions import BY_KEY, Dimension
from jobmatch.reports.slices.services import take_crosstab
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.pages import download, page

DOWN, ACROSS = "kind", "age"


def _asked() -> tuple[Figure, Dimension, Dimension]:
    """Population and dimensions asked for; two different ones."""
    figure = figure_of(request.args.get("code", "")) or EVERYBODY
    offered = dimensions_of(figure)
    down, across = (BY_KEY.get(request.args.get(name, "")) for name in ("down", "across"))
    down = down if down in offered else BY_KEY[DOWN]
    if across not in offered or across is down:
        across = next(one for one in (BY_KEY[ACROSS], BY_KEY[DOWN]) if one is not down)
    return figure, down, across


def _made(scope: Scope) -> Crosstab:
    return crosstab(scope, *_asked())


def _page(uow: UnitOfWork, form: TakeListForm) -> Response:
    key, scope = asked_scope(uow)
    found = _made(scope)
    asked: dict[str, Any] = {"code": found.figure.code, "down": found.down.key, "across": found.across.key}
    shared: dict[str, Any] = scope_words(scope, key, "slices.crosstab_page", **asked)
    place = {"path": scope.path, **shared["days"]}

    def listed(row: str, column: str) -> str | None:
        if not shared["opens"] or OTHERS in (row, column):
            return None
        pairs: dict[str, Any] = {"by": found.down.key, "row": row, "beside": found.across.key, "column": column}
        return url_for("slices.slices_list", code=found.figure.code, **pairs, **place)

    return page(
        "slices/crosstab.html",
        form=form,
        found=found,
        hidden_mark=HIDDEN,
        rule=rule_words(),
        populations=[figure_of(code) for code in PEOPLE],
        dimensions=dimensions_of(found.figure),
        listed=listed,
        take=url_for("slices.crosstab_file", **asked, **place),
        sent=url_for("slices.crosstab_page", **asked, **place, _external=True),
        **shared,
    )


@blueprint.get("/staff/crosstab")
@access("report.read")
def crosstab_page() -> Response:
    """The table."""
    return _page(current_uow(), TakeListForm())


@blueprint.post("/staff/crosstab")
@access("report.read", slow=True)
def crosstab_file() -> Response:
    """The table as a workbook; the trace is written before it goes out."""
    form = TakeListForm.submitted()

    def act() -> bytes:
        with current_runtime().unit(g.actor) as uow:
            (figure, down, across), path = _asked(), asked_scope(uow)[1].path
            asked = {"code": figure.code, "down": down.key, "across": across.key}
            take_crosstab(uow, **asked, path=path, reason=form.reason.data or "")
        with current_runtime().unit(g.actor, writing=False) as uow:
            key, scope = asked_scope(uow)
            place = scope_words(scope, key, "slices.crosstab_page")["place_name"]
            period = _("%(since)s 至 %(until)s", since=scope.since.isoformat(), until=scope.until.isoformat())
            return crosstab_workbook(_made(scope), place, period)

    content = form.act(act)
    if content is None:
        with page_unit() as uow:
            return _page(uow, form)
    return download(content, f"{_('交叉表')}.xlsx", XLSX)
