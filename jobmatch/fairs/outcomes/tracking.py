"""What became of the intentions of a fair, and what all fairs of a time brought: always counted from the lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.core.clock import SHANGHAI, local_day, utcnow
from jobmatch.fairs.day.states import IntentionStanding
from jobmatch.fairs.outcomes.figures import FAMILIES, IntentionLine, Key, Quick, load, quick
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


@dataclass
class Tracking:
    """The people of a fair's intentions, each in exactly one state: the states add up to them by construction."""

    day: int
    outcomes: list[Outcome]
    recommended: int = 0
    to_training: int = 0

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

    def numbers(self) -> dict[str, int]:
        """Every number of the 90-day report by its name."""
        return {
            **{name: len(people) for name, people in self.funnel},
            **{result.value: len(self.of(result)) for result in R},
            "recommended_again": self.recommended,
            "to_training": self.to_training,
        }


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
    given = answers.values()
    return Tracking(
        day, outcomes, sum(one.is_recommended_again for one in given), sum(one.is_to_training for one in given)
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

    def numbers(self) -> dict[str, int]:
        """Every number of the cumulative report by its name."""
        lines = [line for one in self.held for line in one.exhibitors]
        postings = [line for one in self.held for line in one.postings]
        most: dict[int, int] = {}
        for posting in postings:
            most[posting.posting_id] = max(most.get(posting.posting_id, 0), posting.vacancies)
        verified = self.verified
        return {
            "fairs": len(self.held),
            "joined": len(self.joined),
            "employer_times": len(lines),
            "employers": len({line.organization_id for line in lines}),
            "vacancies": sum(one.vacancies_of() for one in self.held),
            "vacancies_once": sum(most.values()),
            "postings": len(postings),
            "reserved": sum(posting.vacancies for posting in postings if posting.is_reserved),
            "visitor_times": sum(len(one.visitors) for one in self.held),
            "visitors": len({line.key for one in self.held for line in one.visitors}),
            "intention_by_fair": sum(len(one.people) for one in self.held),
            "intention_people": len(self.tracking.outcomes),
            "intentions": sum(len(one.intentions) for one in self.held),
            "verified": len(verified),
            "same_employer": len(self.tracking.of(R.SAME_EMPLOYER)),
            "other_employer": len(self.tracking.of(R.OTHER_EMPLOYER)),
            "kept": sum(one.is_kept for one in self.tracking.outcomes),
            "verified_veterans": sum(one.line.kind is VisitorKind.VETERAN for one in verified),
            "verified_families": sum(one.line.kind in FAMILIES for one in verified),
            "joined_employers": sum(len(one.exhibitors) for one in self.joined),
            "joined_vacancies": sum(one.vacancies_of() for one in self.joined),
            "joined_people": sum(len(one.people) for one in self.joined),
            "broadcasts": sum(len(one.broadcasts) for one in self.held),
            "broadcast_viewers": sum(b.viewer_count for one in self.held for b in one.broadcasts),
            "broadcast_applications": sum(b.application_count for one in self.held for b in one.broadcasts),
            "broadcast_intentions": sum(b.intention_count for one in self.held for b in one.broadcasts),
            "online_applications": sum(len(one.applications) for one in self.held),
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
