"""What every fair of the demo county goes through: planned, published, joined by employers and people, and held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.demo.county import COUNTY
from jobmatch.demo.world import Demo
from jobmatch.fairs.day.services.checking_in import Scan, WalkIn, check_in
from jobmatch.fairs.day.services.intentions import Answer, answer_at_desk, answer_intention, mark_person
from jobmatch.fairs.day.services.queues import take_number
from jobmatch.fairs.day.services.wishes import add_wish
from jobmatch.fairs.day.states import CheckInWay, IntentionMark, WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.queries import postings_to_bring
from jobmatch.fairs.exhibitors.services.absences import mark_absences, record_came
from jobmatch.fairs.exhibitors.services.reviewing import accept_exhibitor
from jobmatch.fairs.exhibitors.services.signing_up import sign_up_exhibitor
from jobmatch.fairs.halls.services.laying import add_item, lay_rows, make_hall
from jobmatch.fairs.halls.services.proposing import fill_booths
from jobmatch.fairs.halls.states import HallItemKind
from jobmatch.fairs.planning.models import FairStep, JobFair
from jobmatch.fairs.planning.services.fairs import FairPlan, create_fair, open_fair, publish_fair
from jobmatch.fairs.planning.services.lines import save_money
from jobmatch.fairs.planning.services.papers import hand_in_paper
from jobmatch.fairs.planning.services.steps import finish_step
from jobmatch.fairs.planning.states import LEGAL_PAPERS, FairMode, FairPaperKind, MoneyKind
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services.linking import link_registration
from jobmatch.fairs.visitors.services.registering import register_for
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.states import JobSearchState
from recruiters.employers.models import Employer

PAPER = Upload("演示材料.pdf", Kind.PDF, b"%PDF-1.7\n%%EOF\n")
COSTS = (("场地和桌椅", 6000), ("展板、桌牌、海报", 3500), ("接送车", 4800))
EXHIBITORS, VISITORS, WALK_INS, ON_PAPER, WISHES = 20, 60, 4, 2, 9
PEOPLE_EACH = 3
"""So many of those who came stop at each booth."""
NO_FILE = 10
"""Every so manieth of those who register has no file here."""


@dataclass(frozen=True, slots=True)
class Day:
    """One fair of the demo: its row, when its doors open, the codes on its tickets, and the how-manieth it is (the one
    of today is the zeroth)."""

    fair_id: int
    opens_at: datetime
    codes: tuple[str, ...] = ()
    turn: int = 0

    @property
    def came(self) -> tuple[str, ...]:
        """Four of five come."""
        return self.codes[: len(self.codes) * 4 // 5]


@contextmanager
def at(demo: Demo, moment: datetime) -> Iterator[UnitOfWork]:
    """A writing unit of the system at a moment of its own."""
    with clock.frozen(moment), demo.runtime.unit(system_actor("demo")) as uow:
        yield uow


@contextmanager
def office(demo: Demo, day: Day, moment: datetime) -> Iterator[tuple[UnitOfWork, JobFair]]:
    """A writing unit of the county's office, with the fair."""
    with at(demo, moment) as uow:
        uow.actor = demo.staff[COUNTY]
        yield uow, uow.session.get_one(JobFair, day.fair_id)


def plan_of(title: str, opens_at: datetime, mode: FairMode = FairMode.ON_SITE) -> FairPlan:
    """A fair in the county's sports hall, of one working day."""
    return FairPlan(
        title=f"安禾县{title}（演示）",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=6),
        mode=mode,
        place="安禾县体育馆（演示）",
        address="城关镇人民路 1 号",
        way_there="乘 2 路、5 路公交到体育馆站；各乡镇有接送车",
        hosts="安禾县退役军人事务局（演示）",
        organizers="安禾县退役军人服务中心（演示）",
        contact_name="李晓梅",
        contact_phone="19900000088",
        expected_count=300,
        capacity=300,
        booth_capacity=24,
    )


def ticked(uow: UnitOfWork, fair: JobFair, first: int, last: int) -> None:
    """The steps from ``first`` to ``last`` are done, those that the program ticks itself left out."""
    codes = {f"fs{number:02d}" for number in range(first, last + 1)}
    rows = select(FairStep).where(
        FairStep.fair_id == fair.id, FairStep.step_code.in_(codes), FairStep.done_at.is_(None)
    )
    for step in uow.session.scalars(rows).all():
        finish_step(uow, fair, step)


