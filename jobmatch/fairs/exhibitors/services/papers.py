"""The papers a fair asks for: looked at in the review or at the desk, never kept; the dated rules say which."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorPaper
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_fair
from jobmatch.reference.queries import rule_value


def papers_asked(session: Session, fair: JobFair) -> list[ExhibitorPaper]:
    """What exhibitors of this fair show, by the rules of its day."""
    day = local_day(fair.opens_at)
    return [paper for paper in ExhibitorPaper if _is_asked(session, paper, day)]


def _is_asked(session: Session, paper: ExhibitorPaper, day: date) -> bool:
    return int(rule_value(session, f"fair_paper_{paper.value}", day)) > 0


def papers_lacking(session: Session, fair: JobFair, exhibitor: Exhibitor) -> list[ExhibitorPaper]:
    """What nobody has looked at yet."""
    return [paper for paper in papers_asked(session, fair) if paper.value not in exhibitor.papers_seen]


def note_papers(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, seen: Collection[str]) -> Exhibitor:
    """Staff say which papers they have looked at; the same ones again change nothing. Who did is in the log."""
    require(can_work_fair(uow.actor, fair))
    found = [paper.value for paper in ExhibitorPaper if paper.value in seen]
    if found != exhibitor.papers_seen:
        exhibitor.papers_seen = found
        uow.session.flush()
        uow.audit("exhibitor.papers", exhibitor, seen=",".join(found))
    return exhibitor
