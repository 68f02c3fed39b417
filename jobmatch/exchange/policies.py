"""Who may bring tables in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, or_

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.exchange.models import PeopleImport, PostingImport, PostingSource


def can_import(actor: Actor) -> bool:
    """Staff and the system itself."""
    return actor.can("import.run")


def can_import_people(actor: Actor) -> bool:
    """Staff who answer for a place, and the system itself."""
    return actor.is_system or (actor.can("person.import") and bool(actor.region_path))


def visible_people_imports(actor: Actor, select: Any) -> Any:
    """Tables of people that offices of the actor's subtree brought in."""
    if actor.is_system:
        return visible(select, "people_import")
    is_below = PeopleImport.region_path.startswith(actor.region_path, autoescape=True)
    return visible(select.where(is_below if can_import_people(actor) else false()), "people_import")


def can_change_people_import(actor: Actor, batch: PeopleImport) -> bool:
    """Whether the actor may confirm, drop or take back an import."""
    return actor.is_system or (can_import_people(actor) and batch.region_path.startswith(actor.region_path))


def can_import_postings(actor: Actor) -> bool:
    """Staff who answer for a place, and the system itself."""
    return actor.is_system or (actor.can("import.run") and bool(actor.region_path))


def visible_posting_imports(actor: Actor, query: Any) -> Any:
    """Tables of postings that offices of the actor's subtree brought in, and what machines sent there."""
    if actor.is_system:
        return visible(query, "posting_import", "posting_source")
    is_below = PostingImport.region_path.startswith(actor.region_path, autoescape=True)
    return visible(query.where(is_below if can_import_postings(actor) else false()), "posting_import", "posting_source")


def visible_posting_sources(actor: Actor, query: Any) -> Any:
    """Sources of the subtree for staff; for an employer its own and no other."""
    if actor.is_system:
        return visible(query, "posting_source")
    ways = []
    if can_import_postings(actor):
        ways.append(PostingSource.region_path.startswith(actor.region_path, autoescape=True))
    if actor.can("employer.own") and actor.organization_id is not None:
        ways.append(PostingSource.organization_id == actor.organization_id)
    return visible(query.where(or_(false(), *ways)), "posting_source")


def can_change_posting_import(actor: Actor, batch: PostingImport) -> bool:
    """Whether the actor may say columns of, confirm, drop or take back an import."""
    return actor.is_system or (can_import_postings(actor) and batch.region_path.startswith(actor.region_path))


def can_make_token(actor: Actor, organization_id: int | None, region_path: str) -> bool:
    """Staff for their office, an employer's administrator for the employer."""
    own = organization_id is not None and organization_id == actor.organization_id
    is_theirs = actor.can("employer.own") and actor.can("posting.submit")
    may = is_theirs or (can_import_postings(actor) and region_path.startswith(actor.region_path))
    return actor.is_system or (own and may)


def can_keep_token(actor: Actor, source: PostingSource) -> bool:
    """Who makes tokens of a source may stop them; staff also those of employers of their subtree."""
    in_subtree = can_import_postings(actor) and source.region_path.startswith(actor.region_path)
    own = actor.can("employer.own") and source.organization_id == actor.organization_id
    return actor.is_system or in_subtree or (own and actor.organization_id is not None)