def drafted(demo: Demo, title: str, opens_at: datetime, *, days: int, mode: FairMode = FairMode.ON_SITE) -> Day:
    """A draft with its budget, ``days`` before its day."""
    with at(demo, min(opens_at - timedelta(days=days), demo.today)) as uow:
        uow.actor = demo.staff[COUNTY]
        fair = create_fair(uow, plan_of(title, opens_at, mode))
        for label, yuan in COSTS:
            save_money(uow, fair, None, kind=MoneyKind.COST, label=label, planned_yuan=yuan)
        hand_in_paper(uow, fair, kind=LEGAL_PAPERS[0], upload=PAPER)
        ticked(uow, fair, 1, 1)
        return Day(fair.id, opens_at)


def filled(demo: Demo, day: Day, *, turn: int = 0) -> Day:
    """The fair is published, with exhibitors, booths and people; ``turn`` brings others than at the last fair."""
    with office(demo, day, day.opens_at - timedelta(days=10)) as (uow, fair):
        for kind in (*LEGAL_PAPERS[1:], FairPaperKind.SCHEME):
            hand_in_paper(uow, fair, kind=kind, upload=PAPER)
        publish_fair(uow, fair)
        hall = make_hall(uow, fair, name="一楼大厅", rows=9, cols=10)
        lay_rows(uow, fair, hall, row=2, col=2, rows=3, per_row=8, has_power=True)
        add_item(uow, fair, hall, HallItemKind.ENTRANCE, row=9, col=5, width=2)
        add_item(uow, fair, hall, HallItemKind.SERVICE, row=9, col=1, width=2)
    with office(demo, day, day.opens_at - timedelta(days=8)) as (uow, fair):
        _employers_join(demo, uow, fair, turn)
        uow.actor = demo.staff[COUNTY]
        fill_booths(uow, fair)
    with office(demo, day, day.opens_at - timedelta(days=5)) as (uow, fair):
        _people_register(uow, fair, turn)
        ticked(uow, fair, 1, 8)
        registered = select(FairRegistration.code).where(FairRegistration.fair_id == fair.id)
        codes = tuple(uow.session.scalars(registered.order_by(FairRegistration.id)))
    return Day(day.fair_id, day.opens_at, codes, turn)


def _employers_join(demo: Demo, uow: UnitOfWork, fair: JobFair, turn: int) -> None:
    """Employers with open postings sign up and are accepted, until the hall is nearly full."""
    count, known = 0, demo.market.employers
    start = turn * EXHIBITORS * 2 // 3 % max(len(known), 1)
    for _plan, actor, employer_id in [*known[start:], *known[:start]]:
        if count >= EXHIBITORS:
            return
        employer = uow.session.get_one(Employer, employer_id)
        postings = uow.session.scalars(postings_to_bring(employer.id, uow.today)).all()
        # What was published after that day was not there to bring.
        brought = [one for one in postings if one.published_at and one.published_at <= uow.now][:3]
        if not brought:
            continue
        try:
            with uow.session.begin_nested():
                uow.actor = actor
                row = sign_up_exhibitor(uow, fair, employer, postings={one.public_id: None for one in brought})
                uow.actor = demo.staff[COUNTY]
                accept_exhibitor(uow, fair, uow.session.get_one(Exhibitor, row.id))
                count += 1
        except AppError:
            continue


def _people_register(uow: UnitOfWork, fair: JobFair, turn: int) -> None:
    """The county's office registers people who look for work and knows their files; a few have none here yet."""
    here = (Person.erased_at.is_(None), Person.created_at <= uow.now, Person.phone_blind.is_not(None))
    looks = Person.search_state.in_((JobSearchState.LOOKING, JobSearchState.OPEN))
    veteran = select(PersonKind.id).where(PersonKind.person_id == Person.id, PersonKind.kind_code == "TYJR").exists()
    known = uow.session.scalar(select(func.count(Person.id)).where(*here, looks)) or 0
    start = turn * VISITORS % max(known - VISITORS, 1)
    looking = Person.search_state == JobSearchState.LOOKING
    query = select(Person, veteran).where(*here, looks).order_by(looking.desc(), Person.id)
    # Each fair of the year draws more than the last.
    found = uow.session.execute(query.offset(start).limit(VISITORS - 20 + turn * 10 if turn else VISITORS)).all()
    for number, (person, has_served) in enumerate(found):
        kind = VisitorKind.VETERAN if has_served else VisitorKind.MILITARY_DEPENDANT
        try:
            with uow.session.begin_nested():
                if number % NO_FILE == NO_FILE - 1:
                    guest = {"name": f"演示报名人{number}", "phone": f"197{fair.id:04d}{number:04d}"}
                    register_for(uow, fair, **guest, kind=VisitorKind.OTHER)
                    continue
                done = register_for(uow, fair, name=person.name, phone=person.phone or "", kind=kind)
                if done.is_new:
                    link_registration(uow, done.registration, person)
        except AppError:
            continue


