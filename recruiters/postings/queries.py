"""Reads of postings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting, PostingTemplate, PostingYes, ReservedPost
from recruiters.postings.states import PostingState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def load_full(select: S) -> S:
    """Add what cards, pages and documents read beside the row: employer, its organization, requirements."""
    return select.options(
        joinedload(Posting.employer).joinedload(Employer.organization), selectinload(Posting.requirements)
    )


def open_postings() -> Select[*tuple[Any, ...]]:
    """Postings that are open to everybody, the newest first."""
    query = select(Posting).where(Posting.state == PostingState.OPEN, Posting.only_for == "")
    return query.order_by(Posting.published_at.desc(), Posting.id.desc())


def open_postings_of(employer_id: int) -> Select[*tuple[Any, ...]]:
    """Open postings of one employer, the newest first."""
    return open_postings().where(Posting.employer_id == employer_id)


def get_posting(session: Session, posting_id: int) -> Posting:
    """The posting with employer and requirements. Raises ``NotFound``."""
    found = session.scalars(load_full(select(Posting).where(Posting.id == posting_id))).one_or_none()
    if found is None:
        raise NotFound
    return found


def posting_by_id(public_id: str) -> Select[*tuple[Any, ...]]:
    """The posting with this public id, for a policy to narrow."""
    return load_full(select(Posting).where(Posting.public_id == public_id))


def postings(state: PostingState | None = None, words: str = "") -> Select[*tuple[Any, ...]]:
    """Postings in any state, the latest changed first; ``words`` occur in the title or the employer's name."""
    query = (
        select(Posting)
        .join(Employer, Employer.id == Posting.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .options(
            contains_eager(Posting.employer).contains_eager(Employer.organization), selectinload(Posting.requirements)
        )
        .order_by(Posting.changed_at.desc(), Posting.id.desc())
    )
    if state is not None:
        query = query.where(Posting.state == state)
    for word in words.split():
        query = query.where(
            or_(Posting.title.contains(word, autoescape=True), Organization.name.contains(word, autoescape=True))
        )
    return query


def waiting_postings() -> Select[*tuple[Any, ...]]:
    """Postings that wait for review, the longest waiting first."""
    query = select(Posting).where(Posting.state == PostingState.IN_REVIEW)
    return load_full(query.order_by(Posting.submitted_at, Posting.id))


def state_counts() -> Select[*tuple[Any, ...]]:
    """Postings and their head-count by state, as rows of state, count and 岗位数."""
    columns: tuple[Any, ...] = (Posting.state, func.count(), func.sum(Posting.vacancy_count))
    return select(*columns).group_by(Posting.state)


def heads_of(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """岗位数 of the postings that ``query`` (narrowed by a policy) returns: the sum of their head-counts."""
    plain = query.order_by(None).subquery()
    heads: tuple[Any, ...] = (func.coalesce(func.sum(plain.c.vacancy_count), 0),)
    return select(*heads).execution_options(**query.get_execution_options())


def expired_posting_ids(session: Session, today: date, limit: int) -> list[int]:
    """Ids of running postings whose validity is over."""
    running = Posting.state.in_([PostingState.OPEN, PostingState.PAUSED])
    return list(session.scalars(select(Posting.id).where(running, Posting.valid_through < today).limit(limit)))


def postings_in(states: Collection[PostingState]) -> Select[*tuple[Any, ...]]:
    """Postings in any of the states, the latest changed first."""
    query = select(Posting).where(Posting.state.in_(states))
    return load_full(query.order_by(Posting.changed_at.desc(), Posting.id.desc()))


def postings_of(employer_id: int) -> Select[*tuple[Any, ...]]:
    """Every posting of one employer, the latest changed first."""
    query = select(Posting).where(Posting.employer_id == employer_id)
    return query.order_by(Posting.changed_at.desc(), Posting.id.desc())


def counts_of_employer(employer_id: int) -> Select[*tuple[Any, ...]]:
    """Of one employer: open postings, the head-count in them, and postings that were ever published."""
    is_open = Posting.state == PostingState.OPEN
    columns: tuple[Any, ...] = (
        func.count(Posting.id).filter(is_open),
        func.coalesce(func.sum(Posting.vacancy_count).filter(is_open), 0),
        func.count(Posting.id).filter(Posting.published_at.is_not(None)),
    )
    return select(*columns).where(Posting.employer_id == employer_id)


def find_reserved(session: Session, posting_id: int) -> ReservedPost | None:
    """What is known about a posting as a 专岗, with the file of its paper."""
    query = select(ReservedPost).where(ReservedPost.posting_id == posting_id)
    return session.scalars(query.options(joinedload(ReservedPost.file))).one_or_none()


def reserved_of(session: Session, posting_ids: Collection[int]) -> dict[int, ReservedPost]:
    """What is known about postings as 专岗, by posting, in one statement."""
    query = select(ReservedPost).where(ReservedPost.posting_id.in_(posting_ids))
    return {row.posting_id: row for row in session.scalars(query)}


def answers_of(session: Session, posting_id: int) -> list[PostingYes]:
    """What the employer answered about a posting that was entered for it, the latest first."""
    query = select(PostingYes).where(PostingYes.posting_id == posting_id)
    return list(session.scalars(query.order_by(PostingYes.id.desc())))


def templates() -> Select[*tuple[Any, ...]]:
    """Templates by name, an employer's own before those of the office."""
    return select(PostingTemplate).order_by(PostingTemplate.employer_id.is_(None), PostingTemplate.name)


def template_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One template, for a policy to narrow."""
    return select(PostingTemplate).where(PostingTemplate.public_id == public_id)
