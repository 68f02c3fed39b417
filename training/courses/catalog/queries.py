"""Reading providers: lists, what they teach, papers and checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from jobmatch.reference.models import Course
from training.courses.catalog.models import Provider, ProviderCheck, ProviderCourse, ProviderPaper
from training.courses.catalog.states import ProviderState


def providers(*, state: str = "", words: str = "") -> Select[*tuple[Any, ...]]:
    """Providers with their organization; those that ask to be listed first, then by the day their check is due."""
    query = select(Provider).options(joinedload(Provider.organization))
    if state in set(ProviderState):
        query = query.where(Provider.state == ProviderState(state))
    if words:
        named = select(Organization.id).where(Organization.name.icontains(words, autoescape=True))
        query = query.where(Provider.organization_id.in_(named))
    asks = case((Provider.state == ProviderState.APPLIED, 0), else_=1)
    return query.order_by(asks, Provider.next_check_on.is_(None), Provider.next_check_on, Provider.id)


def state_counts() -> Select[*tuple[Any, ...]]:
    """How many providers are in each state."""
    return select(Provider.state, func.count()).group_by(Provider.state)


def named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One provider with its organization."""
    return select(Provider).options(joinedload(Provider.organization)).where(Provider.public_id == public_id)


def any_provider() -> Select[*tuple[Any, ...]]:
    """Providers with their organization; a policy narrows it to the own one."""
    return select(Provider).options(joinedload(Provider.organization))


def course_counts(session: Session, provider_ids: Sequence[int]) -> dict[int, int]:
    """How many courses each provider teaches."""
    query = (
        select(ProviderCourse.provider_id, func.count())
        .where(ProviderCourse.provider_id.in_(provider_ids), ProviderCourse.is_active.is_(True))
        .group_by(ProviderCourse.provider_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def taught_by(session: Session, provider: Provider) -> list[tuple[ProviderCourse, Course]]:
    """The courses a provider teaches or taught, in the order of the catalogue."""
    query = (
        select(ProviderCourse, Course)
        .join(Course, Course.code == ProviderCourse.course_code)
        .where(ProviderCourse.provider_id == provider.id)
        .order_by(ProviderCourse.is_active.desc(), Course.sort_order)
    )
    return [(row, course) for row, course in session.execute(query)]


def papers_of(session: Session, provider: Provider) -> Sequence[ProviderPaper]:
    """The papers that stand, the newest first."""
    query = select(ProviderPaper).where(ProviderPaper.provider_id == provider.id, ProviderPaper.replaced_at.is_(None))
    return session.scalars(query.options(joinedload(ProviderPaper.file)).order_by(ProviderPaper.id.desc())).all()


def find_paper(session: Session, provider: Provider, public_id: str) -> ProviderPaper:
    """A paper of this provider. Raises ``NotFound``."""
    query = select(ProviderPaper).where(ProviderPaper.provider_id == provider.id, ProviderPaper.public_id == public_id)
    found = session.scalars(query.options(joinedload(ProviderPaper.file))).one_or_none()
    if found is None:
        raise NotFound
    return found


def checks_of(session: Session, provider: Provider) -> Sequence[ProviderCheck]:
    """Its yearly checks, the newest first."""
    query = select(ProviderCheck).where(ProviderCheck.provider_id == provider.id)
    return session.scalars(query.order_by(ProviderCheck.year.desc())).all()
