"""A year of the market: postings come and go, people apply, employers answer or do not, some start."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta

from jobmatch.applications.models import Application
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import ApplicationState, Move
from jobmatch.casework.crosscheck.queries import due_before_end
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY
from jobmatch.demo.employers import EmployerPlan, make_posting
from jobmatch.demo.people import Plan
from jobmatch.demo.registry import own_actor
from jobmatch.matching.services import record_fact, remember_shown
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.people.services.confirmations import confirm_spell
from jobmatch.people.states import ConfirmationWay, EvidenceKind
from recruiters.employers.models import Employer
from recruiters.employers.services.vetting import vet_employer
from recruiters.postings.models import Posting
from recruiters.postings.services.clocks import expire_postings
from recruiters.postings.services.moving import move_posting
from recruiters.postings.services.writing import create_posting
from recruiters.postings.states import PostingState

OpenUnit = Callable[[int], AbstractContextManager[UnitOfWork]]
SHOWN = 10
TRIED = 3
VALID_DAYS = 80
RECHECK_WEEKS = frozenset({22, 44})
CONFIRM_EVERY, REACHED = 4, 0.85
REJECT_REASONS = ("ar_skill", "ar_experience", "ar_interview", "ar_time")


@dataclass(slots=True)
class Offer:
    """A posting on the market, as the simulation needs it."""

    posting_id: int
    employer: int
    occupation: str
    licences: frozenset[str]
    week: int


@dataclass(slots=True)
class Seeker:
    """A person on the market."""

    person_id: int
    plan: Plan
    sent: int = 0


@dataclass(slots=True)
class Market:
    """What stands open and who looks, in the simulation's own words."""

    employers: list[tuple[EmployerPlan, Actor, int]] = field(default_factory=list)
    seekers: list[Seeker] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    pending: list[tuple[int, int]] = field(default_factory=list)
    published: int = 0
    submitted: int = 0
    started: int = 0

    def add_employer(self, plan: EmployerPlan, actor: Actor, employer_id: int) -> None:
        self.employers.append((plan, actor, employer_id))

    def add_person(self, plan: Plan, person_id: int) -> None:
        if plan.looks and plan.status != "R1":
            self.seekers.append(Seeker(person_id, plan))

    def summary(self) -> str:
        return f"{self.published} postings, {self.submitted} applications, {self.started} starts"


def live_through_week(
    market: Market,
    unit: OpenUnit,
    staff: dict[str, Actor],
    rng: random.Random,
    week: int,
    weeks: int,
    postings: int,
) -> None:
    """One week: postings expire by themselves, new ones are reviewed, applications are sent and answered."""
    if week in RECHECK_WEEKS:
        _recheck(market, unit, staff, week)
    if week % CONFIRM_EVERY == 0:
        _confirm_again(unit, staff, rng, week)
    _publish(market, unit, staff, rng, week, weeks, postings)
    market.offers = [offer for offer in market.offers if (week - offer.week) * 7 < VALID_DAYS]
    _answer(market, unit, rng, week)
    _apply(market, unit, rng, week, weeks)


