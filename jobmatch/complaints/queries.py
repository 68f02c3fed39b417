"""Reads of complaints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import User
from jobmatch.complaints.models import Complaint, ComplaintHold, ComplaintPaper, ComplaintStep
from jobmatch.complaints.states import ENDED, RUNNING, TOLD, UNDECIDED, ComplaintState, Outcome
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import N_
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import ComplaintKind
from jobmatch.reference.queries import names
from jobmatch.reference.states import SubjectKind
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState


class Tab(StrEnum):
    """The parts of the queue."""

    WAITING = "waiting"
    WORKING = "working"
    DECIDED = "decided"
    ENDED = "ended"


TABS: dict[Tab, tuple[str, tuple[ComplaintState, ...]]] = {
    Tab.WAITING: (N_("等受理"), (ComplaintState.RECEIVED,)),
    Tab.WORKING: (N_("在办"), (ComplaintState.ACCEPTED, ComplaintState.INVESTIGATING)),
    Tab.DECIDED: (N_("等办结"), (ComplaintState.FOUNDED, ComplaintState.UNFOUNDED, ComplaintState.REFERRED)),
    Tab.ENDED: (N_("已结束"), tuple(sorted(ENDED))),
}


def kinds_for(session: Session, subject: SubjectKind) -> list[ComplaintKind]:
    """The kinds that may be reported about a subject, in their order."""
    fits = or_(ComplaintKind.only_for == "", ComplaintKind.only_for == subject.value)
    query = select(ComplaintKind).where(ComplaintKind.is_active, fits)
    return list(session.scalars(query.order_by(ComplaintKind.sort_order, ComplaintKind.code)))


def kind_of(session: Session, complaint: Complaint) -> ComplaintKind:
    """The kind of a complaint with what follows from it."""
    return session.get_one(ComplaintKind, complaint.kind_code)


def kind_names(session: Session) -> dict[str, str]:
    """Names of kinds in the reader's language."""
    return names(session, ComplaintKind)


def queue(tab: Tab) -> Select[*tuple[Any, ...]]:
    """Complaints of one part of the queue, the oldest first; what is over, the latest first.

    Reports that joined another one are worked on there.
    """
    query = select(Complaint).where(Complaint.same_as_id.is_(None), Complaint.state.in_(TABS[tab][1]))
    if tab is Tab.ENDED:
        return query.order_by(Complaint.closed_at.desc(), Complaint.id.desc())
    return query.order_by(Complaint.filed_at, Complaint.id)


def state_counts() -> Select[*tuple[Any, ...]]:
    """Number of complaints by state, as rows of state and count."""
    return select(Complaint.state, func.count()).where(Complaint.same_as_id.is_(None)).group_by(Complaint.state)


def overdue_count(day: date) -> Select[*tuple[Any, ...]]:
    """How many are past the day of their clock."""
    late = (Complaint.same_as_id.is_(None), Complaint.state.in_(RUNNING), Complaint.due_on < day)
    return select(func.count(Complaint.id)).where(*late)


def complaint_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The complaint with this public id, for a policy to narrow."""
    return select(Complaint).where(Complaint.public_id == public_id)


def newest_first() -> Select[*tuple[Any, ...]]:
    """Complaints, the latest first."""
    return select(Complaint).order_by(Complaint.filed_at.desc(), Complaint.id.desc())


def joined_counts(session: Session, complaints: Sequence[Complaint]) -> dict[int, int]:
    """How many further reports of the same thing joined each of ``complaints``, in one statement."""
    ids = [complaint.id for complaint in complaints]
    query = select(Complaint.same_as_id, func.count()).where(Complaint.same_as_id.in_(ids))
    return {one: count for one, count in session.execute(query.group_by(Complaint.same_as_id)) if one}


def handler_names(session: Session, complaints: Sequence[Complaint]) -> dict[int, str]:
    """Names of those who handle ``complaints``, by user id."""
    ids = {complaint.handler_id for complaint in complaints if complaint.handler_id}
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())


def family_of(session: Session, complaint: Complaint) -> list[Complaint]:
    """A complaint and the reports that joined it, the oldest first: they take every step together."""
    query = select(Complaint).where(or_(Complaint.id == complaint.id, Complaint.same_as_id == complaint.id))
    return list(session.scalars(query.order_by(Complaint.id)))


def undecided_same(session: Session, kind_code: str, subject_kind: SubjectKind, subject_id: str) -> Complaint | None:
    """The complaint about the same thing that is not decided yet."""
    query = select(Complaint).where(
        Complaint.kind_code == kind_code,
        Complaint.subject_kind == subject_kind,
        Complaint.subject_id == subject_id,
        Complaint.same_as_id.is_(None),
        Complaint.state.in_(UNDECIDED),
    )
    return session.scalars(query.order_by(Complaint.id).limit(1)).one_or_none()


def others_about(complaint: Complaint) -> Select[*tuple[Any, ...]]:
    """Other complaints about the same subject or employer, the latest first; for a policy to narrow."""
    same = (Complaint.subject_kind == complaint.subject_kind) & (Complaint.subject_id == complaint.subject_id)
    if complaint.employer_id is not None:
        same = same | (Complaint.employer_id == complaint.employer_id)
    return newest_first().where(same, Complaint.id != complaint.id, Complaint.same_as_id.is_(None)).limit(20)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the log as the office reads it."""

    step: ComplaintStep
    who: str


