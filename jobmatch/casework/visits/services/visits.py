"""Trips to villages: planning them, what came of each person, and closing them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select, update

from jobmatch.casework.tasks.queries import find_clerk
from jobmatch.casework.visits.models import Contact, Visit, VisitPlan
from jobmatch.casework.visits.policies import can_plan_visit
from jobmatch.casework.visits.services.contacts import record_contact
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.queries import children_of, find_region

MOST_PEOPLE = 60
BACK_DAYS, AHEAD_DAYS = 62, 92


def plan_visit(
    uow: UnitOfWork,
    *,
    region_code: str,
    planned_on: date | None,
    people: Collection[str] = (),
    to: str = "",
    note: str = "",
) -> VisitPlan:
    """Plan a trip to a village on a day (a past one where it is written up afterwards) with people by public id.

    ``to`` is the colleague who goes, else the actor does. Raises ``Invalid`` with every finding.
    """
    found = Findings()
    place = find_region(uow.session, region_code)
    is_village = place is not None and not children_of(uow.session, place.code)
    is_ours = place is not None and can_plan_visit(uow.actor, place.path)
    found.check(is_village and is_ours, "region_code", _("请从列表里选一个村"))
    earliest, latest = uow.today - timedelta(days=BACK_DAYS), uow.today + timedelta(days=AHEAD_DAYS)
    found.check(
        planned_on is not None and earliest <= planned_on <= latest, "planned_on", _("日期应在前两个月到后三个月以内")
    )
    clerk = find_clerk(uow, to) if to else None
    found.check(not to or clerk is not None, "to", _("请从列表里选一位同事"))
    found.check(len(people) <= MOST_PEOPLE, "people", _("一次最多 %(n)s 人", n=MOST_PEOPLE))
    chosen = uow.rows(visible_people(uow.actor, select(Person).where(Person.public_id.in_(people))))
    found.check(len(chosen) == len(set(people)), "people", _("名单变了，请重新勾选"))
    place, planned_on = found.need(place), found.need(planned_on)
    plan = VisitPlan(
        region_path=place.path,
        region_code=place.code,
        planned_on=planned_on,
        user_id=clerk.id if clerk else uow.actor.user_id,
        note=clean_line(note)[:200],
        created_at=uow.now,
    )
    uow.session.add(plan)
    uow.session.flush()
    order = {public_id: number for number, public_id in enumerate(people)}
    uow.session.add_all(
        Visit(plan_id=plan.id, person_id=person.id, position=order[person.public_id]) for person in chosen
    )
    uow.session.flush()
    uow.audit("visit.plan", plan, people=len(chosen))
    return plan


def record_visit(
    uow: UnitOfWork,
    plan: VisitPlan,
    visit: Visit,
    person: Person,
    *,
    outcome: ContactOutcome,
    done_on: date | None = None,
    note: str = "",
    next_on: date | None = None,
    accept_masked: bool = False,
    client_key: str | None = None,
) -> Contact:
    """Write what came of one person on a trip; the same ``client_key`` again returns the row it made.

    Raises ``Conflict``, naming who wrote what, where somebody else was faster: the first result stands.
    """
    require(can_plan_visit(uow.actor, plan.region_path))
    day = done_on or min(plan.planned_on, uow.today)
    if visit.contact_id is not None:
        before = uow.session.get_one(Contact, visit.contact_id)
        if client_key and before.client_key == client_key:
            return before
        raise Conflict(_("这个人已登记过：%(outcome)s。要改请到“联系”里更正", outcome=before.outcome.label))
    contact = record_contact(
        uow,
        person,
        way=ContactWay.HOME,
        outcome=outcome,
        done_on=day,
        note=note,
        next_on=next_on,
        accept_masked=accept_masked,
        client_key=client_key,
    )
    taken = uow.session.execute(
        update(Visit).where(Visit.id == visit.id, Visit.contact_id.is_(None)).values(contact_id=contact.id)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict
    uow.session.refresh(visit)
    finish_visit(uow, plan, visited_on=contact.done_on)
    return contact


def finish_visit(uow: UnitOfWork, plan: VisitPlan, *, visited_on: date | None) -> VisitPlan:
    """Note that somebody was in the village on a day; the first day that was written stands."""
    require(can_plan_visit(uow.actor, plan.region_path))
    found = Findings()
    earliest = uow.today - timedelta(days=BACK_DAYS)
    found.check(
        visited_on is not None and earliest <= visited_on <= uow.today,
        "visited_on",
        _("日期应在两个月以内，不能晚于今天"),
    )
    found.stop()
    if plan.visited_on is None:
        plan.visited_on = visited_on
        uow.session.flush()
        uow.audit("visit.done", plan)
    return plan


def cancel_visit(uow: UnitOfWork, plan: VisitPlan) -> None:
    """Take a planned trip back. Raises ``Conflict`` where something was already written about it."""
    require(can_plan_visit(uow.actor, plan.region_path))
    visits = uow.session.scalars(select(Visit).where(Visit.plan_id == plan.id)).all()
    if plan.visited_on is not None or any(visit.contact_id for visit in visits):
        raise Conflict(_("这次走访已有结果，不能取消"))
    uow.audit("visit.cancel", plan)
    for visit in visits:
        uow.session.delete(visit)
    uow.session.flush()
    uow.session.delete(plan)
    uow.session.flush()
