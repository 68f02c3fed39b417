"""The lists of a fair are kept for the years the law asks for, apart from the rows, whose names are forgotten sooner.

暂行条例第三十三条 wants the ledger of a fair kept for two years at least; somebody without a file is forgotten after
half a year. So the lists are sealed once, before that day, and nobody is forgotten whose fair still waits for it; from
then on they are only stored and read as a file, each time with a trace, and destroyed when the years are over.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import require
from jobmatch.core.files import remove_file, store_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.documents import MIMETYPES
from jobmatch.fairs.outcomes.models import FairArchive
from jobmatch.fairs.outcomes.policies import OVER
from jobmatch.fairs.outcomes.services.reports import kept_until
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairPart
from jobmatch.reference.queries import rule_value

WITH_OUTCOMES, BEFORE_FORGETTING = 95, 7
"""Days after the closing: the answers after 90 days are in by then, and names are still there."""


def unsealed_fairs() -> Select[int]:
    """Ids of fairs that are over and whose lists are not sealed yet: nobody of them is forgotten."""
    sealed = exists().where(FairArchive.fair_id == JobFair.id)
    return select(JobFair.id).where(JobFair.part == FairPart.HELD, JobFair.state.in_(OVER), ~sealed)


def fairs_to_seal(uow: UnitOfWork) -> list[int]:
    """Fairs whose lists are to be sealed now: with their outcomes, but always before names may be forgotten."""
    days = int(rule_value(uow.session, "fair_contact_days", uow.today))
    after = timedelta(days=max(1, min(WITH_OUTCOMES, days - BEFORE_FORGETTING)))
    due = unsealed_fairs().where(JobFair.closes_at < uow.now - after).order_by(JobFair.closes_at)
    return list(uow.session.scalars(due))


def seal_lists(uow: UnitOfWork, fair: JobFair, content: bytes) -> bool:
    """Keep the workbook of the lists for good; a fair that has one keeps that one. Returns whether it was kept."""
    require(uow.actor.is_system)
    if uow.session.scalar(select(FairArchive.id).where(FairArchive.fair_id == fair.id)) is not None:
        return False
    name = f"封存名单 {uow.now.astimezone(SHANGHAI):%Y-%m-%d}.xlsx"
    file = store_file(uow, content, name=name, mimetype=MIMETYPES["xlsx"])
    uow.session.add(FairArchive(fair_id=fair.id, file_id=file.id, sealed_at=uow.now))
    uow.session.flush()
    uow.audit("fair.seal", fair)
    return True


def destroy_lists(uow: UnitOfWork, *, most: int = 20) -> int:
    """Destroy sealed lists that nobody has to keep any more; returns how many. 0: nothing is left."""
    require(uow.actor.is_system)
    count = 0
    for row, fair in _oldest(uow.session, most):
        if row.file is None or uow.today <= kept_until(uow, fair):
            continue
        file, row.file, row.file_id, row.destroyed_at = row.file, None, None, uow.now
        uow.session.flush()
        remove_file(uow, file)
        uow.audit("fair.unseal", fair)
        count += 1
    uow.session.flush()
    return count


def _oldest(session: Session, most: int) -> list[tuple[FairArchive, JobFair]]:
    query = select(FairArchive, JobFair).join(JobFair, JobFair.id == FairArchive.fair_id)
    kept = query.options(joinedload(FairArchive.file)).where(FairArchive.destroyed_at.is_(None))
    rows = session.execute(kept.order_by(JobFair.closed_at, JobFair.id).limit(most))
    return [(row[0], row[1]) for row in rows]
