"""What hangs on the files of the demo county: verifications, appeals, consents, claims, employers shut out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.applications.services.submitting import submit_application
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.matching.services import recommend_postings
from jobmatch.people.models.consents import VerificationAppeal
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.blocks import block_organization
from jobmatch.people.services.claims import claim_file, release_claim
from jobmatch.people.services.details import save_strengths
from jobmatch.people.services.filling import Filled, fill_file
from jobmatch.people.services.people import save_basics
from jobmatch.people.services.proxies import record_consent
from jobmatch.people.services.resume import save_service_record
from jobmatch.people.services.service_rules import ServiceFacts
from jobmatch.people.services.verification import (
    appeal_verification,
    decide_appeal,
    expire_verifications,
    verify_person,
)
from jobmatch.people.states import Honour, PaperKind, ProxyScope, ProxyWay, VerificationState
from recruiters.postings.models import Posting

"""The week that ends now."""
PAPERS = (PaperKind.PREFERENTIAL_CARD, PaperKind.DISCHARGE, PaperKind.DISCHARGE, PaperKind.TRANSFER)
REFUSALS = ("退役证照片看不清，请带原件", "姓名和证件对不上，请带户口簿", "还差优待证", "证件上的日期和填的不一样")
APPEALS = (
    "退役证是清楚的，窗口的灯太暗了，请再看一遍",
    "我改过名字，户口簿上有曾用名，已经带来给您看过",
    "优待证还在办，退役证可以先证明",
    "日期是按档案填的，请上级核对档案",
)
STRENGTHS = ("篮球、长跑", "书法", "会修农机", "带队训练", "唱歌、主持", "摄影", "做饭", "下象棋")
LANGUAGES = ("英语四级", "本地方言", "粤语", "普通话二级甲等")


def grow_filecard(demo: Demo) -> None:
    """Let tens of people of the county have what the pages of this part show, all through the services."""
    with demo.unit(WEEKS - 8) as uow:
        people = _people(uow)
        _details(demo, uow, people[:36])
    with demo.unit(WEEKS - 6) as uow:
        people = _people(uow)
        _verify(demo, uow, people[:60])
    with demo.unit(WEEKS - 3) as uow:
        _appeal(demo, uow)
    with demo.unit(WEEKS - 2) as uow:
        people = _people(uow)
        _consent(demo, uow, people[20:34])
        _claim(demo, uow, people[34:37])
        _shut_out(demo, uow, people[40:46])
    with demo.unit(WEEKS) as uow:
        expire_verifications(uow)
        # People of the demo act all year without signing in; else their numbers would count as long unused.
        mine = select(Person.user_id).where(Person.user_id.is_not(None))
        uow.session.execute(update(User).where(User.id.in_(mine)).values(last_sign_in_at=uow.now))


def _people(uow: UnitOfWork) -> list[Person]:
    """People with an account and an identity number, in the order they came."""
    uow.actor = system_actor("demo")
    return list(
        uow.session.scalars(
            select(Person)
            .where(Person.user_id.is_not(None), Person.id_number_blind.is_not(None), Person.erased_at.is_(None))
            .order_by(Person.id)
            .limit(80)
        )
    )


def _clerk(demo: Demo, person: Person) -> Actor:
    """The clerk of the person's own town where it has one, else of the county."""
    places = person.region_path.strip("/").split("/")
    return next((demo.staff[place] for place in reversed(places) if place in demo.staff), demo.staff[COUNTY])


def _details(demo: Demo, uow: UnitOfWork, people: Iterable[Person]) -> None:
    rng = demo.rng
    for number, person in enumerate(people):
        full = get_person(uow.session, person.id)
        uow.actor = own_actor(uow, person)
        save_strengths(uow, person, languages=rng.choice(LANGUAGES), strengths=rng.choice(STRENGTHS), fitness_note="")
        uow.actor = _clerk(demo, person)
        save_basics(
            uow,
            person,
            name=person.name,
            birth_on=person.birth_on,
            region_code=person.living_region_code or COUNTY,
            registered_region_code=COUNTY,
            resettled_region_code=COUNTY if number % 9 else "430321",
            about=person.about,
        )
        record = full.service
        if record is not None and record.discharged_on:
            save_service_record(
                uow,
                person,
                branch_code=record.branch_code,
                rank_code=record.rank_code,
                resettlement_code=record.resettlement_code,
                enlisted_on=record.enlisted_on,
                discharged_on=record.discharged_on,
                leadership=record.leadership,
                more=ServiceFacts(
                    honour_codes=rng.sample([one.value for one in Honour][4:], k=rng.randrange(3)),
                    military_skill=rng.choice(("", "汽车驾驶员", "炊事员", "通信设备维修工")),
                    military_skill_level=rng.randrange(4),
                    card_tail=f"{rng.randrange(10_000):04d}",
                ),
            )


