"""Requests of people about their data: asked, withdrawn, carried out or refused with a reason, within a deadline."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import clean_line, clean_text, tell_person
from jobmatch.people.services.resume import set_open_to_employers
from jobmatch.privacy import notices
from jobmatch.privacy.models import RightsRequest
from jobmatch.privacy.policies import can_handle_request, can_request_rights, can_withdraw_request
from jobmatch.privacy.services.common import for_the_house
from jobmatch.privacy.services.erase import record_erasure
from jobmatch.privacy.states import RequestKind, RequestState
from jobmatch.reference.queries import rule_value

MOST_OPEN = 5


def ask(uow: UnitOfWork, person: Person, kind: RequestKind, *, field: str = "", words: str = "") -> RightsRequest:
    """Write down a request; staff have the days of the dated rule ``rights_answer_days``, and a task.

    A second request to erase answers with the open one. Asking to erase takes the file out of employers' search at
    once. Raises ``Invalid`` where a request to correct does not say what is wrong.
    """
    require(can_request_rights(uow.actor, person))
    waiting = uow.session.scalars(
        select(RightsRequest).where(RightsRequest.person_id == person.id, RightsRequest.state == RequestState.OPEN)
    ).all()
    for one in waiting:
        if one.kind is kind and kind is not RequestKind.CORRECT:
            return one
    words = clean_text(words)[:1000]
    _check(kind, field, words, len(waiting))
    days = int(rule_value(uow.session, "rights_answer_days", uow.today))
    request = RightsRequest(
        person_id=person.id,
        region_path=person.region_path,
        kind=kind,
        field=clean_line(field)[:80],
        words=words,
        due_on=uow.today + timedelta(days=days),
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(request)
    uow.session.flush()
    if kind is RequestKind.ERASE and person.is_open_to_employers:
        set_open_to_employers(for_the_house(uow), person, False)
    open_task(
        for_the_house(uow),
        once=_task_key(request),
        kind=TaskKind.RIGHTS,
        title=kind.label,
        due_on=request.due_on,
        person=person,
        link=f"/staff/rights/{request.public_id}",
    )
    uow.audit("rights.ask", person, kind=kind.value)
    return request


def _check(kind: RequestKind, field: str, words: str, waiting: int) -> None:
    found = {}
    if kind is RequestKind.CORRECT and not field.strip():
        found["field"] = _("请选哪一项不对")
    if kind is RequestKind.CORRECT and len(words) < 4:
        found["words"] = _("请写明现在是什么、应该是什么，至少 4 个字")
    if found:
        raise Invalid(fields=found)
    if waiting >= MOST_OPEN:
        raise Invalid(_("您有 %(n)s 个请求还在办理，请等服务站答复后再提", n=waiting))


def _task_key(request: RightsRequest) -> str:
    return f"rights:{request.public_id}"


def withdraw(uow: UnitOfWork, request: RightsRequest) -> RightsRequest:
    """The person changes their mind. Raises ``Conflict`` where staff were quicker; twice changes nothing."""
    person = uow.session.get_one(Person, request.person_id)
    require(can_withdraw_request(uow.actor, person))
    if request.state is RequestState.WITHDRAWN:
        return request
    _close(uow, request, RequestState.WITHDRAWN, "")
    uow.audit("rights.withdraw", person, kind=request.kind.value)
    return request


def answer_request(uow: UnitOfWork, request: RightsRequest, *, agreed: bool, answer: str = "") -> RightsRequest:
    """Staff carry a request out, or refuse it with a reason that the person reads.

    An agreed request to erase erases in this unit. A correction is made on the pages of the file before it is agreed
    to; ``answer`` says what was changed. Raises ``Invalid`` without the words that the person needs.
    """
    person = uow.session.get_one(Person, request.person_id)
    require(can_handle_request(uow.actor, request, person))
    answer = clean_line(answer)[:500]
    if len(answer) < 4 and (not agreed or request.kind is RequestKind.CORRECT):
        word = _("请写明改了什么，本人会看到") if agreed else _("请写明为什么不同意，本人会看到")
        raise Invalid(fields={"answer": word})
    state = RequestState.DONE if agreed else RequestState.REFUSED
    _close(uow, request, state, answer)
    words = partial(notices.request_done if agreed else notices.request_refused, request.kind.label, answer)
    tell_person(uow, person, words, link="/me/privacy/rights", once=f"rights:{request.public_id}")
    uow.audit("rights.answer", person, result="done" if agreed else "refused", kind=request.kind.value)
    if agreed and request.kind is RequestKind.ERASE:
        record_erasure(uow, person)
    return request


def _close(uow: UnitOfWork, request: RightsRequest, state: RequestState, answer: str) -> None:
    if request.state is not RequestState.OPEN:
        raise Conflict
    request.state, request.answer = state, answer
    request.closed_at, request.closed_by_id = uow.now, uow.actor.user_id
    outcome = TaskState.DROPPED if state is RequestState.WITHDRAWN else TaskState.DONE
    close_task(uow, once=_task_key(request), state=outcome)
    uow.session.flush()
