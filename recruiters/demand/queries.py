"""Reads of rounds: who was asked, who answered, and what is needed, set against the people of the pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person, WorkHistory
from jobmatch.people.policies import visible_people
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names, region_label
from recruiters.demand.models import DemandAnswer, DemandLine, DemandRound, PostingForm
from recruiters.demand.policies import visible_answers
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def quarter_of(day: date) -> str:
    """The quarter of a day, such as 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_words(quarter: str) -> str:
    """How people write a quarter."""
    return _("%(year)s 年第 %(n)s 季度", year=quarter[:4], n=quarter[5:])


@dataclass(frozen=True, slots=True)
class Asked:
    """One employer in a round."""

    answer: DemandAnswer
    round: DemandRound
    employer: Employer


def load_answers(query: S) -> S:
    """Join round and employer to answers, with lines and names."""
    return (
        query.join(DemandRound, DemandRound.id == DemandAnswer.round_id)
        .join(Employer, Employer.id == DemandAnswer.employer_id)
        .options(selectinload(DemandAnswer.lines), joinedload(Employer.organization))
    )


def rounds() -> Select[*tuple[Any, ...]]:
    """Rounds with how many were asked and how many answered, the newest first."""
    asked = select(func.count(DemandAnswer.id)).where(DemandAnswer.round_id == DemandRound.id)
    answered = asked.where(DemandAnswer.answered_at.is_not(None))
    return select(DemandRound, asked.scalar_subquery(), answered.scalar_subquery()).order_by(
        DemandRound.quarter.desc(), DemandRound.id.desc()
    )


def round_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The round with this public id."""
    return select(DemandRound).where(DemandRound.public_id == public_id)


def answers_of(round_: DemandRound, *, waiting: bool | None = None) -> Select[*tuple[Any, ...]]:
    """(answer, round, employer) of a round, those that wait first; pass it through ``visible_answers``."""
    query = load_answers(select(DemandAnswer, DemandRound, Employer).where(DemandAnswer.round_id == round_.id))
    if waiting is not None:
        empty = DemandAnswer.answered_at.is_(None)
        query = query.where(empty if waiting else ~empty)
    return query.order_by(DemandAnswer.answered_at.is_not(None), DemandAnswer.id)


def answer_named(round_: DemandRound, public_id: str) -> Select[*tuple[Any, ...]]:
    """One employer's line of a round."""
    return answers_of(round_).where(DemandAnswer.public_id == public_id)


def running_round(session: Session, employer: Employer, today: date) -> DemandRound | None:
    """The round that asks this employer now: the one held nearest to it."""
    query = select(DemandRound).where(DemandRound.opens_on <= today, DemandRound.closes_on >= today)
    found = [one for one in session.scalars(query) if employer.region_path.startswith(one.region_path)]
    return max(found, key=lambda one: (len(one.region_path), one.quarter), default=None)


@dataclass(slots=True)
class Need:
    """What is needed of one kind of work, or in one town; ``people`` want such work, ``done`` have done it before."""

    key: str
    name: str
    now: int = 0
    next: int = 0
    trainable: int = 0
    employers: set[int] = field(default_factory=set)
    pay_low: int | None = None
    pay_high: int | None = None
    people: int = 0
    done: int = 0

    @property
    def total(self) -> int:
        return self.now + self.next

    def add(self, line: DemandLine, employer: Employer) -> None:
        """Count one line in."""
        self.now += line.now_count
        self.next += line.next_count
        self.trainable += (line.now_count + line.next_count) * line.is_trainable
        self.employers.add(employer.id)
        low, high = line.pay_low_yuan, line.pay_high_yuan or line.pay_low_yuan
        if low:
            self.pay_low = min(low, self.pay_low or low)
        if high:
            self.pay_high = max(high, self.pay_high or high)


def _lines(uow: UnitOfWork, *where: Any) -> Sequence[Any]:
    query = (
        select(DemandLine, Employer)
        .join(DemandAnswer, DemandAnswer.id == DemandLine.answer_id)
        .join(DemandRound, DemandRound.id == DemandAnswer.round_id)
        .join(Employer, Employer.id == DemandAnswer.employer_id)
        .options(joinedload(Employer.organization))
        .where(*where)
        .order_by(DemandLine.id)
    )
    return uow.rows(visible_answers(uow.actor, query))


