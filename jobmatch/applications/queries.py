"""Reads of applications. A ``Select`` made here still has to pass through ``visible_applications``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from jobmatch.accounts.models import User
from jobmatch.applications.models import (
    Application,
    ApplicationDocument,
    ApplicationOrigin,
    Interview,
    InterviewSlot,
    PostingDocument,
    RetentionCheck,
)
from jobmatch.applications.states import ENDED, LIVE, ApplicationState, Stage
from jobmatch.core.clock import SHANGHAI, utcnow
from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.queries import facts_of
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import person_of, phone_of
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import add_working_days, choices, names, rule_value
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.queries import load_full, open_postings

NUDGES = ("employer_nudge_first_days", "employer_nudge_second_days", "employer_nudge_third_days")
"""Dated rules: so many days after an application without a first answer the employer is reminded, once each."""


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


def last_ended(uow: UnitOfWork, person_id: int, posting_id: int) -> datetime | None:
    """When the person's last application to this posting ended; None where there was none."""
    query = select(func.max(Application.ended_at)).where(
        Application.person_id == person_id, Application.posting_id == posting_id, Application.state.in_(ENDED)
    )
    return uow.session.scalar(query)


def standing_interview(uow: UnitOfWork, application_id: int) -> Interview | None:
    """The appointment that goes with an application now."""
    query = select(Interview).where(Interview.application_id == application_id, Interview.cancelled_at.is_(None))
    return uow.session.scalars(query).first()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first instant of a day in Shanghai, and that of the next."""
    begin = datetime.combine(day, time(), SHANGHAI)
    return begin, begin + timedelta(days=1)


def slots_of(posting_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    """Times of a posting that are still to come and open, the next first."""
    query = select(InterviewSlot).where(
        InterviewSlot.posting_id == posting_id, InterviewSlot.closed_at.is_(None), InterviewSlot.starts_at > now
    )
    return query.order_by(InterviewSlot.starts_at, InterviewSlot.id)


def free_slots(uow: UnitOfWork, posting_id: int) -> list[InterviewSlot]:
    """Times of a posting that somebody may still choose, the next first."""
    query = slots_of(posting_id, uow.now).where(InterviewSlot.taken < InterviewSlot.capacity)
    return list(uow.session.scalars(query.limit(60)))


def has_free_slot(uow: UnitOfWork, posting_id: int) -> bool:
    """Whether anything is left to choose from."""
    query = slots_of(posting_id, uow.now).where(InterviewSlot.taken < InterviewSlot.capacity)
    return uow.session.scalars(query.limit(1)).first() is not None


def asked_documents(uow: UnitOfWork, posting_id: int) -> list[PostingDocument]:
    """What a posting asks for, by stage."""
    query = select(PostingDocument).where(PostingDocument.posting_id == posting_id)
    rows = uow.session.scalars(query.order_by(PostingDocument.id))
    return sorted(rows, key=lambda row: list(Stage).index(row.stage))


def documents_of(uow: UnitOfWork, application_id: int) -> dict[str, ApplicationDocument]:
    """What was handed in for an application, by kind."""
    query = select(ApplicationDocument).where(ApplicationDocument.application_id == application_id)
    rows = uow.session.scalars(query.options(joinedload(ApplicationDocument.file)))
    return {row.kind_code: row for row in rows}


def document_of(uow: UnitOfWork, application_id: int, kind_code: str) -> ApplicationDocument | None:
    """One of them."""
    return documents_of(uow, application_id).get(kind_code)


def no_show_of(uow: UnitOfWork, application_id: int) -> Interview | None:
    """The last interview of an application that counts as one the person did not come to."""
    query = select(Interview).where(Interview.application_id == application_id, Interview.is_no_show)
    return uow.session.scalars(query.order_by(Interview.id.desc())).first()


def retention_checks(*, is_open: bool, only: str = "") -> Select[*tuple[Any, ...]]:
    """(question, application) about hires: those that wait, oldest first, or those answered, newest first.

    ``only`` is the public id of one question, whether it was answered or not.
    """
    query = select(RetentionCheck, Application).join(Application, Application.id == RetentionCheck.application_id)
    if only:
        return query.where(RetentionCheck.public_id == only)
    if is_open:
        waiting = query.where(RetentionCheck.answered_at.is_(None), RetentionCheck.settled_at.is_(None))
        return waiting.order_by(RetentionCheck.due_on, RetentionCheck.id)
    return query.where(RetentionCheck.answered_at.is_not(None)).order_by(RetentionCheck.answered_at.desc())


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


def nudge_days(uow: UnitOfWork) -> list[int]:
    """After how many days an employer is reminded, by step."""
    return [int(rule_value(uow.session, code, uow.today)) for code in NUDGES]


def lapse_days(uow: UnitOfWork) -> int:
    """After how many days without a decision an application ends."""
    return int(rule_value(uow.session, "application_obsolete_days", uow.today))


def organizations_to_nudge(uow: UnitOfWork, *, limit: int) -> list[int]:
    """Ids of organizations with applications that reached a step of waiting of which they were not told."""
    query = (
        select(Application.organization_id)
        .where(_to_nudge(uow))
        .group_by(Application.organization_id)
        .order_by(func.min(Application.id))
        .limit(limit)
    )
    return list(uow.session.scalars(query))


def waiting_of(uow: UnitOfWork, organization_id: int) -> list[Application]:
    """Everything that waits for a first answer of an organization since the first step or longer, oldest first."""
    first = uow.now - timedelta(days=min(nudge_days(uow)))
    query = select(Application).where(
        Application.state == ApplicationState.SUBMITTED,
        Application.organization_id == organization_id,
        Application.created_at <= first,
    )
    with_person = query.options(selectinload(Application.person), selectinload(Application.posting))
    return list(uow.session.scalars(with_person.order_by(Application.created_at, Application.id)))


def _to_nudge(uow: UnitOfWork) -> ColumnElement[bool]:
    steps = [
        and_(Application.created_at <= uow.now - timedelta(days=days), Application.nudge_step < step)
        for step, days in enumerate(nudge_days(uow), start=1)
    ]
    return and_(Application.state == ApplicationState.SUBMITTED, or_(*steps))


def lapsed(uow: UnitOfWork, *, limit: int) -> list[Application]:
    """Applications on which nothing was decided for the days of the rule, oldest first."""
    query = (
        select(Application)
        .where(
            Application.state.in_(TAB_STATES[Tab.WAITING]),
            Application.state_since < uow.now - timedelta(days=lapse_days(uow)),
        )
        .order_by(Application.state_since, Application.id)
        .limit(limit)
    )
    return list(uow.session.scalars(query))


def person_reading(uow: UnitOfWork) -> Person | None:
    """The person who reads the page; None for all others. Comparing them with a posting reads what it needs itself."""
    if not uow.actor.can("application.own") or uow.actor.user_id is None:
        return None
    return person_of(uow.session, uow.actor.user_id)


def name_of(uow: UnitOfWork, user_id: int | None) -> str:
    """The name of a member of staff; empty for nobody."""
    clerk = uow.session.get(User, user_id) if user_id else None
    return clerk.name if clerk else ""


def sender_name(uow: UnitOfWork, application: Application) -> str:
    """Who sent an application in the person's place; empty where they sent it themselves."""
    return name_of(uow, application.applied_by_id)


