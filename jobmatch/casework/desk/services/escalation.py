"""督办: what is past its day is brought before the superior station, again every few working days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import superior_of
from jobmatch.casework.desk.items import service_item
from jobmatch.casework.desk.models import ServiceRequest
from jobmatch.casework.desk.services.steps import add_step, escalation_once
from jobmatch.casework.desk.states import RUNNING, RequestAction
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import add_working_days, rule_value


def next_escalation(uow: UnitOfWork, request: ServiceRequest) -> date:
    """The day from which an overdue request is brought before the superior (again)."""
    if request.escalated_on is None:
        return request.due_on
    days = rule_value(uow.session, "desk_escalation_days", uow.today)
    return add_working_days(uow.session, request.escalated_on, days)[0]


def escalate(uow: UnitOfWork, request: ServiceRequest) -> bool:
    """Open a task at the parent station where a request is overdue; again after some working days. Tells whether."""
    require(uow.actor.is_system)
    if request.state not in RUNNING or request.due_on >= uow.today or next_escalation(uow, request) > uow.today:
        return False
    station = uow.session.get(Organization, request.station_id) if request.station_id else None
    superior = superior_of(uow.session, station)
    item = service_item(uow.session, request.item_code)
    request.escalated_on, request.escalation_count = uow.today, request.escalation_count + 1
    open_task(
        uow,
        once=escalation_once(request, request.escalation_count),
        kind=TaskKind.ESCALATION,
        title=_("督办：%(item)s，已超期", item=item.name_zh),
        due_on=add_working_days(uow.session, uow.today, 1)[0],
        person=uow.session.get(Person, request.person_id) if request.person_id else None,
        organization=station,
        region_path=superior.region_path if superior else request.station_path,
        link=f"/staff/desk/{request.public_id}",
    )
    add_step(uow, request, RequestAction.ESCALATE)
    uow.audit("desk.escalate", request, number=request.escalation_count)
    return True


def escalate_overdue(uow: UnitOfWork, *, most: int = 200) -> int:
    """Escalate what is overdue and due to be brought up (again); returns how many. 0 means nothing is left."""
    overdue = uow.session.scalars(
        select(ServiceRequest)
        .where(
            ServiceRequest.state.in_(RUNNING),
            ServiceRequest.due_on < uow.today,
            (ServiceRequest.escalated_on.is_(None)) | (ServiceRequest.escalated_on < uow.today),
        )
        .order_by(ServiceRequest.due_on, ServiceRequest.id)
    )
    done = 0
    for request in overdue:
        done += escalate(uow, request)
        if done >= most:
            break
    return done
