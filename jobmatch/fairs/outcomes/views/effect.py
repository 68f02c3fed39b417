"""累计成效: what the fairs of a time brought, on a page and as files."""

from __future__ import annotations

from datetime import date

from flask import Response, g, request

from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.blueprint import blueprint
from jobmatch.fairs.outcomes.documents import MIMETYPES, Report
from jobmatch.fairs.outcomes.making import cumulative_report
from jobmatch.fairs.outcomes.policies import reads_exactly
from jobmatch.fairs.outcomes.tracking import Cumulative, cumulative
from jobmatch.fairs.outcomes.views.files import give
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


def _found(uow: UnitOfWork) -> tuple[Cumulative, Report]:
    path = uow.actor.region_path or "-"
    since, until = _period(uow.today)
    found = cumulative(uow.session, path, since, until)
    place = region_label(uow.session, path.strip("/").split("/")[-1], depth=1) if path != "-" else ""
    return found, cumulative_report(uow.session, found, exact=reads_exactly(uow.actor, path), place=place)


@blueprint.get("/staff/fairs/effect")
@access("report.read")
def effect() -> Response:
    """The numbers of the period, each fair in a row."""
    found, report = _found(current_uow())
    return page("outcomes/effect.html", found=found, report=report, since=found.since, until=found.until)


@blueprint.get("/staff/fairs/effect.<form>")
@access("report.read", slow=True)
def effect_file(form: str) -> Response:
    """The same as a file."""
    if form not in MIMETYPES:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        _numbers, report = _found(uow)
    return give(report, form)
