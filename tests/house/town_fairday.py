"""The day of a fair on one side of the town: a booth that is there, somebody who came, and a one-sided intention."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.services.intentions import mark_person
from jobmatch.fairs.day.services.queues import take_number
from jobmatch.fairs.day.services.screens import screen_token
from jobmatch.fairs.day.states import IntentionMark
from jobmatch.fairs.planning.states import FairState
from jobmatch.people.models.person import Person
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.fairs.test_queue_numbers import came

_FAIR = {"public_id": "fair day"}
FAIRDAY_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/employer/fairs/<public_id>/booth", {"public_id": "fair booth"}),
    ("/fairs/board/", {"token": "fair board"}),
    ("/fairs/booth/", {"token": "fair desk link"}),
    ("/fairs/help/<public_id>/paper/sign.", {**_FAIR, "output": "=pdf"}),
    ("/fairs/help/", _FAIR),
    ("/fairs/screen/", {"token": "fair screen"}),
    ("/fairs/visit/", {"public_id": "day ticket", "code": "day ticket code"}),
    ("/me/fairs/<public_id>/day", _FAIR),
    ("/staff/fairs/<public_id>/booths", _FAIR),
    ("/staff/fairs/<public_id>/counters", _FAIR),
    ("/staff/fairs/<public_id>/door.pdf", _FAIR),
    ("/staff/fairs/<public_id>/intentions", _FAIR),
    ("/staff/fairs/<public_id>/screens", _FAIR),
    ("/staff/fairs/<public_id>/sheet", _FAIR),
)


def fairday_rows(
    uow: UnitOfWork, station: Organization, person: Person, employer: Employer, posting: Posting, bird: str
) -> dict[str, str]:
    """A running fair of the side's office."""
    fair = make_fair(uow, state=FairState.RUNNING, region_path=station.region_path, organization=station)
    link = f"{bird.lower()}-desk-link"
    exhibitor = make_exhibitor(uow, fair, employer=employer, came=True, desk_sha256=token_hash(link))
    offered = make_fair_posting(uow, exhibitor, posting=posting)
    make_booth(uow, fair, "A01", exhibitor=exhibitor)
    mine = came(uow, fair, person_id=person.id, name=person.name)
    take_number(uow, exhibitor, mine)
    # Somebody without a file: the person's own employer learns nothing of them from the fair.
    other = came(uow, fair)
    if employer.vetting is VettingState.VETTED:
        mark_person(uow, exhibitor, ticket=other.code, posting=offered, mark=IntentionMark.INTENTION)
    return {
        "fair day": fair.public_id,
        "fair booth": exhibitor.public_id,
        "fair desk link": link,
        "fair board": screen_token("board", fair.public_id),
        "fair screen": screen_token("booth", exhibitor.public_id),
        "day ticket": mine.public_id,
        "day ticket code": mine.code,
    }
