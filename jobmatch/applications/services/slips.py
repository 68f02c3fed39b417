"""Recommendation slips of the station that an application answers: what the employer did goes into the ledger."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.plans.models import Support
from jobmatch.casework.plans.services.plans import answer_recommendation
from jobmatch.casework.plans.states import Answer
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import names

_S = ApplicationState
ANSWERS = {
    _S.HIRED: Answer.ACCEPTED,
    _S.STARTED: Answer.ACCEPTED,
    _S.REJECTED: Answer.REFUSED,
    _S.WITHDRAWN: Answer.PERSON_DECLINED,
    _S.SUPERSEDED: Answer.PERSON_DECLINED,
}


def answer_slips(uow: UnitOfWork, *, limit: int = 100) -> int:
    """Note in the ledger how recommendations ended; returns how many."""
    require(uow.actor.is_system)
    query = (
        select(Application, Support, Person)
        .join(Support, Support.id == Application.support_id)
        .join(Person, Person.id == Application.person_id)
        .where(Support.answer == Answer.WAITING, Application.state.in_(ANSWERS))
        .order_by(Application.id)
        .limit(limit)
    )
    rows = uow.session.execute(query).all()
    for application, slip, person in rows:
        reason = names(uow.session, Reason).get(application.reason_code or "", "")
        answer = ANSWERS[application.state]
        answer_recommendation(uow, slip, person, answer=answer, answered_on=uow.today, reason=reason)
    return len(rows)
