"""Papers, deferral, the office's clock, rechecks and 军创, on both databases."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.inbox.models import Message
from recruiters.employers import queries
from recruiters.employers.models import Employer, EmployerDecision
from recruiters.employers.pictures import picture_of
from recruiters.employers.services import founding, papers, rechecks, vetting
from recruiters.employers.states import (
    DecisionAction,
    EmployerKind,
    FoundingBasis,
    PaperKind,
    PaperVerdict,
    PaperWay,
    VettingState,
)
from recruiters.postings.services.moving import move_posting
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import (
    COUNTY,
    PATH_A,
    PATH_OTHER,
    TOWN_A,
    actor_of_employer,
    make_employer,
    make_paper,
    make_posting,
    make_staff,
    make_station,
)
from tests.matching.help import counted


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(target, "PNG")
    return target.getvalue()


def hand_in(uow: UnitOfWork, employer: Employer, kind: PaperKind = PaperKind.LICENCE) -> Any:
    content = picture()
    upload = Upload("执照.png", Kind.PNG, content)
    return papers.hand_in_paper(uow, employer, kind=kind, upload=upload, picture=picture_of(content))


@pytest.fixture
def files(uow: UnitOfWork, tmp_path: Path) -> Path:
    uow.session.info["data_dir"] = tmp_path
    return tmp_path


@pytest.mark.usefixtures("files")
def test_nobody_is_approved_before_the_licence_was_seen(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    staff = acting(uow, make_staff(uow))
    with pytest.raises(Invalid):
        vetting.vet_employer(staff, employer, action="approve")
    paper = hand_in(acting(uow, actor_of_employer(uow, employer)), employer)
    with pytest.raises(Invalid) as caught:
        vetting.vet_employer(staff, employer, action="approve")
    assert "营业执照" in caught.value.fields["action"]
    papers.judge_paper(staff, employer, paper, is_legible=True)
    vetting.vet_employer(staff, employer, action="approve")
    assert employer.vetting is VettingState.VETTED
    assert papers.read_picture(staff, employer, paper).startswith(b"\xff\xd8\xff")
    assert papers.read_paper(staff, employer, papers.find_paper(staff, employer, paper.public_id)) == picture()


@pytest.mark.usefixtures("files")
def test_an_unreadable_paper_asks_for_more_with_its_reason_and_a_new_one_replaces_it(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    mine, staff = acting(uow, actor_of_employer(uow, employer)), acting(uow, make_staff(uow))
    paper = hand_in(mine, employer)
    with pytest.raises(Invalid) as caught:
        papers.judge_paper(staff, employer, paper, is_legible=False, reason_code="er_licence")
    assert set(caught.value.fields) == {"reason_code"}
    papers.judge_paper(staff, employer, paper, is_legible=False, reason_code="em_licence", note="缺一个角")
    assert employer.vetting is VettingState.MORE
    assert employer.vetting_reason_code == "em_licence"
    assert "licence" in queries.missing_facts(employer, queries.papers_of(uow.session, [employer])[employer.id])
    second = hand_in(mine, employer)
    uow.session.refresh(paper)
    assert paper.replaced_at is not None
    assert queries.papers_of(uow.session, [employer])[employer.id] == {PaperKind.LICENCE: second}
    with pytest.raises(Conflict):
        papers.judge_paper(staff, employer, paper, is_legible=True)


@pytest.mark.usefixtures("files")
def test_papers_are_for_the_employer_and_its_office_alone(uow: UnitOfWork) -> None:
    employer, other = make_employer(uow, vetted=False), make_employer(uow)
    rival, far = actor_of_employer(uow, other), make_staff(uow, path=PATH_OTHER)
    paper = hand_in(acting(uow, actor_of_employer(uow, employer)), employer)
    for actor in (rival, far):
        with pytest.raises(NotAllowed):
            papers.read_paper(acting(uow, actor), employer, paper)
        with pytest.raises(NotAllowed):
            hand_in(acting(uow, actor), employer)
    writer = make_staff(uow)
    employer.created_by_id = writer.user_id
    hand_in(acting(uow, writer), employer)
    with pytest.raises(NotAllowed):
        papers.judge_paper(acting(uow, writer), employer, paper, is_legible=True)


def test_a_public_body_is_looked_up_and_others_are_not(uow: UnitOfWork) -> None:
    body, firm = make_employer(uow, vetted=False, kind=EmployerKind.PUBLIC_BODY), make_employer(uow, vetted=False)
    staff = acting(uow, make_staff(uow))
    with pytest.raises(Invalid):
        papers.record_seen_licence(staff, body, way=PaperWay.PUBLISHED, note="看")
    papers.record_seen_licence(staff, body, way=PaperWay.PUBLISHED, note="机关登记公示网，今天查到")
    vetting.vet_employer(staff, body, action="approve")
    with pytest.raises(Conflict):
        papers.record_seen_licence(staff, firm, way=PaperWay.ORIGINAL, note="原件已看")


def test_an_agency_needs_number_day_and_permit(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False, is_agency=True)
    staff = acting(uow, make_staff(uow))
    make_paper(uow, employer)

    def blocked() -> str:
        with pytest.raises(Invalid) as caught:
            vetting.vet_employer(staff, employer, action="approve")
        return caught.value.fields["action"]

    assert all(words in blocked() for words in ("编号", "有效期", "许可证还没有看清楚"))
    employer.permit_number = "4303820001"
    employer.permit_valid_until = uow.today - timedelta(days=1)
    make_paper(uow, employer, PaperKind.PERMIT)
    assert blocked() == "人力资源服务许可证没有有效期或者已经过期"
    employer.permit_valid_until = uow.today
    vetting.vet_employer(staff, employer, action="approve")
    assert employer.vetting is VettingState.VETTED


def test_a_deferral_has_a_reason_and_a_day_and_comes_back_by_itself(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    staff = acting(uow, make_staff(uow))
    for until in (None, uow.today, uow.today + timedelta(days=91)):
        with pytest.raises(Invalid) as caught:
            vetting.vet_employer(staff, employer, action="defer", reason_code="ed_visit", until=until)
        assert set(caught.value.fields) == {"until"}
    with pytest.raises(Invalid):
        vetting.vet_employer(staff, employer, action="defer", until=uow.today + timedelta(days=3))
    until = uow.today + timedelta(days=3)
    vetting.vet_employer(staff, employer, action="defer", reason_code="ed_visit", note="周三去", until=until)
    assert (employer.vetting, employer.deferred_until) == (VettingState.DEFERRED, until)
    assert vetting.resume_deferred(uow) == 0
    uow.today = until
    assert vetting.resume_deferred(uow) == 1
    assert (employer.vetting, employer.deferred_until) == (VettingState.WAITING, None)
    assert employer.vetting_due_on == until
    assert vetting.resume_deferred(uow) == 0


def test_every_step_is_logged_with_who_and_why(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    make_paper(uow, employer)
    staff = make_staff(uow)
    vetting.vet_employer(
        acting(uow, staff), employer, action="defer", reason_code="ed_asked", until=uow.today + timedelta(days=1)
    )
    vetting.vet_employer(acting(uow, staff), employer, action="resume")
    vetting.vet_employer(acting(uow, staff), employer, action="approve", note="资料齐全")
    log = queries.decisions_of(uow.session, employer.id)
    assert [row.action for row, _name in log] == [DecisionAction.APPROVE, DecisionAction.RESUME, DecisionAction.DEFER]
    assert (log[2][0].reason_code, log[0][0].note, log[0][1]) == ("ed_asked", "资料齐全", "测试用户")


def _submitted(uow: UnitOfWork, employer: Employer) -> None:
    employer.vetting = VettingState.DRAFT
    employer.industry_code, employer.intro = "G", "从事县内配送。"
    employer.organization.credit_code = "91430382MA4L16JQ9B"
    employer.organization.address = "物流园 3 号"
    make_paper(uow, employer, verdict=PaperVerdict.WAITING, seen_at=None)
    uow.session.flush()
    vetting.submit_vetting(uow, employer)


def test_the_office_has_three_working_days_and_then_its_superior_hears_of_it(uow: UnitOfWork) -> None:
    county = make_station(uow, region_code=COUNTY)
    make_station(uow, path=PATH_A, parent=county, region_code=TOWN_A)
    employer = make_employer(uow, vetted=False, path=PATH_A)
    _submitted(uow, employer)
    assert uow.today == date(2026, 11, 21)  # A Saturday: Monday, Tuesday, Wednesday.
    assert employer.vetting_due_on == date(2026, 11, 25)
    uow.today = date(2026, 11, 25)
    assert vetting.escalate_vetting(uow) == 0
    uow.today = date(2026, 11, 26)
    assert vetting.escalate_vetting(uow) == 1
    assert vetting.escalate_vetting(uow) == 0
    task = uow.session.scalars(select(Task).where(Task.organization_id == employer.organization_id)).one()
    assert (task.kind, task.region_path, task.state) == (TaskKind.ESCALATION, county.region_path, TaskState.OPEN)
    vetting.vet_employer(uow, employer, action="ask_more", reason_code="em_phone")
    uow.session.refresh(task)
    assert task.state is TaskState.DONE
    assert (employer.vetting_due_on, employer.escalated_on) == (None, None)


def test_a_recheck_is_asked_answered_in_one_tap_and_confirmed(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    make_paper(uow, employer)
    mine = actor_of_employer(uow, employer)
    employer.recheck_on = uow.today + timedelta(days=15)
    uow.session.flush()
    assert rechecks.ask_rechecks(uow) == 0
    with pytest.raises(Conflict):
        rechecks.answer_no_change(acting(uow, mine), employer)
    employer.recheck_on = due = uow.today + timedelta(days=14)
    assert (rechecks.ask_rechecks(uow), rechecks.ask_rechecks(uow)) == (1, 0)
    task = uow.session.scalars(select(Task).where(Task.organization_id == employer.organization_id)).one()
    assert task.due_on == due
    rechecks.answer_no_change(acting(uow, mine), employer)
    rechecks.answer_no_change(acting(uow, mine), employer)
    said = select(EmployerDecision).where(EmployerDecision.employer_id == employer.id)
    assert [row.action for row in uow.session.scalars(said)] == [DecisionAction.NO_CHANGE]
    vetting.vet_employer(acting(uow, make_staff(uow)), employer, action="recheck")
    uow.session.refresh(task)
    assert task.state is TaskState.DONE
    assert employer.recheck_on == date(2027, 5, 21)
    assert (employer.recheck_asked_on, employer.recheck_answered_at) == (None, None)


def test_a_missed_recheck_is_told_once(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    mine = actor_of_employer(uow, employer)
    employer.recheck_on = uow.today + timedelta(days=1)
    uow.session.flush()
    rechecks.ask_rechecks(uow)
    assert rechecks.tell_missed_rechecks(uow) == 0
    uow.today += timedelta(days=2)
    assert (rechecks.tell_missed_rechecks(uow), rechecks.tell_missed_rechecks(uow)) == (1, 0)
    titles = uow.session.scalars(select(Message.title).where(Message.user_id == mine.user_id).order_by(Message.id))
    assert list(titles) == ["单位资质快到半年复核了", "单位资质复核过期了，岗位不能发布"]


def test_veteran_founded_is_a_dated_fact_beside_the_ownership(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    staff = acting(uow, make_staff(uow))
    given: dict[str, Any] = {"basis": FoundingBasis.SHAREHOLDER, "share_percent": 30, "note": "看过章程和退役证"}
    for wrong, field in (
        ({"share_percent": None}, "share_percent"),
        ({"share_percent": 101}, "share_percent"),
        ({"valid_from": uow.today + timedelta(days=1)}, "valid_from"),
        ({"valid_from": date(1, 1, 1)}, "valid_from"),
        ({"note": ""}, "note"),
        ({"valid_until": uow.today - timedelta(days=30)}, "valid_until"),
    ):
        with pytest.raises(Invalid) as caught:
            founding.record_founding(staff, employer, **(given | {"valid_from": uow.today} | wrong))
        assert field in caught.value.fields
    start = uow.today - timedelta(days=10)
    row = founding.record_founding(staff, employer, **given, valid_from=start)
    assert employer.kind is EmployerKind.PRIVATE
    with pytest.raises(Invalid):
        founding.record_founding(staff, employer, **given, valid_from=uow.today)

    def founded(day: date) -> bool:
        return queries.veteran_founded_ids(uow.session, [employer], day) == {employer.id}

    assert founded(uow.today)
    assert not founded(start - timedelta(days=1))
    founding.end_founding(staff, employer, row, valid_until=uow.today - timedelta(days=1))
    assert not founded(uow.today)


def test_a_firm_founded_before_the_rule_is_written_down_is_judged_by_it(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    given = {"basis": FoundingBasis.FOUNDER, "share_percent": None, "note": "看过退役证"}
    row = founding.record_founding(staff, make_employer(uow), **given, valid_from=date(1995, 6, 1))
    assert row.valid_from == date(1995, 6, 1)


def test_a_founding_without_a_paper_counts_once_it_was_seen(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    staff = acting(uow, make_staff(uow))
    row = founding.record_founding(
        staff, employer, basis=FoundingBasis.FOUNDER, share_percent=None, valid_from=uow.today, note="看过退役证"
    )
    row.seen_at = None
    uow.session.flush()
    assert queries.veteran_founded_ids(uow.session, [employer], uow.today) == set()
    founding.confirm_founding(staff, employer, row, note="看过退役证和执照")
    assert queries.veteran_founded_ids(uow.session, [employer], uow.today) == {employer.id}
    with pytest.raises(Conflict):
        founding.confirm_founding(staff, employer, row, note="再看一次")


def test_names_are_found_by_sound_and_by_what_looks_like_them(uow: UnitOfWork) -> None:
    from jobmatch.accounts.services.organizations import record_new_organization
    from jobmatch.accounts.states import OrganizationKind
    from recruiters.employers.services.employers import register_employer

    made = record_new_organization(
        uow, kind=OrganizationKind.EMPLOYER, name="安禾县恒通物流有限公司", region_code=COUNTY
    )
    employer = register_employer(uow, made)
    for words in ("htwl", "hengtong", "恒通", "恒 通 物流", "HTWL"):
        assert employer in uow.session.scalars(queries.employers_named(words)).all(), words
    assert employer not in uow.session.scalars(queries.employers_named("xyzxyz")).all()


def test_the_queue_costs_the_same_for_two_and_twenty(uow: UnitOfWork) -> None:
    few = [make_employer(uow, vetted=False) for _n in range(2)]
    many = [*few, *(make_employer(uow, vetted=False) for _n in range(18))]
    for employer in many:
        make_paper(uow, employer)
    counts = []
    for some in (few, many):
        with counted(uow.session.get_bind()) as seen:
            queries.papers_of(uow.session, some)
            queries.veteran_founded_ids(uow.session, some, uow.today)
        counts.append(len(seen))
    assert counts[0] == counts[1] == 2


def test_an_agency_without_a_permit_that_holds_cannot_publish(uow: UnitOfWork) -> None:
    employer = make_employer(uow, is_agency=True, permit_number="4303820001", permit_valid_until=uow.today)
    posting = make_posting(uow, employer, state=PostingState.IN_REVIEW)
    staff = acting(uow, make_staff(uow))
    with pytest.raises(Conflict, match="许可证还没有看清楚"):
        move_posting(staff, posting, "publish")
    make_paper(uow, employer, PaperKind.PERMIT)
    employer.permit_valid_until = uow.today - timedelta(days=1)
    uow.session.flush()
    with pytest.raises(Conflict, match="过期"):
        move_posting(staff, posting, "publish")
    employer.permit_valid_until = uow.today
    uow.session.flush()
    assert move_posting(staff, posting, "publish").state is PostingState.OPEN
