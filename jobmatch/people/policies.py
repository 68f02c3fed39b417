"""Who may see, change and verify a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, false

from jobmatch.accounts.models import User
from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.uow import visible
from jobmatch.people.models import Grant, Person


def visible_people(actor: Actor, select: Any, *, aggregate: bool = False) -> Any:
    """People the actor may see: the own row, staff's subtree, and for other organizations those who let them.

    ``select`` is a ``Select`` of any columns, and so is the answer. ``aggregate`` is for figures in which nobody can
    be recognized: superior readers count their subtree too.
    """
    if actor.is_system:
        return visible(select, "person")
    if aggregate and actor.can("report.read") and actor.region_path:
        return visible(select.where(_below(actor.region_path), Person.erased_at.is_(None)), "person")
    return visible(select.where(_reach(actor), Person.erased_at.is_(None)), "person")


def _below(region_path: str) -> ColumnElement[bool]:
    return Person.region_path.startswith(region_path, autoescape=True)


def _reach(actor: Actor) -> ColumnElement[bool]:
    if actor.can("person.read") and actor.region_path:
        return _below(actor.region_path)
    if actor.can("person.own") and actor.user_id is not None:
        return Person.user_id == actor.user_id
    if actor.can("application.handle") and actor.organization_id is not None:
        return exists().where(
            Grant.person_id == Person.id,
            Grant.organization_id == actor.organization_id,
            Grant.revoked_at.is_(None),
            Grant.valid_until >= local_day(utcnow()),
        )
    return false()


def _is_own(actor: Actor, person: Person) -> bool:
    return actor.can("person.own") and actor.user_id is not None and person.user_id == actor.user_id


def _in_scope(actor: Actor, person: Person, permission: str) -> bool:
    return actor.can(permission) and bool(actor.region_path) and person.region_path.startswith(actor.region_path)


def can_sign_up(actor: Actor) -> bool:
    """Anybody who has no account here yet, and the system."""
    return actor.is_system or not actor.is_signed_in


def can_register_person(actor: Actor, user: User | None) -> bool:
    """Staff register anybody; others only themselves, at once after their phone was proved."""
    if actor.is_system or actor.can("person.write"):
        return True
    return user is not None and actor.user_id in {None, user.id}


def can_read_person(actor: Actor, person: Person) -> bool:
    """Whether the actor may see the whole file, which no outsider ever does."""
    return actor.is_system or _is_own(actor, person) or _in_scope(actor, person, "person.read")


def can_edit_person(actor: Actor, person: Person) -> bool:
    """The person, or staff of the subtree on the person's behalf."""
    return actor.is_system or _is_own(actor, person) or _in_scope(actor, person, "person.write")


def can_verify_person(actor: Actor, person: Person) -> bool:
    """Staff of the subtree; nobody verifies the own file."""
    return actor.is_system or (_in_scope(actor, person, "person.verify") and person.user_id != actor.user_id)


def can_reveal_person(actor: Actor, person: Person) -> bool:
    """Staff of the subtree may ask for the full phone and identity number, with a reason."""
    return _in_scope(actor, person, "person.read")


def can_write_register(actor: Actor, person: Person) -> bool:
    """Staff of the subtree keep the employment register."""
    return actor.is_system or _in_scope(actor, person, "register.write")
