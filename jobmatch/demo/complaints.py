"""Complaints of the demo county: in every state, anonymous and signed, with a held posting and one that is late."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.accounts.states import Role
from jobmatch.complaints.models import Complaint
from jobmatch.complaints.services.clocks import escalate_overdue, forget_sources
from jobmatch.complaints.services.filing import file_complaint
from jobmatch.complaints.services.handling import (
    LABOR_INSPECTION,
    ask_employer,
    move_complaint,
    release_postings,
    state_case,
)
from jobmatch.complaints.states import ComplaintAction
from jobmatch.complaints.targets import Subject, find_subject
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.answers import shown_employer
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.people.models.person import Person
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

A = ComplaintAction
TOLD = {
    A.FOUND: "单位承认收了服装费，已经全部退还，并写了保证书。",
    A.UNFOUND: "看了单位的工资表和打卡记录，和岗位写的一致。",
    A.REFER: "工资拖欠由劳动监察查处，有结果我们告诉您。",
}


def grow_complaints(demo: Demo) -> None:
    """Eight reports over the last six weeks."""
    fee = _file(demo, 6, 0, "ck_fee", "面试完人事要我交 300 元服装费，不交不给办入职", person=None)
    vague = _file(demo, 5, 1, "ck_bias", "感觉他们不太想要年纪大的，具体我也说不清", person=None)
    wages = _file(demo, 4, 2, "ck_wages", "8 月、9 月的工资到现在还没有发，一共 9200 元", person="shown")
    pay = _file(demo, 3, 3, "ck_fake", "岗位写 7000 元，面试说保底只有 3000 元", person="any")
    _file(demo, 2, 4, "ck_silent", "面试过去一个月了，打电话也不接", person=None)
    shown = _file(demo, 2, None, "ck_fake", "写的是白班，去了才说要轮夜班", person=None)
    papers = _file(demo, 0, 5, "ck_papers", "入职时把退役证和身份证原件收走了，说满三个月再还", person=None)
    _file(demo, 0, None, "ck_papers", "也被收了身份证，要回来好几次都不给", person="any", again=papers)
    _decide(demo, 5, fee, A.ACCEPT, A.INVESTIGATE, A.FOUND, A.CLOSE)
    _decide(demo, 5, vague, A.REFUSE)
    _decide(demo, 4, wages, A.ACCEPT, A.REFER)
    _decide(demo, 2, pay, A.ACCEPT, A.INVESTIGATE)
    _say(demo, 2, pay, "请说明这个岗位的工资由哪几部分组成，附上最近两个月的工资表")
    _decide(demo, 1, pay, A.UNFOUND, A.CLOSE)
    _decide(demo, 1, shown, A.ACCEPT, A.INVESTIGATE)
    _say(demo, 1, shown, "请说明这个岗位的班次，岗位上写的和实际的是不是一样", answered=False)
    with demo.unit(WEEKS - 1) as uow:
        uow.actor = demo.staff[county.COUNTY]
        if fee:
            release_postings(uow, uow.session.get_one(Complaint, fee))
    with demo.unit(WEEKS) as uow:
        while escalate_overdue(uow):
            pass
        forget_sources(uow)


def _subject(demo: Demo, uow: UnitOfWork, number: int | None) -> Subject | None:
    """The posting with this place among those that are open; for None one of the employer whose sign-in is shown."""
    shown = shown_employer(demo)[1]
    is_shown = Posting.employer_id == shown if number is None else Posting.employer_id != shown
    query = select(Posting.public_id).where(
        Posting.state == PostingState.OPEN,
        Posting.published_at <= uow.now,
        Posting.valid_through >= uow.today,
        is_shown,
    )
    found = uow.session.scalars(query.order_by(Posting.id.desc()).offset(number or 0).limit(1)).first()
    return find_subject(uow, "posting", found) if found else None


def _person(demo: Demo, uow: UnitOfWork, who: str | None) -> Person | None:
    """The veteran whose sign-in is shown, somebody else who has an account, or nobody."""
    if who is None:
        return None
    phones = [login.phone for login in demo.logins if login.role is Role.VETERAN]
    shown = select(User.id).where(User.phone_blind.in_([User.phone.fingerprint(phone) for phone in phones]))
    own = Person.user_id.in_(shown) if who == "shown" else Person.user_id.is_not(None)
    return uow.session.scalars(select(Person).where(own).order_by(Person.id).limit(1)).first()


def _file(
    demo: Demo,
    weeks: int,
    number: int | None,
    kind: str,
    words: str,
    *,
    person: str | None,
    again: int | None = None,
) -> int | None:
    """A report that came ``weeks`` ago, or one more of what ``again`` is about; None where a small county has no
    posting for it.
    """
    with demo.unit(WEEKS - weeks) as uow:
        # Who reports is not the office: the office is told by the service itself.
        uow.actor = Actor()
        known = uow.session.get_one(Complaint, again) if again is not None else None
        subject = find_subject(uow, "posting", known.subject_id) if known else _subject(demo, uow, number)
        if subject is None:
            return None
        reporter = _person(demo, uow, person)
        phone = "" if person else "19900000000" if kind == "ck_fee" else ""
        return file_complaint(uow, subject, kind_code=kind, words=words, person=reporter, phone=phone).complaint.id


def _decide(demo: Demo, weeks: int, complaint_id: int | None, *actions: ComplaintAction) -> None:
    if complaint_id is None:
        return
    with demo.unit(WEEKS - weeks) as uow:
        row = uow.session.get_one(Complaint, complaint_id)
        uow.actor = demo.staff[county.COUNTY]
        for action in actions:
            move_complaint(
                uow,
                row,
                action,
                told=TOLD.get(action, ""),
                reason_code="cr_vague",
                referred_to=LABOR_INSPECTION if action is A.REFER else "",
            )


def _say(demo: Demo, weeks: int, complaint_id: int | None, question: str, *, answered: bool = True) -> None:
    """The office asks the employer, which answers or has not yet."""
    if complaint_id is None:
        return
    with demo.unit(WEEKS - weeks) as uow:
        row = uow.session.get_one(Complaint, complaint_id)
        uow.actor = demo.staff[county.COUNTY]
        ask_employer(uow, row, question=question)
        if answered:
            uow.actor = system_actor("demo")
            employer = uow.session.get_one(Employer, row.employer_id)
            state_case(uow, row, employer, words="底薪 3000 元，加班和计件按月发，上两个月平均 7100 元，工资表见附件柜")
