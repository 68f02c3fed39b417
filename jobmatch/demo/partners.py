"""The employer base of the demo county: papers, 军创, liaison, agreements, practice bases, and what is late."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.passwords import hash_password
from jobmatch.accounts.services.organizations import record_new_organization
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import OrganizationKind, Role
from jobmatch.applications.handing import departments, hand_over
from jobmatch.applications.models import Application
from jobmatch.core.actors import system_actor
from jobmatch.core.pdf import render_pdf
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.demo import county
from jobmatch.demo.accounts import PASSWORD, Login
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from recruiters.employers.models import Employer
from recruiters.employers.pictures import picture_of
from recruiters.employers.queries import papers_of
from recruiters.employers.services.employers import register_employer, save_employer
from recruiters.employers.services.founding import record_founding
from recruiters.employers.services.papers import hand_in_paper, judge_paper, record_seen_licence
from recruiters.employers.services.rechecks import answer_no_change, ask_rechecks
from recruiters.employers.services.vetting import escalate_vetting, vet_employer
from recruiters.employers.states import EmployerKind, FoundingBasis, PaperKind, PaperWay, VettingState
from recruiters.partners.models import PracticeBase
from recruiters.partners.services.liaisons import record_contact, set_liaison
from recruiters.partners.services.terms import remind_endings, save_agreement, save_base
from recruiters.partners.services.trainees import end_trainee, record_trainees
from recruiters.partners.states import ContactWay

SAID = (
    "问了缺工，下个月要 5 个人，会开叉车的优先",
    "看了车间和宿舍，住宿条件可以",
    "介绍了招用退役军人的税收优惠，财务愿意试",
    "上个月入职的两位都还在，评价不错",
    "约好招聘会留一个展位",
)
BASES = (
    ("物流车辆实训基地", "4-02-02-02", 12),
    ("保安和消防实训基地", "4-07-05-01", 8),
    ("仓储物流实习基地", "4-02-06-01", 10),
)
RECRUITER, READER = "19600000022", "19600000023"


@cache
def sample_paper(title: str, name: str, code: str) -> tuple[bytes, str]:
    """A PDF that says of itself that it is a sample, and its picture as base64."""
    facts = [["名称", name], ["统一社会信用代码", code], ["住所", f"{county.COUNTY_NAME}"], ["经营范围", "以登记为准"]]
    content = render_pdf(Path(__file__).parent / "data" / "licence.typ", {"title": title, "facts": facts})
    return content, picture_of(content)


def hand_in(uow: UnitOfWork, employer: Employer, kind: PaperKind = PaperKind.LICENCE, *, own: bool = False) -> Any:
    """Hand a sample in; ``own`` has the employer's name on it, which takes some tenths of a second."""
    organization = uow.session.get_one(Organization, employer.organization_id)
    shown = (organization.name, organization.credit_code or "") if own else ("（演示单位）", "（演示代码）")
    content, picture = sample_paper(kind.label_id, *shown)
    upload = Upload(f"{kind.label_id}.pdf", Kind.PDF, content)
    return hand_in_paper(uow, employer, kind=kind, upload=upload, picture=picture)


def approve(demo: Demo, uow: UnitOfWork, employer: Employer) -> None:
    """The county looks at the licence and approves."""
    paper = papers_of(uow.session, [employer])[employer.id][PaperKind.LICENCE]
    uow.actor = demo.staff[county.COUNTY]
    judge_paper(uow, employer, paper, is_legible=True)
    vet_employer(uow, employer, action="approve")
    uow.actor = system_actor("demo")


def _clerk(demo: Demo, number: int) -> str:
    """Public id of somebody of the county or a town, in turn."""
    places = sorted(demo.staff)
    return demo.staff[places[number % len(places)]].public_id


def grow_partners(demo: Demo) -> None:
    """Everything beside vetting that the county keeps about its employers."""
    with demo.unit(WEEKS) as uow:
        query = select(Employer.id).where(Employer.vetting == VettingState.VETTED).order_by(Employer.id)
        vetted = list(uow.session.scalars(query))
        waiting = list(
            uow.session.scalars(
                select(Employer.id).where(Employer.vetting == VettingState.WAITING).order_by(Employer.id)
            )
        )
    _found(demo, vetted)
    _talk(demo, vetted)
    _sign(demo, vetted)
    _practise(demo, vetted)
    _queue(demo, waiting)
    _recheck(demo, vetted)
    _twins(demo, vetted)
    with demo.unit(WEEKS) as uow:
        remind_endings(uow)
        escalate_vetting(uow)