def own_phone(uow: UnitOfWork, person: Person) -> str:
    """The number that an employer will call."""
    return phone_of(uow.session, person) or ""


def pair_marks(uow: UnitOfWork, person: Person | None, posting: Posting) -> set[FactKind]:
    """What the ledger knows between a reader and a posting: saved, dismissed, invited …"""
    return facts_of(uow.session, person.id, [posting.id]).get(posting.id, set()) if person else set()


def answer_day(uow: UnitOfWork) -> date:
    """The day by which an employer answers what is sent today."""
    days = int(rule_value(uow.session, "employer_answer_days", uow.today))
    return add_working_days(uow.session, uow.today, days)[0]


def origin_counts(session: Session, codes: Collection[str]) -> dict[str, int]:
    """How many applications came by each link."""
    query = select(ApplicationOrigin.code, ApplicationOrigin.application_count)
    return {row[0]: row[1] for row in session.execute(query.where(ApplicationOrigin.code.in_(codes)))}


def again_days(uow: UnitOfWork) -> int:
    """After how many days somebody may apply to the same posting again."""
    return int(rule_value(uow.session, "reapply_days", uow.today))


def similar_postings(posting: Posting) -> Select[*tuple[Any, ...]]:
    """A few open postings of the same occupation in the same place, the newest first, as cards need them."""
    query = load_full(open_postings()).where(
        Posting.id != posting.id, Posting.occupation_code == posting.occupation_code
    )
    return query.limit(5)


def reason_choices(uow: UnitOfWork, kind: ReasonKind) -> list[tuple[str, str]]:
    """(code, label) of the coded reasons of ``kind`` that may be chosen."""
    return choices(uow.session, Reason, kind=kind)


def rejection_choices(uow: UnitOfWork) -> dict[str, list[tuple[str, str]]]:
    """The employer's reasons in two levels: (code, label) by the name of their group; the others stand last."""
    labels = names(uow.session, Reason)
    offered = dict(choices(uow.session, Reason, kind=ReasonKind.APPLICATION_REJECT))
    groups = [code for code, _name in choices(uow.session, Reason, kind=ReasonKind.APPLICATION_REJECT_GROUP)]
    parents = dict(uow.session.execute(select(Reason.code, Reason.parent_code).where(Reason.code.in_(offered))).all())
    found = {
        labels[group]: [(code, name) for code, name in offered.items() if parents.get(code) == group]
        for group in groups
    }
    rest = [(code, name) for code, name in offered.items() if parents.get(code) not in groups]
    if rest:
        found[_("其他")] = rest
    return {name: rows for name, rows in found.items() if rows}


def reason_names(uow: UnitOfWork) -> dict[str, str]:
    """Names of all coded reasons in the reader's language."""
    return names(uow.session, Reason)


def interview_is_over(application: Application) -> bool:
    """Whether the agreed time has passed."""
    return application.interview_at is not None and application.interview_at < utcnow()


@dataclass(frozen=True, slots=True)
class Hint:
    """What somebody can do about a coded reason: its group and name, the advice, and where the link leads."""

    group: str
    reason: str
    text: str
    way: str


def reason_hint(uow: UnitOfWork, code: str | None) -> Hint | None:
    """The advice for a coded reason in the reader's language; None where no reason was given."""
    reason = uow.session.get(Reason, code) if code else None
    if reason is None:
        return None
    labels = names(uow.session, Reason)
    text = (current_locale() == "en" and reason.hint_en) or reason.hint
    return Hint(labels.get(reason.parent_code or "", ""), labels[reason.code], text, reason.way)


def handed_applications() -> Select[*tuple[Any, ...]]:
    """Applications, the newest first; the policy leaves those that were handed to the reader."""
    return select(Application).order_by(Application.created_at.desc(), Application.id.desc())
