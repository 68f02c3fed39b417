"""Who may see and change ventures."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import own_files
from training.incubation.ventures.models import Venture, VentureFounder

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def _own(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``Venture``: the actor wished it, or is one of its founders."""
    if not actor.can("person.own"):
        return false()
    me = select(Person.id).where(own_files(actor))
    founded = select(VentureFounder.venture_id).where(
        VentureFounder.person_id.in_(me), VentureFounder.until_on.is_(None)
    )
    return or_(Venture.person_id.in_(me), Venture.id.in_(founded))


def visible_ventures(actor: Actor, select_: S) -> S:
    """Staff see those of their subtree, founders their own."""
    if actor.is_system:
        return visible(select_, "venture")
    if actor.can("venture.manage") and actor.region_path:
        below = Venture.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(below), "venture")
    return own_ventures(actor, select_)


def own_ventures(actor: Actor, select_: S) -> S:
    """Ventures the actor wished or founded."""
    return visible(select_.where(_own(actor)), "venture")


def seen_venture(uow: UnitOfWork, public_id: str) -> Venture:
    """A venture that the actor may see. Raises ``NotFound``."""
    found: Venture = uow.one(visible_ventures(uow.actor, select(Venture).where(Venture.public_id == public_id)))
    return found


def is_own_venture(uow: UnitOfWork, venture: Venture) -> bool:
    """Whether the actor wished it or is one of its founders."""
    return bool(uow.rows(own_ventures(uow.actor, select(Venture.id).where(Venture.id == venture.id))))


def can_manage_venture(actor: Actor, venture: Venture) -> bool:
    """Staff of the place it belongs to, and above."""
    return actor.is_system or (actor.can("venture.manage") and actor.reaches(venture.region_path))


def can_edit_venture(uow: UnitOfWork, venture: Venture) -> bool:
    """Its own people, and the staff that answer for it."""
    return can_manage_venture(uow.actor, venture) or is_own_venture(uow, venture)


def managed_ventures(actor: Actor, select_: S) -> S:
    """Ventures the office answers for: those of its subtree; nobody's own ones come along."""
    if actor.is_system:
        return visible(select_, "venture")
    can = actor.can("venture.manage") and bool(actor.region_path)
    below = Venture.region_path.startswith(actor.region_path, autoescape=True) if can else false()
    return visible(select_.where(below), "venture")
