"""Follow-ups, links, ratings, sent reports and the file of a fair."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.files import store_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes import subjects
from jobmatch.fairs.outcomes.making import ratings as rating_counts
from jobmatch.fairs.outcomes.models import ExhibitorLink
from jobmatch.fairs.outcomes.queries import due_follow_ups, exhibitor_rows, newest_report
from jobmatch.fairs.outcomes.services import links, ratings, reports
from jobmatch.fairs.outcomes.services.follow_ups import (
    answer_by_person,
    answer_by_staff,
    joined,
    open_due_tasks,
    plan_follow_ups,
    read_register,
    take_answer,
)
from jobmatch.fairs.outcomes.states import FairReportKind, FollowUpResult, FollowUpSource, RatingSide
from jobmatch.fairs.outcomes.tracking import tracking
from jobmatch.fairs.planning.models import FairPaper
from jobmatch.fairs.planning.states import FairPaperKind, FairState
from jobmatch.inbox.models import Message
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.states import GrantPurpose
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_person, make_person, make_staff, make_user
from tests.fairs.help import make_exhibitor, make_registration
from tests.fairs.outcome_help import booth, closed_fair, follow_ups_of, make_intention, make_spell, visitor

R, S = FollowUpResult, FollowUpSource


def asked(uow: UnitOfWork, *, days_ago: int = 10, person: Person | None = None) -> Any:
    """An intention of a fair so many days ago, with its questions; (fair, exhibitor, intention, registration)."""
    fair = closed_fair(uow, days_ago=days_ago)
    exhibitor, posting = booth(uow, fair)
    registration = visitor(uow, fair, person=person or make_person(uow))
    intention = make_intention(uow, registration, posting)
    make_intention(uow, visitor(uow, fair), posting, person=False)
    plan_follow_ups(uow)
    return fair, exhibitor, intention, registration


def open_tasks(uow: UnitOfWork) -> list[Task]:
    query = select(Task).where(Task.kind == TaskKind.FAIR_FOLLOW_UP, Task.state == TaskState.OPEN)
    return list(uow.session.scalars(query))


def test_three_questions_for_each_counting_intention_and_never_twice(uow: UnitOfWork) -> None:
    fair, _exhibitor, intention, _registration = asked(uow)
    rows = follow_ups_of(uow, intention)
    closed_on = local_day(fair.closed_at)
    assert {day: row.due_on for day, row in rows.items()} == {
        day: closed_on + timedelta(days=day) for day in (7, 30, 90)
    }
    assert plan_follow_ups(uow) == 0
    with pytest.raises(NotAllowed):
        plan_follow_ups(acting(uow, make_staff(uow)))


def test_a_due_question_opens_one_task_which_the_answer_closes(uow: UnitOfWork) -> None:
    _fair, _exhibitor, intention, registration = asked(uow, days_ago=31)
    while open_due_tasks(uow):
        pass
    # The question after 7 days gave way to the one after 30.
    task = open_tasks(uow)[0]
    assert len(open_tasks(uow)) == 1 and task.region_path == registration.region_path
    row = follow_ups_of(uow, intention)[30]
    staff = acting(uow, make_staff(uow))
    with pytest.raises(Invalid):
        answer_by_staff(staff, row, registration, result="not_started")
    with pytest.raises(NotAllowed):
        answer_by_staff(acting(uow, make_staff(uow, path=PATH_OTHER)), row, registration, result="in_progress")
    answer_by_staff(
        staff, row, registration, result="not_started", reason_code="fu_pay", note="嫌工资低", is_recommended_again=True
    )
    assert (row.result, row.source, row.reason_code) == (R.NOT_STARTED, S.STAFF, "fu_pay")
    assert open_tasks(uow) == [] and open_due_tasks(uow) == 0


@pytest.mark.parametrize(("is_same", "result"), [(True, R.SAME_EMPLOYER), (False, R.OTHER_EMPLOYER)])
def test_the_register_answers_by_itself(uow: UnitOfWork, is_same: bool, result: FollowUpResult) -> None:
    person = make_person(uow)
    fair, exhibitor, intention, _registration = asked(uow, person=person)
    rows = follow_ups_of(uow, intention)
    old = make_spell(uow, person, exhibitor.employer, date(2020, 1, 1), ended_on=date(2020, 2, 1))
    assert read_register(uow) == 0
    spell = make_spell(uow, person, exhibitor.employer if is_same else None, local_day(fair.closed_at))
    take_answer(uow, rows[7], R.IN_PROGRESS, S.EMPLOYER)
    assert read_register(uow) == 1
    assert (rows[7].result, rows[7].source, rows[7].spell_id) == (result, S.REGISTER, spell.id)
    assert rows[30].result is None and old.id != spell.id
    assert read_register(uow) == 0
    take_answer(uow, rows[7], R.NOT_STARTED, S.EMPLOYER, reason_code="fu_employer")
    assert rows[7].result is result


def test_a_confirmed_start_closes_every_task_about_the_person(uow: UnitOfWork) -> None:
    fair, exhibitor, intention, registration = asked(uow, days_ago=8)
    second = make_intention(uow, registration, booth(uow, fair)[1])
    plan_follow_ups(uow)
    while open_due_tasks(uow):
        pass
    assert len(open_tasks(uow)) == 2
    staff = acting(uow, make_staff(uow))
    answer_by_staff(staff, follow_ups_of(uow, intention)[7], registration, result="same_employer")
    # The other intention's question is not asked any more either, now or after 30 days.
    assert open_tasks(uow) == []
    for row in (*follow_ups_of(uow, intention).values(), *follow_ups_of(uow, second).values()):
        row.due_on = uow.today
    uow.session.flush()
    assert open_due_tasks(uow) == 0
    assert uow.session.execute(due_follow_ups(fair.id, uow.today)).all() == []
    # What the employer taps later does not undo it.
    later = follow_ups_of(uow, intention)[30]
    take_answer(uow, later, R.NOT_STARTED, S.EMPLOYER, reason_code="fu_own")
    assert later.result is None
    found = tracking(uow.session, fair, 90)
    assert len(found.of(R.SAME_EMPLOYER)) == 1 and exhibitor.id == found.outcomes[0].line.exhibitor_id


def test_an_exhibitor_does_not_learn_that_somebody_works_elsewhere(uow: UnitOfWork) -> None:
    person = make_person(uow)
    fair, exhibitor, intention, _registration = asked(uow, person=person)
    make_spell(uow, person, None, local_day(fair.closed_at))
    [row] = exhibitor_rows(uow.session, exhibitor, 7, uow.today)
    assert (row.is_asked, row.said) == (True, None)
    assert read_register(uow) == 1 and follow_ups_of(uow, intention)[7].result is R.OTHER_EMPLOYER
    [row] = exhibitor_rows(uow.session, exhibitor, 7, uow.today)
    assert (row.is_asked, row.said) == (False, None)


def test_the_newest_question_alone_is_asked(uow: UnitOfWork) -> None:
    fair, _exhibitor, intention, _registration = asked(uow, days_ago=95)
    rows = uow.session.execute(due_follow_ups(fair.id, uow.today)).all()
    assert [row[0].id for row in rows] == [follow_ups_of(uow, intention)[90].id]


def test_work_elsewhere_does_not_undo_a_start_that_staff_confirmed(uow: UnitOfWork) -> None:
    person = make_person(uow)
    fair, _exhibitor, intention, registration = asked(uow, person=person, days_ago=31)
    rows = follow_ups_of(uow, intention)
    answer_by_staff(acting(uow, make_staff(uow)), rows[7], registration, result="same_employer")
    spell = make_spell(uow, person, None, local_day(fair.closed_at) + timedelta(days=20))
    assert read_register(uow) == 0 and rows[30].result is None
    # Somebody who was only said to be on the way started elsewhere.
    rows[7].result = R.IN_PROGRESS
    uow.session.flush()
    assert read_register(uow) == 1
    assert (rows[30].result, rows[30].spell_id) == (R.OTHER_EMPLOYER, spell.id)
    # Taken back, it confirms nothing: the question is asked again.
    spell.superseded_at = uow.now
    uow.session.flush()
    assert len(tracking(uow.session, fair, 90).of(R.UNVERIFIED)) == 1


def test_two_sides_that_contradict_each_other_leave_it_unverified_until_staff_decide(uow: UnitOfWork) -> None:
    person = make_person(uow)
    _fair, _exhibitor, intention, registration = asked(uow, person=person)
    row = follow_ups_of(uow, intention)[7]
    open_due_tasks(uow)
    me = acting(uow, actor_of_person(uow, person))
    answer_by_person(me, row, registration, result="same_employer")
    assert open_tasks(uow) == []
    take_answer(uow, row, R.NOT_STARTED, S.EMPLOYER, reason_code="fu_employer")
    assert row.result is R.UNVERIFIED and "本人说的：同单位入职；单位填的：未入职" in row.note
    assert len(open_tasks(uow)) == 1
    answer_by_person(me, row, registration, result="same_employer")
    assert row.result is R.UNVERIFIED
    answer_by_staff(acting(uow, make_staff(uow)), row, registration, result="same_employer")
    assert row.result is R.SAME_EMPLOYER and open_tasks(uow) == []


def test_a_stranger_and_a_day_too_early_are_refused(uow: UnitOfWork) -> None:
    person, other = make_person(uow), make_person(uow)
    _fair, _exhibitor, intention, registration = asked(uow, person=person)
    rows = follow_ups_of(uow, intention)
    with pytest.raises(NotAllowed):
        answer_by_person(acting(uow, actor_of_person(uow, other)), rows[7], registration, result="in_progress")
    me = acting(uow, actor_of_person(uow, person))
    with pytest.raises(Conflict):
        answer_by_person(me, rows[30], registration, result="in_progress")
    with pytest.raises(Invalid):
        answer_by_person(me, rows[7], registration, result="nonsense")


def test_answers_join_or_contradict_the_same_way_round() -> None:
    for one in R:
        for other in R:
            assert joined(one, other) is joined(other, one)
    assert joined(R.OTHER_EMPLOYER, R.NOT_STARTED) is R.OTHER_EMPLOYER
    assert joined(R.SAME_EMPLOYER, R.IN_PROGRESS) is None


def test_an_exhibitor_answers_by_link_for_its_own_lines_and_sees_consented_names(uow: UnitOfWork) -> None:
    person = make_person(uow, name="测试近人")
    fair, exhibitor, intention, registration = asked(uow, person=person)
    registration.name = "测试近人"
    _fair, _other, foreign, _registration = asked(uow)
    staff = acting(uow, make_staff(uow))
    first = links.make_exhibitor_link(staff, fair, exhibitor, 7)
    token = links.make_exhibitor_link(staff, fair, exhibitor, 7)
    with pytest.raises(NotFound):
        links.find_exhibitor_link(uow, first)
    assert links.find_exhibitor_link(uow, token).exhibitor is exhibitor
    assert [row.name for row in exhibitor_rows(uow.session, exhibitor, 7, uow.today)] == ["测**"]
    grant = Grant(
        person_id=person.id,
        organization_id=exhibitor.employer.organization_id,
        purpose=next(iter(GrantPurpose)),
        fields=["name"],
        created_at=uow.now,
        valid_until=uow.today,
    )
    uow.session.add(grant)
    uow.session.flush()
    assert [row.name for row in exhibitor_rows(uow.session, exhibitor, 7, uow.today)] == ["测试近人"]
    mine, theirs = follow_ups_of(uow, intention)[7], follow_ups_of(uow, foreign)[7]
    answers = {mine.public_id: ("not_started", "nonsense"), theirs.public_id: ("same_employer", "")}
    assert links.answer_as_exhibitor(uow, exhibitor, 7, answers) == 1
    assert (mine.result, mine.reason_code, theirs.result) == (R.NOT_STARTED, "fu_employer", None)
    assert links.answer_as_exhibitor(uow, exhibitor, 7, {mine.public_id: ("other_employer", "")}) == 0
    row = uow.session.scalars(select(ExhibitorLink).where(ExhibitorLink.exhibitor_id == exhibitor.id)).one()
    row.valid_until = uow.now
    uow.session.flush()
    with pytest.raises(NotFound):
        links.find_exhibitor_link(uow, token)


def test_exhibitors_with_accounts_are_told_once_for_each_day(uow: UnitOfWork) -> None:
    _fair, exhibitor, _intention, _registration = asked(uow, days_ago=7)
    organization = uow.session.get_one(Organization, exhibitor.employer.organization_id)
    member = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization)
    while links.tell_exhibitors(uow):
        pass
    titles = list(uow.session.scalars(select(Message.title).where(Message.user_id == member.id)))
    assert (
        len(titles) == 2 and any("意向名单" in one for one in titles) and any("填入职了没有" in one for one in titles)
    )


def test_exhibitors_without_an_account_get_links_and_the_office_one_task(uow: UnitOfWork) -> None:
    fair, exhibitor, _intention, _registration = asked(uow, days_ago=8)
    other, posting = booth(uow, fair)
    make_intention(uow, visitor(uow, fair), posting)
    organization = uow.session.get_one(Organization, other.employer.organization_id)
    make_user(uow, Role.EMPLOYER_MEMBER, organization=organization)
    booth(uow, fair)
    while links.tell_exhibitors(uow):
        pass
    waiting = select(Task).where(Task.kind == TaskKind.OTHER, Task.state == TaskState.OPEN)
    assert [task.link for task in uow.session.scalars(waiting)] == [f"/staff/fairs/{fair.public_id}/after/links"] * 2
    made = links.make_all_links(acting(uow, make_staff(uow)), fair, 7)
    assert set(made) == {exhibitor.id, other.id}
    assert links.find_exhibitor_link(uow, made[exhibitor.id]).link.day == 7
    assert [task.once for task in uow.session.scalars(waiting)] == []
    with pytest.raises(NotAllowed):
        links.make_all_links(acting(uow, make_staff(uow, path=PATH_OTHER)), fair, 7)


def test_only_those_who_came_rate(uow: UnitOfWork) -> None:
    fair, _exhibitor, _intention, _registration = asked(uow, days_ago=1)
    with pytest.raises(Conflict):
        ratings.rate_as_exhibitor(uow, fair, make_exhibitor(uow, fair), stars="5")
    with pytest.raises(Conflict):
        ratings.rate_as_visitor(uow, fair, make_registration(uow, fair), stars="5")
    assert rating_counts(uow.session, fair) == {}


def test_ratings_are_one_each_and_end_with_their_time(uow: UnitOfWork) -> None:
    fair, exhibitor, _intention, registration = asked(uow, days_ago=1)
    ratings.rate_as_visitor(uow, fair, registration, stars="2")
    ratings.rate_as_visitor(uow, fair, registration, stars="5", words="办得好")
    ratings.rate_as_exhibitor(uow, fair, exhibitor, stars="3")
    assert rating_counts(uow.session, fair) == {RatingSide.VISITOR: (1, 5.0), RatingSide.EXHIBITOR: (1, 3.0)}
    for stars in ("", "0", "6", "12", "五"):
        with pytest.raises(Invalid):
            ratings.rate_as_visitor(uow, fair, registration, stars=stars)
    fair.closed_at = uow.now - timedelta(days=31)
    with pytest.raises(Conflict):
        ratings.rate_as_visitor(uow, fair, registration, stars="4")


def test_a_sent_report_stays_and_a_correction_needs_a_reason(uow: UnitOfWork) -> None:
    fair, exhibitor, _intention, _registration = asked(uow)
    staff = acting(uow, make_staff(uow))
    first = reports.send_report(staff, fair, FairReportKind.QUICK)
    words = first.words
    exhibitor.checked_in_at = None
    uow.session.flush()
    with pytest.raises(Invalid):
        reports.send_report(staff, fair, FairReportKind.QUICK)
    second = reports.send_report(staff, fair, FairReportKind.QUICK, reason="一家单位补签退")
    assert (first.revision, second.revision) == (1, 2) and first.words == words != second.words
    assert newest_report(uow.session, fair, FairReportKind.QUICK) is second
    fair.state = FairState.RUNNING
    with pytest.raises(Conflict):
        reports.send_report(staff, fair, FairReportKind.DAY_90)
    with pytest.raises(NotAllowed):
        reports.send_report(acting(uow, make_staff(uow, path=PATH_OTHER)), fair, FairReportKind.DAY_90)


def test_the_file_of_a_fair_holds_everything_and_is_not_erased_early(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = str(tmp_path)
    fair, _exhibitor, intention, registration = asked(uow)
    file = store_file(uow, b"plan", name="办法.pdf", mimetype="application/pdf")
    uow.session.add(FairPaper(fair_id=fair.id, kind=FairPaperKind.METHOD, file_id=file.id, created_at=uow.now))
    uow.session.flush()
    staff = acting(uow, make_staff(uow))
    target = io.BytesIO()
    reports.archive(staff, fair, target)
    with zipfile.ZipFile(target) as pack:
        names = pack.namelist()
        assert pack.read("材料/01 组织实施办法 办法.pdf") == b"plan"
        book = CalamineWorkbook.from_filelike(io.BytesIO(pack.read("目录.xlsx")))
        rows = book.get_sheet_by_index(0).to_python()[2:]
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(pack.read("名单.xlsx"))).sheet_names
    listed = [row[2] for row in rows if row[2] != "缺"]
    assert sorted(listed) == sorted(set(names) - {"目录.xlsx"}) and len(names) == 5
    # What is not there is said, so that nobody takes the file for complete.
    missing = {row[1] for row in rows if row[2] == "缺"}
    assert missing == {"应急预案", "安全保卫工作方案", "活动方案", "纸质签到表", "现场照片"}
    assert {"回执", "名单-进场", "名单-意向", "名单-去向", "评价"} <= set(sheets)
    row = follow_ups_of(uow, intention)[7]
    answer_by_staff(staff, row, registration, result="in_progress", note="在体检")
    with pytest.raises(Conflict):
        reports.erase_words(staff, fair)
    fair.closed_at = uow.now - timedelta(days=2 * 366)
    assert reports.erase_words(staff, fair) == 1
    uow.session.refresh(row)
    assert (row.note, row.result) == ("", R.IN_PROGRESS)


def test_erasing_a_person_forgets_words_and_keeps_states(uow: UnitOfWork) -> None:
    person = make_person(uow)
    fair, _exhibitor, intention, registration = asked(uow, person=person)
    row = follow_ups_of(uow, intention)[7]
    answer_by_staff(acting(uow, make_staff(uow)), row, registration, result="in_progress", note="在体检")
    ratings.rate_as_visitor(uow, fair, registration, stars="4", words="人太多")
    found = subjects.export_person(uow, person.id)
    assert found["fair_rating"][0]["words"] == "人太多" and len(found["fair_follow_up"]) == 3
    subjects.erase_person(uow, person.id)
    found = subjects.export_person(uow, person.id)
    assert found["fair_rating"][0]["words"] == "" and {one["note"] for one in found["fair_follow_up"]} == {""}
    assert row.result is R.IN_PROGRESS
