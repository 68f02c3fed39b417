"""Interviews in the employer's own calendar: a page, and a secret address that calendar programs read.

Of the address only a hash is kept, so it is shown once; a new one makes the old one useless. It opens what its member
may see at the moment of reading: whoever left the employer reads nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select

from jobmatch.accounts.models import User
from jobmatch.accounts.queries import build_actor, usable_memberships
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.applications.cards import candidate_cards
from jobmatch.applications.models import Application, CalendarFeed, Interview, InterviewSlot
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import with_posting
from jobmatch.applications.states import ApplicationState
from jobmatch.core.actors import Actor
from jobmatch.core.calendars import Event
from jobmatch.core.errors import NotAllowed, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

BEHIND, AHEAD, MOST = timedelta(days=30), timedelta(days=180), 300
USUAL_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Appointment:
    """One interview as its employer sees it; ``name`` is empty once the person took the résumé back."""

    interview: Interview
    application: Application
    name: str
    minutes: int


def standing_interviews(begin: datetime, end: datetime) -> Select[*tuple[Any, ...]]:
    """(interview, application, minutes) of interviews that stand between two moments, the first in front."""
    query = (
        select(Interview, Application, InterviewSlot.minutes)
        .join(Application, Application.id == Interview.application_id)
        .outerjoin(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .where(
            Interview.cancelled_at.is_(None),
            Interview.starts_at.between(begin, end),
            Application.state == ApplicationState.INTERVIEW,
        )
        .order_by(Interview.starts_at, Interview.id)
    )
    return with_posting(query)


def appointments(uow: UnitOfWork, begin: datetime, end: datetime) -> list[Appointment]:
    """The own employer's interviews between two moments, with a fixed number of statements."""
    rows: Sequence[Any] = uow.rows(visible_applications(uow.actor, standing_interviews(begin, end)).limit(MOST))
    shown = candidate_cards(uow, [application for _interview, application, _minutes in rows])
    return [
        Appointment(interview, application, card.person.name if card.person else "", minutes or USUAL_MINUTES)
        for (interview, application, minutes), card in zip(rows, shown, strict=True)
    ]


def feed_of(uow: UnitOfWork) -> CalendarFeed | None:
    """The address that the actor has, if any."""
    mine = (CalendarFeed.user_id == uow.actor.user_id, CalendarFeed.organization_id == uow.actor.organization_id)
    return uow.session.scalars(select(CalendarFeed).where(*mine)).one_or_none()


def renew_feed(uow: UnitOfWork) -> str:
    """A fresh address for the actor; returns its token, which is stored nowhere. The one before stops working."""
    _need_member(uow.actor)
    stop_feed(uow)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        user_id=uow.actor.user_id,
        organization_id=uow.actor.organization_id,
        token_sha256=token_hash(token),
        created_at=uow.now,
    )
    uow.session.add(feed)
    uow.session.flush()
    uow.audit("calendar.renew")
    return token


def stop_feed(uow: UnitOfWork) -> None:
    """The address stops working; without one nothing happens."""
    _need_member(uow.actor)
    mine = (CalendarFeed.user_id == uow.actor.user_id, CalendarFeed.organization_id == uow.actor.organization_id)
    gone = uow.session.scalars(delete(CalendarFeed).where(*mine).returning(CalendarFeed.id)).all()
    if gone:
        uow.audit("calendar.stop")


def _need_member(actor: Actor) -> None:
    if actor.user_id is None or actor.organization_id is None or not actor.can("application.handle"):
        raise NotAllowed


def reader_of_feed(uow: UnitOfWork, token: str) -> Actor:
    """Who reads by an address, as they stand today. Raises ``NotFound`` where it opens nothing (any more)."""
    query = select(CalendarFeed, User).join(User, User.id == CalendarFeed.user_id)
    row = uow.session.execute(query.where(CalendarFeed.token_sha256 == token_hash(token), User.is_active)).one_or_none()
    if row is None:
        raise NotFound
    feed, user = row
    for membership, organization in usable_memberships(uow.session, user.id, by_password=True, now=uow.now):
        if membership.organization_id == feed.organization_id:
            actor = build_actor(user, membership, organization)
            if actor.can("application.handle"):
                return actor
    raise NotFound


def events(uow: UnitOfWork, *, host: str, address_of: Any) -> list[Event]:
    """The interviews around today as a calendar reads them; ``address_of`` gives the page of an application."""
    found = appointments(uow, uow.now - BEHIND, uow.now + AHEAD)
    return [
        Event(
            uid=f"{one.interview.public_id}@{host}",
            starts_at=one.interview.starts_at,
            minutes=one.minutes,
            title=_("面试：%(title)s，%(name)s", title=one.application.posting.title, name=one.name)
            if one.name
            else _("面试：%(title)s", title=one.application.posting.title),
            place=one.interview.place,
            link=address_of(one.application.public_id),
        )
        for one in found
    ]
