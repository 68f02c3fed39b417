"""Reads of applications. A ``Select`` made here still has to pass through ``visible_applications``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from jobmatch.accounts.models import User
from jobmatch.applications.models import Application, ApplicationMove
from jobmatch.applications.states import ENDED, LIVE, ApplicationState
from jobmatch.core.clock import utcnow
from jobmatch.core.i18n import current_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.queries import facts_of
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import person_of, phone_of
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import add_working_days, choices, names
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

ANSWER_WORKING_DAYS = 3
LAPSE_DAYS = 60


class Tab(StrEnum):
    """How an employer sorts what came in."""

    WAITING = "waiting"
    INTERVIEW = "interview"
    HIRED = "hired"
    REJECTED = "rejected"
    GONE = "gone"


TAB_STATES: dict[Tab, tuple[ApplicationState, ...]] = {
    Tab.WAITING: (ApplicationState.SUBMITTED, ApplicationState.SCREENING),
    Tab.INTERVIEW: (ApplicationState.INTERVIEW,),
    Tab.HIRED: (ApplicationState.OFFERED, ApplicationState.HIRED, ApplicationState.STARTED),
    Tab.REJECTED: (ApplicationState.REJECTED,),
    Tab.GONE: (ApplicationState.WITHDRAWN, ApplicationState.SUPERSEDED),
}


def with_posting(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Bring posting, employer and organization along; the policy narrows the application, which is their root here."""
    return query.options(
        selectinload(Application.posting).joinedload(Posting.employer).joinedload(Employer.organization)
    )


