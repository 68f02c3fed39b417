"""Tables of people: what is read, what is refused and why, the same table twice, a killed run, and taking back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.cli.people import import_people, undo_people
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange import batches
from jobmatch.exchange import people_imports as services
from jobmatch.exchange.batches import OpenUnit
from jobmatch.exchange.models import PeopleImport, PeopleImportNote, PeopleImportPerson
from jobmatch.exchange.people_columns import COLUMNS, read_day, read_people_table
from jobmatch.exchange.people_files import template_sheets
from jobmatch.exchange.people_gate import gate
from jobmatch.exchange.states import ImportState, RowNote
from jobmatch.exchange.subjects import erase_person, export_person
from jobmatch.people.models.person import Person, PersonKind, ServiceRecord
from jobmatch.people.services.people import save_basics
from jobmatch.people.states import JobSearchState, VerificationState
from jobmatch.privacy.services.erase import record_erasure
from tests.conftest import acting
from tests.exchange.people_tables import HEAD, PLACE, as_csv, as_xlsx, identity, row
from tests.factories import COUNTY, PATH_COUNTY, PATH_OTHER, make_person, make_staff, make_station

SYSTEM = system_actor("tests")


@pytest.fixture
def clerk(sqlite_runtime: Runtime) -> Actor:
    with sqlite_runtime.unit(SYSTEM) as uow:
        return make_staff(uow, path=PATH_COUNTY)


def opened(runtime: Runtime, actor: Actor, content: bytes) -> int:
    with runtime.unit(actor) as uow:
        return services.open_people_import(uow, content, read_people_table(content), name="名册.csv").id


def units(runtime: Runtime, actor: Actor) -> OpenUnit:
    return partial(runtime.unit, actor)


def brought_in(runtime: Runtime, actor: Actor, content: bytes) -> PeopleImport:
    """A table that was handed in, checked, confirmed and stored."""
    import_id = opened(runtime, actor, content)
    services.run_check(units(runtime, actor), import_id, content)
    with runtime.unit(actor) as uow:
        services.confirm_people_import(uow, uow.session.get_one(PeopleImport, import_id))
    services.run_import(units(runtime, actor), import_id, content)
    return batch_of(runtime, import_id)


def batch_of(runtime: Runtime, import_id: int) -> PeopleImport:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.get_one(PeopleImport, import_id)


def notes(runtime: Runtime, batch: PeopleImport) -> list[tuple[int, RowNote, str, str, str]]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        found = select(PeopleImportNote).where(PeopleImportNote.import_id == batch.id).order_by(PeopleImportNote.id)
        return [(n.row_number, n.kind, n.column, n.value, n.reason) for n in uow.session.scalars(found)]


def counts(batch: PeopleImport) -> tuple[int, int, int, int]:
    return batch.stored_count, batch.same_count, batch.changed_count, batch.refused_count


def people(runtime: Runtime) -> list[Person]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return list(uow.session.scalars(select(Person).where(Person.erased_at.is_(None)).order_by(Person.id)))


@pytest.mark.parametrize("made", ["csv", "gbk", "xlsx", "titled xlsx"])
def test_every_usual_file_is_read(sqlite_runtime: Runtime, clerk: Actor, made: str) -> None:
    rows = [row(1), row(2)]
    content = {
        "csv": as_csv(rows),
        "gbk": as_csv(rows, encoding="gb18030"),
        "xlsx": as_xlsx(rows),
        "titled xlsx": as_xlsx(rows, title="2026 年秋季退役士兵名册（合成）"),
    }[made]
    gate(content)
    batch = brought_in(sqlite_runtime, clerk, content)
    assert counts(batch) == (2, 0, 0, 0)
    assert batch.unused == ["备注"]
    assert len(people(sqlite_runtime)) == 2


def test_a_person_is_stored_as_the_window_would_store_them(sqlite_runtime: Runtime, clerk: Actor) -> None:
    brought_in(
        sqlite_runtime,
        clerk,
        as_csv(
            [
                row(1, 军衔="二级士官", 安置方式="复员士官", 退役时间="2008-12"),
                row(2, 类别="随军家属", 军衔="", 安置方式="", 入伍时间="", 退役时间=""),
            ]
        ),
    )
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        first, second = uow.session.scalars(select(Person).order_by(Person.id))
        record = uow.session.scalars(select(ServiceRecord)).one()
        kinds = {row.person_id: row.kind_code for row in uow.session.scalars(select(PersonKind))}
        traces = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.import")).all()
    assert (first.name, first.initials, first.id_number, first.phone) == (
        "合成乙子",
        "hcyz",
        identity(1),
        "19900010001",
    )
    assert (first.birth_on, first.sex, first.living_region_code) == (date(1985, 3, 12), "male", COUNTY)
    assert (first.region_path, first.station_id, first.user_id) == (PATH_COUNTY, clerk.organization_id, None)
    assert (first.search_state, first.verification) == (JobSearchState.NOT_LOOKING, VerificationState.UNVERIFIED)
    assert (record.person_id, record.rank_code, record.resettlement_code) == (first.id, "H2", "FYSG")
    assert (record.enlisted_on, record.discharged_on) == (date(2003, 12, 1), date(2008, 12, 1))
    assert kinds == {first.id: "TYJR", second.id: "SJJS"}
    assert {trace.object_id for trace in traces} == {first.public_id, second.public_id}
    assert {trace.actor_user_id for trace in traces} == {clerk.user_id}


BAD: list[tuple[dict[str, str], str, str]] = [
    ({"姓名": ""}, "姓名", "请填写姓名"),
    ({"身份证号码": identity(3)[:-1] + ("1" if identity(3)[-1] != "1" else "2")}, "身份证号码", "校验位"),
    ({"身份证号码": identity(3, "20350101")}, "身份证号码", "出生日期不对"),
    ({"身份证号码": identity(3, "20200101")}, "身份证号码", "周岁"),
    ({"身份证号码": identity(103)[:15] + "000"}, "身份证号码", "设为文本"),
    ({"联系电话": "12345"}, "联系电话", "11 位手机号"),
    ({"身份证号码": "", "联系电话": ""}, "身份证号码", "至少要有一个"),
    ({"类别": "外星人"}, "类别", "对不上代码"),
    ({"类别": "", "安置方式": "", "军衔": "", "入伍时间": "", "退役时间": ""}, "类别", "哪一类人员"),
    ({"现住址": "没有这个地方"}, "现住址", "没有找到这个地方"),
    ({"现住址": ""}, "现住址", "县或乡镇"),
    ({"军衔": "将军长"}, "军衔", "对不上代码"),
    ({"退役时间": "2001-12"}, "退役时间", "晚于开始"),
    ({"退役时间": "2077-12"}, "退役时间", "到今天之间"),
    ({"入伍时间": "1990-01", "退役时间": ""}, "入伍时间", "16"),
    ({"退役时间": "后来"}, "退役时间", "日期读不懂"),
]


@pytest.mark.parametrize(("wrong", "column", "reason"), BAD)
def test_a_bad_row_is_listed_with_row_column_value_and_reason(
    sqlite_runtime: Runtime, clerk: Actor, wrong: dict[str, str], column: str, reason: str
) -> None:
    batch = brought_in(sqlite_runtime, clerk, as_csv([row(1), row(3, **wrong), row(2)]))
    assert counts(batch) == (2, 0, 0, 1)
    found = [(number, title) for number, _kind, title, _value, why in notes(sqlite_runtime, batch) if reason in why]
    assert (3, column) in found
    assert {number for number, _title in found} == {3}
    assert len({title for _n, _k, title, _v, _r in notes(sqlite_runtime, batch)}) == len(notes(sqlite_runtime, batch))
    whole = json.dumps(notes(sqlite_runtime, batch), ensure_ascii=False)
    assert identity(3)[6:14] not in whole


def test_what_must_not_be_kept_is_kept_nowhere(sqlite_runtime: Runtime, clerk: Actor) -> None:
    head = (*HEAD[:-1], "立功情况")
    table = as_csv([[*row(1)[:-1], "在 95123 部队立三等功"]], head=head)
    import_id = opened(sqlite_runtime, clerk, table)
    services.run_check(units(sqlite_runtime, clerk), import_id, table)
    (_number, _kind, column, value, reason) = notes(sqlite_runtime, batch_of(sqlite_runtime, import_id))[0]
    assert column == "立功情况"
    assert "某部" in value and "某部" in reason
    assert "95123" not in value + reason


def test_numbers_are_taken_as_people_type_them(sqlite_runtime: Runtime, clerk: Actor) -> None:
    number = identity(25, "19850302")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number[:6]) + " " + number[6:14] + "-" + number[14:].lower()
    brought_in(sqlite_runtime, clerk, as_csv([row(1, 身份证号码=wide, 联系电话="+86 199-0001-0001")]))
    assert [(one.id_number, one.phone) for one in people(sqlite_runtime)] == [(number, "19900010001")]


def test_one_person_twice_in_a_table_is_stored_once(sqlite_runtime: Runtime, clerk: Actor) -> None:
    table = as_csv([row(1), row(2), row(1), row(2, 身份证号码=""), row(3, 联系电话=row(1)[2])])
    batch = brought_in(sqlite_runtime, clerk, table)
    assert counts(batch) == (3, 0, 0, 2)
    assert [(n, "和第 2 行" in why or "和第 3 行" in why) for n, _k, _c, _v, why in notes(sqlite_runtime, batch)] == [
        (4, True),
        (5, True),
    ]


def test_the_same_table_again_adds_nobody_and_lists_who_differs(sqlite_runtime: Runtime, clerk: Actor) -> None:
    rows = [row(n) for n in range(1, 6)]
    brought_in(sqlite_runtime, clerk, as_csv(rows))
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_person(uow, path=PATH_OTHER, with_user=False, living_region_code=COUNTY).id_number = identity(77)
    before = [(one.id, one.version) for one in people(sqlite_runtime)]
    again = [*rows[:3], row(4, 姓名="合成改名", 军衔="上等兵"), row(5, 现住址=""), row(77)]
    again[4][5] = "安排工作"
    again[4][4] = PLACE
    batch = brought_in(sqlite_runtime, clerk, as_csv([*again, row(6)]))
    assert counts(batch) == (1, 6, 3, 0)
    listed = [
        (number, column) for number, kind, column, _v, _r in notes(sqlite_runtime, batch) if kind is RowNote.CHANGED
    ]
    assert listed == [(5, "姓名、军衔"), (6, "安置方式"), (7, "")]
    assert [(one.id, one.version) for one in people(sqlite_runtime)][:-1] == before


def test_the_check_stores_nobody(sqlite_runtime: Runtime, clerk: Actor) -> None:
    table = as_csv([row(1), row(2, 姓名="")])
    import_id = opened(sqlite_runtime, clerk, table)
    services.run_check(units(sqlite_runtime, clerk), import_id, table)
    batch = batch_of(sqlite_runtime, import_id)
    assert (batch.state, batch.row_count, counts(batch)) == (ImportState.CHECKED, 2, (1, 0, 0, 1))
    assert people(sqlite_runtime) == []
    with sqlite_runtime.unit(clerk) as uow:
        services.drop_people_import(uow, uow.session.get_one(PeopleImport, import_id))
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(PeopleImportNote)) == 0
    assert not list((sqlite_runtime.settings.data_dir / "files").glob("*/*"))


def test_a_table_nobody_confirms_is_forgotten_after_a_month(sqlite_runtime: Runtime, clerk: Actor) -> None:
    table = as_csv([row(1)])
    ids = [opened(sqlite_runtime, clerk, table) for _ in range(2)]
    for import_id in ids:
        services.run_check(units(sqlite_runtime, clerk), import_id, table)
    with sqlite_runtime.unit(SYSTEM) as uow:
        old = uow.session.get_one(PeopleImport, ids[0])
        old.changed_at -= timedelta(days=batches.KEPT_DAYS + 1)
        uow.session.flush()
        assert [batches.drop_forgotten(uow, PeopleImport) for _time in range(2)] == [1, 0]
    assert batch_of(sqlite_runtime, ids[1]).state is ImportState.CHECKED
    assert len(list((sqlite_runtime.settings.data_dir / "files").glob("*/*"))) == 1


def test_a_table_that_waits_is_forgotten_where_somebody_who_may_be_in_it_is_erased(
    sqlite_runtime: Runtime, clerk: Actor
) -> None:
    done, waits, strangers = as_csv([row(1)]), as_csv([row(1), row(2)]), as_csv([row(3)])
    ids = [opened(sqlite_runtime, clerk, table) for table in (done, waits, strangers)]
    services.run_check(units(sqlite_runtime, clerk), ids[0], done)
    with sqlite_runtime.unit(clerk) as uow:
        services.confirm_people_import(uow, uow.session.get_one(PeopleImport, ids[0]))
    services.run_import(units(sqlite_runtime, clerk), ids[0], done)
    for import_id, table in ((ids[1], waits), (ids[2], strangers)):
        services.run_check(units(sqlite_runtime, clerk), import_id, table)
    with sqlite_runtime.unit(SYSTEM) as uow:
        record_erasure(uow, uow.session.scalars(select(Person)).one())
    states = [batch_of(sqlite_runtime, import_id).state for import_id in ids]
    assert states == [ImportState.DONE, ImportState.UNREADABLE, ImportState.CHECKED]
    assert batch_of(sqlite_runtime, ids[1]).same_count == 1
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        [words] = uow.session.scalars(select(PeopleImportNote.reason).where(PeopleImportNote.row_number == 0))
    assert "重新上传" in words
    assert len(list((sqlite_runtime.settings.data_dir / "files").glob("*/*"))) == 1


def test_two_processes_store_one_table_once(
    sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "UNIT_ROWS", 1)
    table = as_csv([row(1), row(2), row(3)])
    import_id = opened(sqlite_runtime, clerk, table)
    services.run_check(units(sqlite_runtime, clerk), import_id, table)
    with sqlite_runtime.unit(clerk) as uow:
        services.confirm_people_import(uow, uow.session.get_one(PeopleImport, import_id))

    def overtaken(done: int) -> None:
        if done == 1:
            services.run_import(units(sqlite_runtime, clerk), import_id, table)

    with pytest.raises(Conflict):
        services.run_import(units(sqlite_runtime, clerk), import_id, table, progress=overtaken)
    batch = batch_of(sqlite_runtime, import_id)
    assert (batch.state, counts(batch), len(people(sqlite_runtime))) == (ImportState.DONE, (3, 0, 0, 0), 3)


class Killed(Exception):
    """The process ends here."""


def test_a_killed_run_goes_on_and_stores_each_row_once(
    sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "UNIT_ROWS", 3)
    table = as_csv([*(row(n) for n in range(1, 11)), row(2), row(11, 姓名="")])
    import_id = opened(sqlite_runtime, clerk, table)
    services.run_check(units(sqlite_runtime, clerk), import_id, table)
    checked = counts(batch_of(sqlite_runtime, import_id))
    with sqlite_runtime.unit(clerk) as uow:
        services.confirm_people_import(uow, uow.session.get_one(PeopleImport, import_id))
    left = iter(range(5))

    @contextmanager
    def dying() -> Iterator[UnitOfWork]:
        with sqlite_runtime.unit(clerk) as uow:
            yield uow
            if next(left, None) is None:
                raise Killed  # Before the commit: what this unit did is gone.

    with pytest.raises(Killed):
        services.run_import(dying, import_id, table)
    assert 0 < batch_of(sqlite_runtime, import_id).stored_count < 10
    services.run_import(units(sqlite_runtime, clerk), import_id, table)
    batch = batch_of(sqlite_runtime, import_id)
    assert counts(batch) == checked == (10, 0, 0, 2)
    assert batch.state is ImportState.DONE
    assert len(people(sqlite_runtime)) == 10
    assert [number for number, *_rest in notes(sqlite_runtime, batch)] == [12, 13]
    services.run_import(units(sqlite_runtime, clerk), import_id, table)
    assert len(people(sqlite_runtime)) == 10


def undone(runtime: Runtime, actor: Actor, batch: PeopleImport) -> PeopleImport:
    with runtime.unit(actor) as uow:
        services.undo_people_import(uow, uow.session.get_one(PeopleImport, batch.id))
    services.run_undo(units(runtime, actor), batch.id)
    return batch_of(runtime, batch.id)


def test_taking_back_leaves_who_was_touched_and_says_why(
    sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobmatch.casework.tasks.services import open_task
    from jobmatch.casework.tasks.states import TaskKind

    monkeypatch.setattr(services, "UNIT_ROWS", 2)
    table = as_csv([row(n) for n in range(1, 6)])
    batch = brought_in(sqlite_runtime, clerk, table)
    first, second, *_others = [one.id for one in people(sqlite_runtime)]
    with sqlite_runtime.unit(clerk) as uow:
        changed = uow.session.get_one(Person, first)
        save_basics(uow, changed, name="合成新名", birth_on=changed.birth_on, region_code=COUNTY)
        changed.changed_at = uow.now.replace(year=2027)
        person = uow.session.get_one(Person, second)
        open_task(uow, once="t", kind=TaskKind.OTHER, title="合成待办", due_on=uow.today, person=person)
    batch = undone(sqlite_runtime, clerk, batch)
    assert (batch.state, batch.removed_count) == (ImportState.UNDONE, 3)
    assert [one.id for one in people(sqlite_runtime)] == [first, second]
    kept = [(number, why) for number, kind, _c, _v, why in notes(sqlite_runtime, batch) if kind is RowNote.KEPT]
    assert kept == [(2, "导入以后改过"), (3, "已经有办理记录")]
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        gone = uow.session.scalars(select(Person).where(Person.erased_at.is_not(None))).all()
        assert {(one.name, one.phone, one.id_number, one.birth_on) for one in gone} == {("", None, None, None)}
        assert uow.session.scalar(select(func.count()).select_from(PersonKind)) == 2
        assert uow.session.scalar(select(func.count()).select_from(PeopleImportPerson)) == 2
    again = brought_in(sqlite_runtime, clerk, table)
    assert counts(again)[:2] == (3, 2)


def test_only_the_office_itself_may_act(sqlite_runtime: Runtime, clerk: Actor) -> None:
    table = as_csv([row(1)])
    import_id = opened(sqlite_runtime, clerk, table)
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER)
    with sqlite_runtime.unit(far) as uow:
        batch = uow.session.get_one(PeopleImport, import_id)
        for act in (services.confirm_people_import, services.drop_people_import, services.undo_people_import):
            with pytest.raises(NotAllowed):
                act(uow, batch)
    with sqlite_runtime.unit(clerk) as uow:
        batch = uow.session.get_one(PeopleImport, import_id)
        for act in (services.confirm_people_import, services.drop_people_import, services.undo_people_import):
            with pytest.raises(Conflict):
                act(uow, batch)


def test_staff_answer_for_people_from_elsewhere_whom_they_bring_in(sqlite_runtime: Runtime, clerk: Actor) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_station(uow, path=PATH_OTHER)
    brought_in(sqlite_runtime, clerk, as_csv([row(1, 现住址="河北省石家庄市长安区")]))
    assert [one.station_id for one in people(sqlite_runtime)] == [clerk.organization_id]


def test_another_place_is_not_taken_for_the_living_place(sqlite_runtime: Runtime, clerk: Actor) -> None:
    head = tuple("安置地" if title == "现住址" else title for title in HEAD)
    brought_in(sqlite_runtime, clerk, as_csv([row(1)], head=head))
    one = people(sqlite_runtime)[0]
    assert (one.living_region_code, one.resettled_region_code, one.region_path) == (None, COUNTY, PATH_COUNTY)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,phone\nx,1\n",
        "姓名,年龄\n甲,3\n".encode(),
        b"MZ\x90\x00\x03" * 40,
        b"PK\x03\x04 not a workbook",
        b"%PDF-1.7\x00",
    ],
)
def test_what_is_no_table_of_people_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        gate(content)
        read_people_table(content)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2003-12-01", date(2003, 12, 1)),
        ("2003.12", date(2003, 12, 1)),
        ("2003/1/5", date(2003, 1, 5)),
        ("２００３年１２月", date(2003, 12, 1)),
        ("2003年12月5日", date(2003, 12, 5)),
        ("20031205", date(2003, 12, 5)),
        ("200312", date(2003, 12, 1)),
        ("2003-12-05 00:00:00", date(2003, 12, 5)),
    ],
)
def test_days_are_read_as_tables_hold_them(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["2003", "03-12-01", "2003-13", "20030230", "去年", "2003-12-01-02"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_day(text)


def test_the_template_is_a_table_that_is_read(uow: UnitOfWork) -> None:
    from jobmatch.core.sheets import write_workbook

    sheets = template_sheets(acting(uow, SYSTEM))
    table = read_people_table(write_workbook(*sheets))
    assert len(table.titles) == len(COLUMNS)
    assert (table.unused, list(table.rows)) == ([], [])
    assert "示例（合成，不是真人）" in sheets[1].head


def test_the_command_checks_stores_and_goes_on(sqlite_runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes(as_csv([row(1), row(2, 联系电话="1")]))

    def run(*, is_dry: bool = False) -> dict[str, Any]:
        return import_people(sqlite_runtime, path, is_dry=is_dry)

    dry = run(is_dry=True)
    assert (dry["rows"], dry["stored"], dry["refused"], people(sqlite_runtime)) == (2, 1, 1, [])
    assert dry["notes"][0]["row"] == 3 and dry["notes"][0]["value"] == "****1"
    done = run()
    assert {key: done[key] for key in ("rows", "stored", "same", "refused")} == {
        "rows": 2,
        "stored": 1,
        "same": 0,
        "refused": 1,
    }
    assert (run()["same"], len(people(sqlite_runtime))) == (1, 1)
    assert undo_people(sqlite_runtime, done["import"]) == {"import": done["import"], "removed": 1, "kept": 0}
    assert people(sqlite_runtime) == []


def test_a_person_can_read_and_lose_the_trace_of_the_table(sqlite_runtime: Runtime, clerk: Actor) -> None:
    brought_in(sqlite_runtime, clerk, as_csv([row(1)]))
    with sqlite_runtime.unit(SYSTEM) as uow:
        person_id = uow.session.scalars(select(Person.id)).one()
        assert export_person(uow, person_id)["people_import_person"][0]["row_number"] == 2
        gone = {"people_import_person": 1, "people_import_note": 0, "people_import": 0, "table_export": 0}
        assert erase_person(uow, person_id) == gone
        assert export_person(uow, person_id) == {"people_import_person": [], "people_import_note": []}


def test_judging_costs_the_same_for_two_rows_and_for_twenty(sqlite_runtime: Runtime, clerk: Actor) -> None:
    from tests.people.help import counted

    def cost(content: bytes) -> int:
        import_id = opened(sqlite_runtime, clerk, content)
        with counted(sqlite_runtime.database.engine) as seen:
            services.run_check(units(sqlite_runtime, clerk), import_id, content)
        return len(seen)

    cost(as_csv([row(1)]))
    assert cost(as_csv([row(n) for n in range(1, 3)])) == cost(as_csv([row(n) for n in range(1, 21)]))
