"""Postings of the demo county that need care: 专岗 with papers, 代录入, templates, late reviews, old confirmations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.demo import county
from jobmatch.demo.employers import EmployerPlan, make_posting
from jobmatch.demo.partners import sample_paper
from jobmatch.demo.world import WEEKS, Demo
from recruiters.employers.models import Employer
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.postings.models import Posting
from recruiters.postings.services.clocks import ask_confirmations, escalate_reviews
from recruiters.postings.services.entries import record_phone_answer
from recruiters.postings.services.moving import move_posting
from recruiters.postings.services.reserved import save_reserved
from recruiters.postings.services.templates import begin_from_template, save_template
from recruiters.postings.services.writing import create_posting, enter_posting, update_posting
from recruiters.postings.states import NoticeResult, PostingState, ReservedKind

POSTS = {
    EmployerKind.PUBLIC_INSTITUTION: (ReservedKind.TEACHER, "中小学体育教师（兵教师）", "教育体育局"),
    EmployerKind.STATE_OWNED: (ReservedKind.STATE_OWNED, "银行押运员", "国资监管中心"),
}
RESERVED, LATE, ENTERED = 6, 3, 4


def grow_postings(demo: Demo) -> None:
    """What the office and the employers do with postings beside publishing them."""
    _reserve(demo)
    _keep_templates(demo)
    _enter(demo)
    _leave_waiting(demo)
    with demo.unit(WEEKS) as uow:
        escalate_reviews(uow)
        ask_confirmations(uow)


def _vetted(demo: Demo, uow: UnitOfWork) -> list[tuple[EmployerPlan, Actor, Employer]]:
    """Employers that may publish now with their members, in the order in which they came."""
    may_publish = (Employer.vetting == VettingState.VETTED, Employer.recheck_on >= uow.today)
    rows = uow.session.scalars(select(Employer).where(*may_publish))
    vetted = {employer.id: employer for employer in rows}
    return [(plan, actor, vetted[key]) for plan, actor, key in demo.market.employers if key in vetted]


def _values(demo: Demo, uow: UnitOfWork, plan: EmployerPlan, **changes: Any) -> tuple[dict[str, Any], Any]:
    values, needs = make_posting(demo.rng, plan)
    until = uow.today + timedelta(days=60)
    return {**values, "is_reserved": False, "valid_through": until} | changes, needs


def _reserve(demo: Demo) -> None:
    """专岗 of public employers: most are published with everything, every third waits for its notice to end."""
    with demo.unit(WEEKS) as uow:
        offering = [one for one in _vetted(demo, uow) if one[2].kind in POSTS][:RESERVED]
        for number, (plan, actor, employer) in enumerate(offering):
            kind, title, organ = POSTS[employer.kind]
            values, needs = _values(demo, uow, plan, title=title, vacancy_count=2, is_reserved=True)
            uow.actor = actor
            posting = create_posting(uow, employer, values=values, requirements=needs)
            move_posting(uow, posting, "submit")
            uow.actor = demo.staff[county.COUNTY]
            is_over = number % 3 != 2
            content, _picture = sample_paper("专岗设置文件（样本）", plan.name, plan.credit_code)
            save_reserved(
                uow,
                posting,
                kind=kind,
                organ=f"{county.COUNTY_NAME}{organ}",
                paper_number=f"安专岗〔2026〕{number + 1} 号",
                quota=2,
                notice_from=uow.today - timedelta(days=25 if is_over else 3),
                notice_to=uow.today - timedelta(days=5) if is_over else uow.today + timedelta(days=8),
                result=NoticeResult.CLEAR if is_over else NoticeResult.RUNNING,
                upload=Upload("专岗设置文件.pdf", Kind.PDF, content),
            )
            if is_over:
                move_posting(uow, posting, "publish")


def _keep_templates(demo: Demo) -> None:
    """The shown employer keeps two of its postings as templates, the county three for everybody."""
    shown = next(login for login in demo.logins if login.role is Role.EMPLOYER_MEMBER)
    with demo.unit(WEEKS) as uow:
        is_open = select(Posting).where(Posting.state == PostingState.OPEN).order_by(Posting.id)
        by_title = {posting.title: posting for posting in uow.session.scalars(is_open.limit(60))}
        for plan, actor, employer in [one for one in _vetted(demo, uow) if one[0].name == shown.name]:
            uow.actor = actor
            for posting in uow.session.scalars(is_open.where(Posting.employer_id == employer.id).limit(2)).all():
                save_template(uow, posting)
            uow.actor = demo.staff[county.COUNTY]
            kept = [save_template(uow, posting, for_office=True) for posting in list(by_title.values())[:3]]
            for template in kept[:1]:
                entered = begin_from_template(uow, employer, template)
                values, needs = _values(demo, uow, plan, title=entered.title)
                update_posting(uow, entered, values=values, requirements=needs)
                move_posting(uow, entered, "submit")


def _enter(demo: Demo) -> None:
    """Postings the county entered for employers: some agreed on the phone, the others have not answered yet."""
    with demo.unit(WEEKS) as uow:
        for number, (plan, _actor, employer) in enumerate(_vetted(demo, uow)[5 : 5 + ENTERED]):
            uow.actor = demo.staff[county.COUNTY]
            values, needs = _values(demo, uow, plan)
            posting = enter_posting(uow, employer, title=values["title"])
            update_posting(uow, posting, values=values, requirements=needs)
            move_posting(uow, posting, "submit")
            if number % 2 == 0:
                record_phone_answer(
                    uow, posting, is_yes=True, said_by=plan.contact, said_at=uow.now, phone_tail=plan.phone[-4:]
                )
            if number == 0:
                uow.actor = system_actor("demo")
                move_posting(uow, posting, "publish")


def _leave_waiting(demo: Demo) -> None:
    """Reviews that the county let lie for a week, so that they are overdue now."""
    with demo.unit(WEEKS - 1) as uow:
        for plan, actor, employer in _vetted(demo, uow)[12 : 12 + LATE]:
            uow.actor = actor
            values, needs = _values(demo, uow, plan)
            move_posting(uow, create_posting(uow, employer, values=values, requirements=needs), "submit")