def with_parties(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Bring the person along too, for pages of those who may see everybody in the list."""
    return with_posting(query).options(selectinload(Application.person))


def with_moves(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Bring the log of moves along."""
    return query.options(selectinload(Application.moves))


def application_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The application with this public id."""
    return select(Application).where(Application.public_id == public_id)


def applications_of(user_id: int | None) -> Select[*tuple[Any, ...]]:
    """A person's own applications, live ones first, then the newest."""
    mine = select(Person.id).where(Person.user_id == user_id)
    return (
        select(Application)
        .where(Application.person_id.in_(mine))
        .order_by(Application.state.in_(ENDED), Application.created_at.desc(), Application.id.desc())
    )


def received(*, tab: Tab | None = None, posting: Posting | None = None) -> Select[*tuple[Any, ...]]:
    """What came to an employer, oldest first."""
    query = select(Application).order_by(Application.created_at, Application.id)
    if tab is not None:
        query = query.where(Application.state.in_(TAB_STATES[tab]))
    return query.where(Application.posting_id == posting.id) if posting is not None else query


def applied_postings() -> Select[*tuple[Any, ...]]:
    """Postings that somebody applied to, the newest first: what a list of applications can be narrowed to."""
    applied = select(Application.posting_id)
    return select(Posting).where(Posting.id.in_(applied)).order_by(Posting.id.desc()).limit(20)


def state_counts(*, posting: Posting | None = None) -> Select[Any, Any]:
    """Rows of state and number of applications."""
    query = select(Application.state, func.count(Application.id))
    if posting is not None:
        query = query.where(Application.posting_id == posting.id)
    return query.group_by(Application.state)


def late_answers(today: date, *, posting: Posting | None = None) -> Select[Any, Any]:
    """One row: how many applications wait for a first answer on or past the promised day, and since when."""
    query = select(func.count(Application.id), func.min(Application.created_at)).where(
        Application.state == ApplicationState.SUBMITTED, Application.answer_due_on <= today
    )
    return query.where(Application.posting_id == posting.id) if posting is not None else query


def in_subtree(
    *, state: ApplicationState | None = None, words: str = "", late_on: date | None = None
) -> Select[*tuple[Any, ...]]:
    """What staff look through, newest first; ``words`` are part of a person's, posting's or employer's name."""
    query = select(Application).order_by(Application.created_at.desc(), Application.id.desc())
    if state is not None:
        query = query.where(Application.state == state)
    if late_on is not None:
        query = query.where(Application.state == ApplicationState.SUBMITTED, Application.answer_due_on < late_on)
    if words:
        people = select(Person.id).where(Person.name.contains(words, autoescape=True))
        postings = select(Posting.id).where(Posting.title.contains(words, autoescape=True))
        query = query.where(or_(Application.person_id.in_(people), Application.posting_id.in_(postings)))
    return query


def find_live(uow: UnitOfWork, person_id: int, posting_id: int) -> Application | None:
    """The person's live application to this posting, if there is one."""
    query = select(Application).where(
        Application.person_id == person_id, Application.posting_id == posting_id, Application.state.in_(LIVE)
    )
    return uow.session.scalars(query).first()


def other_live(uow: UnitOfWork, application: Application) -> list[Application]:
    """The same person's other live applications, oldest first."""
    query = select(Application).where(
        Application.person_id == application.person_id,
        Application.id != application.id,
        Application.state.in_(LIVE),
    )
    return list(uow.session.scalars(with_posting(query).order_by(Application.id)))


def count_applicants(uow: UnitOfWork, posting: Posting) -> int:
    """How many people have applied to ``posting``: a public figure."""
    query = select(func.count(func.distinct(Application.person_id))).where(Application.posting_id == posting.id)
    return int(uow.session.scalar(query) or 0)


def unanswered_organizations(uow: UnitOfWork, *, limit: int) -> list[int]:
    """Ids of organizations with applications past the promised day that nobody reminded them of."""
    query = (
        select(Application.organization_id)
        .where(*_unanswered(uow))
        .group_by(Application.organization_id)
        .order_by(func.min(Application.id))
        .limit(limit)
    )
    return list(uow.session.scalars(query))


def unanswered_of(uow: UnitOfWork, organization_id: int) -> list[Application]:
    """The applications that ``unanswered_organizations`` found for one organization."""
    query = select(Application).where(*_unanswered(uow), Application.organization_id == organization_id)
    return list(uow.session.scalars(query.order_by(Application.id)))


def _unanswered(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    return (
        Application.state == ApplicationState.SUBMITTED,
        Application.answer_due_on < uow.today,
        Application.reminded_at.is_(None),
    )


def lapsed(uow: UnitOfWork, *, limit: int) -> list[Application]:
    """Applications on which nothing was decided for 60 days, oldest first."""
    query = (
        select(Application)
        .where(
            Application.state.in_(TAB_STATES[Tab.WAITING]),
            Application.state_since < uow.now - timedelta(days=LAPSE_DAYS),
        )
        .order_by(Application.state_since, Application.id)
        .limit(limit)
    )
    return list(uow.session.scalars(query))


def last_moves(uow: UnitOfWork, applications: Iterable[Application]) -> dict[int, ApplicationMove]:
    """The newest log row of each application by its id, in one statement."""
    newest = (
        select(func.max(ApplicationMove.id))
        .where(ApplicationMove.application_id.in_([one.id for one in applications]))
        .group_by(ApplicationMove.application_id)
    )
    rows = uow.session.scalars(select(ApplicationMove).where(ApplicationMove.id.in_(newest)))
    return {row.application_id: row for row in rows}


def person_reading(uow: UnitOfWork) -> Person | None:
    """The person who reads the page, with everything that is compared with a posting; None for all others."""
    if not uow.actor.can("application.own") or uow.actor.user_id is None:
        return None
    return person_of(uow.session, uow.actor.user_id)


def sender_name(uow: UnitOfWork, application: Application) -> str:
    """Who sent an application in the person's place; empty where they sent it themselves."""
    clerk = uow.session.get(User, application.applied_by_id) if application.applied_by_id else None
    return clerk.name if clerk else ""


def own_phone(uow: UnitOfWork, person: Person) -> str:
    """The number that an employer will call."""
    return phone_of(uow.session, person) or ""


def pair_marks(uow: UnitOfWork, person: Person | None, posting: Posting) -> set[FactKind]:
    """What the ledger knows between a reader and a posting: saved, dismissed, invited …"""
    return facts_of(uow.session, person.id, [posting.id]).get(posting.id, set()) if person else set()


def answer_day(uow: UnitOfWork) -> date:
    """The day by which an employer answers what is sent today."""
    return add_working_days(uow.session, uow.today, ANSWER_WORKING_DAYS)[0]


def reason_choices(uow: UnitOfWork, kind: ReasonKind) -> list[tuple[str, str]]:
    """(code, label) of the coded reasons of ``kind`` that may be chosen."""
    return choices(uow.session, Reason, kind=kind)


def reason_names(uow: UnitOfWork) -> dict[str, str]:
    """Names of all coded reasons in the reader's language."""
    return names(uow.session, Reason)


def interview_is_over(application: Application) -> bool:
    """Whether the agreed time has passed."""
    return application.interview_at is not None and application.interview_at < utcnow()


def reason_hint(uow: UnitOfWork, code: str | None) -> str:
    """What somebody can do about a coded reason, in the reader's language; empty where there is no advice."""
    reason = uow.session.get(Reason, code) if code else None
    if reason is None:
        return ""
    return (current_locale() == "en" and reason.hint_en) or reason.hint


def handed_applications() -> Select[*tuple[Any, ...]]:
    """Applications, the newest first; the policy leaves those that were handed to the reader."""
    return select(Application).order_by(Application.created_at.desc(), Application.id.desc())
