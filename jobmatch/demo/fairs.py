"""Job fairs of the demo county: one in preparation, one running today, one that closed two weeks ago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.demo.county import COUNTY
from jobmatch.demo.world import Demo
from jobmatch.fairs.day.services.checking_in import Scan, WalkIn, check_in
from jobmatch.fairs.day.services.intentions import Answer, answer_at_desk, mark_person
from jobmatch.fairs.day.services.queues import take_number
from jobmatch.fairs.day.services.wishes import add_wish
from jobmatch.fairs.day.states import CheckInWay, IntentionMark, WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.queries import postings_to_bring
from jobmatch.fairs.exhibitors.services.absences import record_came
from jobmatch.fairs.exhibitors.services.reviewing import accept_exhibitor
from jobmatch.fairs.exhibitors.services.signing_up import sign_up_exhibitor
from jobmatch.fairs.halls.services.laying import add_item, lay_rows, make_hall
from jobmatch.fairs.halls.services.proposing import fill_booths
from jobmatch.fairs.halls.states import HallItemKind
from jobmatch.fairs.outcomes.services.follow_ups import plan_follow_ups
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.services.fairs import FairPlan, close_fair, create_fair, open_fair, publish_fair
from jobmatch.fairs.planning.services.lines import save_money
from jobmatch.fairs.planning.services.papers import hand_in_paper
from jobmatch.fairs.planning.states import LEGAL_PAPERS, MoneyKind
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services.linking import link_registration
from jobmatch.fairs.visitors.services.registering import register_for
from jobmatch.fairs.visitors.states import VisitorKind
from jobmatch.people.models.person import Person
from jobmatch.people.states import JobSearchState
from recruiters.employers.models import Employer

PAPER = Upload("演示方案.pdf", Kind.PDF, b"%PDF-1.7\n%%EOF\n")
EXHIBITORS, VISITORS, WALK_INS, WISHES = 20, 60, 4, 9
PEOPLE_EACH = 3
"""So many of those who came stop at each booth."""


def grow_fairs(demo: Demo) -> None:
    """The three fairs, each as far as it is."""
    today = demo.today
    day = timedelta(days=1)
    _planned(demo, "退役军人冬季专场招聘会", (today + 23 * day).replace(hour=1, minute=0, second=0))
    nine = (today - 14 * day).replace(hour=1, minute=0, second=0)
    past = _filled(demo, "退役军人军属秋季专场招聘会", nine)
    _held(demo, past, nine)
    with _at(demo, nine + timedelta(hours=6)) as uow:
        uow.actor = demo.staff[COUNTY]
        close_fair(uow, uow.session.get_one(JobFair, past))
    with _at(demo, today - 13 * day) as uow:
        while plan_follow_ups(uow):
            pass
    running = _filled(demo, "退役军人就业专场招聘会", today - timedelta(hours=3))
    _held(demo, running, today - timedelta(hours=3))


@contextmanager
def _at(demo: Demo, moment: datetime) -> Iterator[UnitOfWork]:
    """A writing unit at a moment of its own."""
    with clock.frozen(moment), demo.runtime.unit(system_actor("demo")) as uow:
        yield uow


def _plan(title: str, opens_at: datetime) -> FairPlan:
    return FairPlan(
        title=f"安禾县{title}（演示）",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=6),
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


def _planned(demo: Demo, title: str, opens_at: datetime) -> int:
    """A draft with its budget."""
    with _at(demo, demo.today - timedelta(days=20)) as uow:
        uow.actor = demo.staff[COUNTY]
        fair = create_fair(uow, _plan(title, opens_at))
        for label, yuan in (("场地和桌椅", 6000), ("展板、桌牌、海报", 3500), ("接送车", 4800)):
            save_money(uow, fair, None, kind=MoneyKind.COST, label=label, planned_yuan=yuan)
        hand_in_paper(uow, fair, kind=LEGAL_PAPERS[0], upload=PAPER)
        return fair.id


def _filled(demo: Demo, title: str, opens_at: datetime) -> int:
    """A published fair with exhibitors, booths and people."""
    with _at(demo, opens_at - timedelta(days=10)) as uow:
        uow.actor = demo.staff[COUNTY]
        fair = create_fair(uow, _plan(title, opens_at))
        for kind in LEGAL_PAPERS:
            hand_in_paper(uow, fair, kind=kind, upload=PAPER)
        publish_fair(uow, fair)
        hall = make_hall(uow, fair, name="一楼大厅", rows=9, cols=10)
        lay_rows(uow, fair, hall, row=2, col=2, rows=3, per_row=8, has_power=True)
        add_item(uow, fair, hall, HallItemKind.ENTRANCE, row=9, col=5, width=2)
        add_item(uow, fair, hall, HallItemKind.SERVICE, row=9, col=1, width=2)
        number = fair.id
    with _at(demo, opens_at - timedelta(days=8)) as uow:
        fair = uow.session.get_one(JobFair, number)
        _employers_join(demo, uow, fair)
        uow.actor = demo.staff[COUNTY]
        fill_booths(uow, fair)
    with _at(demo, opens_at - timedelta(days=5)) as uow:
        uow.actor = demo.staff[COUNTY]
        _people_register(uow, uow.session.get_one(JobFair, number))
    return number


def _employers_join(demo: Demo, uow: UnitOfWork, fair: JobFair) -> None:
    """Employers with open postings sign up and are accepted, until the hall is nearly full."""
    count = 0
    for _plan_of, actor, employer_id in demo.market.employers:
        if count >= EXHIBITORS:
            return
        employer = uow.session.get_one(Employer, employer_id)
        postings = uow.session.scalars(postings_to_bring(employer.id, uow.today)).all()[:3]
        if not postings:
            continue
        try:
            with uow.session.begin_nested():
                uow.actor = actor
                row = sign_up_exhibitor(uow, fair, employer, postings={one.public_id: None for one in postings})
                uow.actor = demo.staff[COUNTY]
                accept_exhibitor(uow, fair, uow.session.get_one(Exhibitor, row.id))
                count += 1
        except AppError:
            continue


def _people_register(uow: UnitOfWork, fair: JobFair) -> None:
    """The county's office registers people who look for work, and knows their files."""
    looking = select(Person).where(
        Person.search_state == JobSearchState.LOOKING, Person.erased_at.is_(None), Person.created_at <= uow.now
    )
    for person in uow.session.scalars(looking.order_by(Person.id).limit(VISITORS)).all():
        if not person.phone:
            continue
        try:
            with uow.session.begin_nested():
                done = register_for(uow, fair, name=person.name, phone=person.phone, kind=VisitorKind.VETERAN)
                if done.is_new:
                    link_registration(uow, done.registration, person)
        except AppError:
            continue


