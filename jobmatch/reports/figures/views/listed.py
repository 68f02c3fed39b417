"""The page of a list behind a number, and the same rows as a workbook; rooms above list narrowed figures by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures import readings
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.listing import Words
from jobmatch.reports.figures.services import take_list
from jobmatch.reports.figures.tables import head_of, line_of
from jobmatch.reports.figures.views.common import asked_scope
from jobmatch.reports.indicators.base import Definition, Figure, Median, Scope
from jobmatch.web.edge import current_runtime, page_unit
from jobmatch.web.pages import download, page, paged

MOST_ROWS = 20_000
MOST_PAGED = 1000
"""Nobody reads on after so many rows; the workbook has them all, up to its own limit."""


def list_page(
    figure: Figure | Median,
    form: TakeListForm,
    *,
    scope: Scope,
    definition: Definition,
    back: str,
    take: str,
    narrowed: str = "",
    **shared: Any,
) -> Response:
    """The rows of ``figure``, a side of ``definition``; ``take`` is where its form leads.

    ``narrowed`` says in words which of the rows these are; ``shared`` is the rest of what
    ``scope_words`` says.
    """
    kind, query = readings.rows_behind_figure(scope, figure)
    words = Words(scope.uow.session)
    return page(
        "figures/indicator_list.html",
        form=form,
        definition=definition,
        figure=figure,
        head=head_of(kind, figure),
        rows=paged(scope.uow, query, size=50, most=MOST_PAGED),
        line=lambda row: line_of(kind, figure, row, words),
        back=back,
        take=take,
        narrowed=narrowed,
        scope=scope,
        **shared,
    )


def take_page(
    figure_of: Callable[[Scope], Figure | Median], again: Callable[[UnitOfWork, TakeListForm], Response]
) -> Response:
    """The rows as a workbook, with the columns of the page; the trace is written before it goes out."""
    form = TakeListForm.submitted()

    def act() -> tuple[str, bytes]:
        with current_runtime().unit(g.actor) as uow:
            scope = asked_scope(uow)[1]
            take_list(uow, figure_of(scope), path=scope.path, reason=form.reason.data or "")
        with current_runtime().unit(g.actor, writing=False) as uow:
            scope = asked_scope(uow)[1]
            figure = figure_of(scope)
            return _(figure.name), _workbook(scope, figure)

    taken = form.act(act)
    if taken is None:
        with page_unit() as uow:
            return again(uow, form)
    name, content = taken
    return download(content, f"{name}.xlsx", XLSX)


def _workbook(scope: Scope, figure: Figure | Median) -> bytes:
    words = Words(scope.uow.session)
    kind, query = readings.rows_behind_figure(scope, figure)
    rows = scope.uow.rows(query.limit(MOST_ROWS))
    lines = [[text for text, _url in line_of(kind, figure, row, words)] for row in rows]
    note = _(
        "%(formula)s。%(since)s 至 %(until)s",
        formula=_(figure.formula),
        since=scope.since.isoformat(),
        until=scope.until.isoformat(),
    )
    return write_workbook(Sheet(_(figure.name), [title for title, _num in head_of(kind, figure)], lines, note=note))
