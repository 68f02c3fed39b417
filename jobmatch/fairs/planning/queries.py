"""Reading fairs."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from jobmatch.core.errors import NotFound
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState


def fairs() -> Select[JobFair]:
    """All fairs, the next one first."""
    return select(JobFair).order_by(JobFair.opens_at.desc(), JobFair.id.desc())


def get_fair(session: Session, public_id: str) -> JobFair:
    """The fair with this public id, for services. Raises ``NotFound``."""
    found = session.scalars(select(JobFair).where(JobFair.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def coming_fairs() -> Select[JobFair]:
    """Published and running fairs, the soonest first."""
    states = (FairState.PUBLISHED, FairState.RUNNING)
    return select(JobFair).where(JobFair.state.in_(states)).order_by(JobFair.opens_at, JobFair.id)