def _held(demo: Demo, number: int, opens_at: datetime) -> None:
    """The day itself: doors, exhibitors, people, queues and intentions."""
    with _at(demo, opens_at) as uow:
        uow.actor = demo.staff[COUNTY]
        open_fair(uow, uow.session.get_one(JobFair, number))
    with _at(demo, opens_at + timedelta(minutes=5)) as uow:
        uow.actor = demo.staff[COUNTY]
        mine = select(Exhibitor).where(Exhibitor.fair_id == number).order_by(Exhibitor.id)
        for exhibitor in uow.session.scalars(mine).all()[:-1]:
            record_came(uow, exhibitor)
    registered = select(FairRegistration.code).where(FairRegistration.fair_id == number).order_by(FairRegistration.id)
    with _at(demo, opens_at) as uow:
        codes = list(uow.session.scalars(registered))
    waves = [codes[start : start + 12] for start in range(0, len(codes) * 4 // 5, 12)]
    for wave, part in enumerate(waves):
        with _at(demo, opens_at + timedelta(minutes=10 + 25 * wave)) as uow:
            uow.actor = demo.staff[COUNTY]
            fair = uow.session.get_one(JobFair, number)
            for code in part:
                check_in(uow, fair, Scan(text=code, way=CheckInWay.SCANNER, desk="东门"))
    with _at(demo, opens_at + timedelta(hours=2)) as uow:
        uow.actor = demo.staff[COUNTY]
        fair = uow.session.get_one(JobFair, number)
        for n in range(WALK_INS):
            person = WalkIn(f"演示来客{n + 1}", id_tail=f"{4000 + n}", kind=VisitorKind.OTHER)
            check_in(uow, fair, Scan(walk_in=person, way=CheckInWay.WALK_IN, desk="西门"))
        for n in range(WISHES):
            add_wish(uow, fair, list(WishKind)[n % 3], words="")
    with _at(demo, opens_at + timedelta(hours=2, minutes=20)) as uow:
        _talks(demo, uow, number, codes)


def _talks(demo: Demo, uow: UnitOfWork, number: int, codes: list[str]) -> None:
    """At each booth a few people stop: most agree, a few wait, somebody is hired on the spot."""
    fair = uow.session.get_one(JobFair, number)
    came = codes[: len(codes) * 4 // 5]
    rows = uow.session.scalars(
        select(FairPosting).where(FairPosting.fair_id == number).order_by(FairPosting.exhibitor_id, FairPosting.id)
    ).all()
    first = {row.exhibitor_id: row for row in reversed(rows)}
    system = system_actor("demo")
    for place, (exhibitor_id, posting) in enumerate(sorted(first.items())):
        exhibitor = uow.session.get_one(Exhibitor, exhibitor_id)
        if exhibitor.checked_in_at is None:
            continue
        for turn in range(PEOPLE_EACH):
            code = came[(place * PEOPLE_EACH + turn) % len(came)] if came else ""
            registration = uow.session.scalars(
                select(FairRegistration).where(FairRegistration.fair_id == number, FairRegistration.code == code)
            ).one_or_none()
            if registration is None:
                return
            try:
                with uow.session.begin_nested():
                    uow.actor = system
                    if turn == 2:
                        take_number(uow, exhibitor, registration)
                        continue
                    mark = IntentionMark.HIRE if turn == 1 and place % 6 == 0 else IntentionMark.INTENTION
                    mark_person(uow, exhibitor, ticket=code, posting=posting, mark=mark)
                    if place % 4 != 3:
                        uow.actor = demo.staff[COUNTY]
                        answer_at_desk(uow, fair, ticket=code, posting=posting, answer=Answer.YES)
            except AppError:
                continue
