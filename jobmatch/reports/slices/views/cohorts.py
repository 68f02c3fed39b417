"""Returnees by season, and the people behind every number."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.forms import TakeListForm
from jobmatch.reports.figures.views.common import asked_path, scope_words
from jobmatch.reports.figures.views.listed import take_page
from jobmatch.reports.indicators.base import Figure, Scope
from jobmatch.reports.slices.blueprint import blueprint
from jobmatch.reports.slices.cohorts import MONTHS, SIDES, Cohort, cohort_figure, cohort_of, points
from jobmatch.reports.slices.drawings import cohort_finding, cohort_line
from jobmatch.reports.slices.views.common import narrowed_page
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import seen_number
from jobmatch.web.pages import page


def _scope(uow: UnitOfWork) -> Scope:
    return Scope(uow, asked_path(uow), uow.today, uow.today)


@blueprint.get("/staff/cohorts")
@access("report.read")
def cohorts_page() -> Response:
    """Seasons down, months across; one season drawn as a line."""
    uow = current_uow()
    scope = _scope(uow)
    shared = scope_words(scope, "", "slices.cohorts_page")
    table = points(uow, scope.path)
    asked = [line for line in table if line[0].cohort.key == request.args.get("cohort", "")]
    # The newest of those with most points that are over: one of a few weeks ago is hardly a line.
    drawn = asked[0] if asked else max(table, key=lambda line: sum(bool(one.whole) for one in line))

    def listed(cohort: Cohort, months: int, side: str) -> str | None:
        here: dict[str, Any] = {"cohort": cohort.key, "months": months, "side": side, "path": scope.path}
        return url_for("slices.cohorts_page_list", **here) if shared["opens"] else None

    return page(
        "slices/cohorts.html",
        table=table,
        drawn=drawn,
        months=MONTHS,
        sides=SIDES,
        finding=cohort_finding(drawn, exact=shared["exact"]),
        chart=cohort_line(drawn, exact=shared["exact"]),
        listed=listed,
        **shared,
    )


def _listed(scope: Scope) -> tuple[Figure, dict[str, Any], str]:
    """The people asked for, the arguments that say so, and both in words."""
    cohort = cohort_of(request.args.get("cohort", ""), scope.uow.today)
    months, side = seen_number(request.args.get("months")), request.args.get("side", "")
    if cohort is None or months not in MONTHS or side not in SIDES or cohort.day(months) > scope.uow.today:
        raise NotFound
    words = _(
        "%(year)s 年%(season)s退役，%(n)s 个月时（%(day)s）",
        year=cohort.year,
        season=cohort.season.label,
        n=months,
        day=cohort.day(months).isoformat(),
    )
    return cohort_figure(cohort, months, side), {"cohort": cohort.key, "months": months, "side": side}, words


def _page(uow: UnitOfWork, form: TakeListForm) -> Response:
    scope = _scope(uow)
    figure, kept, words = _listed(scope)
    shared = scope_words(scope, "", "slices.cohorts_page")
    return narrowed_page(figure, form, shared, definition=figure, page="slices.cohorts_page", narrowed=words, **kept)


@blueprint.get("/staff/cohorts/list")
@access("report.people")
def cohorts_page_list() -> Response:
    """Who is behind a number of a season."""
    return _page(current_uow(), TakeListForm())


@blueprint.post("/staff/cohorts/list")
@access("report.people", slow=True)
def cohorts_page_list_file() -> Response:
    """The same people as a workbook."""
    return take_page(lambda scope: _listed(scope)[0], _page)
