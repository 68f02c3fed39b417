"""Who may see, plan, approve and run classes."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, literal, or_, select
from sqlalchemy.orm import joinedload

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork, visible
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classes.states import PUBLIC_STATES

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
TABLES = ("course_session", "provider")
"""Whoever may see a class may read who teaches it."""
FULL = (
    joinedload(CourseSession.provider).joinedload(Provider.organization),
    joinedload(CourseSession.course),
)
"""With what a page shows of a class."""


def _below(actor: Actor) -> ColumnElement[bool]:
    """Condition: the class is held in the actor's subtree."""
    return CourseSession.region_path.startswith(actor.region_path, autoescape=True) if actor.region_path else false()


def _above(actor: Actor) -> ColumnElement[bool]:
    """Condition: it is held by the actor's office or one above; a station brings people to its county's classes."""
    return literal(actor.region_path).like(CourseSession.region_path + "%") if actor.region_path else false()


def _own(actor: Actor) -> ColumnElement[bool]:
    """Condition: the actor's provider teaches it."""
    mine = select(Provider.id).where(Provider.organization_id == actor.organization_id)
    return CourseSession.provider_id.in_(mine)


def visible_sessions(actor: Actor, select_: S) -> S:
    """Approved classes and what came of them for everybody; staff see drafts too, providers their own."""
    if actor.is_system:
        return visible(select_, *TABLES)
    seen: ColumnElement[bool] = CourseSession.state.in_(PUBLIC_STATES)
    if actor.can("class.manage"):
        seen = or_(seen, _below(actor), _above(actor))
    elif actor.can("provider.own"):
        seen = or_(seen, _own(actor))
    return visible(select_.where(seen), *TABLES)


def worked_sessions(actor: Actor, select_: S) -> S:
    """Classes the office works for: those of its subtree, and those of the offices above it, in every state."""
    if actor.is_system:
        return visible(select_, *TABLES)
    if not actor.can("class.manage"):
        return visible(select_.where(false()), *TABLES)
    return visible(select_.where(or_(_below(actor), _above(actor))), *TABLES)


def managed_sessions(actor: Actor, select_: S) -> S:
    """Classes the office decides about: those of its subtree."""
    if actor.is_system:
        return visible(select_, *TABLES)
    return visible(select_.where(_below(actor) if actor.can("class.manage") else false()), *TABLES)


def taught_sessions(actor: Actor, select_: S) -> S:
    """Classes of the actor's own provider."""
    return visible(select_.where(_own(actor) if actor.can("provider.own") else false()), *TABLES)


def run_sessions(actor: Actor, select_: S) -> S:
    """Classes the actor runs: the office's own ones, or those its provider teaches."""
    return taught_sessions(actor, select_) if actor.can("provider.own") else managed_sessions(actor, select_)


def named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The class of this public id with course, provider and its organization; narrow it by one of the above."""
    return select(CourseSession).options(*FULL).where(CourseSession.public_id == public_id)


def seen_session(uow: UnitOfWork, public_id: str) -> CourseSession:
    """A class that the actor may see, with course and provider. Raises ``NotFound``."""
    found: CourseSession = uow.one(visible_sessions(uow.actor, named(public_id)))
    return found


def run_session(uow: UnitOfWork, public_id: str) -> CourseSession:
    """A class that the actor runs, with course and provider. Raises ``NotFound``."""
    found: CourseSession = uow.one(run_sessions(uow.actor, named(public_id)))
    return found


def managed_session(uow: UnitOfWork, public_id: str) -> CourseSession:
    """A class that the actor's office decides about. Raises ``NotFound``."""
    found: CourseSession = uow.one(managed_sessions(uow.actor, named(public_id)))
    return found


def worked_session(uow: UnitOfWork, public_id: str) -> CourseSession:
    """A class that the actor's office works for. Raises ``NotFound``."""
    found: CourseSession = uow.one(worked_sessions(uow.actor, named(public_id)))
    return found


def can_plan_session(actor: Actor, provider: Provider, region_path: str) -> bool:
    """Staff of that office, and a provider of its place, which asks the office to approve."""
    is_own = actor.can("provider.own") and provider.organization_id == actor.organization_id
    asks = is_own and bool(region_path) and provider.region_path.startswith(region_path)
    return actor.is_system or asks or (actor.can("class.manage") and actor.reaches(region_path))


def can_manage_session(actor: Actor, session: CourseSession) -> bool:
    """Staff of the office that holds it, and of those above: plan, approve, pay, decide."""
    return actor.is_system or (actor.can("class.manage") and actor.reaches(session.region_path))


def can_run_session(actor: Actor, session: CourseSession) -> bool:
    """The office, and the provider that teaches it (``session.provider`` is loaded)."""
    is_own = actor.can("provider.own") and session.provider.organization_id == actor.organization_id
    return is_own or can_manage_session(actor, session)


def can_work_session(actor: Actor, session: CourseSession) -> bool:
    """Staff who bring people to it: of its office, of those above, and of the stations below it."""
    is_near = actor.reaches(session.region_path) or (
        bool(actor.region_path) and actor.region_path.startswith(session.region_path)
    )
    return actor.is_system or (actor.can("class.manage") and is_near)
