"""Lists to other departments and their answers, on a real database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine, EmploymentCheck
from jobmatch.casework.crosscheck.services.answers import accept_agreeing, accept_line, refuse_line
from jobmatch.casework.crosscheck.services.lists import (
    TYPED,
    record_export,
    rows_of,
    sealed_file,
    start_crosscheck,
    workbook,
)
from jobmatch.casework.crosscheck.states import LineState, Population, Topic, Verdict
from jobmatch.casework.crosscheck.subjects import erase_person, export_person, move_person
from jobmatch.casework.plans.queries import hardships_of
from jobmatch.casework.plans.states import HardshipKind
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.sheets import read_table
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation
from jobmatch.people.queries.people import current_spell, spells_of
from jobmatch.people.services.register import end_spell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from tests.casework.crosscheck.help import a_list, answered, numbered, working
from tests.conftest import acting
from tests.factories import PATH_OTHER, TOWN_A, actor_of_person, make_person, make_staff


@pytest.fixture
def staff(uow: UnitOfWork) -> UnitOfWork:
    return acting(uow, make_staff(uow))


def line_of(uow: UnitOfWork, crosscheck: CrossCheck, person: Person) -> CrossCheckLine:
    return uow.session.scalars(
        select(CrossCheckLine).where(
            CrossCheckLine.cross_check_id == crosscheck.id, CrossCheckLine.person_id == person.id
        )
    ).one()


def test_a_list_holds_the_people_of_the_subtree_who_have_a_number(staff: UnitOfWork) -> None:
    one, two = numbered(staff), numbered(staff)
    make_person(staff)
    numbered(staff, path=PATH_OTHER)
    # Resettled here and served elsewhere: this office reads along, but takes no whole number away.
    numbered(staff, path=PATH_OTHER, resettled_region_code=TOWN_A)
    crosscheck = a_list(staff)
    assert {number for _name, number in rows_of(staff, crosscheck)} == {one.id_number, two.id_number}
    assert crosscheck.department == "人力资源和社会保障局"


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        (Population.UNCONFIRMED, {"lapsed", "bare"}),
        (Population.ENDING, {"ending"}),
        (Population.SEEKING, {"seeking"}),
        (Population.NOT_KNOWN, {"nothing"}),
        (Population.EVERYBODY, {"lapsed", "bare", "ending", "firm", "seeking", "nothing"}),
    ],
)
def test_each_population_is_what_its_name_says(staff: UnitOfWork, population: Population, expected: set[str]) -> None:
    people = {name: numbered(staff, name=name) for name in ("lapsed", "bare", "ending", "firm", "seeking", "nothing")}
    working(staff, people["lapsed"], evidence=EvidenceKind.PLEDGE, evidence_on=date(2026, 6, 1))
    working(staff, people["bare"])
    working(staff, people["ending"], evidence=EvidenceKind.PLEDGE, evidence_on=date(2026, 9, 1))
    working(staff, people["firm"], evidence=EvidenceKind.CONTRACT, evidence_on=date(2026, 9, 1))
    working(staff, people["seeking"], status_code="L1", employer_name="")
    assert {name for name, _number in rows_of(staff, a_list(staff, population=population))} == expected


def test_a_list_needs_its_letter_and_people(staff: UnitOfWork) -> None:
    with pytest.raises(Invalid) as caught:
        start_crosscheck(
            staff,
            topic=Topic.SCHOOL,
            population=Population.EVERYBODY,
            purpose=" ",
            letter_number="",
            letter_on=date(2027, 1, 1),
        )
    assert set(caught.value.fields) == {"purpose", "letter_number", "letter_on"}
    with staff.session.begin_nested() as point:
        with pytest.raises(Invalid) as caught:
            a_list(staff)
        point.rollback()
    assert set(caught.value.fields) == {"population"}


def test_the_file_is_sealed_and_a_plain_one_needs_reason_and_words(staff: UnitOfWork, tmp_path: Path) -> None:
    person = numbered(staff)
    crosscheck = a_list(staff)
    rows = rows_of(staff, crosscheck)
    sealed = sealed_file(staff, crosscheck, rows)
    assert sealed.startswith(b"PK")
    assert (person.id_number or "?").encode() not in sealed
    for reason, typed in (("", TYPED), ("对方打不开加密文件", "明文"), ("x", "")):
        with pytest.raises(Invalid):
            record_export(staff, crosscheck, reason=reason, typed=typed)
    record_export(staff, crosscheck, reason="对方打不开加密文件", typed=f" {TYPED} ")
    record_export(staff, crosscheck)
    actions = set(staff.session.scalars(select(AuditEntry.action)))
    assert {"crosscheck.export", "crosscheck.export_plain"} <= actions
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook(crosscheck, rows))
    header, found = read_table(path)
    assert header == ["序号", "姓名", "身份证号", "是否参保", "参保单位", "参保起始日期"]
    assert [row["身份证号"] for row in found] == [person.id_number]


def test_an_answer_becomes_proposals_and_strangers_are_not_stored(staff: UnitOfWork, tmp_path: Path) -> None:
    agrees, moved, fresh, absent, silent = (numbered(staff) for _ in range(5))
    stranger = numbered(staff, path=PATH_OTHER)
    working(staff, agrees)
    working(staff, moved)
    crosscheck = a_list(staff)
    rows = [
        (agrees.id_number, "是", "测试厂", "2026-03-01"),
        (moved.id_number, "是", "别的公司", "2026-06-01"),
        (fresh.id_number, "是", "新的公司", "2026-10-01"),
        (absent.id_number, "否", "", ""),
        (stranger.id_number, "是", "远处的公司", ""),
    ]
    taken = answered(staff, crosscheck, tmp_path, *rows)  # type: ignore[arg-type]
    assert dict(taken.verdicts) == dict.fromkeys(Verdict, 1)
    assert taken.strangers == [6]
    assert line_of(staff, crosscheck, absent).state is LineState.NOTED
    assert line_of(staff, crosscheck, silent).state is LineState.SENT
    assert staff.session.scalar(select(func.count()).select_from(CrossCheckLine)) == 5
    [task] = staff.session.scalars(select(Task))
    assert (task.kind, task.state, task.link) == (
        TaskKind.PROPOSAL,
        TaskState.OPEN,
        f"/staff/crosschecks/{crosscheck.public_id}",
    )


def test_accepting_writes_what_the_department_says_once(staff: UnitOfWork, tmp_path: Path) -> None:
    agrees, moved, fresh = (numbered(staff) for _ in range(3))
    spell = working(staff, agrees)
    old = working(staff, moved)
    crosscheck = a_list(staff)
    rows = [
        (agrees.id_number, "是", "测试厂", "2026-03-01"),
        (moved.id_number, "是", "别的公司", "2026-06-01"),
        (fresh.id_number, "是", "新的公司", "2026-10-01"),
    ]
    answered(staff, crosscheck, tmp_path, *rows)  # type: ignore[arg-type]
    assert accept_agreeing(staff, crosscheck) == (1, 0)
    for person in (moved, fresh, moved, fresh):
        accept_line(staff, crosscheck, line_of(staff, crosscheck, person))
    [row] = staff.session.scalars(select(Confirmation).where(Confirmation.spell_id == spell.id))
    assert (row.evidence, row.way, row.said_by, row.confirmed_on, row.valid_until) == (
        EvidenceKind.DEPARTMENT,
        ConfirmationWay.LETTER,
        "人力资源和社会保障局",
        date(2026, 11, 15),
        date(2027, 11, 15),
    )
    assert old.ended_on == date(2026, 5, 31)
    for person, name, since in ((moved, "别的公司", date(2026, 6, 1)), (fresh, "新的公司", date(2026, 10, 1))):
        now = current_spell(staff.session, person.id)
        assert now is not None
        assert (now.employer_name, now.started_on, now.source) == (name, since, RegisterSource.DEPARTMENT)
    assert staff.session.scalars(select(Task.state)).all() == [TaskState.DONE]


def test_the_same_answer_again_changes_nothing_that_was_decided(staff: UnitOfWork, tmp_path: Path) -> None:
    one, two = numbered(staff), numbered(staff)
    working(staff, one)
    crosscheck = a_list(staff)
    rows = [(one.id_number, "是", "测试厂", ""), (two.id_number, "是", "新的公司", "2026-10-01")]
    answered(staff, crosscheck, tmp_path, *rows)  # type: ignore[arg-type]
    accept_agreeing(staff, crosscheck)
    taken = answered(staff, crosscheck, tmp_path, *rows)  # type: ignore[arg-type]
    assert (taken.decided, dict(taken.verdicts)) == (1, {Verdict.NEW: 1})
    accept_agreeing(staff, crosscheck)
    accept_line(staff, crosscheck, line_of(staff, crosscheck, two))
    taken = answered(staff, crosscheck, tmp_path, *rows)  # type: ignore[arg-type]
    assert taken.decided == 2
    assert staff.session.scalar(select(func.count()).select_from(CrossCheckLine)) == 2
    assert len(spells_of(staff.session, two.id)) == 1
    assert staff.session.scalar(select(func.count()).select_from(Confirmation)) == 2
    assert staff.session.scalar(select(func.count()).select_from(Task)) == 1


def test_refusing_needs_a_reason_and_leaves_the_register(staff: UnitOfWork, tmp_path: Path) -> None:
    person = numbered(staff)
    crosscheck = a_list(staff)
    answered(staff, crosscheck, tmp_path, (person.id_number, "是", "新的公司", ""))  # type: ignore[arg-type]
    line = line_of(staff, crosscheck, person)
    with pytest.raises(Invalid):
        refuse_line(staff, crosscheck, line, note=" ")
    refuse_line(staff, crosscheck, line, note="重名，不是本人")
    refuse_line(staff, crosscheck, line, note="重名，不是本人")
    with pytest.raises(Conflict):
        accept_line(staff, crosscheck, line)
    assert spells_of(staff.session, person.id) == []


def test_a_register_that_changed_since_is_not_overwritten(staff: UnitOfWork, tmp_path: Path) -> None:
    person = numbered(staff)
    spell = working(staff, person)
    crosscheck = a_list(staff)
    answered(staff, crosscheck, tmp_path, (person.id_number, "是", "测试厂", ""))  # type: ignore[arg-type]
    end_spell(staff, person, spell, ended_on=date(2026, 11, 1))
    with pytest.raises(Conflict):
        accept_line(staff, crosscheck, line_of(staff, crosscheck, person))
    assert accept_agreeing(staff, crosscheck) == (0, 1)


def test_a_claim_that_was_not_found_becomes_a_question_and_no_new_line(staff: UnitOfWork, tmp_path: Path) -> None:
    person = numbered(staff)
    spell = working(staff, person, status_code="J", employer_name="测试小店")
    crosscheck = a_list(staff, Topic.BUSINESS)
    answered(staff, crosscheck, tmp_path, (person.id_number, "否", "", "", ""))  # type: ignore[arg-type]
    accept_line(staff, crosscheck, line_of(staff, crosscheck, person))
    [check] = staff.session.scalars(select(EmploymentCheck))
    assert (check.spell_id, check.tasked_at) == (spell.id, staff.now)
    assert len(spells_of(staff.session, person.id)) == 1


def test_a_hardship_recognition_becomes_a_fact_of_hardship_once(staff: UnitOfWork, tmp_path: Path) -> None:
    person = numbered(staff)
    row = (person.id_number, "是", "2026-09-01", "2027-08-31", "安困〔2026〕12 号")
    for _n in range(2):
        crosscheck = a_list(staff, Topic.HARDSHIP)
        answered(staff, crosscheck, tmp_path, row)  # type: ignore[arg-type]
        line = accept_line(staff, crosscheck, line_of(staff, crosscheck, person))
    assert (line.number, line.since_on, line.until_on) == ("安困〔2026〕12 号", date(2026, 9, 1), date(2027, 8, 31))
    assert spells_of(staff.session, person.id) == []
    assert "安困".encode() not in (line.number_sealed or b"")
    [fact] = hardships_of(staff.session, person.id)
    assert (fact.kind, fact.number, fact.valid_from, fact.valid_to) == (
        HardshipKind.RECOGNIZED,
        line.number,
        line.since_on,
        line.until_on,
    )


def test_a_hardship_recognition_without_its_number_is_not_taken(staff: UnitOfWork, tmp_path: Path) -> None:
    person = numbered(staff)
    crosscheck = a_list(staff, Topic.HARDSHIP)
    answered(staff, crosscheck, tmp_path, (person.id_number, "是", "2026-09-01", "2027-08-31", ""))  # type: ignore[arg-type]
    with pytest.raises(Invalid) as caught:
        accept_line(staff, crosscheck, line_of(staff, crosscheck, person))
    assert "补全" in caught.value.fields["decision"]
    assert line_of(staff, crosscheck, person).state is LineState.WAITING
    assert hardships_of(staff.session, person.id) == []


def test_others_cannot_run_a_list(staff: UnitOfWork) -> None:
    person = numbered(staff)
    crosscheck = a_list(staff)
    for actor in (make_staff(staff, path=PATH_OTHER), actor_of_person(staff, person)):
        other = acting(staff, actor)
        with pytest.raises(NotAllowed):
            record_export(other, crosscheck)
        with pytest.raises(NotAllowed):
            accept_agreeing(other, crosscheck)


def test_a_person_leaves_and_moves_with_their_lines(staff: UnitOfWork, tmp_path: Path) -> None:
    one, two, three = numbered(staff), numbered(staff), make_person(staff)
    crosscheck = a_list(staff)
    answered(staff, crosscheck, tmp_path, (one.id_number, "是", "新的公司", "2026-10-01"))  # type: ignore[arg-type]
    assert export_person(staff, one.id)["cross_check_line"][0]["name"] == "新的公司"
    assert move_person(staff, two.id, one.id) == []
    [moved] = move_person(staff, one.id, three.id)
    assert (moved.table, moved.before) == ("cross_check_line", {"person_id": one.id})
    assert erase_person(staff, three.id) == {"employment_check": 0, "cross_check_line": 1}
    line = line_of(staff, crosscheck, three)
    assert (line.name, line.number, line.since_on) == ("", None, None)
