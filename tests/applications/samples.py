"""Shorthands of the tests of applications: everything is made through services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jobmatch.applications.models import Application
from jobmatch.applications.services import move_application, submit_application
from jobmatch.applications.states import Move
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
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
        Move.ASK_TIME: {"interview_wish": "周三下午"},
        Move.OFFER: {"offer_pay": "6500 元/月，应发", "offer_start_on": uow.today + timedelta(days=5)},
        Move.REJECT: {"reason_code": "ar_skill"},
        Move.REPORT_START: {"start_on": uow.today},
        Move.CONFIRM_START: {"start_on": uow.today},
    }.get(move, {})


def go(uow: UnitOfWork, application: Application, *moves: Move) -> Application:
    """Make ``moves`` one after the other with the facts of ``facts_for``."""
    for move in moves:
        move_application(uow, application, move, **facts_for(uow, move))
    return application