def grow_colleagues(demo: Demo) -> None:
    """The shown employer has a recruiter and a department beside its manager."""
    shown = next(login for login in demo.logins if login.role is Role.EMPLOYER_MEMBER)
    with demo.unit(WEEKS) as uow:
        organization = uow.session.scalars(select(Organization).where(Organization.name == shown.name)).one()
        for role, name, phone in (
            (Role.EMPLOYER_RECRUITER, "何招聘", RECRUITER),
            (Role.EMPLOYER_READER, "装配车间", READER),
        ):
            make_user(uow, name=name, phone=phone, roles=[(role, organization)], password_hash=hash_password(PASSWORD))
            demo.logins.append(Login(role, name, phone))
        manager = next(actor for plan, actor, _id in demo.market.employers if plan.name == shown.name)
        uow.actor = manager
        received = select(Application).where(Application.organization_id == organization.id)
        for application in uow.session.scalars(received.order_by(Application.id.desc()).limit(2)).all():
            for public_id, _name in departments(uow):
                hand_over(uow, application, to=public_id)


def _found(demo: Demo, vetted: list[int]) -> None:
    """One in seven is veteran-founded: most on a paper that was handed in, one ended, one known by note."""
    with demo.unit(WEEKS - 20) as uow:
        for number, employer_id in enumerate(vetted[3::7]):
            employer = uow.session.get_one(Employer, employer_id)
            if number % 3 == 0:
                hand_in(uow, employer, PaperKind.FOUNDING)
            uow.actor = demo.staff[county.COUNTY]
            basis = list(FoundingBasis)[number % 3]
            since = uow.today - timedelta(days=200 + 31 * number)
            record_founding(
                uow,
                employer,
                basis=basis,
                share_percent=None if basis is FoundingBasis.FOUNDER else 30 + number,
                valid_from=since,
                valid_until=uow.today - timedelta(days=10) if number == 4 else None,
                note="看过营业执照、章程和创办人的退役证",
            )
            uow.actor = system_actor("demo")


def _talk(demo: Demo, vetted: list[int]) -> None:
    """Two of three have a liaison; contacts are agreed, kept, and some are late."""
    rng = demo.rng
    for week in (WEEKS - 30, WEEKS - 14, WEEKS - 4, WEEKS - 1):
        with demo.unit(week) as uow:
            uow.actor = demo.staff[county.COUNTY]
            for number, employer_id in enumerate(vetted):
                employer = uow.session.get_one(Employer, employer_id)
                if week == WEEKS - 30 and number % 3:
                    set_liaison(
                        uow,
                        employer,
                        to=_clerk(demo, number),
                        stand_in=_clerk(demo, number + 1),
                        contact_name=employer.contact_name,
                        contact_post=rng.choice(("人事经理", "厂长", "办公室主任")),
                        contact_phone=employer.contact_phone,
                    )
                if rng.random() < 0.3:
                    record_contact(
                        uow,
                        employer,
                        done_on=uow.today,
                        way=rng.choice(list(ContactWay)),
                        with_whom=employer.contact_name,
                        words=rng.choice(SAID),
                        next_on=uow.today + timedelta(days=rng.choice((14, 30, 60))) if rng.random() < 0.7 else None,
                    )


def _sign(demo: Demo, vetted: list[int]) -> None:
    """Agreements of a year: most running, some near their end, one over."""
    for number, employer_id in enumerate(vetted[::6]):
        started = (WEEKS - 50, WEEKS - 49, WEEKS - 30, WEEKS - 8)[number % 4]
        with demo.unit(started) as uow:
            uow.actor = demo.staff[county.COUNTY]
            save_agreement(
                uow,
                uow.session.get_one(Employer, employer_id),
                None,
                paper_number=f"安就合〔演示〕{number + 1} 号",
                starts_on=uow.today,
                ends_on=uow.today + timedelta(days=300 if number == 1 else 365),
                pledged_count=(5, 10, 20, 30)[number % 4],
                note="签约就业合作",
            )


