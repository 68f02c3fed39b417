"""Reads of imports of people and of postings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import actor_for, usable_memberships
from jobmatch.core.actors import Actor
from jobmatch.core.errors import NotAllowed
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.exchange.models import (
    PartnerToken,
    PeopleImport,
    PeopleImportNote,
    PostingImport,
    PostingImportNote,
    PostingSource,
    TableImport,
)
from jobmatch.exchange.states import PostingRowNote
from recruiters.postings.models import Posting


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


def posting_imports() -> Select[*tuple[Any, ...]]:
    """Imports with their source and the name of who began each (none for a machine), the newest first."""
    return (
        select(PostingImport, PostingSource.name, User.name)
        .join(PostingSource, PostingSource.id == PostingImport.source_id)
        .outerjoin(User, User.id == PostingImport.created_by_id)
        .order_by(PostingImport.id.desc())
    )


def posting_import_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The import with this public id."""
    return select(PostingImport).where(PostingImport.public_id == public_id)


def posting_notes_of(batch: PostingImport, kind: PostingRowNote | None = None) -> Select[*tuple[Any, ...]]:
    """The notes on the rows of an import with the public ids of their postings, in the order of the table."""
    query = (
        select(PostingImportNote, Posting.public_id)
        .outerjoin(Posting, Posting.id == PostingImportNote.posting_id)
        .where(PostingImportNote.import_id == batch.id)
        .order_by(PostingImportNote.row_number, PostingImportNote.id)
    )
    if kind is not None:
        query = query.where(PostingImportNote.kind == kind)
    # The office that brought the table in may know which postings it met, wherever they are.
    return visible(query, "posting")


def note_counts(uow: UnitOfWork, batch: PostingImport) -> dict[PostingRowNote, int]:
    """How many notes of each kind an import has."""
    kind: Any = PostingImportNote.kind
    query = select(kind, func.count()).where(PostingImportNote.import_id == batch.id).group_by(kind)
    return {kind: int(count) for kind, count in uow.session.execute(query)}


def posting_sources() -> Select[*tuple[Any, ...]]:
    """Sources by name."""
    return select(PostingSource).order_by(PostingSource.name, PostingSource.id)


def source_of(uow: UnitOfWork, batch: PostingImport) -> PostingSource:
    """Where a table came from."""
    return uow.session.get_one(PostingSource, batch.source_id)


def partner_tokens() -> Select[*tuple[Any, ...]]:
    """Tokens with their source and its owner, live ones first; pass it through ``visible_posting_sources``."""
    return (
        select(PartnerToken, PostingSource, Organization.name)
        .join(PostingSource, PostingSource.id == PartnerToken.source_id)
        .outerjoin(Organization, Organization.id == PostingSource.organization_id)
        .order_by(PartnerToken.revoked_at.is_not(None), PartnerToken.id.desc())
    )


def importer(uow: UnitOfWork, batch: PeopleImport | PostingImport | TableImport) -> Actor:
    """Who an import acts as: the one who began it, in the office it was begun for.

    Raises ``NotAllowed`` where that person may no longer import there.
    """
    user = uow.session.get(User, batch.created_by_id) if batch.created_by_id else None
    office: int | None = None
    permission = "import.run"
    if isinstance(batch, PostingImport):
        office = source_of(uow, batch).organization_id
    elif isinstance(batch, PeopleImport):
        office, permission = batch.organization_id, "person.import"
    if user is not None and user.is_active:
        for membership, _organization in usable_memberships(uow.session, user.id, by_password=True, now=uow.now):
            actor = actor_for(uow.session, user, membership)
            is_there = (
                actor.region_path == batch.region_path if office is None else membership.organization_id == office
            )
            if is_there and actor.can(permission):
                return actor
    raise NotAllowed