def held(demo: Demo, day: Day) -> None:
    """The day itself: doors, exhibitors, people, counters, queues and intentions."""
    opens_at = day.opens_at
    with office(demo, day, opens_at) as (uow, fair):
        open_fair(uow, fair)
        ticked(uow, fair, 10, 10)
    with office(demo, day, opens_at + timedelta(minutes=5)) as (uow, fair):
        # The last one does not come; one that gave its place back before cannot.
        for exhibitor in exhibitors_of(uow, day)[:-1]:
            record_came(uow, exhibitor)
    with office(demo, day, opens_at + timedelta(minutes=45)) as (uow, fair):
        mark_absences(uow, fair)
    for wave, begin in enumerate(range(0, len(day.came), 12)):
        with office(demo, day, opens_at + timedelta(minutes=10 + 25 * wave)) as (uow, fair):
            for code in day.came[begin : begin + 12]:
                check_in(uow, fair, Scan(text=code, way=CheckInWay.SCANNER, desk="东门"))
    with office(demo, day, opens_at + timedelta(hours=2)) as (uow, fair):
        for n in range(WALK_INS + ON_PAPER):
            way = CheckInWay.WALK_IN if n < WALK_INS else CheckInWay.SHEET
            guest = WalkIn(f"演示来客{n + 1}", id_tail=f"{4000 + n}", kind=VisitorKind.OTHER)
            check_in(uow, fair, Scan(walk_in=guest, way=way, desk="西门"))
        for n in range(WISHES):
            add_wish(uow, fair, list(WishKind)[n % 3], words="")
    with office(demo, day, opens_at + timedelta(hours=2, minutes=20)) as (uow, fair):
        _talks(demo, uow, fair, day)


def exhibitors_of(uow: UnitOfWork, day: Day) -> Sequence[Exhibitor]:
    """The fair's exhibitors that have a place, in the order of their sign-up."""
    mine = (Exhibitor.fair_id == day.fair_id, Exhibitor.canceled_at.is_(None))
    return uow.session.scalars(select(Exhibitor).where(*mine).order_by(Exhibitor.id)).all()


def first_postings(uow: UnitOfWork, day: Day) -> list[tuple[Exhibitor, FairPosting]]:
    """Each exhibitor that came, with the first posting it offers."""
    query = (
        select(Exhibitor, FairPosting)
        .join(FairPosting, FairPosting.exhibitor_id == Exhibitor.id)
        .where(Exhibitor.fair_id == day.fair_id, Exhibitor.checked_in_at.is_not(None))
        .where(FairPosting.withdrawn_at.is_(None))
        .order_by(Exhibitor.id, FairPosting.id.desc())
    )
    found = {exhibitor.id: (exhibitor, posting) for exhibitor, posting in uow.session.execute(query)}
    return list(found.values())


def registration_of(uow: UnitOfWork, day: Day, code: str) -> FairRegistration:
    """Who holds the ticket with this code."""
    mine = (FairRegistration.fair_id == day.fair_id, FairRegistration.code == code)
    return uow.session.scalars(select(FairRegistration).where(*mine)).one()


def _talks(demo: Demo, uow: UnitOfWork, fair: JobFair, day: Day) -> None:
    """At each booth a few people stop: most agree, some wait for the other side, somebody is hired on the spot."""
    system = system_actor("demo")
    for place, (exhibitor, posting) in enumerate(first_postings(uow, day)):
        for turn in range(PEOPLE_EACH + day.turn // 2 if day.came else 0):
            code = day.came[(place * (PEOPLE_EACH + day.turn // 2) + turn) % len(day.came)]
            registration = registration_of(uow, day, code)
            try:
                with uow.session.begin_nested():
                    uow.actor = system
                    if turn == 2:
                        take_number(uow, exhibitor, registration)
                        if place % 3 == 0:
                            answer_intention(uow, registration, posting, Answer.INTEREST)
                        continue
                    mark = IntentionMark.HIRE if turn == 1 and place % 6 == 0 else IntentionMark.INTENTION
                    mark_person(uow, exhibitor, ticket=code, posting=posting, mark=mark)
                    if place % 4 != 3:
                        uow.actor = demo.staff[COUNTY]
                        answer_at_desk(uow, fair, ticket=code, posting=posting, answer=Answer.YES)
            except AppError:
                continue
