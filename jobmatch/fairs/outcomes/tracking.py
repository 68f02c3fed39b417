"""What became of the intentions of a fair, and what all fairs of a time brought: always counted from the lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.core.clock import SHANGHAI, local_day, utcnow
from jobmatch.fairs.day.states import IntentionStanding
from jobmatch.fairs.outcomes.figures import Quick, load, quick
from jobmatch.fairs.outcomes.lines import FAMILIES, IntentionLine, Key, PostingLine, first_of_each
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.outcomes.states import FollowUpResult, FollowUpSource
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.people.models.register import EmploymentSpell

R = FollowUpResult
FOLLOW_UP_DAYS = (7, 30, 90)
KEPT_DAYS = 90
"""3 个月在岗: so many days after the first day at work."""
_BEST = (R.SAME_EMPLOYER, R.OTHER_EMPLOYER, R.IN_PROGRESS, R.UNVERIFIED, R.NOT_STARTED)
"""A person with several intentions stands where the best of them stands. Not having started at one employer says
nothing while another one is unverified, so that comes last."""
_HIRED = (ApplicationState.OFFERED, ApplicationState.HIRED, ApplicationState.STARTED)


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest answer about one intention up to a day."""

    result: FollowUpResult
    reason_code: str | None = None
    source: FollowUpSource | None = None
    is_recommended_again: bool = False
    is_to_training: bool = False


