"""The clocks of postings, 代录入 with the employer's yes, 专岗, and templates, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.inbox.models import Message
from recruiters.employers.states import EmployerKind
from recruiters.postings.models import Posting, PostingLink, PostingYes
from recruiters.postings.policies import visible_templates
from recruiters.postings.queries import heads_of, postings, templates
from recruiters.postings.reserved import reserved_blocks, working_days
from recruiters.postings.services import clocks, entries, moving, reserved, writing
from recruiters.postings.services import templates as kept
from recruiters.postings.states import LinkPurpose, NoticeResult, PayKind, PostingState, RequirementKind, ReservedKind
from recruiters.postings.values import RequirementInput, values_of
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of_employer,
    make_employer,
    make_posting,
    make_staff,
    make_station,
)

DAY = timedelta(days=1)


def _titles(uow: UnitOfWork, user_id: int | None) -> list[str]:
    return list(uow.session.scalars(select(Message.title).where(Message.user_id == user_id).order_by(Message.id)))


@pytest.fixture(autouse=True)
def _files(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = tmp_path


# ---------- clocks ----------


def test_a_review_past_its_two_working_days_is_brought_before_the_superior_once(uow: UnitOfWork) -> None:
    county = make_station(uow, path=PATH_COUNTY)
    make_station(uow, path=PATH_A, parent=county)
    posting = make_posting(uow, state=PostingState.DRAFT, region_path=PATH_A)
    moving.move_posting(uow, posting, "submit")
    # Saturday 21 November 2026: the second working day after it is Tuesday.
    assert posting.review_due_on == date(2026, 11, 24)
    assert clocks.escalate_reviews(uow) == 0
    uow.today = date(2026, 11, 25)
    assert clocks.escalate_reviews(uow) == 1
    assert clocks.escalate_reviews(uow) == 0
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.ESCALATION)).one()
    assert (task.region_path, task.state) == (PATH_COUNTY, TaskState.OPEN)
    moving.move_posting(uow, posting, "publish")
    assert task.state is TaskState.DONE
    assert (posting.review_due_on, posting.escalated_on) == (None, None)


def test_an_unconfirmed_posting_is_asked_about_and_paused_after_sixty_days(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member = actor_of_employer(uow, employer)
    start = uow.now
    posting = make_posting(uow, employer, valid_through=uow.today + 80 * DAY, published_at=start)

    def on(day: int) -> tuple[int, int]:
        uow.now, uow.today = start + day * DAY, (start + day * DAY).date()
        return clocks.pause_unconfirmed(uow), clocks.ask_confirmations(uow)

    assert on(52) == (0, 0)
    assert on(53) == (0, 1)
    assert on(53) == (0, 0)
    assert on(59) == (0, 0)
    assert on(60) == (1, 0)
    assert on(60) == (0, 0)
    assert posting.state is PostingState.PAUSED
    assert _titles(uow, member.user_id) == ["岗位“货车司机”还在招吗？", "岗位“货车司机”很久没有确认，已暂停"]
    clocks.confirm_posting(acting(uow, member), posting)
    clocks.confirm_posting(acting(uow, member), posting)
    assert (posting.state, posting.confirmed_at) == (PostingState.OPEN, start + 60 * DAY)
    assert on(61) == (0, 0)


def test_a_confirmed_posting_is_not_paused_and_strangers_cannot_confirm(uow: UnitOfWork) -> None:
    start = uow.now
    posting = make_posting(uow, valid_through=uow.today + 80 * DAY, published_at=start)
    uow.now, uow.today = start + 55 * DAY, (start + 55 * DAY).date()
    clocks.ask_confirmations(uow)
    with pytest.raises(NotAllowed):
        clocks.confirm_posting(acting(uow, actor_of_employer(uow, make_employer(uow))), posting)
    clocks.confirm_posting(acting(uow, actor_of_employer(uow, posting.employer)), posting)
    uow.now, uow.today = start + 70 * DAY, (start + 70 * DAY).date()
    assert (clocks.pause_unconfirmed(uow), clocks.ask_confirmations(uow)) == (0, 0)
    with pytest.raises(Conflict):
        clocks.confirm_posting(uow, make_posting(uow, state=PostingState.CLOSED))


def test_the_office_asks_by_phone_about_what_it_wrote(uow: UnitOfWork) -> None:
    start = uow.now
    imported = {"source_key": "test:1", "is_office_entry": True, "agreed_at": start}
    posting = make_posting(uow, valid_through=uow.today + 80 * DAY, published_at=start, **imported)
    uow.now, uow.today = start + 55 * DAY, (start + 55 * DAY).date()
    clocks.ask_confirmations(uow)
    task = uow.session.scalars(select(Task).where(Task.link == f"/staff/postings/{posting.public_id}")).one()
    assert (task.due_on, task.state) == (uow.today + 7 * DAY, TaskState.OPEN)
    clocks.confirm_posting(acting(uow, make_staff(uow)), posting)
    assert task.state is TaskState.DONE


# ---------- 代录入 ----------


def _entered(uow: UnitOfWork) -> tuple[Any, Any, Posting]:
    """Staff, a member, and a complete posting that staff entered and sent to review."""
    employer = make_employer(uow)
    staff, member = make_staff(uow), actor_of_employer(uow, employer)
    posting = writing.enter_posting(acting(uow, staff), employer, title="货车司机")
    values = values_of(make_posting(uow, employer))
    needs = [RequirementInput(RequirementKind.LICENCE, "B2")]
    writing.update_posting(acting(uow, staff), posting, values=values, requirements=needs)
    moving.move_posting(acting(uow, staff), posting, "submit")
    return staff, member, posting


def test_an_entered_posting_is_published_only_after_a_yes_in_the_app(uow: UnitOfWork) -> None:
    _staff, member, posting = _entered(uow)
    colleague = make_staff(uow)
    assert _titles(uow, member.user_id) == ["服务站替您录入了岗位“货车司机”，请核对"]
    with pytest.raises(Conflict, match="单位同意"):
        moving.move_posting(acting(uow, colleague), posting, "publish")
    for actor in (colleague, actor_of_employer(uow, make_employer(uow))):
        with pytest.raises(NotAllowed):
            entries.answer_entry(acting(uow, actor), posting, is_yes=True, version=posting.version)
    entries.answer_entry(acting(uow, member), posting, is_yes=True, version=posting.version)
    entries.answer_entry(acting(uow, member), posting, is_yes=True, version=posting.version)
    moving.move_posting(acting(uow, colleague), posting, "publish")
    assert posting.state is PostingState.OPEN
    log = uow.session.scalars(select(PostingYes).where(PostingYes.posting_id == posting.id)).all()
    assert [(row.way.value, row.is_yes, row.recorded_by_id) for row in log] == [("in_app", True, member.user_id)]


def test_a_change_after_the_yes_takes_it_back(uow: UnitOfWork) -> None:
    staff, member, posting = _entered(uow)
    entries.answer_entry(acting(uow, member), posting, is_yes=True, version=posting.version)
    moving.move_posting(acting(uow, staff), posting, "recall")
    writing.update_posting(acting(uow, staff), posting, values={"pay_low_yuan": 4000})
    moving.move_posting(acting(uow, staff), posting, "submit")
    with pytest.raises(Conflict, match="单位同意"):
        moving.move_posting(acting(uow, make_staff(uow)), posting, "publish")


def test_a_yes_is_for_the_text_that_was_shown(uow: UnitOfWork) -> None:
    staff, member, posting = _entered(uow)
    token, shown = entries.make_link(acting(uow, staff), posting, LinkPurpose.AGREE), posting.version
    moving.move_posting(acting(uow, staff), posting, "recall")
    writing.update_posting(acting(uow, staff), posting, values={"pay_low_yuan": 4000})
    moving.move_posting(acting(uow, staff), posting, "submit")
    for is_yes in (True, False):
        with pytest.raises(Conflict, match="改过"):
            entries.answer_entry(acting(uow, member), posting, is_yes=is_yes, version=shown)
    with pytest.raises(Conflict, match="改过"):
        entries.act_on_link(uow, token, said="yes", version=shown, note="")
    assert posting.agreed_at is None
    assert uow.session.scalars(select(PostingYes).where(PostingYes.posting_id == posting.id)).all() == []
    entries.act_on_link(uow, token, said="yes", version=posting.version, note="")
    assert posting.agreed_at == uow.now


def test_the_office_cannot_renew_or_resume_what_it_entered(uow: UnitOfWork) -> None:
    staff, member, posting = _entered(uow)
    entries.answer_entry(acting(uow, member), posting, is_yes=True, version=posting.version)
    moving.move_posting(acting(uow, make_staff(uow)), posting, "publish")
    with pytest.raises(Conflict), uow.session.begin_nested():
        moving.move_posting(acting(uow, staff), posting, "renew", valid_through=uow.today + 80 * DAY)
    uow.session.refresh(posting)
    moving.move_posting(acting(uow, member), posting, "renew", valid_through=uow.today + 80 * DAY)
    moving.move_posting(acting(uow, staff), posting, "pause")
    with pytest.raises(Conflict):
        moving.move_posting(acting(uow, staff), posting, "resume")
    with pytest.raises(NotAllowed):
        clocks.confirm_posting(acting(uow, staff), posting)
    moving.move_posting(acting(uow, member), posting, "resume")
    assert posting.valid_through == uow.today + 80 * DAY


def test_a_no_brings_it_back_to_the_office(uow: UnitOfWork) -> None:
    _staff, member, posting = _entered(uow)
    entries.answer_entry(acting(uow, member), posting, is_yes=False, version=posting.version, note="工资写错了")
    assert (posting.state, posting.agreed_at) == (PostingState.DRAFT, None)
    assert uow.session.scalars(select(PostingYes.note).where(PostingYes.posting_id == posting.id)).one() == "工资写错了"


def test_a_yes_on_the_phone_leaves_who_when_and_which_number(uow: UnitOfWork) -> None:
    staff, _member, posting = _entered(uow)
    given: dict[str, Any] = {"is_yes": True, "said_by": "王经理", "said_at": uow.now, "phone_tail": "1234"}
    for wrong, field in (
        ({"said_by": ""}, "said_by"),
        ({"phone_tail": "123"}, "phone_tail"),
        ({"phone_tail": "１２３４"}, "phone_tail"),
        ({"said_at": None}, "said_at"),
        ({"said_at": uow.now + timedelta(minutes=1)}, "said_at"),
        ({"said_at": uow.now - timedelta(minutes=2)}, "said_at"),
    ):
        with pytest.raises(Invalid) as caught:
            entries.record_phone_answer(acting(uow, staff), posting, **(given | wrong))
        assert set(caught.value.fields) == {field}
    with pytest.raises(NotAllowed):
        entries.record_phone_answer(acting(uow, make_staff(uow, path=PATH_OTHER)), posting, **given)
    entries.record_phone_answer(acting(uow, staff), posting, **given)
    row = uow.session.scalars(select(PostingYes).where(PostingYes.posting_id == posting.id)).one()
    assert (row.said_by, row.phone_tail, row.recorded_by_id) == ("王经理", "1234", staff.user_id)
    moving.move_posting(acting(uow, make_staff(uow)), posting, "publish")
    assert posting.state is PostingState.OPEN


def test_a_link_answers_for_seven_days_and_a_newer_one_replaces_it(uow: UnitOfWork) -> None:
    staff, _member, posting = _entered(uow)
    first = entries.make_link(acting(uow, staff), posting, LinkPurpose.AGREE)
    second = entries.make_link(acting(uow, staff), posting, LinkPurpose.AGREE)
    assert uow.session.scalars(select(PostingLink.posting_id)).all() == [posting.id]
    with pytest.raises(NotFound):
        entries.open_link(uow, first)
    with pytest.raises(Invalid):
        entries.act_on_link(uow, second, said="publish", version=posting.version, note="")
    entries.act_on_link(uow, second, said="yes", version=posting.version, note="")
    assert posting.agreed_at == uow.now
    assert posting.state is PostingState.IN_REVIEW
    uow.now += 7 * DAY
    with pytest.raises(NotFound):
        entries.open_link(uow, second)


def test_a_link_to_confirm_keeps_or_pauses(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    token = entries.make_link(acting(uow, make_staff(uow)), posting, LinkPurpose.CONFIRM)
    entries.act_on_link(uow, token, said="no", version=posting.version, note="")
    assert posting.state is PostingState.PAUSED
    entries.act_on_link(uow, token, said="yes", version=posting.version, note="")
    assert (posting.state, posting.confirmed_at) == (PostingState.OPEN, uow.now)
    with pytest.raises(Conflict):
        entries.make_link(acting(uow, make_staff(uow)), posting, LinkPurpose.AGREE)


# ---------- 专岗 ----------

FILE = Upload("批复.pdf", Kind.PDF, b"%PDF-1.4 test")
FACTS: dict[str, Any] = {
    "kind": ReservedKind.TEACHER,
    "organ": "测试县教育局",
    "paper_number": "测教〔2026〕1 号",
    "quota": 2,
    "notice_from": date(2026, 11, 2),
    "notice_to": date(2026, 11, 10),
    "result": NoticeResult.CLEAR,
    "upload": FILE,
}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"kind": None}, ["ZG01"]),
        ({"kind": ReservedKind.CIVIL_SERVANT}, ["ZG02"]),
        ({"organ": ""}, ["ZG03"]),
        ({"paper_number": ""}, ["ZG04"]),
        ({"upload": None}, ["ZG05"]),
        ({"quota": None}, ["ZG06"]),
        ({"quota": 1}, ["ZG07"]),
        ({"notice_to": None}, ["ZG08"]),
        ({"notice_to": date(2026, 11, 9)}, ["ZG09"]),
        ({"kind": ReservedKind.FIRE_POLICE, "notice_to": date(2026, 11, 6)}, []),
        ({"result": NoticeResult.RUNNING}, ["ZG10"]),
        ({"notice_to": date(2026, 11, 23)}, ["ZG10"]),
        ({"result": NoticeResult.OBJECTED}, ["ZG11"]),
    ],
)
def test_a_reserved_post_is_published_only_with_everything_and_each_refusal_cites_its_rule(
    uow: UnitOfWork, changes: dict[str, Any], rules: list[str]
) -> None:
    employer = make_employer(uow, kind=EmployerKind.PUBLIC_INSTITUTION)
    posting = make_posting(uow, employer, state=PostingState.IN_REVIEW, is_reserved=True)
    staff = make_staff(uow)
    lines = reserved.save_reserved(acting(uow, staff), posting, **(FACTS | changes))
    assert [line.code for line in lines] == rules
    assert all(line.basis for line in lines)
    if not rules:
        assert moving.move_posting(acting(uow, staff), posting, "publish").state is PostingState.OPEN
        return
    with pytest.raises(Invalid) as caught:
        moving.move_posting(acting(uow, staff), posting, "publish")
    assert rules[0] in caught.value.fields["is_reserved"]


def test_a_private_employer_is_pointed_to_veterans_first(uow: UnitOfWork) -> None:
    posting = make_posting(uow, is_reserved=True, state=PostingState.IN_REVIEW)
    assert "优先" in reserved_blocks(uow.session, posting, None, uow.today)[0].message
    for kind in ReservedKind:
        lines = reserved.save_reserved(uow, posting, **(FACTS | {"kind": kind}))
        assert "ZG02" in [line.code for line in lines]


def test_an_objection_pauses_what_was_public_and_the_paper_is_for_the_office(uow: UnitOfWork) -> None:
    employer = make_employer(uow, kind=EmployerKind.PUBLIC_INSTITUTION)
    posting, staff = make_posting(uow, employer, is_reserved=True), make_staff(uow)
    reserved.save_reserved(acting(uow, staff), posting, **FACTS)
    assert posting.state is PostingState.OPEN
    assert reserved.read_reserved_paper(acting(uow, staff), posting)[:2] == (FILE.content, FILE.name)
    with pytest.raises(NotAllowed):
        reserved.read_reserved_paper(acting(uow, make_staff(uow, path=PATH_OTHER)), posting)
    reserved.save_reserved(acting(uow, staff), posting, **(FACTS | {"upload": None, "result": NoticeResult.OBJECTED}))
    assert posting.state is PostingState.PAUSED


def test_working_days_leave_out_weekends_and_count_both_ends(uow: UnitOfWork) -> None:
    assert working_days(uow.session, date(2026, 11, 2), date(2026, 11, 10)) == 7
    assert working_days(uow.session, date(2026, 11, 7), date(2026, 11, 8)) == 0


# ---------- templates and head-counts ----------


def test_a_template_brings_everything_but_the_validity(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member = actor_of_employer(uow, employer)
    posting = make_posting(uow, employer)
    kept.save_template(acting(uow, member), posting, name="司机")
    template = kept.save_template(acting(uow, member), posting, name="司机")
    [found] = uow.rows(visible_templates(member, templates(), employer))
    assert found.id == template.id
    made = kept.begin_from_template(acting(uow, member), employer, template)
    assert values_of(made) == values_of(posting) | {"valid_through": None}
    assert made.pay_kind is PayKind.FIXED
    assert [need.code for need in made.requirements] == ["B2", "SK002"]
    kept.drop_template(acting(uow, member), template)
    assert uow.rows(visible_templates(member, templates(), employer)) == []


def test_the_offices_templates_are_for_the_employers_below_it(uow: UnitOfWork) -> None:
    staff, posting = make_staff(uow), make_posting(uow)
    template = kept.save_template(acting(uow, staff), posting, for_office=True)
    assert not {"address", "contract_party", "region_code"} & set(template.values)
    near, far = make_employer(uow, path=PATH_A), make_employer(uow, path=PATH_OTHER)
    member = actor_of_employer(uow, near)
    assert [row.id for row in uow.rows(visible_templates(member, templates(), near))] == [template.id]
    assert uow.rows(visible_templates(member, templates(), far)) == []
    assert uow.rows(visible_templates(actor_of_employer(uow, far), templates(), far)) == []
    assert kept.begin_from_template(acting(uow, member), near, template).is_office_entry is False
    assert kept.begin_from_template(acting(uow, staff), near, template).is_office_entry is True
    with pytest.raises(NotAllowed):
        kept.drop_template(acting(uow, member), template)
    with pytest.raises(NotAllowed):
        kept.save_template(acting(uow, member), posting, for_office=True)
    with pytest.raises(NotAllowed):
        kept.begin_from_template(acting(uow, member), far, template)


def test_heads_and_postings_are_counted_apart(uow: UnitOfWork) -> None:
    from recruiters.postings.policies import visible_office_postings

    staff = make_staff(uow)
    for count in (2, 5):
        make_posting(uow, vacancy_count=count)
    query = visible_office_postings(staff, postings(PostingState.OPEN))
    assert (len(uow.rows(query)), uow.one(heads_of(query))) == (2, 7)