def steps_of(session: Session, complaint: Complaint) -> list[StepLine]:
    """The log of a complaint, the oldest first, with names."""
    query = (
        select(ComplaintStep, func.coalesce(User.name, ""))
        .outerjoin(User, User.id == ComplaintStep.user_id)
        .where(ComplaintStep.complaint_id == complaint.id)
        .order_by(ComplaintStep.id)
    )
    return [StepLine(step, name) for step, name in session.execute(query)]


def told_steps(session: Session, complaint: Complaint) -> list[ComplaintStep]:
    """What the reporter reads of the log: days, steps and words, no names and no notes."""
    query = select(ComplaintStep).where(
        ComplaintStep.complaint_id == complaint.id, ComplaintStep.action.in_(sorted(TOLD))
    )
    return list(session.scalars(query.order_by(ComplaintStep.id)))


def papers_of(session: Session, complaints: Collection[Complaint]) -> list[ComplaintPaper]:
    """The files of ``complaints``, the oldest first."""
    query = select(ComplaintPaper).where(ComplaintPaper.complaint_id.in_([one.id for one in complaints]))
    return list(session.scalars(query.options(joinedload(ComplaintPaper.file)).order_by(ComplaintPaper.id)))


def find_paper(session: Session, complaint: Complaint, public_id: str) -> ComplaintPaper:
    """A file of ``complaint`` or of a report that joined it. Raises ``NotFound``."""
    for paper in papers_of(session, family_of(session, complaint)):
        if paper.public_id == public_id:
            return paper
    raise NotFound


@dataclass(frozen=True, slots=True)
class HeldPosting:
    """A posting that waits because of a complaint, or waited."""

    hold: ComplaintHold
    public_id: str
    title: str
    state: PostingState


def held_postings(session: Session, complaint: Complaint) -> list[HeldPosting]:
    """Postings that wait or waited because of a complaint."""
    query = (
        select(ComplaintHold, Posting.public_id, Posting.title, Posting.state)
        .join(Posting, Posting.id == ComplaintHold.posting_id)
        .where(ComplaintHold.complaint_id == complaint.id)
        .order_by(ComplaintHold.id)
    )
    return [HeldPosting(*row) for row in session.execute(query)]


def founded_complaints(uow: UnitOfWork, employer_id: int, since: date) -> int:
    """How many complaints about an employer were decided as founded from ``since`` on.

    Several reports of one thing count once. It is a part of the employer's standing.
    """
    begin = datetime.combine(since, time.min, SHANGHAI)
    query = select(func.count(Complaint.id)).where(
        Complaint.employer_id == employer_id,
        Complaint.same_as_id.is_(None),
        Complaint.outcome == Outcome.FOUNDED,
        Complaint.decided_at >= begin,
    )
    return uow.session.scalar(query) or 0


def employer_counts(session: Session, employer_id: int, since: date) -> tuple[int, int]:
    """Complaints about an employer filed from ``since`` on: all of them, and those not decided yet."""
    begin = datetime.combine(since, time.min, SHANGHAI)
    counted = func.count(Complaint.id)
    query = select(counted, counted.filter(Complaint.outcome.is_(None)))
    total, undecided = session.execute(
        query.where(Complaint.employer_id == employer_id, Complaint.same_as_id.is_(None), Complaint.filed_at >= begin)
    ).one()
    return total, undecided


def about_employer(employer_id: int) -> Select[*tuple[Any, ...]]:
    """Complaints about an employer, the latest first; for a policy to narrow."""
    return newest_first().where(Complaint.employer_id == employer_id, Complaint.same_as_id.is_(None))
