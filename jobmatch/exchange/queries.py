"""Reads of imports of people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import User
from jobmatch.accounts.queries import actor_for, usable_memberships
from jobmatch.core.actors import Actor
from jobmatch.core.errors import NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.models import PeopleImport, PeopleImportNote


def people_imports() -> Select[*tuple[Any, ...]]:
    """Imports with the name of who began each, the newest first; pass it through ``visible_people_imports``."""
    return (
        select(PeopleImport, User.name)
        .outerjoin(User, User.id == PeopleImport.created_by_id)
        .order_by(PeopleImport.id.desc())
    )


def people_import_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The import with this public id."""
    return select(PeopleImport).where(PeopleImport.public_id == public_id)


def notes_of(batch: PeopleImport) -> Select[*tuple[Any, ...]]:
    """The notes on the rows of an import in the order of the table."""
    return (
        select(PeopleImportNote)
        .where(PeopleImportNote.import_id == batch.id)
        .order_by(PeopleImportNote.row_number, PeopleImportNote.id)
    )


def importer(uow: UnitOfWork, batch: PeopleImport) -> Actor:
    """Who an import acts as: the one who began it, in the office it was begun for.

    Raises ``NotAllowed`` where that person may no longer import there.
    """
    user = uow.session.get(User, batch.created_by_id) if batch.created_by_id else None
    if user is not None and user.is_active:
        for membership, _organization in usable_memberships(uow.session, user.id, by_password=True, now=uow.now):
            actor = actor_for(uow.session, user, membership)
            if membership.organization_id == batch.organization_id and actor.can("person.import"):
                return actor
    raise NotAllowed