def _new_count(week: int, weeks: int, postings: int) -> int:
    """How many postings appear in ``week``: the last eleven weeks hold what is open at the end."""
    last = VALID_DAYS // 7
    if week >= weeks - last + 1:
        return round(postings * 1.02 / last)
    return max(1, postings // 100)


def _publish(
    market: Market, unit: OpenUnit, staff: dict[str, Actor], rng: random.Random, week: int, weeks: int, postings: int
) -> None:
    count = _new_count(week, weeks, postings)
    for begin in range(0, count, 20):
        with unit(week) as uow:
            if begin == 0 and week:
                _expire(uow)
            for _ in range(min(20, count - begin)):
                plan, actor, employer_id = rng.choice(market.employers)
                employer = uow.session.get_one(Employer, employer_id)
                values, needs = make_posting(rng, plan)
                uow.actor = actor
                posting = create_posting(
                    uow,
                    employer,
                    # A 专岗 needs papers; those of the demo are made with theirs elsewhere.
                    values={**values, "is_reserved": False, "valid_through": uow.today + timedelta(days=VALID_DAYS)},
                    requirements=needs,
                )
                posting = move_posting(uow, posting, "submit")
                if week == weeks and rng.random() < 0.2:
                    continue
                uow.actor = staff[COUNTY]
                move_posting(uow, posting, "publish")
                licences = frozenset(need.code for need in needs if need.kind == "licence" and need.is_must)
                market.offers.append(
                    Offer(
                        posting.id,
                        market.employers.index((plan, actor, employer_id)),
                        values["occupation_code"],
                        licences,
                        week,
                    )
                )
                market.published += 1


def _recheck(market: Market, unit: OpenUnit, staff: dict[str, Actor], week: int) -> None:
    """Papers are looked at again before six months are over, as the rule of 2026-01-13 asks."""
    for begin in range(0, len(market.employers), 40):
        with unit(week) as uow:
            uow.actor = staff[COUNTY]
            for _plan, _actor, employer_id in market.employers[begin : begin + 40]:
                vet_employer(uow, uow.session.get_one(Employer, employer_id), action="recheck")


def _confirm_again(unit: OpenUnit, staff: dict[str, Actor], rng: random.Random, week: int) -> None:
    """The station asks again before a confirmation runs out, and reaches some; work never proved stays so."""
    with unit(week) as uow:
        ending = uow.session.execute(due_before_end(uow.today + timedelta(days=CONFIRM_EVERY * 7))).all()
        uow.actor = staff[COUNTY]
        for spell, person, _last in ending:
            if spell.evidence is not EvidenceKind.NONE and rng.random() < REACHED:
                confirm_spell(uow, person, spell, evidence=spell.evidence, way=ConfirmationWay.PHONE)


def _expire(uow: UnitOfWork) -> None:
    uow.actor = system_actor("demo")
    expire_postings(uow)


def _affinity(seeker: Seeker, offer: Offer, rng: random.Random) -> float:
    """How much a person is drawn to a posting: trade first, then licences, then chance."""
    wanted = seeker.plan.wanted
    near = max((_same(code, offer.occupation) for code in wanted), default=0.25)
    licence = 0.0 if not offer.licences else 0.4 if set(seeker.plan.licences) & offer.licences else -0.6
    return near + licence + rng.random() * 0.5


def _same(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one[:7] == other[:7]:
        return 0.8
    return 0.5 if one[:4] == other[:4] else 0.1 if one[:1] == other[:1] else 0.0


def _apply(market: Market, unit: OpenUnit, rng: random.Random, week: int, weeks: int) -> None:
    if not market.offers or not market.seekers:
        return
    count = max(1, len(market.seekers) // 70) + (6 if week >= weeks - 3 else 0)
    with unit(week) as uow:
        for seeker in rng.sample(market.seekers, k=min(count, len(market.seekers))):
            shown = rng.sample(market.offers, k=min(SHOWN * 3, len(market.offers)))
            ranked = sorted(shown, key=lambda offer: -_affinity(seeker, offer, rng))[:SHOWN]
            remember_shown(uow, seeker.person_id, [offer.posting_id for offer in ranked], first=1)
            for offer in ranked[:2]:
                record_fact(uow, seeker.person_id, offer.posting_id, FactKind.OPENED)
            for best in ranked[:TRIED]:
                if _affinity(seeker, best, rng) < 0.55:
                    continue
                # What a hard rule excludes is refused with its reason; the person goes on to the next.
                application = _submit(uow, seeker, best)
                if application is not None:
                    seeker.sent += 1
                    market.submitted += 1
                    market.pending.append((application.id, best.employer))
                    break


def _submit(uow: UnitOfWork, seeker: Seeker, offer: Offer) -> Application | None:
    person = uow.session.get_one(Person, seeker.person_id)
    posting = uow.session.get_one(Posting, offer.posting_id)
    if posting.state is not PostingState.OPEN or person.user_id is None:
        return None
    uow.actor = own_actor(uow, person)
    try:
        return submit_application(uow, posting, person, consent=True)
    except AppError:
        return None


def _answer(market: Market, unit: OpenUnit, rng: random.Random, week: int) -> None:
    """Employers take the next step with what they have, each as reliable as it is; people answer offers."""
    waiting, market.pending = market.pending, []
    for begin in range(0, len(waiting), 40):
        with unit(week) as uow:
            for application_id, number in waiting[begin : begin + 40]:
                plan, actor, _employer_id = market.employers[number]
                if rng.random() > plan.answers:
                    market.pending.append((application_id, number))
                    continue
                application = uow.session.get_one(Application, application_id)
                if _step(market, uow, rng, application, actor):
                    market.pending.append((application_id, number))


def _step(market: Market, uow: UnitOfWork, rng: random.Random, application: Application, employer: Actor) -> bool:
    """One move; True while the application goes on."""
    state, chance = application.state, rng.random()
    try:
        with uow.session.begin_nested():
            if state in {ApplicationState.SUBMITTED, ApplicationState.SCREENING}:
                return _first_answer(uow, rng, application, employer)
            if state is ApplicationState.INTERVIEW:
                uow.actor = employer
                if chance < 0.45:
                    move_application(uow, application, Move.REJECT, reason_code=rng.choice(REJECT_REASONS))
                    return False
                move_application(
                    uow,
                    application,
                    Move.OFFER,
                    offer_pay="按岗位写明的工资",
                    offer_start_on=uow.today + timedelta(days=7),
                )
                return True
            uow.actor = own_actor(uow, uow.session.get_one(Person, application.person_id))
            if state is ApplicationState.OFFERED:
                if chance < 0.2:
                    move_application(uow, application, Move.WITHDRAW)
                    return False
                move_application(uow, application, Move.ACCEPT)
                return True
            if state is ApplicationState.HIRED:
                day: date = min(uow.today, application.offer_start_on or uow.today)
                move_application(uow, application, Move.CONFIRM_START, start_on=day)
                market.started += 1
    except AppError:
        return False
    return False


def _first_answer(uow: UnitOfWork, rng: random.Random, application: Application, employer: Actor) -> bool:
    uow.actor = employer
    if rng.random() < 0.35:
        move_application(uow, application, Move.REJECT, reason_code=rng.choice(REJECT_REASONS))
        return False
    at = uow.now + timedelta(days=3)
    move_application(uow, application, Move.INVITE, interview_at=at, interview_place="单位办公楼一楼人事室")
    return True