def _practise(demo: Demo, vetted: list[int]) -> None:
    """Three bases with people of the talent pool, some of whom were hired there, and groups known by number."""
    for number, (name, work, places) in enumerate(BASES):
        with demo.unit(WEEKS - 40) as uow:
            uow.actor = demo.staff[county.COUNTY]
            employer = uow.session.get_one(Employer, vetted[number * 6])
            base = save_base(
                uow,
                employer,
                None,
                name=name,
                paper_number=f"安实训〔演示〕{number + 1} 号",
                starts_on=uow.today,
                ends_on=uow.today + timedelta(days=305 if number == 2 else 730),
                place_count=places,
                work=work,
                address=f"{county.STREETS[number]} {number + 8} 号",
            )
            base_id, came_on = base.id, uow.today
            hired = list(
                uow.session.scalars(
                    select(EmploymentSpell.person_id)
                    .where(EmploymentSpell.organization_id == employer.organization_id)
                    .where(EmploymentSpell.started_on > came_on)
                    .order_by(EmploymentSpell.id)
                    .limit(3)
                )
            )
            others = select(Person.id).where(Person.erased_at.is_(None), Person.id.not_in(hired))
            known = [*hired, *uow.session.scalars(others.order_by(Person.id).offset(20 * number).limit(2))]
        _fill_base(demo, base_id, known)


def _fill_base(demo: Demo, base_id: int, known: list[int]) -> None:
    with demo.unit(WEEKS - 39) as uow:
        base = uow.session.get_one(PracticeBase, base_id)
        employer = uow.session.scalars(select(Employer).where(Employer.organization_id == base.organization_id)).one()
        for index, person_id in enumerate(known):
            person = uow.session.get_one(Person, person_id)
            row = record_trainees(uow, base, employer, came_on=uow.today, person=person)
            if index % 2 == 0:
                end_trainee(uow, base, employer, row, left_on=uow.today)
    with demo.unit(WEEKS - 6) as uow:
        base = uow.session.get_one(PracticeBase, base_id)
        employer = uow.session.scalars(select(Employer).where(Employer.organization_id == base.organization_id)).one()
        record_trainees(uow, base, employer, came_on=uow.today, head_count=3, note="技工学校秋季班")


def _queue(demo: Demo, waiting: list[int]) -> None:
    """Those that wait: one an agency with its permit, one asked for a better picture, one put off, one public body."""
    with demo.unit(WEEKS) as uow:
        for number, employer_id in enumerate(waiting):
            employer = uow.session.get_one(Employer, employer_id)
            if number == 0:
                save_employer(
                    uow,
                    employer,
                    is_agency=True,
                    permit_number="990101（演示）0001 号",
                    permit_valid_until=uow.today + timedelta(days=400),
                )
                hand_in(uow, employer, PaperKind.PERMIT, own=True)
            paper = papers_of(uow.session, [employer])[employer.id][PaperKind.LICENCE]
            uow.actor = demo.staff[county.COUNTY]
            if number == 1:
                note = "右下角被挡住了"
                judge_paper(uow, employer, paper, is_legible=False, reason_code="em_licence", note=note)
            elif number == 2:
                until = uow.today + timedelta(days=5)
                vet_employer(uow, employer, action="defer", reason_code="ed_visit", until=until)
            uow.actor = system_actor("demo")
        organization = record_new_organization(
            uow,
            kind=OrganizationKind.EMPLOYER,
            name="安禾县市政管理局（演示）",
            region_code=county.COUNTY,
            credit_code="",
        )
        body = register_employer(uow, organization, kind=EmployerKind.PUBLIC_BODY)
        uow.actor = demo.staff[county.COUNTY]
        record_seen_licence(uow, body, way=PaperWay.PUBLISHED, note="机关赋码和事业单位登记网公示，演示记录")
        uow.actor = system_actor("demo")


def _recheck(demo: Demo, vetted: list[int]) -> None:
    """Some were rechecked half a year ago, so theirs comes near; one says in one tap that nothing changed."""
    near = vetted[5:9]
    for employer_id, weeks in zip(near, (27, 26, 25, 25), strict=True):
        with demo.unit(WEEKS - weeks) as uow:
            uow.actor = demo.staff[county.COUNTY]
            vet_employer(uow, uow.session.get_one(Employer, employer_id), action="recheck")
    with demo.unit(WEEKS) as uow:
        ask_rechecks(uow)
        answer_no_change(uow, uow.session.get_one(Employer, near[1]))


def _twins(demo: Demo, vetted: list[int]) -> None:
    """One employer was registered a second time, without its code and with a blank in its name."""
    with demo.unit(WEEKS) as uow:
        known = uow.session.get_one(Employer, vetted[10])
        name = uow.session.get_one(Organization, known.organization_id).name
        uow.actor = demo.staff[county.COUNTY]
        organization = record_new_organization(
            uow,
            kind=OrganizationKind.EMPLOYER,
            name=f"{name[:5]} {name[5:]}",
            region_code=county.COUNTY,
        )
        register_employer(uow, organization, contact_name=known.contact_name, contact_phone=known.contact_phone)
