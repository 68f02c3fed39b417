"""Start-ups in the demo county: twenty-five ventures at every stage, and an incubator with its tenants and mentor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.passwords import hash_password
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import Role
from jobmatch.core import clock
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.accounts import PASSWORD, Login
from jobmatch.demo.employers import synthetic_credit_code
from jobmatch.demo.world import Demo
from jobmatch.people.models.person import Person
from training.incubation.growth.services.workers import WorkerFacts, add_worker
from training.incubation.growth.states import WorkerEvidence
from training.incubation.parks.models import Incubator, Mentor, Space, Tenancy
from training.incubation.parks.services.applying import accept_tenancy, apply_for_place
from training.incubation.parks.services.incubators import ParkFacts, create_incubator
from training.incubation.parks.services.mentors import add_event, record_talk, save_mentor
from training.incubation.parks.services.moving import leave_place, move_in
from training.incubation.parks.services.reviewing import decide_tenancy, score_tenancy
from training.incubation.parks.services.spaces import SpaceFacts, add_row
from training.incubation.parks.states import Criterion, IncubatorKind, MentorField, SpaceKind
from training.incubation.ventures.models import Venture
from training.incubation.ventures.services.founders import FounderFacts, save_founder
from training.incubation.ventures.services.moves import MoveFacts, move_venture
from training.incubation.ventures.services.wishes import collect_wishes, record_wish
from training.incubation.ventures.states import FounderKind, VentureForm, WishSource

OPERATOR, MENTOR = "19800000401", "19600000007"
TRADES = ("家政服务", "无人机植保", "汽修", "早餐店", "农产品网店", "装修", "物流配送", "养殖", "健身", "烘焙")
FORMS = (VentureForm.SELF_EMPLOYED, VentureForm.COMPANY, VentureForm.COOPERATIVE)
STAGES = (
    *(("wish",),) * 5,
    *(("wish", "prepare"),) * 4,
    *(("wish", "register"),) * 3,
    *(("wish", "register", "operate"),) * 9,
    *(("wish", "register", "operate", "suspend"),) * 2,
    ("wish", "register", "operate", "deregister"),
    ("wish", "drop"),
)
"""How far each of the twenty-five is."""
TENANTS = 6


def grow_ventures(demo: Demo) -> None:
    """The ventures, each as far as it is, then the incubator that some of them sit in."""
    with demo.unit(0) as uow:
        query = select(Person.public_id).where(Person.erased_at.is_(None)).order_by(Person.id.desc())
        people = list(uow.session.scalars(query.limit(len(STAGES) * 2)))
    ventures = [_venture(demo, number, person) for number, person in enumerate(people[: len(STAGES)])]
    running = [one for one, stage in zip(ventures, STAGES, strict=False) if stage[-1] == "operate"]
    for number, venture in enumerate(running):
        _workers(demo, venture, number)
    park = _incubator(demo)
    for number, venture in enumerate(running[:TENANTS]):
        _tenant(demo, park, venture, number)
    _mentoring(demo)
    _heard_elsewhere(demo)


def _heard_elsewhere(demo: Demo) -> None:
    """Wishes from surveys, plans and the count of families; after a call one in four goes on."""
    with on_day(demo, 0) as uow:
        while collect_wishes(uow):
            pass
        sources = (WishSource.SURVEY, WishSource.PLAN)
        query = select(Venture).where(Venture.source.in_(sources)).order_by(Venture.id)
        for number, venture in enumerate(uow.session.scalars(query).all()):
            if number % 4:
                move_venture(uow, venture, "drop", MoveFacts(on=uow.today, note="问过了，先上班，以后再说"))


@contextmanager
def on_day(demo: Demo, days: float, actor: Actor | None = None) -> Iterator[UnitOfWork]:
    """A unit so many days from today, of the system unless said otherwise."""
    moment: datetime = min(demo.today + timedelta(days=days), demo.today)
    with clock.frozen(moment), demo.runtime.unit(actor or system_actor("demo")) as uow:
        yield uow


def _venture(demo: Demo, number: int, person_id: str) -> str:
    stages = STAGES[number]
    first = -330 + number * 4 if len(stages) > 2 else -60 + number
    trade = TRADES[number % len(TRADES)]
    with on_day(demo, first) as uow:
        person = uow.session.scalars(select(Person).where(Person.public_id == person_id)).one()
        source = (WishSource.OWN, WishSource.STAFF, WishSource.COURSE)[number % 3]
        venture = record_wish(uow, person, source=source, words=f"想做{trade}")
        public_id = venture.public_id
    for step, action in enumerate(stages[1:], start=1):
        with on_day(demo, first + step * 25) as uow:
            venture = uow.session.scalars(select(Venture).where(Venture.public_id == public_id)).one()
            move_venture(uow, venture, action, _facts(uow, venture, action, number, trade))
    return public_id


def _facts(uow: UnitOfWork, venture: Venture, action: str, number: int, trade: str) -> MoveFacts:
    if action != "register":
        return MoveFacts(on=uow.today, note="演示" if action in {"suspend", "deregister", "drop"} else "")
    form = FORMS[number % len(FORMS)]
    if form is not VentureForm.SELF_EMPLOYED:
        partner = FounderFacts(name=f"演示合伙人{number}", share="30", kind=FounderKind.OTHER, since_on=uow.today)
        save_founder(uow, venture, partner)
    return MoveFacts(
        on=uow.today,
        name=f"安禾{trade}{number + 1}号",
        form=form,
        credit_code=synthetic_credit_code("92", 800 + number),
        region_code=county.COUNTY,
        is_first=True,
        is_takeover=False,
        has_others=True,
    )


def _workers(demo: Demo, venture_id: str, number: int) -> None:
    """Who works there: one more every few weeks, on different evidence."""
    kinds = (WorkerEvidence.INSURANCE, WorkerEvidence.ROSTER, WorkerEvidence.WORD)
    for turn in range(number % 4):
        with on_day(demo, -200 + number * 6 + turn * 40) as uow:
            venture = uow.session.scalars(select(Venture).where(Venture.public_id == venture_id)).one()
            evidence = kinds[(number + turn) % len(kinds)]
            name = f"演示帮工{number + 1}{turn + 1}"
            facts = WorkerFacts(name=name, is_veteran=turn == 0, evidence=evidence, started_on=uow.today)
            add_worker(uow, venture, facts)


def _incubator(demo: Demo) -> str:
    with on_day(demo, -320) as uow:
        facts = ParkFacts(
            kind=IncubatorKind.BASE.value,
            intro="演示孵化基地，资料都是编的。头一年租金全免，有人帮办执照。",
            area_m2=1200,
            free_area_m2=400,
            staff_count=5,
            opened_on=clock.local_day(demo.today) - timedelta(days=900),
            contact_name="演示联系人",
            contact_phone="19800000400",
        )
        park = create_incubator(
            uow, facts, name="安禾退役军人创业孵化基地", region_code=county.COUNTY, address="演示路 8 号"
        )
        for row in range(3):
            desk = SpaceFacts(
                kind=SpaceKind.DESK.value,
                number=f"{'ABC'[row]}1",
                row=row * 2 + 1,
                col=1,
                room=f"{'ABC'[row]} 区",
                area_m2=6,
                rent_yuan=300,
            )
            add_row(uow, park, desk, count=8)
        organization = uow.session.get_one(Organization, park.organization_id)
        login = Login(Role.INCUBATOR_OPERATOR, "何主任", OPERATOR)
        roles = [(login.role, organization)]
        make_user(uow, name=login.name, phone=login.phone, roles=roles, password_hash=hash_password(PASSWORD))
        demo.logins.append(login)
        for days, title in ((-200, "项目路演"), (-120, "税务辅导课"), (-40, "军创集市")):
            add_event(uow, park, held_on=uow.today + timedelta(days=days), title=title, people_count=40)
        save_mentor(
            uow, park, None, name="吴导师", field=MentorField.FINANCE.value, works_at="演示事务所", phone=MENTOR
        )
        return park.public_id


def _tenant(demo: Demo, park_id: str, venture_id: str, number: int) -> None:
    """One through application, three reviews and notice to its desks; the last leaves as a graduate."""
    first = -240 + number * 8
    with on_day(demo, first) as uow:
        park, venture = _both(uow, park_id, venture_id)
        made = apply_for_place(
            uow, park, venture, plan_words="先租两个工位，半年内招 3 个人。", desk_count=2, agrees=True
        )
        tenancy_id = made.public_id
        accept_tenancy(uow, _tenancy(uow, tenancy_id))
    reviewers = [actor for place, actor in demo.staff.items() if place][:3]
    for turn, reviewer in enumerate(reviewers):
        with on_day(demo, first + 5) as uow:
            scores = {one.value: 14 + (turn + number) % 5 for one in Criterion}
            uow.actor = replace(reviewer, region_path=_tenancy(uow, tenancy_id).region_path)
            score_tenancy(uow, _tenancy(uow, tenancy_id), scores=scores, words="有市场，团队踏实")
    with on_day(demo, first + 8) as uow:
        decide_tenancy(uow, _tenancy(uow, tenancy_id))
    if number == TENANTS - 1:
        return
    with on_day(demo, first + 24) as uow:
        park, _venture_row = _both(uow, park_id, venture_id)
        free = select(Space.public_id).where(Space.incubator_id == park.id, Space.tenancy_id.is_(None))
        desks = list(uow.session.scalars(free.order_by(Space.row, Space.col).limit(2)))
        tenancy = _tenancy(uow, tenancy_id)
        move_in(uow, tenancy, spaces=desks, term_from=uow.today, months=12, rent_yuan=600, waiver_share=100)
    if number == 0:
        with on_day(demo, -10) as uow:
            leave_place(uow, _tenancy(uow, tenancy_id), "graduate", reason="站稳了，搬到临街门面", left_on=uow.today)


def _both(uow: UnitOfWork, park_id: str, venture_id: str) -> tuple[Incubator, Venture]:
    park = uow.session.scalars(select(Incubator).where(Incubator.public_id == park_id)).one()
    park.organization = uow.session.get_one(Organization, park.organization_id)
    return park, uow.session.scalars(select(Venture).where(Venture.public_id == venture_id)).one()


def _tenancy(uow: UnitOfWork, public_id: str) -> Tenancy:
    tenancy = uow.session.scalars(select(Tenancy).where(Tenancy.public_id == public_id)).one()
    tenancy.incubator = uow.session.get_one(Incubator, tenancy.incubator_id)
    tenancy.incubator.organization = uow.session.get_one(Organization, tenancy.incubator.organization_id)
    tenancy.venture = uow.session.get_one(Venture, tenancy.venture_id)
    return tenancy


def _mentoring(demo: Demo) -> None:
    """A talk of the mentor with one who sits there."""
    with on_day(demo, -30) as uow:
        mentor = uow.session.scalars(select(Mentor).order_by(Mentor.id)).first()
        seated = select(Venture.public_id).join(Tenancy, Tenancy.venture_id == Venture.id)
        venture = uow.session.scalars(seated.where(Tenancy.left_on.is_(None), Tenancy.term_from.is_not(None))).first()
        if mentor is not None and venture is not None:
            record_talk(uow, mentor, venture=venture, happened_on=uow.today, minutes=60, topic="记账和报税")
