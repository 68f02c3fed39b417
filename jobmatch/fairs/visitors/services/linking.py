"""Joining a registration with the file of the person it is: a registration is not yet a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Select, delete, select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors import notices
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.policies import can_use_file, can_work_registration
from jobmatch.fairs.visitors.services.registering import link
from jobmatch.fairs.visitors.services.waiting import BEFORE, ask_for_plan, lock_fair, withdraw
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import rule_value


def link_registration(uow: UnitOfWork, registration: FairRegistration, person: Person) -> FairRegistration:
    """Staff found that this registration is that person's. Nothing is linked by a typed phone alone."""
    fair = uow.session.get_one(JobFair, registration.fair_id)
    require(can_work_registration(uow.actor, registration, fair) and can_use_file(uow.actor, person, fair))
    if registration.person_id == person.id:
        return registration
    if registration.person_id is not None:
        raise Conflict(_("这份报名已经接到别的档案，请先断开"))
    others = select(FairRegistration.id).where(
        FairRegistration.fair_id == fair.id, FairRegistration.person_id == person.id
    )
    if uow.session.scalar(others) is not None:
        raise Invalid(_("这个人在这场招聘会已经有一份报名，请先看是不是重复"))
    link(uow, registration, person)
    uow.session.flush()
    if person.user_id is not None and registration.state is not RegistrationState.CANCELED and fair.state in BEFORE:
        notices.tell_registered(uow, fair, registration)
    ask_for_plan(uow, registration)
    uow.audit("fair_registration.link", registration, person=person.public_id)
    return registration


def unlink_registration(uow: UnitOfWork, registration: FairRegistration) -> FairRegistration:
    """It was somebody else: the registration stays, the file and what was planned from it go."""
    fair = uow.session.get_one(JobFair, registration.fair_id)
    require(can_work_registration(uow.actor, registration, fair))
    if registration.person_id is not None:
        unlink(uow, [registration])
        ask_for_plan(uow, registration)
        uow.audit("fair_registration.unlink", registration)
    return registration


_on_unlink: list[Callable[[UnitOfWork, FairRegistration], object]] = []


def when_unlinked(act: Callable[[UnitOfWork, FairRegistration], object]) -> None:
    """Say at assembly what rooms above take back before a registration loses its file; this room knows them not."""
    _on_unlink[:] = [act]


def unlink(uow: UnitOfWork, registrations: list[FairRegistration]) -> None:
    """Take the file away from registrations, and with it what was planned from it."""
    for row in registrations:
        for act in _on_unlink:
            act(uow, row)
        row.person_id, row.linked_at, row.is_verified = None, None, False
    ids = [row.id for row in registrations]
    uow.session.execute(delete(PlannedVisit).where(PlannedVisit.registration_id.in_(ids)))
    uow.session.flush()


def blank(uow: UnitOfWork, registration: FairRegistration) -> None:
    """Forget who it was; that somebody came stays for the figures. A seat of a fair to come goes to the next."""
    fair = lock_fair(uow, registration.fair_id)
    uow.session.refresh(registration)
    if registration.state is not RegistrationState.CANCELED and fair.state in BEFORE:
        withdraw(uow, fair, registration)
    registration.name = registration.wish = ""
    registration.phone = registration.id_tail = None
    registration.needs, registration.forgotten_at = [], uow.now
    uow.session.flush()


_kept_back: list[Callable[[], Select[int]]] = []


def forget_later(fairs: Callable[[], Select[int]]) -> None:
    """Say of which fairs nobody is forgotten yet, since their lists are still to be kept; called once at assembly."""
    _kept_back[:] = [fairs]


def forget_contacts(uow: UnitOfWork, *, most: int = 200) -> int:
    """Forget who registered when the fair is long over; returns how many. Of those with a file only the name stays,
    which the file has too: its phone is kept there, and nowhere beside it.
    """
    require(uow.actor.is_system)
    days = int(rule_value(uow.session, "fair_contact_days", uow.today))
    over = select(JobFair.id).where(JobFair.closes_at < uow.now - timedelta(days=days))
    old = (
        FairRegistration.forgotten_at.is_(None),
        FairRegistration.fair_id.in_(over),
        *(FairRegistration.fair_id.not_in(fairs()) for fairs in _kept_back),
    )
    rows = uow.session.scalars(select(FairRegistration).where(*old).order_by(FairRegistration.id).limit(most)).all()
    for row in rows:
        name = row.name if row.person_id is not None else ""
        blank(uow, row)
        row.name = name
    uow.session.flush()
    uow.audit_each("fair_registration.forget", rows)
    return len(rows)