UNKNOWN = Answer(R.UNVERIFIED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one person with an intention stands."""

    line: IntentionLine
    result: FollowUpResult
    reason_code: str | None
    is_hired: bool
    has_started: bool
    is_kept: bool

    @property
    def fair_id(self) -> int:
        return self.line.fair_id


@dataclass
class Tracking:
    """The people of a fair's intentions, each in exactly one state: the states add up to them by construction."""

    day: int
    outcomes: list[Outcome]
    recommended: list[IntentionLine] = field(default_factory=list)
    """人次: intentions after which another posting was recommended."""
    to_training: list[IntentionLine] = field(default_factory=list)
    """One line for each person who went on to a course."""

    def of(self, result: FollowUpResult) -> list[Outcome]:
        return [one for one in self.outcomes if one.result is result]

    @property
    def funnel(self) -> list[tuple[str, list[Outcome]]]:
        """意向 → 录用 → 入职 → 3 个月在岗, each a part of the list before it."""
        return [
            ("intention_people", self.outcomes),
            ("hired", [one for one in self.outcomes if one.is_hired]),
            ("started", [one for one in self.outcomes if one.has_started]),
            ("kept", [one for one in self.outcomes if one.is_kept]),
        ]

    def reasons(self) -> dict[str, int]:
        """People who did not start, by reason; they add up to those who did not."""
        found: dict[str, int] = {}
        for one in self.of(R.NOT_STARTED):
            code = one.reason_code or ""
            found[code] = found.get(code, 0) + 1
        return found

    @property
    def lists(self) -> dict[str, Sequence[Any]]:
        """The list behind each number of the 90-day report, by the number's name."""
        return {
            **dict(self.funnel),
            **{result.value: self.of(result) for result in R},
            "recommended_again": self.recommended,
            "to_training": self.to_training,
        }

    def numbers(self) -> dict[str, int]:
        """Every number of the 90-day report by its name: so long is its list."""
        return {name: len(lines) for name, lines in self.lists.items()}


def tracking(session: Session, fair: JobFair, day: int, *, loaded: Quick | None = None) -> Tracking:
    """What is known up to the question after ``day`` days."""
    found = loaded or quick(session, fair)
    return track(session, found.intentions, day)


def track(session: Session, lines: Sequence[IntentionLine], day: int) -> Tracking:
    """The people of counting intentions, of one fair or of many, by what became of them."""
    answers = answers_of(session, [one.intention_id for one in lines], day)
    return states_of(lines, answers, hired=_hired(session, lines), kept=_kept(session, lines), day=day)


def states_of(
    lines: Sequence[IntentionLine],
    answers: Mapping[int, Answer],
    *,
    hired: Collection[int],
    kept: Collection[tuple[int | None, int | None]],
    day: int,
) -> Tracking:
    """Put each person into exactly one state, that of the best of their intentions."""
    by_person: dict[Key, list[IntentionLine]] = {}
    for one in lines:
        by_person.setdefault(one.key, []).append(one)
    outcomes = []
    for intentions in by_person.values():
        best = min(intentions, key=lambda one: _BEST.index(answers.get(one.intention_id, UNKNOWN).result))
        answer = answers.get(best.intention_id, UNKNOWN)
        started = answer.result is R.SAME_EMPLOYER
        outcomes.append(
            Outcome(
                best,
                answer.result,
                answer.reason_code,
                started or any(one.intention_id in hired for one in intentions),
                started,
                started and (best.person_id, best.organization_id) in kept,
            )
        )
    return Tracking(
        day,
        outcomes,
        [one for one in lines if answers.get(one.intention_id, UNKNOWN).is_recommended_again],
        first_of_each(one for one in lines if answers.get(one.intention_id, UNKNOWN).is_to_training),
    )


def answers_of(session: Session, intention_ids: Sequence[int], day: int) -> dict[int, Answer]:
    """The newest answer about each intention, up to the question after ``day`` days."""
    found: dict[int, Answer] = {}
    spell = select(EmploymentSpell.id).where(EmploymentSpell.superseded_at.is_not(None))
    taken_back = FairFollowUp.spell_id.in_(spell).label("taken_back")
    for begin in range(0, len(intention_ids), 500):
        rows = session.execute(
            select(FairFollowUp, taken_back)
            .where(
                FairFollowUp.intention_id.in_(intention_ids[begin : begin + 500]),
                FairFollowUp.day <= day,
                FairFollowUp.result.is_not(None),
            )
            .order_by(FairFollowUp.day)
        )
        for row, is_taken_back in rows:
            # What the register said and then took back is no longer verified by anybody.
            result = R.UNVERIFIED if is_taken_back else row.result or R.UNVERIFIED
            before = found.get(row.intention_id)
            found[row.intention_id] = Answer(
                result,
                row.reason_code if result is R.NOT_STARTED else None,
                row.source,
                row.is_recommended_again or bool(before and before.is_recommended_again),
                row.is_to_training or bool(before and before.is_to_training),
            )
    return found


def _hired(session: Session, lines: Sequence[IntentionLine]) -> set[int]:
    """Intentions with an on-site hire, or whose application came to an offer."""
    found = {one.intention_id for one in lines if one.standing is IntentionStanding.HIRED}
    by_application = {one.application_id: one.intention_id for one in lines if one.application_id is not None}
    ids = list(by_application)
    for begin in range(0, len(ids), 500):
        query = select(Application.id).where(
            Application.id.in_(ids[begin : begin + 500]), Application.state.in_(_HIRED)
        )
        found |= {by_application[one] for one in session.scalars(query)}
    return found


def _kept(session: Session, lines: Sequence[IntentionLine]) -> set[tuple[int | None, int | None]]:
    """(person, organization) where the register has a line with three months behind it, begun since the fair."""
    fairs = {one.fair_id for one in lines}
    since = dict(session.execute(select(JobFair.id, JobFair.opens_at).where(JobFair.id.in_(fairs))).all())
    first: dict[tuple[int | None, int | None], date] = {}
    for one in lines:
        opened = local_day(since[one.fair_id])
        key = (one.person_id, one.organization_id)
        first[key] = min(first.get(key, opened), opened)
    people = sorted({one.person_id for one in lines if one.person_id is not None})
    today = local_day(utcnow())
    kept: set[tuple[int | None, int | None]] = set()
    for begin in range(0, len(people), 500):
        rows = session.execute(
            select(
                EmploymentSpell.person_id,
                EmploymentSpell.organization_id,
                EmploymentSpell.started_on,
                EmploymentSpell.ended_on,
            ).where(
                EmploymentSpell.person_id.in_(people[begin : begin + 500]),
                EmploymentSpell.organization_id.is_not(None),
                EmploymentSpell.superseded_at.is_(None),
            )
        )
        for person_id, organization_id, started_on, ended_on in rows:
            opened_on = first.get((person_id, organization_id))
            is_since = opened_on is not None and started_on >= opened_on
            if is_since and ((ended_on or today) - started_on).days >= KEPT_DAYS:
                kept.add((person_id, organization_id))
    return kept


@dataclass
class Cumulative:
    """What the fairs of a place and a time brought; joined ones stand apart (参加, never 举办)."""

    since: date
    until: date
    held: list[Quick]
    joined: list[Quick]
    tracking: Tracking
    joined_tracking: Tracking = field(default_factory=lambda: Tracking(90, []))

    @property
    def fairs(self) -> dict[int, JobFair]:
        """All of them by their row."""
        return {one.fair.id: one.fair for one in [*self.held, *self.joined]}

    @cached_property
    def lists(self) -> dict[str, Sequence[Any]]:
        """The list behind each number of the cumulative report, by the number's name."""
        held = self.held
        lines = [line for one in held for line in one.exhibitors]
        postings = [line for one in held for line in one.postings]
        once: dict[int, PostingLine] = {}
        for line in sorted(postings, key=lambda one: one.vacancies):
            once[line.posting_id] = line
        verified = self.verified
        return {
            "fairs": held,
            "joined": self.joined,
            "employer_times": lines,
            "employers": list({line.organization_id: line for line in lines}.values()),
            "vacancies": postings,
            "vacancies_once": list(once.values()),
            "reserved": [line for line in postings if line.is_reserved],
            "visitor_times": [line for one in held for line in one.visitors],
            "visitors": list({line.key: line for one in held for line in one.visitors}.values()),
            "intention_by_fair": [line for one in held for line in one.people],
            "intention_people": self.tracking.outcomes,
            "intentions": [line for one in held for line in one.intentions],
            "verified": verified,
            "same_employer": self.tracking.of(R.SAME_EMPLOYER),
            "other_employer": self.tracking.of(R.OTHER_EMPLOYER),
            "kept": [one for one in self.tracking.outcomes if one.is_kept],
            "verified_veterans": [one for one in verified if one.line.kind is VisitorKind.VETERAN],
            "verified_families": [one for one in verified if one.line.kind in FAMILIES],
            "joined_employers": [line for one in self.joined for line in one.exhibitors],
            "joined_vacancies": [line for one in self.joined for line in one.postings],
            "joined_people": [line for one in self.joined for line in one.people],
            "broadcasts": [line for one in held for line in one.broadcasts],
        }

    def numbers(self) -> dict[str, int]:
        """Every number of the cumulative report by its name: so long is its list, or so much its lines add up to."""
        lists = self.lists
        heads = ("vacancies", "vacancies_once", "reserved", "joined_vacancies")
        shown = lists["broadcasts"]
        return {
            **{name: len(lines) for name, lines in lists.items()},
            **{name: sum(line.vacancies for line in lists[name]) for name in heads},
            "broadcast_viewers": sum(one.viewer_count for one in shown),
            "broadcast_applications": sum(one.application_count for one in shown),
            "broadcast_intentions": sum(one.intention_count for one in shown),
        }

    @property
    def verified(self) -> list[Outcome]:
        """经核实实现就业, with the employer of the intention or another."""
        return [one for one in self.tracking.outcomes if one.result in (R.SAME_EMPLOYER, R.OTHER_EMPLOYER)]


def cumulative(session: Session, scope: str, since: date, until: date) -> Cumulative:
    """Fairs that took place below ``scope`` from ``since`` to ``until``, both included."""
    begin = datetime.combine(since, time(), SHANGHAI)
    end = datetime.combine(until + timedelta(days=1), time(), SHANGHAI)
    fairs = session.scalars(
        select(JobFair)
        .where(
            JobFair.region_path.startswith(scope, autoescape=True),
            JobFair.state.in_((FairState.CLOSED, FairState.ARCHIVED)),
            JobFair.opens_at >= begin,
            JobFair.opens_at < end,
        )
        .order_by(JobFair.opens_at, JobFair.id)
    ).all()
    found = load(session, fairs)
    held = [found[fair.id] for fair in fairs if fair.part is FairPart.HELD]
    joined = [found[fair.id] for fair in fairs if fair.part is FairPart.JOINED]
    return Cumulative(since, until, held, joined, track(session, _all(held), 90), track(session, _all(joined), 90))


def _all(found: Iterable[Quick]) -> list[IntentionLine]:
    return [line for one in found for line in one.intentions]


def earlier_fairs(session: Session, fair: JobFair, *, most: int = 5) -> list[JobFair]:
    """The office's last fairs up to this one, the oldest first."""
    query = select(JobFair).where(
        JobFair.organization_id == fair.organization_id,
        JobFair.part == FairPart.HELD,
        JobFair.state.in_((FairState.CLOSED, FairState.ARCHIVED)),
        JobFair.opens_at < fair.opens_at,
        JobFair.id != fair.id,
    )
    rows = session.scalars(query.order_by(JobFair.opens_at.desc(), JobFair.id.desc()).limit(most)).all()
    return [*reversed(rows), fair]


def comparison(session: Session, fairs: Sequence[JobFair]) -> list[tuple[JobFair, dict[str, Any]]]:
    """The main numbers of several fairs side by side."""
    found = load(session, fairs)
    lines = _all(found.values())
    started: dict[int, set[Key]] = {}
    answers = answers_of(session, [one.intention_id for one in lines], 90)
    for one in lines:
        if answers.get(one.intention_id, UNKNOWN).result is R.SAME_EMPLOYER:
            started.setdefault(one.fair_id, set()).add(one.key)
    return [(fair, {**found[fair.id].numbers(), "started": len(started.get(fair.id, ()))}) for fair in fairs]