def _by_occupation(uow: UnitOfWork, lines: Sequence[Any]) -> list[Need]:
    known = names(uow.session, Occupation)
    found: dict[str, Need] = {}
    for line, employer in lines:
        key = line.occupation_code or ""
        name = known.get(key, key) if key else line.words
        found.setdefault(key or f"?{line.words}", Need(key, name)).add(line, employer)
    return sorted(found.values(), key=lambda need: (-need.total, need.name))


def round_needs(uow: UnitOfWork, round_: DemandRound) -> tuple[list[Need], list[Need]]:
    """By occupation, with how many people of the pool want or have done such work, and by town: four statements."""
    lines = _lines(uow, DemandRound.id == round_.id)
    needs = _by_occupation(uow, lines)
    wanted, done = _pool(uow, {need.key for need in needs if need.key})
    for need in needs:
        need.people, need.done = wanted[need.key], done[need.key]
    towns: dict[str, Need] = {}
    for line, employer in lines:
        code = (employer.organization.region_code or "")[:9]
        towns.setdefault(code, Need(code, region_label(uow.session, code, depth=1) or "—")).add(line, employer)
    return needs, sorted(towns.values(), key=lambda need: (-need.total, need.key))


def _pool(uow: UnitOfWork, codes: set[str]) -> tuple[Counter[str], Counter[str]]:
    """How many people who look for work want each of ``codes``, and how many have done it."""
    looking = Person.search_state.in_((JobSearchState.LOOKING, JobSearchState.OPEN))
    query = select(JobIntention.occupation_codes).join(Person, Person.id == JobIntention.person_id).where(looking)
    wanted: Counter[str] = Counter()
    for said in uow.rows(visible_people(uow.actor, query, aggregate=True)):
        wanted.update(codes.intersection(said))
    count = func.count(WorkHistory.person_id.distinct())
    past = (
        select(WorkHistory.occupation_code, count)
        .join(Person, Person.id == WorkHistory.person_id)
        .where(looking, WorkHistory.occupation_code.in_(codes))
        .group_by(WorkHistory.occupation_code)
    )
    return wanted, Counter(dict(uow.rows(visible_people(uow.actor, past, aggregate=True))))


def employers_to_ask(region_path: str) -> Select[*tuple[Any, ...]]:
    """Ids of vetted employers of a place that were not joined into another."""
    below = Employer.region_path.startswith(region_path, autoescape=True)
    return (
        select(Employer.id)
        .join(Organization, Organization.id == Employer.organization_id)
        .where(below, Employer.vetting == VettingState.VETTED, Organization.merged_into_id.is_(None))
    )


def find_asked(session: Session, held: DemandRound, employer: Employer) -> Asked | None:
    """The line of an employer in a round, None where it was not asked yet."""
    query = load_answers(select(DemandAnswer, DemandRound, Employer))
    mine = query.where(DemandAnswer.round_id == held.id, DemandAnswer.employer_id == employer.id)
    row = session.execute(mine).one_or_none()
    return Asked(*row) if row is not None else None


def posting_forms(*, waiting: bool = True) -> Select[*tuple[Any, ...]]:
    """(form, posting, employer) of postings that came by the public form, the oldest first."""
    query = (
        select(PostingForm, Posting, Employer)
        .join(Posting, Posting.id == PostingForm.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .options(joinedload(Employer.organization))
        .order_by(PostingForm.id)
    )
    return query.where(Posting.state.in_(WAITING)) if waiting else query


WAITING = (PostingState.IMPORTED, PostingState.DRAFT, PostingState.IN_REVIEW)


def answer_counts(uow: UnitOfWork, held: DemandRound) -> tuple[int, int]:
    """How many employers of the actor's subtree have not answered, and how many have."""
    columns: tuple[Any, ...] = (func.count(), func.count(DemandAnswer.answered_at))
    query = select(*columns).join(Employer, Employer.id == DemandAnswer.employer_id)
    counted = query.where(DemandAnswer.round_id == held.id).select_from(DemandAnswer)
    ((total, answered),) = uow.rows(visible_answers(uow.actor, counted))
    return total - answered, answered
