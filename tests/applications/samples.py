"""Shorthands of the tests of applications: everything is made through services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.applications.models import Application, InterviewSlot
from jobmatch.applications.queries import free_slots
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.slots import add_slot
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import Move
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from tests.factories import make_person, make_posting


def apply(uow: UnitOfWork, person: Person | None = None, posting: Posting | None = None, **facts: Any) -> Application:
    """A submitted application of ``person`` to ``posting`` (new ones where not given)."""
    return submit_application(
        uow, posting or make_posting(uow), person or make_person(uow), **{"consent": True, **facts}
    )


def facts_for(uow: UnitOfWork, move: Move) -> dict[str, Any]:
    """What each move is told, valid at the fixed time of the tests."""
    return {
        Move.INVITE: {"interview_at": uow.now + timedelta(days=2), "interview_place": "物流园 3 号二楼"},
        Move.RECORD_RESULT: {"result": "came"},
        Move.ASK_TIME: {"interview_wish": "周三下午"},
        Move.OFFER: {"offer_pay": "6500 元/月，应发", "offer_start_on": uow.today + timedelta(days=5)},
        Move.REJECT: {"reason_code": "ar_skill"},
        Move.REPORT_START: {"start_on": uow.today},
        Move.CONFIRM_START: {"start_on": uow.today},
    }.get(move, {})


def go(uow: UnitOfWork, application: Application, *moves: Move) -> Application:
    """Make ``moves`` one after the other with the facts of ``facts_for``."""
    for move in moves:
        facts = facts_for(uow, move)
        if move is Move.PICK_SLOT:
            facts = {"slot": slot_for(uow, application)}
        move_application(uow, application, move, **facts)
    return application


def slot_for(uow: UnitOfWork, application: Application, **facts: Any) -> InterviewSlot:
    """The next free time of the application's posting, or a new one with one seat."""
    found = free_slots(uow, application.posting_id)
    return found[0] if found else make_slot(uow, uow.session.get_one(Posting, application.posting_id), **facts)


def make_slot(uow: UnitOfWork, posting: Posting, *, days: int = 2, capacity: int = 1) -> InterviewSlot:
    """A time at which the employer of ``posting`` sees people."""
    at = uow.now + timedelta(days=days)
    return add_slot(uow, posting, starts_at=at, place="物流园 3 号二楼", minutes=30, capacity=capacity)[0]


def employer_of(uow: UnitOfWork, application: Application) -> Employer:
    """The employer that an application went to."""
    return uow.session.scalars(select(Employer).where(Employer.organization_id == application.organization_id)).one()
