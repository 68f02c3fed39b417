"""Reminders, and news of a fair that moved or was canceled, never at night to a phone that did not ask for it.

Whom nothing reaches, since there is no account and no phone with a gateway, or messages were switched off, stands on
the station's list of calls (``told`` is empty) until somebody says that they know.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors import notices
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.policies import can_work_registration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.inbox.queries import QUIET, is_quiet

URGENT = timedelta(hours=12)
"""A change of a fair so near is told at night too."""
FAR, NEAR = timedelta(hours=24), timedelta(hours=2)


def remind_visitors(uow: UnitOfWork, *, most: int = 100) -> int:
    """Remind people with a seat of the fairs that come; returns how many. In quiet hours nobody is; 0: none is left.

    Who registered after the moment of a reminder needs none of it.
    """
    require(uow.actor.is_system)
    if is_quiet(uow.now.astimezone(SHANGHAI).hour, QUIET):
        return 0
    coming = (JobFair.state == FairState.PUBLISHED, JobFair.opens_at > uow.now, JobFair.opens_at <= uow.now + FAR)
    count = 0
    for fair in uow.session.scalars(select(JobFair).where(*coming).order_by(JobFair.opens_at)):
        is_near = fair.opens_at <= uow.now + NEAR
        due = fair.opens_at - (NEAR if is_near else FAR)
        untold = (
            FairRegistration.fair_id == fair.id,
            FairRegistration.state == RegistrationState.SEATED,
            FairRegistration.registered_at < due,
            or_(FairRegistration.reminded_at.is_(None), FairRegistration.reminded_at < due),
        )
        query = select(FairRegistration).where(*untold).order_by(FairRegistration.id).limit(most - count)
        for registration in uow.session.scalars(query).all():
            registration.reminded_at = uow.now
            notices.tell_reminder(uow, fair, registration, is_near=is_near)
            count += 1
        if count >= most:
            break
    uow.session.flush()
    return count


def tell_changes(uow: UnitOfWork, *, most: int = 100) -> int:
    """Tell everybody with a seat or in the queue of a fair that moved or was canceled, once; returns how many.

    What somebody was told is compared with what is true now: a fair that is moved back before anybody was told tells
    nobody. 0: none is left.
    """
    require(uow.actor.is_system)
    count = 0
    night = is_quiet(uow.now.astimezone(SHANGHAI).hour, QUIET)
    coming = (JobFair.state.in_((FairState.PUBLISHED, FairState.CANCELED)), JobFair.closes_at > uow.now)
    for fair in uow.session.scalars(select(JobFair).where(*coming).order_by(JobFair.opens_at)).all():
        if night and fair.opens_at > uow.now + URGENT:
            continue
        untold = (
            FairRegistration.fair_id == fair.id,
            FairRegistration.state != RegistrationState.CANCELED,
            FairRegistration.told.not_in(("", notices.news_of(fair))),
            FairRegistration.forgotten_at.is_(None),
        )
        query = select(FairRegistration).where(*untold).order_by(FairRegistration.id).limit(most - count)
        for registration in uow.session.scalars(query).all():
            notices.tell_change(uow, fair, registration)
            count += 1
        if count >= most:
            break
    uow.session.flush()
    return count


def note_told(uow: UnitOfWork, registration: FairRegistration, *, is_told: bool) -> None:
    """Somebody was called and knows, or that was a slip."""
    fair = uow.session.get_one(JobFair, registration.fair_id)
    require(can_work_registration(uow.actor, registration, fair))
    registration.told = notices.news_of(fair) if is_told else ""
    uow.session.flush()
    uow.audit("fair_registration.told", registration, told=is_told)
