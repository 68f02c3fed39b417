"""Batches, reading and storing rosters, the clock of reporting, and states of a line."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobmatch.casework.intake.formats import fault_workbook, parse_day, read_roster, template_workbook
from jobmatch.casework.intake.models import RosterEntry, RosterImport
from jobmatch.casework.intake.services.roster import (
    deadlines,
    drop_old_files,
    hand_in_roster,
    make_batch,
    move_entry,
    preview,
    rows_of_import,
    try_roster,
    watch_deadlines,
)
from jobmatch.casework.intake.states import ImportState, RosterMove, RosterState, Season
from jobmatch.casework.intake.subjects import erase_person
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.files import StoredFile
from jobmatch.core.sheets import read_table
from jobmatch.core.uow import UnitOfWork
from tests.casework.intake_help import (
    csv_of,
    entries_of,
    id_number,
    import_rows,
    line,
    make,
    staff_unit,
    station_of,
    stored,
    xlsx_of,
)
from tests.conftest import acting
from tests.factories import PATH_A, PATH_OTHER, make_person, make_station


@pytest.fixture(autouse=True)
def _folder(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = str(tmp_path)


def test_a_batch_exists_once_for_season_year_and_station(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    assert batch.name == "2026 年秋季退役"
    with pytest.raises(Invalid) as wrong:
        make(clerk)
    assert set(wrong.value.fields) == {"season"}
    with pytest.raises(Invalid) as wrong:
        make_batch(clerk, None, year=26, season=None)
    assert set(wrong.value.fields) == {"station_id", "year", "season"}
    far = make_station(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed):
        make_batch(clerk, far, year=2026, season=Season.SPRING)


@pytest.mark.parametrize("content", [csv_of(line(1)), csv_of(line(1), encoding="gbk"), xlsx_of(line(1))])
def test_a_roster_is_read_in_every_usual_form(uow: UnitOfWork, content: bytes) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    name = "名册.xlsx" if content[:2] == b"PK" else "名册.csv"
    import_rows(clerk, batch, content, name)
    (entry,) = entries_of(clerk, batch)
    assert (entry.name, entry.id_number, entry.method_code, entry.rank_code) == ("测试1", id_number(1), "ZZJY", "Y2")
    assert entry.birth_on == date(2002, 5, 6)
    assert (entry.warn_on, entry.due_on) == (date(2026, 11, 21), date(2026, 12, 1))
    assert entry.state is RosterState.EXPECTED
    assert entry.expected_region_code == "430382101"


def test_a_line_belongs_to_the_station_at_the_expected_place(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    make_station(uow, path=PATH_A, name="测试东镇站")
    (entry,) = stored(clerk, make(clerk), line(1))
    assert entry.region_path == PATH_A


def test_the_same_roster_twice_stores_everybody_once(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    first = import_rows(clerk, batch, csv_of(line(1), line(2)))
    assert (first.state, first.new_count) == (ImportState.DONE, 2)
    again = import_rows(clerk, batch, csv_of(line(1), line(2, 退役军衔="中士"), line(3)))
    assert (again.new_count, again.changed_count, again.same_count) == (1, 1, 1)
    assert [entry.rank_code for entry in entries_of(clerk, batch)] == ["Y2", "S2", "Y2"]


def test_bad_rows_are_listed_with_row_column_value_and_reason(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    rows = (
        line(1),
        line(2, 身份证号="11010519491231002"),
        line(3, 身份证号=id_number(3)[:-1] + ("0" if id_number(3)[-1] != "0" else "1")),
        line(4, 退役日期="2026-02-30"),
        line(5, 退役日期="2027-01-01"),
        line(6, 安置地="没有这个地方"),
        line(7, 安置地="河北省石家庄市长安区"),
        line(8, 安置方式="随便"),
        line(9, 退役军衔="元帅"),
        line(10, 姓名=""),
        line(1),
        line(11, 出生日期="1999-01-01"),
        line(12, 身份证号=id_number(12, born="20150101")),
        line(13, 联系电话="12345"),
    )
    read = try_roster(clerk, batch, content=csv_of(*rows), name="a.csv")
    faults = [fault for row in read for fault in row.faults]
    assert [(fault.row, fault.column) for fault in faults] == [
        *[(3, "身份证号"), (4, "身份证号"), (5, "退役日期"), (6, "退役日期"), (7, "安置地"), (8, "安置地")],
        *[(9, "安置方式"), (10, "退役军衔"), (11, "姓名"), (12, "身份证号"), (13, "出生日期"), (14, "退役日期")],
        (15, "联系电话"),
    ]
    assert all(fault.reason for fault in faults)
    assert faults[2].value == "2026-02-30"
    assert "第 2 行" in faults[9].reason
    assert preview(clerk, batch, read).new == 1
    run = import_rows(clerk, batch, csv_of(*rows))
    assert (run.new_count, run.refused_count) == (1, 13)
    assert fault_workbook(faults)[:2] == b"PK"


def test_small_x_full_width_blanks_and_dashes_are_accepted(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    number = next(n for n in map(id_number, range(100, 200)) if n.endswith("X"))
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c.lower() for c in number)
    spaced = f"{wide[:6]} {wide[6:14]}-{wide[14:]}"
    batch = make(clerk)
    (entry,) = stored(clerk, batch, line(1, 身份证号=spaced, 退役日期="２０２６年９月１日", 联系电话="199 0000-1234"))
    assert entry.id_number == number
    assert entry.discharged_on == date(2026, 9, 1)
    assert entry.phone == "19900001234"
    assert entry.state is RosterState.OVERDUE
    again = import_rows(clerk, batch, csv_of(line(1, 身份证号=number, 退役日期="20260901")))
    assert again.new_count == 0


@pytest.mark.parametrize(("path", "count"), [(PATH_A, 1), (PATH_OTHER, 0)])
def test_a_look_at_a_table_tells_nothing_of_files_elsewhere(uow: UnitOfWork, path: str, count: int) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    make_person(uow, path=path, id_number=id_number(1))
    read = read_roster(uow.session, csv_of(line(1)), "a.csv", within="430382", today=uow.today)
    assert preview(clerk, batch, read).on_file == count


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"MZ\x90\x00\x03", "a.csv"),
        (b"MZ\x90\x00\x03", "a.xlsx"),
        (b"PK\x03\x04", "a.csv"),
        (b"hello", "a.exe"),
        (b"x" * (8 * 1024 * 1024 + 1), "a.csv"),
        (b"\xd0\xcf\x11\xe0 password", "a.xlsx"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_kept(uow: UnitOfWork, content: bytes, name: str) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    with pytest.raises(Invalid) as wrong:
        hand_in_roster(clerk, batch, content=content, name=name)
    assert "file" in wrong.value.fields
    assert uow.session.scalars(select(RosterImport)).all() == []


def test_a_packed_bomb_is_refused_before_it_is_unpacked(uow: UnitOfWork) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    clerk = staff_unit(uow)
    with pytest.raises(Invalid) as wrong:
        hand_in_roster(clerk, make(clerk), content=target.getvalue(), name="a.xlsx")
    assert "展开" in wrong.value.fields["file"]


def test_a_table_without_the_needed_columns_says_which(uow: UnitOfWork) -> None:
    with pytest.raises(Invalid) as wrong:
        read_roster(uow.session, "姓名,电话\n测试,1".encode(), "a.csv", within="430382", today=uow.today)
    assert "身份证号、退役日期、安置地" in wrong.value.fields["file"]
    with pytest.raises(Invalid):
        read_roster(uow.session, csv_of(), "a.csv", within="430382", today=uow.today)


def test_the_template_has_the_columns_that_are_read(uow: UnitOfWork, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(template_workbook(uow.session))
    header, rows = read_table(path)
    assert tuple(header) == HEADS
    assert list(rows) == []


HEADS = ("姓名", "身份证号", "出生日期", "安置方式", "退役军衔", "退役日期", "移交日期", "安置地", "联系电话")


@pytest.mark.parametrize(
    "text", ["2026-9-1", "2026/09/01", "2026.9.1", "20260901", "2026年9月1日", "2026-09-01 00:00:00"]
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_day(text) == date(2026, 9, 1)


@pytest.mark.parametrize("text", ["", "1", "2026-13-01", "2026-02-29", "0001-01-01", "99999-1-1", "明天", "1e309"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026-09-01"):
        parse_day(text)


def test_deadlines_follow_the_rule_of_the_day(uow: UnitOfWork) -> None:
    assert deadlines(uow, date(2026, 9, 1)) == (date(2026, 9, 21), date(2026, 10, 1))
    assert deadlines(uow, date(2010, 9, 1)) == (None, None)


def test_warnings_and_overdue_lines_come_by_themselves_once(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    entries = stored(clerk, batch, line(1), line(2, 退役日期="2026-11-20"), line(3, 退役日期="2026-10-20"))
    entries[2].state = RosterState.EXPECTED
    uow.session.flush()
    assert watch_deadlines(uow) == (2, 1)
    assert watch_deadlines(uow) == (0, 0)
    tasks = uow.session.scalars(select(Task).order_by(Task.id)).all()
    assert [task.kind for task in tasks] == [TaskKind.LATE_RETURN] * 2
    assert tasks[0].due_on == entries[0].due_on
    assert "测试1" not in tasks[0].title
    uow.session.expire_all()
    assert [entry.state for entry in entries] == [RosterState.EXPECTED, RosterState.EXPECTED, RosterState.OVERDUE]


def test_a_line_changes_its_state_with_a_reason_only(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    (entry,) = stored(clerk, make(clerk), line(1))
    watch_deadlines(uow)
    for move, reason in ((RosterMove.MOVE_AWAY, ""), (RosterMove.EXPECT, "等他回来"), (None, "等他回来")):
        with pytest.raises(Invalid):
            move_entry(clerk, entry, move, reason=reason)
    move_entry(clerk, entry, RosterMove.MOVE_AWAY, reason="转到外县")
    assert (entry.state, entry.state_reason) == (RosterState.ELSEWHERE, "转到外县")
    assert uow.session.scalars(select(Task)).one().state is TaskState.DROPPED
    with pytest.raises(Conflict):
        move_entry(clerk, entry, RosterMove.EXPECT, reason="又回来了", version=entry.version - 1)
    move_entry(clerk, entry, RosterMove.EXPECT, reason="又回来了")
    assert entry.state is RosterState.EXPECTED
    with pytest.raises(NotAllowed):
        move_entry(staff_unit(uow, path=PATH_OTHER), entry, RosterMove.CHANGE_WAY, reason="改办")


def test_only_those_who_answer_for_the_whole_batch_import_its_roster(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    with pytest.raises(NotAllowed):
        hand_in_roster(staff_unit(uow, path=PATH_A), batch, content=csv_of(line(1)), name="a.csv")


def test_a_kept_file_is_read_again_and_forgotten_after_its_time(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    run = import_rows(clerk, batch, csv_of(line(1), line(2, 姓名="")))
    assert [len(row.faults) for row in rows_of_import(clerk, run, batch)] == [0, 1]
    run.keep_until = uow.today - timedelta(days=1)
    uow.session.flush()
    assert drop_old_files(uow) == 1
    assert rows_of_import(clerk, run, batch) == []
    assert station_of(uow, clerk.actor).id == batch.station_id


def test_numbers_are_not_kept_in_plain_text(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    (entry,) = stored(clerk, make(clerk), line(1))
    assert entry.id_number_sealed is not None
    assert id_number(1).encode() not in entry.id_number_sealed
    same = select(RosterEntry).where(RosterEntry.id_number_blind == RosterEntry.id_number.fingerprint(id_number(1)))
    assert acting(uow, system_actor("tests")).session.scalars(same).one() is entry


def test_kept_files_that_may_name_an_erased_person_go_with_them(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    other = make_batch(clerk, station_of(uow, clerk.actor), year=2026, season=Season.SPRING)
    stored(clerk, batch, line(1), line(2))
    looked_at = hand_in_roster(clerk, other, content=csv_of(line(3)), name="a.csv")
    far = staff_unit(uow, path=PATH_OTHER)
    elsewhere = hand_in_roster(far, make(far), content=csv_of(line(4)), name="a.csv")
    person = make_person(uow)
    entries_of(uow, batch)[0].person_id = person.id
    uow.session.flush()
    erased = erase_person(uow, person.id)
    assert erased == {"roster_entry": 1, "roster_import": 2}
    runs = uow.session.scalars(select(RosterImport).order_by(RosterImport.id)).all()
    assert [run.file_id is None for run in runs] == [True, True, False]
    assert (runs[0].new_count, looked_at.file_id, elsewhere.file_id is None) == (2, None, False)
    assert uow.session.scalar(select(func.count()).select_from(StoredFile)) == 1
