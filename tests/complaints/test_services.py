"""Reporting, the steps of the office, clocks, holds, and who may know the reporter, on both databases."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.accounts.states import Role
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.complaints import queries, subjects
from jobmatch.complaints.figures import figures
from jobmatch.complaints.models import Complaint, ComplaintHold, ComplaintStep
from jobmatch.complaints.policies import (
    can_see_reporter,
    visible_complaints,
    visible_own_complaints,
    visible_to_employer,
)
from jobmatch.complaints.services import clocks, filing, handling, holding
from jobmatch.complaints.states import COMPLAINT_FLOW, ENDED, ComplaintAction, ComplaintState, Outcome
from jobmatch.complaints.targets import find_subject
from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, Limited, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.inbox.models import Message
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.services.hiring import record_filled, record_unfilled
from recruiters.postings.services.moving import move_posting
from recruiters.postings.states import PostingState
from tests.complaints.help import WORDS, about, go, open_posting, report
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of,
    actor_of_employer,
    actor_of_person,
    make_employer,
    make_person,
    make_posting,
    make_staff,
    make_station,
    make_user,
)
from tests.matching.help import counted

A = ComplaintAction
STRANGER = Actor(ip="203.0.113.7")


def tasks(uow: UnitOfWork, kind: TaskKind = TaskKind.OTHER, state: TaskState = TaskState.OPEN) -> list[Task]:
    return list(uow.session.scalars(select(Task).where(Task.kind == kind, Task.state == state).order_by(Task.id)))


def test_an_anonymous_report_is_taken_in_with_number_code_clock_and_task(uow: UnitOfWork) -> None:
    posting = open_posting(uow, region_path=PATH_A)
    filed = report(acting(uow, Actor()), posting, "ck_silent", phone="19900000001")
    row = filed.complaint
    assert (row.state, row.person_id, row.region_path) == (ComplaintState.RECEIVED, None, PATH_A)
    # NOW is Saturday 21 November 2026: the third working day is Wednesday.
    assert row.due_on.isoformat() == "2026-11-25"
    assert filed.number == f"20261121-{row.id:05d}"
    assert len(filed.code) == 9 and filed.code.replace("-", "").encode() not in (row.code_hash or b"")
    assert row.phone == "19900000001"
    assert [task.due_on for task in tasks(uow)] == [row.due_on]
    entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "complaint.file")).one()
    assert (entry.actor_user_id, entry.ip) == (None, "")
    assert uow.session.get_one(Posting, posting.id).state is PostingState.OPEN


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "ck_class"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"words": "太短"}, "words"),
        ({"words": "甲" * 2001}, "words"),
        ({"phone": "12"}, "phone"),
        ({"uploads": [Upload("a.pdf", Kind.PDF, b"%PDF")] * 4}, "files"),
    ],
)
def test_what_cannot_be_kept_is_said_on_its_field(uow: UnitOfWork, values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as error:
        report(uow, open_posting(uow), **values)  # type: ignore[arg-type]
    assert set(error.value.fields) == {field}


def test_only_what_is_or_was_before_people_can_be_reported(uow: UnitOfWork) -> None:
    draft = make_posting(uow, make_employer(uow), state=PostingState.DRAFT)
    hidden = make_employer(uow, vetted=False)
    stranger = acting(uow, Actor())
    for kind, public_id in (
        ("posting", draft.public_id),
        ("employer", hidden.public_id),
        ("fair", draft.public_id),
        ("nonsense", draft.public_id),
    ):
        with pytest.raises(NotFound):
            find_subject(stranger, kind, public_id)


def test_a_fee_pauses_the_posting_at_once_and_nobody_but_the_office_resumes_it(uow: UnitOfWork) -> None:
    posting = open_posting(uow, vacancy_count=1)
    member = actor_of_employer(uow, posting.employer)
    row = report(acting(uow, Actor()), posting).complaint
    assert (posting.state, posting.held_at) == (PostingState.PAUSED, uow.now)
    messages = select(Message).where(Message.user_id == member.user_id)
    # Told in the round, not in the moment: that would point at whoever was just seen there.
    assert uow.session.scalars(messages).all() == []
    assert (clocks.tell_holds(uow), clocks.tell_holds(uow)) == (1, 0)
    told = uow.session.scalars(messages).one()
    assert "暂停" in told.title and "收费" in told.body and WORDS not in told.body
    with pytest.raises(Conflict, match="核实"):
        move_posting(acting(uow, member), posting, "resume")
    record_filled(uow, posting.id)
    posting.state = PostingState.FILLED
    uow.session.flush()
    record_unfilled(uow, posting.id)
    assert posting.state is PostingState.PAUSED
    office = acting(uow, make_staff(uow))
    with pytest.raises(Conflict, match="查完"):
        handling.release_postings(office, row)
    go(office, row, A.ACCEPT, A.INVESTIGATE, A.UNFOUND)
    assert handling.release_postings(office, row) == (1, 0)
    assert (posting.state, posting.held_at) == (PostingState.OPEN, None)
    assert handling.release_postings(office, row) == (0, 0)


def test_resuming_runs_the_legal_check_and_what_fails_stays_paused(uow: UnitOfWork) -> None:
    posting = open_posting(uow)
    row = report(uow, posting).complaint
    posting.duties = "只限男性，入职交押金 500 元"
    uow.session.flush()
    go(uow, row, A.REFUSE)
    assert handling.release_postings(uow, row) == (0, 1)
    assert (posting.state, posting.held_at) == (PostingState.PAUSED, None)


def test_a_report_about_an_employer_holds_all_its_postings_and_two_holds_end_one_by_one(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    first, second = open_posting(uow, employer), open_posting(uow, employer)
    draft, other = make_posting(uow, employer, state=PostingState.DRAFT), open_posting(uow)
    subject = find_subject(uow, "employer", employer.public_id)
    whole = filing.file_complaint(uow, subject, kind_code="ck_papers", words=WORDS, person=make_person(uow)).complaint
    one = report(uow, first).complaint
    assert [p.state for p in (first, second, draft, other)] == ["paused", "paused", "draft", "open"]
    go(uow, whole, A.REFUSE)
    assert handling.release_postings(uow, whole) == (1, 0)
    assert (first.state, second.state) == (PostingState.PAUSED, PostingState.OPEN)
    go(uow, one, A.REFUSE)
    assert handling.release_postings(uow, one) == (1, 0)
    assert first.state is PostingState.OPEN
    assert all(hold.released_at for hold in uow.session.scalars(select(ComplaintHold)))


def _about_whole(uow: UnitOfWork, employer: Employer, ip: str, kind: str = "ck_fee") -> Complaint:
    """An anonymous report about an employer from an address."""
    subject = find_subject(uow, "employer", employer.public_id)
    source = filing.source_of(acting(uow, Actor(ip=ip)))
    return filing.file_complaint(acting(uow, Actor()), subject, kind_code=kind, words=WORDS, source=source).complaint


@pytest.mark.parametrize("kind", ["ck_fee", "ck_papers"])
def test_one_unknown_reporter_does_not_take_all_postings_down_and_two_do(uow: UnitOfWork, kind: str) -> None:
    employer = make_employer(uow)
    postings = [open_posting(uow, employer) for _n in range(2)]
    first = _about_whole(uow, employer, "203.0.113.7")
    _about_whole(uow, employer, "203.0.113.7", kind)
    assert [posting.state for posting in postings] == [PostingState.OPEN] * 2
    last = _about_whole(uow, employer, "203.0.113.8", kind)
    assert [posting.state for posting in postings] == [PostingState.PAUSED] * 2
    # The hold belongs to the case that the office decides.
    case = last.same_as_id or last.id
    assert set(uow.session.scalars(select(ComplaintHold.complaint_id))) == {case}
    main = uow.session.get_one(Complaint, case)
    assert (main.id == first.id) is (kind == "ck_fee")
    go(uow, main, A.REFUSE)
    assert handling.release_postings(uow, main) == (2, 0)


def test_the_office_pauses_at_any_time_and_an_employer_joined_later_is_told(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting, office = open_posting(uow, employer), acting(uow, make_staff(uow))
    row = _about_whole(uow, employer, "203.0.113.7")
    with pytest.raises(NotAllowed):
        holding.hold_postings(acting(uow, make_staff(uow, path=PATH_OTHER)), row)
    assert (holding.hold_postings(office, row), holding.hold_postings(office, row)) == (1, 0)
    assert (posting.state, posting.held_at) == (PostingState.PAUSED, uow.now)
    assert clocks.tell_holds(uow) == 0
    member = actor_of_employer(uow, employer)
    assert clocks.tell_holds(uow) == 1
    assert uow.session.scalars(select(Message.user_id)).all() == [member.user_id]
    go(office, row, A.REFUSE)
    assert handling.release_postings(office, row) == (1, 0)
    with pytest.raises(Conflict):
        holding.hold_postings(office, row)


def test_a_second_report_of_the_same_thing_joins_and_both_reporters_are_told(uow: UnitOfWork) -> None:
    posting, people = open_posting(uow), [make_person(uow) for _n in range(2)]
    office = acting(uow, make_staff(uow))
    main = report(uow, posting, person=people[0]).complaint
    go(office, main, A.ACCEPT)
    joined = report(uow, posting, person=people[1]).complaint
    assert (joined.same_as_id, joined.state, joined.due_on) == (main.id, ComplaintState.ACCEPTED, main.due_on)
    other = report(uow, posting, "ck_fake").complaint
    assert other.same_as_id is None
    with pytest.raises(Conflict):
        go(office, joined, A.INVESTIGATE)
    go(office, main, A.INVESTIGATE, A.FOUND, A.CLOSE)
    assert (joined.state, joined.outcome) == (ComplaintState.CLOSED, Outcome.FOUNDED)
    for person in people:
        titles = uow.session.scalars(select(Message.title).where(Message.user_id == person.user_id)).all()
        assert sum("属实" in title for title in titles) == 1
    again = report(uow, posting).complaint
    assert again.same_as_id is None
    assert queries.founded_complaints(uow, posting.employer_id, uow.today) == 1
    assert queries.founded_complaints(uow, posting.employer_id, uow.today + timedelta(days=1)) == 0


@pytest.mark.parametrize(("state", "action"), list(itertools.product(ComplaintState, ComplaintAction)))
def test_every_pair_of_the_table_of_steps(uow: UnitOfWork, state: ComplaintState, action: ComplaintAction) -> None:
    ways: dict[ComplaintState, tuple[ComplaintAction, ...]] = {
        ComplaintState.RECEIVED: (),
        ComplaintState.NOT_ACCEPTED: (A.REFUSE,),
        ComplaintState.ACCEPTED: (A.ACCEPT,),
        ComplaintState.INVESTIGATING: (A.ACCEPT, A.INVESTIGATE),
        ComplaintState.FOUNDED: (A.ACCEPT, A.INVESTIGATE, A.FOUND),
        ComplaintState.UNFOUNDED: (A.ACCEPT, A.INVESTIGATE, A.UNFOUND),
        ComplaintState.REFERRED: (A.ACCEPT, A.REFER),
        ComplaintState.CLOSED: (A.ACCEPT, A.INVESTIGATE, A.FOUND, A.CLOSE),
    }
    row = go(uow, report(uow, open_posting(uow), "ck_wages").complaint, *ways[state])
    assert row.state is state
    wanted = COMPLAINT_FLOW.get((state, action))
    if wanted is None:
        with pytest.raises(Conflict):
            go(uow, row, action)
    else:
        assert go(uow, row, action).state is wanted
        assert (row.closed_at is not None) == (wanted in ENDED)
    assert len(tasks(uow)) == (0 if row.state in ENDED else 1)


def test_steps_ask_for_their_words_and_the_second_colleague_gets_a_conflict(uow: UnitOfWork) -> None:
    office = acting(uow, make_staff(uow))
    row = report(uow, open_posting(uow)).complaint
    for values, field in (({"reason_code": "vr_name"}, "reason_code"), ({"told": "番号 31655 部队"}, "told")):
        with pytest.raises(Invalid) as error:
            handling.move_complaint(office, row, A.REFUSE, **({"reason_code": "cr_vague"} | values))
        assert field in error.value.fields
    seen = row.version
    go(office, row, A.ACCEPT, version=seen)
    with pytest.raises(Conflict, match="已受理"):
        go(office, row, A.ACCEPT, version=seen)
    with pytest.raises(Conflict):
        go(office, row, A.INVESTIGATE, version=seen)
    go(office, row, A.INVESTIGATE)
    for action in (A.FOUND, A.UNFOUND, A.REFER):
        with pytest.raises(Invalid):
            handling.move_complaint(office, row, action)
    log = queries.told_steps(uow.session, row)
    assert [step.action for step in log] == [A.FILE, A.ACCEPT, A.INVESTIGATE]
    assert "2026 年 12 月 11 日" in log[1].told


def test_only_the_office_of_the_place_works_on_it(uow: UnitOfWork) -> None:
    posting = open_posting(uow, region_path=PATH_A)
    row = report(uow, posting).complaint
    far, near = make_staff(uow, path=PATH_OTHER), make_staff(uow, path=PATH_A)
    reader = actor_of(
        make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow)), Role.SUPERIOR_READER, make_station(uow)
    )
    named = queries.complaint_named(row.public_id)
    assert uow.rows(visible_complaints(near, named)) == [row]
    for actor in (far, reader, actor_of_employer(uow, posting.employer), Actor()):
        assert uow.rows(visible_complaints(actor, named)) == []
        with pytest.raises(NotAllowed):
            go(acting(uow, actor), row, A.ACCEPT)
    assert len(uow.rows(visible_complaints(reader, select(Complaint.id), aggregate=True))) == 1


def test_the_employer_answers_without_learning_who_reported(uow: UnitOfWork) -> None:
    person, posting = make_person(uow, name="测试举报人"), open_posting(uow)
    member = actor_of_employer(uow, posting.employer)
    row = report(uow, posting, "ck_fake", person=person).complaint
    named = queries.complaint_named(row.public_id)
    office = acting(uow, make_staff(uow))
    assert uow.rows(visible_to_employer(member, named)) == []
    with pytest.raises(Conflict):
        handling.ask_employer(office, row, question="请说明工资怎么算")
    go(office, row, A.ACCEPT, A.INVESTIGATE)
    handling.ask_employer(office, row, question="请说明工资怎么算")
    assert uow.rows(visible_to_employer(member, named)) == [row]
    stranger = make_employer(uow)
    with pytest.raises(NotAllowed):
        handling.state_case(acting(uow, member), row, stranger, words="工资按合同发")
    handling.state_case(acting(uow, member), row, posting.employer, words="工资按合同发")
    go(office, row, A.FOUND)
    with pytest.raises(Conflict):
        handling.state_case(acting(uow, member), row, posting.employer, words="再说一遍情况")
    texts = uow.session.execute(select(Message.title, Message.body).where(Message.user_id == member.user_id)).all()
    assert len(texts) == 2 and not any("测试举报人" in t or WORDS in t for pair in texts for t in pair)


def test_only_the_named_colleague_sees_the_reporter_and_the_look_is_kept(uow: UnitOfWork) -> None:
    person = make_person(uow, name="测试举报人", phone="19900000077")
    row = report(uow, open_posting(uow), person=person).complaint
    first, second = make_staff(uow), make_staff(uow)
    for actor in (first, second):
        with pytest.raises(NotAllowed):
            handling.see_reporter(acting(uow, actor), row, reason="电话核实")
    go(acting(uow, first), row, A.ACCEPT)
    assert (can_see_reporter(first, row), can_see_reporter(second, row)) == (True, False)
    with pytest.raises(Invalid):
        handling.see_reporter(acting(uow, first), row, reason="")
    assert handling.see_reporter(acting(uow, first), row, reason="电话核实").phone == "19900000077"
    clerk = uow.session.get_one(User, second.user_id)
    handling.assign_complaint(acting(uow, first), row, to=clerk.public_id)
    assert (can_see_reporter(first, row), can_see_reporter(second, row)) == (False, True)
    with pytest.raises(Invalid):
        handling.assign_complaint(acting(uow, first), row, to="zz22zz22zz22zz22")
    entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "complaint.reporter")).one()
    assert (entry.object_id, entry.actor_user_id, entry.reason) == (person.public_id, first.user_id, "电话核实")


def test_an_address_reports_only_so_often_a_day_and_its_mark_is_forgotten(uow: UnitOfWork) -> None:
    source = filing.source_of(acting(uow, STRANGER))
    for _n in range(10):
        report(uow, open_posting(uow), "ck_silent", source=source)
    with pytest.raises(Limited):
        report(uow, open_posting(uow), "ck_silent", source=source)
    report(uow, open_posting(uow), "ck_silent", source=filing.source_of(acting(uow, Actor(ip="203.0.113.8"))))
    assert clocks.forget_sources(uow) == 0
    uow.today += timedelta(days=1)
    assert clocks.forget_sources(uow) == 11
    assert uow.session.scalars(select(Complaint.source_hash)).unique().all() == [None]


def test_number_and_code_open_the_state_and_a_wrong_one_does_not(uow: UnitOfWork) -> None:
    filed = report(uow, open_posting(uow))
    stranger = acting(uow, STRANGER)

    def look(number: str, code: str) -> Complaint:
        return filing.look_up(stranger, number, code, filing.count_try(stranger, filing.clean_number(number)))

    assert look(filed.number, filed.code).id == filed.complaint.id
    assert look(f" {filed.number.replace('-', ' ')} ", filed.code.replace("-", "").upper()).id == filed.complaint.id
    wrong = [("", ""), (filed.number, ""), ("20261122-99999", filed.code), (filed.number[9:], filed.code), ("甲", "乙")]
    for number, code in wrong:
        with pytest.raises(Invalid):
            look(number, code)
    for _n in range(9):
        with pytest.raises(Invalid):
            look(filed.number, "22222222")
    with pytest.raises(Limited):
        look(filed.number, filed.code)


def test_late_ones_go_before_the_superior_once_for_each_clock(uow: UnitOfWork) -> None:
    county = make_station(uow, path=PATH_COUNTY)
    make_station(uow, path=PATH_A, parent=county)
    row = report(uow, open_posting(uow, region_path=PATH_A)).complaint
    assert clocks.escalate_overdue(uow) == 0
    uow.today = row.due_on + timedelta(days=1)
    assert (clocks.escalate_overdue(uow), clocks.escalate_overdue(uow)) == (1, 0)
    [task] = tasks(uow, TaskKind.ESCALATION)
    assert task.region_path == PATH_COUNTY
    go(uow, row, A.ACCEPT)
    assert tasks(uow, TaskKind.ESCALATION) == []
    uow.today = row.due_on + timedelta(days=1)
    assert (clocks.escalate_overdue(uow), clocks.escalate_overdue(uow)) == (1, 0)
    with pytest.raises(NotAllowed):
        clocks.escalate_overdue(acting(uow, make_staff(uow)))


def test_old_ones_lose_words_files_and_reporter_and_stay_in_the_figures(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = str(tmp_path)
    paper = Upload("我的照片.jpg", Kind.JPEG, b"picture")
    row = report(uow, open_posting(uow), person=make_person(uow), uploads=[paper], phone="19900000005").complaint
    [kept] = queries.papers_of(uow.session, [row])
    assert "我的照片" not in kept.file.name
    go(uow, row, A.ACCEPT, A.INVESTIGATE, A.FOUND, A.CLOSE)
    assert clocks.forget_old(uow) == 0
    uow.today = uow.today.replace(year=uow.today.year + 3) + timedelta(days=2)
    assert (clocks.forget_old(uow), clocks.forget_old(uow)) == (1, 0)
    assert (row.words, row.phone, row.person_id, row.code_hash) == ("", None, None, None)
    assert queries.papers_of(uow.session, [row]) == []
    told = uow.session.scalars(select(ComplaintStep.told).where(ComplaintStep.complaint_id == row.id))
    assert set(told) == {""}
    assert row.outcome is Outcome.FOUNDED


def test_export_erase_and_move_of_a_person_and_an_employer(uow: UnitOfWork) -> None:
    person, other = make_person(uow), make_person(uow)
    posting = open_posting(uow)
    row = report(uow, posting, person=person, phone="19900000006").complaint
    exported = subjects.export_person(uow, person.id)
    assert exported["complaint"][0]["words"] == WORDS and exported["complaint_step"][0]["action"] == A.FILE
    assert uow.rows(visible_own_complaints(actor_of_person(uow, person), queries.newest_first())) == [row]
    subjects.move_person(uow, person.id, other.id)
    assert row.person_id == other.id
    subjects.erase_person(uow, other.id)
    assert (row.person_id, row.phone, row.words) == (None, None, WORDS)
    done = report(uow, open_posting(uow), person=other).complaint
    go(uow, done, A.REFUSE)
    subjects.erase_person(uow, other.id)
    assert (done.person_id, done.words) == (None, "")
    target = make_employer(uow)
    subjects.move_organization(uow, posting.employer.organization_id, target.organization_id)
    assert row.employer_id == target.id


def test_figures_count_matters_once_and_days_in_working_days(uow: UnitOfWork) -> None:
    posting, office = open_posting(uow), make_staff(uow)
    row = report(uow, posting).complaint
    report(uow, posting)
    report(uow, open_posting(uow), "ck_wages")
    later = acting(uow, office)
    later.now, later.today = uow.now + timedelta(days=4), uow.today + timedelta(days=4)
    go(later, row, A.ACCEPT, A.INVESTIGATE, A.FOUND)
    found = figures(later, uow.today, uow.today)
    assert (found.total.reports, found.total.cases, found.total.decided, found.total.waiting) == (3, 2, 1, 1)
    # Saturday to Wednesday: Monday, Tuesday and Wednesday are working days.
    assert found.total.mean_days == 3
    assert {name: part.cases for name, part in found.kinds} == {"收费": 1, "欠薪": 1}
    later.today += timedelta(days=1)
    assert figures(later, uow.today, uow.today).total.overdue == 1


def test_more_complaints_cost_no_more_statements(uow: UnitOfWork) -> None:
    office = acting(uow, make_staff(uow))

    def cost() -> int:
        uow.session.expire_all()
        with counted(uow.session.get_bind()) as statements:
            rows = office.rows(visible_complaints(office.actor, queries.queue(queries.Tab.WAITING)))
            queries.joined_counts(uow.session, rows)
            queries.handler_names(uow.session, rows)
            queries.kind_names(uow.session)
            figures(office, uow.today, uow.today)
            assert [row.number for row in rows]
        return len(statements)

    for _n in range(2):
        report(uow, open_posting(uow))
    cost()
    few = cost()
    for _n in range(18):
        report(uow, open_posting(uow))
    assert cost() == few


def test_kinds_are_offered_where_they_fit(uow: UnitOfWork) -> None:
    codes = [kind.code for kind in queries.kinds_for(uow.session, about(uow, open_posting(uow)).kind)]
    assert codes == ["ck_fee", "ck_fake", "ck_papers", "ck_bias", "ck_silent", "ck_wages"]
