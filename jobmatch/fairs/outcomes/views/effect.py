"""累计成效: what the fairs of a time brought, on a page and as files."""

from __future__ import annotations

from datetime import date

from flask import Response, g, request

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.blueprint import blueprint
from jobmatch.fairs.outcomes.documents import MIMETYPES, Report
from jobmatch.fairs.outcomes.lists import TOTAL, Names, list_table, reader
from jobmatch.fairs.outcomes.making import cumulative_report, shown_numbers
from jobmatch.fairs.outcomes.policies import reads_exactly
from jobmatch.fairs.outcomes.tracking import Cumulative, cumulative
from jobmatch.fairs.outcomes.views.files import give
from jobmatch.fairs.outcomes.views.staff import fairs_chart, funnel_chart
from jobmatch.reference.queries import region_label
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page

FIRST, LAST = date(1990, 1, 1), date(2200, 1, 1)
"""Days beyond these are nobody's question, and the ends of the calendar have no day beside them."""


def _period(today: date) -> tuple[date, date]:
    """The period asked for; without a sensible one the year so far."""

    def given(name: str, fallback: date) -> date:
        try:
            return min(max(date.fromisoformat(request.args.get(name, "")), FIRST), LAST)
        except ValueError:
            return fallback

    since, until = given("since", date(today.year, 1, 1)), given("until", today)
    return (since, until) if since <= until else (until, since)


def _found(uow: UnitOfWork, *, has_lists: bool = False) -> tuple[Cumulative, Report, bool]:
    """The numbers, their report, and whether the reader may open the lists behind them."""
    path = uow.actor.region_path or "-"
    since, until = _period(uow.today)
    found = cumulative(uow.session, path, since, until)
    place = region_label(uow.session, path.strip("/").split("/")[-1], depth=1) if path != "-" else ""
    exact = reads_exactly(uow.actor, path)
    names: Names = "masked" if exact and has_lists else "none"
    return found, cumulative_report(uow.session, found, exact=exact, place=place, names=names), exact


@blueprint.get("/staff/fairs/effect")
@access("report.read")
def effect() -> Response:
    """The numbers of the period with their lists, each fair in a row."""
    found, report, exact = _found(current_uow())
    n = shown_numbers(found.numbers(), exact)
    return page(
        "outcomes/effect.html",
        found=found,
        report=report,
        exact=exact,
        numbers=[(name, _(label), n[name]) for name, (_shape, label) in TOTAL.items()],
        funnel=funnel_chart(found.tracking, exact),
        chart=fairs_chart([(one.fair, len(one.people)) for one in found.held], exact),
        period={"since": found.since.isoformat(), "until": found.until.isoformat()},
    )


@blueprint.get("/staff/fairs/effect/lists/<name>")
@access("report.people")
def effect_list(name: str) -> Response:
    """The list behind a number of the period, one line for each that was counted."""
    uow = current_uow()
    if name not in TOTAL or not reads_exactly(uow.actor, uow.actor.region_path or "-"):
        raise NotFound
    since, until = _period(uow.today)
    found = cumulative(uow.session, uow.actor.region_path or "-", since, until)
    shape, label = TOTAL[name]
    table = list_table(_(label), shape, found.lists[name], reader(uow.session, "full"), fairs=found.fairs)
    period = {"since": since.isoformat(), "until": until.isoformat()}
    return page("outcomes/list.html", fair=None, table=table, period=period)


@blueprint.get("/staff/fairs/effect.<form>")
@access("report.read", slow=True)
def effect_file(form: str) -> Response:
    """The same as a file; the lists in the workbook half-hide the names."""
    if form not in MIMETYPES:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        _numbers, report, _exact = _found(uow, has_lists=form == "xlsx")
    return give(report, form)
