"""What every act on a request does: a line of its progress, and one open task for whoever works on it."""

from __future__ import annotations

from jobmatch.casework.desk.models import RequestStep, ServiceItem, ServiceRequest
from jobmatch.casework.desk.states import RUNNING, RequestAction
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person


def add_step(uow: UnitOfWork, request: ServiceRequest, action: RequestAction, note: str = "") -> None:
    """Write one line of the progress; the request itself is stored first."""
    uow.session.add(request)
    uow.session.flush()
    uow.session.add(
        RequestStep(
            request_id=request.id,
            at=uow.now,
            action=action,
            user_id=uow.actor.user_id,
            who="" if uow.actor.is_system else uow.actor.label[:80],
            note=note,
        )
    )
    uow.session.flush()


def retask(uow: UnitOfWork, request: ServiceRequest, item: ServiceItem) -> None:
    """One open task for the present handler, due when the request is; none while the clock stands."""
    close_task(uow, once=request.once, outcome=request.state.label)
    if request.state not in RUNNING:
        for number in range(1, request.escalation_count + 1):
            close_task(uow, once=escalation_once(request, number), outcome=request.state.label)
        return
    request.task_count += 1
    open_task(
        uow,
        once=request.once,
        kind=TaskKind.DESK_DUE,
        title=_("办事：%(item)s", item=item.name_zh),
        due_on=request.due_on,
        person=uow.session.get(Person, request.person_id) if request.person_id else None,
        region_path=request.station_path,
        assignee_id=request.handler_id,
        link=f"/staff/desk/{request.public_id}",
    )
    uow.session.flush()


def escalation_once(request: ServiceRequest, number: int) -> str:
    """The occasion of the ``number``-th reminder to the superior."""
    return f"desk-escalation:{request.public_id}:{number}"
