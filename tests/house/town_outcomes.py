"""A fair of ten days ago for one side of the town: the person came and has an intention with the employer."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.outcomes.services.follow_ups import plan_follow_ups
from jobmatch.fairs.outcomes.services.links import make_exhibitor_link
from jobmatch.fairs.outcomes.services.ratings import rate_as_visitor
from jobmatch.fairs.outcomes.services.reports import send_report
from jobmatch.fairs.outcomes.states import FairReportKind
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.tickets import ticket_text
from jobmatch.people.models.person import Person
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from tests.fairs.help import make_exhibitor, make_fair_posting
from tests.fairs.outcome_help import closed_fair, make_intention, visitor

_AFTER = {
    "public_id": "past fair",
    "exhibitor_id": "past exhibitor",
    "follow_up_id": "follow-up",
    "report_id": "fair report",
    "kind": "=quick",
    "form": "=xlsx",
    "name": "=visitors",
}
OUTCOME_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/employer/fairs/<public_id>/after", {"public_id": "past exhibitor"}),
    ("/fairs/after/", {"token": "exhibitor link"}),
    ("/fairs/rate/", {"ticket": "rating ticket"}),
    ("/me/fairs/follow-ups/", {"public_id": "follow-up"}),
    ("/staff/fairs/effect", {"form": "=xlsx", "name": "=visitors"}),
    ("/staff/fairs/<public_id>/after", _AFTER),
    ("/staff/fairs/<public_id>/follow-ups", _AFTER),
)


def outcome_rows(
    uow: UnitOfWork, person: Person, employer: Employer, posting: Posting, path: str, bird: str
) -> dict[str, str]:
    """The fair with everything that follows it; what the person wrote is for the office alone."""
    fair = closed_fair(uow, days_ago=10, region_path=path)
    exhibitor = make_exhibitor(uow, fair, employer=employer, came=True)
    stand = make_fair_posting(uow, exhibitor, posting=posting)
    registration = visitor(uow, fair, person=person, name=person.name, region_path=person.region_path)
    intention = make_intention(uow, registration, stand)
    plan_follow_ups(uow)
    rate_as_visitor(uow, fair, registration, stars="4", words=f"{bird}-RATING 排队太久")
    query = select(FairFollowUp).where(FairFollowUp.intention_id == intention.id, FairFollowUp.day == 7)
    found = {
        "past fair": fair.public_id,
        "past exhibitor": exhibitor.public_id,
        "follow-up": uow.session.scalars(query).one().public_id,
        "fair report": send_report(uow, fair, FairReportKind.QUICK).public_id,
    }
    if bird == "KANARI":
        # A link opens for whoever holds it, so the far side has none that could be tried.
        found["exhibitor link"] = make_exhibitor_link(uow, fair, exhibitor, 7)
        found["rating ticket"] = ticket_text(fair.public_id, registration.public_id)
    assert fair.state is FairState.CLOSED
    return found