def _verify(demo: Demo, uow: UnitOfWork, people: Iterable[Person]) -> None:
    rng = demo.rng
    for number, person in enumerate(people):
        uow.actor = _clerk(demo, person)
        if number % 8 == 3:
            verify_person(uow, person, approved=False, note=rng.choice(REFUSALS))
            continue
        is_served = get_person(uow.session, person.id).service is not None
        paper = rng.choice(PAPERS) if is_served else PaperKind.MARRIAGE
        # Some papers of families were seen so long ago that they ran out since.
        days = rng.choice((20, 100, 340)) if paper is PaperKind.MARRIAGE else 0
        verify_person(
            uow,
            person,
            approved=True,
            paper=paper,
            tail=f"{rng.randrange(10_000):04d}",
            seen_on=uow.today - timedelta(days=days),
        )


def _appeal(demo: Demo, uow: UnitOfWork) -> None:
    refused = uow.session.scalars(
        select(Person).where(Person.verification == VerificationState.REFUSED).order_by(Person.id).limit(6)
    ).all()
    made: list[VerificationAppeal] = []
    for person, text in zip(refused, APPEALS, strict=False):
        uow.actor = own_actor(uow, person)
        made.append(appeal_verification(uow, person, text=text))
    # The county decides on what its towns refused; its own refusals wait for somebody else.
    uow.actor = demo.staff[COUNTY]
    for number, appeal in enumerate(made[:2]):
        try:
            decide_appeal(
                uow, appeal, upheld=number == 0, reason=("证件清楚，请重新核验", "确实缺材料，补齐再来")[number]
            )
        except AppError:
            continue


def _consent(demo: Demo, uow: UnitOfWork, people: Iterable[Person]) -> None:
    for number, person in enumerate(people):
        uow.actor = _clerk(demo, person)
        way = list(ProxyWay)[number % 3]
        record_consent(
            uow,
            person,
            scopes=[ProxyScope.FILE, ProxyScope.APPLY] if number % 2 else [ProxyScope.FILE, ProxyScope.DESK],
            way=way,
            given_on=uow.today - timedelta(days=number),
            valid_until=uow.today + timedelta(days=120),
            note="" if way is ProxyWay.SCREEN else "原件放在服务站文件柜 3 层",
        )
        release_claim(uow, person)
        full = get_person(uow.session, person.id)
        if number % 3 == 0:
            known = full.intention
            facts = Filled(
                education_code=full.education_code,
                skills=[row.skill_code for row in full.skills],
                licences=[row.licence_code for row in full.licences],
                certificates=[row.certificate_code for row in full.certificates],
                strengths=demo.rng.choice(STRENGTHS),
                words=(known.words if known else "") or "就近上班",
                is_told=True,
            )
            fill_file(uow, full, facts=facts)
        elif number % 2:
            _apply(uow, get_person(uow.session, person.id))


def _apply(uow: UnitOfWork, person: Person) -> None:
    found = recommend_postings(uow, person, top=1)
    if found:
        submit_application(uow, uow.session.get_one(Posting, found[0].posting_id), person, consent=True)


def _claim(demo: Demo, uow: UnitOfWork, people: list[Person]) -> None:
    """Three files that staff filled in wait for their owners; the last owner answered wrongly three times."""
    for person in people:
        uow.actor = _clerk(demo, person)
        record_consent(
            uow,
            person,
            scopes=[ProxyScope.FILE],
            way=ProxyWay.SCREEN,
            given_on=uow.today,
            valid_until=uow.today + timedelta(days=60),
        )
    uow.actor = own_actor(uow, people[-1])
    for _number in range(3):
        claim_file(uow, people[-1], name=people[-1].name, tail="0000")


def _shut_out(demo: Demo, uow: UnitOfWork, people: Iterable[Person]) -> None:
    employers = uow.session.scalars(
        select(Organization)
        .where(Organization.kind == OrganizationKind.EMPLOYER, Organization.state == OrganizationState.ACTIVE)
        .order_by(Organization.id)
        .limit(12)
    ).all()
    for person in people:
        uow.actor = own_actor(uow, person)
        block_organization(uow, person, demo.rng.choice(employers))
