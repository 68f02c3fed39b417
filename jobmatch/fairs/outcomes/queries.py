"""Reading follow-ups, exhibitors' lists and sent reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import has_members
from jobmatch.core.errors import NotFound
from jobmatch.fairs.day.models import CheckIn, FairResume, Intention
from jobmatch.fairs.day.standing import counted_sql
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.outcomes.models import ExhibitorLink, FairArchive, FairFollowUp, FairReport
from jobmatch.fairs.outcomes.states import (
    AT_WORK,
    DECIDING,
    EMPLOYER_RESULTS,
    FairReportKind,
    FollowUpResult,
    FollowUpSource,
)
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.cards import mask_name
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import GrantField
from recruiters.employers.models import Employer


def follow_ups() -> Select[*tuple[Any, ...]]:
    """(follow-up, registration, employer's name, title of the posting, fair), joined."""
    return (
        select(FairFollowUp, FairRegistration, Organization.name, FairPosting.title, JobFair)
        .join(Intention, Intention.id == FairFollowUp.intention_id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .join(FairPosting, FairPosting.id == Intention.fair_posting_id)
        .join(Exhibitor, Exhibitor.id == Intention.exhibitor_id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .join(JobFair, JobFair.id == Intention.fair_id)
        .order_by(FairFollowUp.due_on, FairFollowUp.id)
    )


def is_at_work() -> ColumnElement[bool]:
    """Condition on ``Intention``: the register or staff found that its person works, here or elsewhere.

    Nobody is asked about that person's intentions of the fair any more.
    """
    return _has_answer(AT_WORK, Intention.registration_id)


def has_started_here() -> ColumnElement[bool]:
    """Condition on ``Intention``: the register or staff found that its person started at its employer."""
    return _has_answer((FollowUpResult.SAME_EMPLOYER,), Intention.id)


def _has_answer(results: Sequence[FollowUpResult], of: Any) -> ColumnElement[bool]:
    answer, about = aliased(FairFollowUp), aliased(Intention)
    taken_back = select(EmploymentSpell.id).where(
        EmploymentSpell.id == answer.spell_id, EmploymentSpell.superseded_at.is_not(None)
    )
    return exists().where(
        answer.intention_id == about.id,
        getattr(about, of.key) == of,
        answer.source.in_(DECIDING),
        answer.result.in_(results),
        ~taken_back.exists(),
    )


def _is_newest(today: date) -> ColumnElement[bool]:
    """Condition on ``FairFollowUp``: the newest question about its intention that is due; older ones gave way to it."""
    due = aliased(FairFollowUp)
    newest = select(func.max(due.day)).where(due.intention_id == FairFollowUp.intention_id, due.due_on <= today)
    return FairFollowUp.day == newest.correlate(FairFollowUp).scalar_subquery()


def due_follow_ups(fair_id: int, today: date) -> Select[*tuple[Any, ...]]:
    """The newest due question of each intention that nobody has settled: unanswered ones, and contradicting answers."""
    is_open = or_(FairFollowUp.result.is_(None), FairFollowUp.result == FollowUpResult.UNVERIFIED)
    return follow_ups().where(Intention.fair_id == fair_id, _is_newest(today), is_open, ~is_at_work())


def follow_up_named(public_id: str) -> Select[*tuple[Any, ...]]:
    return follow_ups().where(FairFollowUp.public_id == public_id)


def own_due(today: date) -> Select[*tuple[Any, ...]]:
    """The newest due question of each intention, where nobody has answered it."""
    return follow_ups().where(_is_newest(today), FairFollowUp.result.is_(None), ~is_at_work())


@dataclass(frozen=True, slots=True)
class ExhibitorRow:
    """One intention as its exhibitor sees it: the name only where the person agreed to it."""

    follow_up: FairFollowUp | None
    name: str
    title: str
    has_resume: bool
    at: datetime | None
    """When the booth noted it: two people of one family name are told apart by it."""

    @property
    def is_asked(self) -> bool:
        """Whether the exhibitor can still say something."""
        return self.follow_up is not None and self.follow_up.source not in DECIDING

    @property
    def said(self) -> FollowUpResult | None:
        """What the exhibitor itself said. What others said, such as that somebody works elsewhere, is not for it."""
        row = self.follow_up
        is_own = row is not None and row.source is FollowUpSource.EMPLOYER and row.result in EMPLOYER_RESULTS
        return row.result if row and is_own else None


def exhibitor_rows(session: Session, exhibitor: Exhibitor, day: int, today: date) -> list[ExhibitorRow]:
    """The exhibitor's own counting intentions, with the follow-up of ``day`` (0: none yet)."""
    rows = session.execute(
        select(Intention, FairRegistration, FairPosting.title, FairFollowUp, FairResume.id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .join(FairPosting, FairPosting.id == Intention.fair_posting_id)
        .outerjoin(FairFollowUp, (FairFollowUp.intention_id == Intention.id) & (FairFollowUp.day == day))
        .outerjoin(
            FairResume,
            (FairResume.registration_id == Intention.registration_id)
            & (FairResume.exhibitor_id == Intention.exhibitor_id),
        )
        .where(Intention.exhibitor_id == exhibitor.id, counted_sql())
        .order_by(FairPosting.title, Intention.id)
    ).all()
    known = _consented(session, exhibitor, [row[1].person_id for row in rows], today)
    return [
        ExhibitorRow(
            follow_up,
            registration.name if registration.person_id in known else mask_name(registration.name),
            title,
            resume_id is not None,
            intention.employer_yes_at,
        )
        for intention, registration, title, follow_up, resume_id in rows
    ]


def received_resumes(session: Session, exhibitor: Exhibitor, today: date) -> list[str]:
    """Names of those whose résumé came in at the booth, as consented."""
    rows = session.execute(
        select(FairRegistration.person_id, FairRegistration.name)
        .join(FairResume, FairResume.registration_id == FairRegistration.id)
        .where(FairResume.exhibitor_id == exhibitor.id)
        .order_by(FairResume.at, FairResume.id)
    ).all()
    known = _consented(session, exhibitor, [person_id for person_id, _name in rows], today)
    return [name if person_id in known else mask_name(name) for person_id, name in rows]


def _consented(session: Session, exhibitor: Exhibitor, people: Sequence[int | None], today: date) -> set[int]:
    """Of ``people``, those who let the exhibitor's organization see their name today."""
    organization = select(Employer.organization_id).where(Employer.id == exhibitor.employer_id).scalar_subquery()
    grants = session.execute(
        select(Grant.person_id, Grant.fields).where(
            Grant.organization_id == organization,
            Grant.person_id.in_([one for one in people if one is not None]),
            Grant.revoked_at.is_(None),
            Grant.valid_until >= today,
        )
    )
    return {person_id for person_id, fields in grants if GrantField.NAME.value in fields}


def lists_to_send(session: Session, fair: JobFair, day: int) -> list[tuple[Exhibitor, str, int, bool, datetime | None]]:
    """(exhibitor, its name, how many intentions, whether it has an account, when it answered for ``day``), each that
    came and has a list."""
    counts = (
        select(Intention.exhibitor_id, func.count().label("count"))
        .where(Intention.fair_id == fair.id, counted_sql())
        .group_by(Intention.exhibitor_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Exhibitor,
            Organization.name,
            counts.c.count,
            has_members(Employer.organization_id),
            ExhibitorLink.answered_at,
        )
        .join(counts, counts.c.exhibitor_id == Exhibitor.id)
        .join(Employer, Employer.id == Exhibitor.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .outerjoin(ExhibitorLink, (ExhibitorLink.exhibitor_id == Exhibitor.id) & (ExhibitorLink.day == day))
        .where(Exhibitor.fair_id == fair.id, Exhibitor.checked_in_at.is_not(None))
        .order_by(Organization.name, Exhibitor.id)
    )
    return [tuple(row) for row in rows]


def exhibitor_named(public_id: str) -> Select[*tuple[Any, ...]]:
    return select(Exhibitor).where(Exhibitor.public_id == public_id)


def fair_exhibitor(session: Session, fair: JobFair, public_id: str) -> Exhibitor:
    """An exhibitor of this fair that came. Raises ``NotFound``."""
    query = exhibitor_named(public_id).where(Exhibitor.fair_id == fair.id, Exhibitor.checked_in_at.is_not(None))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def exhibitor_name(session: Session, exhibitor: Exhibitor) -> str:
    query = select(Organization.name).join(Employer, Employer.organization_id == Organization.id)
    return session.scalars(query.where(Employer.id == exhibitor.employer_id)).one()


def last_day(closed_on: date | None, today: date) -> int:
    """The last of the days 7, 30 and 90 that has come; 0 before."""
    if closed_on is None:
        return 0
    return max((day for day in (7, 30, 90) if (today - closed_on).days >= day), default=0)


def sent_reports(session: Session, fair: JobFair) -> list[FairReport]:
    """Every report of a fair as it was sent, the newest first."""
    query = select(FairReport).where(FairReport.fair_id == fair.id)
    return list(session.scalars(query.order_by(FairReport.made_at.desc(), FairReport.id.desc())))


def get_sent_report(session: Session, fair: JobFair, public_id: str) -> FairReport:
    """One sent report of this fair. Raises ``NotFound``."""
    query = select(FairReport).where(FairReport.fair_id == fair.id, FairReport.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def newest_report(session: Session, fair: JobFair, kind: FairReportKind) -> FairReport | None:
    query = select(FairReport).where(FairReport.fair_id == fair.id, FairReport.kind == kind)
    return session.scalars(query.order_by(FairReport.revision.desc()).limit(1)).one_or_none()


def answered_counts(session: Session, fair: JobFair) -> dict[int, tuple[int, int]]:
    """For each day: follow-ups in all, and answered ones."""
    query = (
        select(FairFollowUp.day, func.count(), func.count(FairFollowUp.result))
        .join(Intention, Intention.id == FairFollowUp.intention_id)
        .where(Intention.fair_id == fair.id)
        .group_by(FairFollowUp.day)
    )
    return {day: (total, answered) for day, total, answered in session.execute(query)}


def registration_of_ticket(session: Session, fair_id: str, registration_id: str) -> tuple[JobFair, FairRegistration]:
    """The fair and registration of a ticket's public ids, for somebody who came. Raises ``NotFound``."""
    row = session.execute(
        select(JobFair, FairRegistration)
        .join(FairRegistration, FairRegistration.fair_id == JobFair.id)
        .join(CheckIn, CheckIn.registration_id == FairRegistration.id)
        .where(JobFair.public_id == fair_id, FairRegistration.public_id == registration_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def find_archive(session: Session, fair: JobFair) -> FairArchive | None:
    """The fair's sealed lists with their file, once they were sealed."""
    query = select(FairArchive).options(joinedload(FairArchive.file)).where(FairArchive.fair_id == fair.id)
    return session.scalars(query).one_or_none()
