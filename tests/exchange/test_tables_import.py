"""Tables of employers and fairs: checked without a trace, stored each once, gone on with, taken back, taken out."""

from __future__ import annotations

import io
import re
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import Sheet, read_lines, write_csv, write_workbook
from jobmatch.exchange import batches
from jobmatch.exchange.models import TableImport, TableImportNote, TableImportRow
from jobmatch.exchange.states import ImportState
from jobmatch.exchange.tables import services
from jobmatch.exchange.tables.cells import read_moment
from jobmatch.exchange.tables.classes import CLASSES
from jobmatch.exchange.tables.employers import EMPLOYERS
from jobmatch.exchange.tables.fairs import FAIRS
from jobmatch.exchange.tables.files import table_template_sheets
from jobmatch.exchange.tables.spec import Spec
from jobmatch.exchange.tables.taking import export_sheet
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from tests.exchange.test_people_import_pages import bomb, work
from tests.factories import PATH_COUNTY, PATH_OTHER, make_employer, make_posting, make_staff
from tests.people.help import World, make_world, sign_in
from tests.recruiters.test_employer_services import credit_code
from tests.training.help_classroom import make_provider
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState

SYSTEM = system_actor("tests")
HEAD = ("单位名称", "信用代码", "所在地", "联系人", "电话")
FAIR_HEAD = ("名称", "开始时间", "结束时间", "方式", "地点", "主办", "预计人数")


def code(number: int) -> str:
    return credit_code(f"91430382MA4L{number:05d}")


def row(number: int, **changes: str) -> list[str]:
    usual = {
        "单位名称": f"安禾示例机械{number}号有限公司",
        "信用代码": code(number),
        "所在地": "湖南省湘潭市韶山市",
        "联系人": "示例甲",
        "电话": "0731-5555000",
    }
    return [(usual | changes)[title] for title in HEAD]


def fair(title: str, **changes: str) -> list[str]:
    usual = {
        "名称": title,
        "开始时间": "2026-12-06 09:00",
        "结束时间": "2026-12-06 12:00",
        "方式": "",
        "地点": "县文体中心",
        "主办": "县局",
        "预计人数": "300",
    }
    return [(usual | changes)[name] for name in FAIR_HEAD]


@pytest.fixture
def clerk(sqlite_runtime: Runtime) -> Actor:
    with sqlite_runtime.unit(SYSTEM) as uow:
        return make_staff(uow, path=PATH_COUNTY)


def checked(runtime: Runtime, actor: Actor, content: bytes, spec: Spec = EMPLOYERS) -> TableImport:
    with runtime.unit(actor) as uow:
        table = services.open_sheet(spec, content)
        batch = services.open_table_import(uow, spec, content, table, name="单位.csv")
        services.map_table_columns(uow, batch, batch.mapping)
    services.run_check(partial(runtime.unit, actor), batch.id, content)
    return batch_of(runtime, batch.id)


def brought_in(runtime: Runtime, actor: Actor, content: bytes, spec: Spec = EMPLOYERS) -> TableImport:
    batch = checked(runtime, actor, content, spec)
    with runtime.unit(actor) as uow:
        services.confirm_table_import(uow, uow.session.get_one(TableImport, batch.id))
    services.run_import(partial(runtime.unit, actor), batch.id, content)
    return batch_of(runtime, batch.id)


def undone(runtime: Runtime, actor: Actor, batch: TableImport) -> TableImport:
    with runtime.unit(actor) as uow:
        services.undo_table_import(uow, uow.session.get_one(TableImport, batch.id))
    services.run_undo(partial(runtime.unit, actor), batch.id)
    return batch_of(runtime, batch.id)


def batch_of(runtime: Runtime, import_id: int) -> TableImport:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.get_one(TableImport, import_id)


def counts(batch: TableImport) -> tuple[int, int, int]:
    return batch.stored_count, batch.same_count, batch.refused_count


def notes(runtime: Runtime, batch: TableImport) -> list[tuple[int, str, str]]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        found = select(TableImportNote).where(TableImportNote.import_id == batch.id).order_by(TableImportNote.id)
        return [(n.row_number, n.column, n.reason) for n in uow.session.scalars(found)]


def number_of(runtime: Runtime, model: Any) -> int:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("made", ["utf-8", "gbk", "xlsx", "titled xlsx"])
def test_every_usual_file_becomes_employers_that_wait_for_a_colleague(
    sqlite_runtime: Runtime, clerk: Actor, made: str
) -> None:
    rows = [row(1), row(2, 所在地="")]
    content = {
        "utf-8": write_csv(HEAD, rows),
        "gbk": write_csv(HEAD, rows).decode("utf-8-sig").encode("gb18030"),
        "xlsx": write_workbook(Sheet("表", HEAD, rows)),
        "titled xlsx": write_workbook(Sheet("表", HEAD, rows, note="2026 年用人单位台账（合成）")),
    }[made]
    batch = brought_in(sqlite_runtime, clerk, content)
    assert (counts(batch), batch.state, batch.file_id, batch.samples) == ((2, 0, 0), ImportState.DONE, None, [])
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        found = uow.session.scalars(select(Employer).order_by(Employer.id)).all()
        assert [(e.vetting, e.created_by_id, e.contact_name) for e in found] == [
            (VettingState.WAITING, clerk.user_id, "示例甲")
        ] * 2
        assert {e.region_path for e in found} == {PATH_COUNTY}


def test_a_check_leaves_nothing_behind_and_tells_every_row(sqlite_runtime: Runtime, clerk: Actor) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_employer(uow, path=PATH_OTHER, vetted=False)
        uow.session.get_one(Organization, far.organization_id).credit_code = code(7)
    before = number_of(sqlite_runtime, Employer), number_of(sqlite_runtime, AuditEntry)
    rows = [
        row(1),
        row(2, 信用代码="91430382MA4L00002X"),
        row(3, 单位名称=""),
        row(4, 电话="123"),
        row(5, 所在地="河北省石家庄市长安区"),
        row(6, 所在地="不存在的地方"),
        row(7),
        row(8, 信用代码=code(1)),
    ]
    batch = checked(sqlite_runtime, clerk, write_csv(HEAD, rows))
    assert (batch.state, batch.row_count, counts(batch)) == (ImportState.CHECKED, 8, (1, 0, 7))
    assert number_of(sqlite_runtime, Employer) == before[0]
    found = {number: (column, reason) for number, column, reason in notes(sqlite_runtime, batch)}
    assert set(found) == {3, 4, 5, 6, 7, 8, 9}
    assert [found[n][0] for n in (3, 4, 5, 7)] == ["统一社会信用代码", "单位名称", "联系电话", "所在地区"]
    assert "辖区" in found[6][1] and "登记过" in found[8][1] and "第 2 行" in found[9][1]
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        made = uow.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert made == "import.table_opened"


def test_the_same_table_again_changes_nothing(sqlite_runtime: Runtime, clerk: Actor) -> None:
    content = write_csv(HEAD, [row(1), row(2)])
    assert counts(brought_in(sqlite_runtime, clerk, content)) == (2, 0, 0)
    again = checked(sqlite_runtime, clerk, content)
    assert counts(again) == (0, 2, 0)
    with pytest.raises(Invalid), sqlite_runtime.unit(clerk) as uow:
        services.confirm_table_import(uow, uow.session.get_one(TableImport, again.id))
    other = checked(sqlite_runtime, clerk, write_csv(HEAD, [row(1, 单位名称="完全不同的商店")]))
    assert counts(other) == (0, 0, 1)
    assert "登记的是" in notes(sqlite_runtime, other)[0][2]


def test_an_interrupted_import_goes_on_where_it_stopped(
    sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CHUNK", 2)
    content = write_csv(HEAD, [row(n) for n in range(1, 6)] + [row(9, 信用代码=code(1))])
    batch = checked(sqlite_runtime, clerk, content)
    with sqlite_runtime.unit(clerk) as uow:
        services.confirm_table_import(uow, uow.session.get_one(TableImport, batch.id))
    real, calls = services._keep, []

    def broken(*args: Any, **given: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("power cut")
        real(*args, **given)

    monkeypatch.setattr(services, "_keep", broken)
    with pytest.raises(RuntimeError):
        services.run_import(partial(sqlite_runtime.unit, clerk), batch.id, content)
    assert number_of(sqlite_runtime, Employer) == 2
    monkeypatch.setattr(services, "_keep", real)
    services.run_import(partial(sqlite_runtime.unit, clerk), batch.id, content)
    done = batch_of(sqlite_runtime, batch.id)
    assert (done.state, counts(done)) == (ImportState.DONE, (5, 0, 1))
    assert number_of(sqlite_runtime, Employer) == number_of(sqlite_runtime, TableImportRow) == 5


def test_taking_back_leaves_what_somebody_works_with(sqlite_runtime: Runtime, clerk: Actor) -> None:
    batch = brought_in(sqlite_runtime, clerk, write_csv(HEAD, [row(1), row(2), row(3)]))
    with sqlite_runtime.unit(SYSTEM) as uow:
        one, two, _three = uow.session.scalars(select(Employer).order_by(Employer.id)).all()
        one.organization = uow.session.get_one(Organization, one.organization_id)
        make_posting(uow, one)
        two.vetting = VettingState.MORE
    back = undone(sqlite_runtime, clerk, batch)
    assert (back.state, back.removed_count) == (ImportState.UNDONE, 1)
    assert [(n, words) for n, _column, words in notes(sqlite_runtime, back)] == [
        (2, "已经有业务记录"),
        (3, "导入以后办过审核"),
    ]
    assert number_of(sqlite_runtime, Employer) == 2
    # The code is free again: the same row can come in once more.
    assert counts(checked(sqlite_runtime, clerk, write_csv(HEAD, [row(3)]))) == (1, 0, 0)


def test_fairs_come_in_as_drafts_and_go_back(sqlite_runtime: Runtime, clerk: Actor) -> None:
    rows = [
        fair("秋季专场招聘会"),
        fair("网上专场招聘会", 方式="网络"),
        fair("时间不对", 开始时间="下周"),
        fair("先结束", 结束时间="2026-12-06 08:00"),
        fair("方式不对", 方式="空中"),
        fair("人数不对", 预计人数="很多"),
    ]
    batch = brought_in(sqlite_runtime, clerk, write_csv(FAIR_HEAD, rows), FAIRS)
    told = {number: column for number, column, _reason in notes(sqlite_runtime, batch)}
    stored = 6 - len(told)
    assert counts(batch) == (stored, 0, len(told))
    assert set(told) >= {4, 5, 6, 7} and told[4] == "开始时间" and told[7] == "预计到场人数"
    with sqlite_runtime.unit(SYSTEM) as uow:
        fairs = uow.session.scalars(select(JobFair).order_by(JobFair.id)).all()
        assert {one.state for one in fairs} == {FairState.DRAFT}
        assert fairs[0].opens_at == read_moment("2026年12月6日 9:00")
        assert fairs[0].region_path == PATH_COUNTY
    again = checked(sqlite_runtime, clerk, write_csv(FAIR_HEAD, rows[:1]), FAIRS)
    assert counts(again) == (0, 1, 0)
    back = undone(sqlite_runtime, clerk, batch)
    assert back.removed_count == stored
    assert counts(checked(sqlite_runtime, clerk, write_csv(FAIR_HEAD, rows[:1]), FAIRS)) == (1, 0, 0)


def test_classes_come_in_as_drafts_of_listed_providers_and_go_back(sqlite_runtime: Runtime, clerk: Actor) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        school = make_provider(uow).organization.name
        far = make_provider(uow, path=PATH_OTHER).organization.name
    head = [column.title for column in CLASSES.columns]

    def line(number: int, **changes: str) -> list[str]:
        usual = {"班名": f"汽修班 {number}", "课程": "TR03", "承训机构": school, "开班日期": "2026-12-31"}
        usual |= {"结束日期": "2027-01-31", "名额": "40", "上课地点": "实训楼 201"}
        return [(usual | changes).get(title, "") for title in head]

    rows = [
        line(1),
        line(2, 上课方式="周末", 学时="60"),
        line(3, 课程="不存在的课"),
        line(4, 承训机构=far),
        line(5, 开班日期="2026-02-30"),
        line(6, 结束日期="2026-12-01"),
        line(7, 名额="0"),
        line(8, 上课方式="空中"),
    ]
    batch = brought_in(sqlite_runtime, clerk, write_csv(head, rows), CLASSES)
    assert counts(batch) == (2, 0, 6)
    told = {number: column for number, column, _reason in notes(sqlite_runtime, batch)}
    assert told == {4: "课程", 5: "承训机构", 6: "开班日期", 7: "结束日期", 8: "名额", 9: "上课方式"}
    with sqlite_runtime.unit(clerk) as uow:
        found = uow.session.scalars(select(CourseSession)).all()
        assert {(one.state, one.region_path) for one in found} == {(SessionState.DRAFT, PATH_COUNTY)}
        assert len(list(export_sheet(uow, CLASSES, reason="季度走访核对").rows)) == 2
    assert counts(checked(sqlite_runtime, clerk, write_csv(head, rows[:1]), CLASSES)) == (0, 1, 0)
    assert undone(sqlite_runtime, clerk, batch).removed_count == 2
    assert counts(checked(sqlite_runtime, clerk, write_csv(head, rows[:1]), CLASSES)) == (1, 0, 0)


def test_columns_are_said_once_and_states_are_kept(sqlite_runtime: Runtime, clerk: Actor) -> None:
    content = write_csv(("甲", "乙", "丙"), [["a", "b", "c"]])
    with sqlite_runtime.unit(clerk) as uow:
        batch = services.open_table_import(uow, EMPLOYERS, content, services.open_sheet(EMPLOYERS, content), name="x")
        assert batch.mapping == {}
        for places, field in (
            ({"name": 0, "credit_code": 1}, "contact_phone"),
            ({"name": 0, "credit_code": 1, "contact_phone": 1}, "contact_phone"),
            ({"name": 0, "credit_code": 1, "contact_phone": 9}, "contact_phone"),
            ({"name": 0, "credit_code": 1, "contact_phone": 2, "salary": 2}, "salary"),
        ):
            with pytest.raises(Invalid) as caught:
                services.map_table_columns(uow, batch, places)
            assert field in caught.value.fields
        for act in (services.confirm_table_import, services.undo_table_import):
            with pytest.raises(Conflict):
                act(uow, batch)
        batches.drop(uow, batch)


def test_only_staff_of_the_place_bring_tables_in(sqlite_runtime: Runtime, clerk: Actor) -> None:
    content = write_csv(HEAD, [row(1)])
    batch = checked(sqlite_runtime, clerk, content)
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER)
    for actor in (far, Actor()):
        with pytest.raises(NotAllowed), sqlite_runtime.unit(actor) as uow:
            services.confirm_table_import(uow, uow.session.get_one(TableImport, batch.id))
    with pytest.raises(NotAllowed), sqlite_runtime.unit(Actor()) as uow:
        export_sheet(uow, EMPLOYERS, reason="想看一看")


def test_what_is_taken_out_carries_who_and_why_and_starts_no_formula(sqlite_runtime: Runtime, clerk: Actor) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        near = make_employer(uow, name="=cmd()")
        make_employer(uow, path=PATH_OTHER, name="远处的单位")
        near.contact_name = "+1"
    with pytest.raises(Invalid), sqlite_runtime.unit(clerk) as uow:
        export_sheet(uow, EMPLOYERS, reason="x")
    with sqlite_runtime.unit(clerk) as uow:
        sheet = export_sheet(uow, EMPLOYERS, reason="季度走访核对")
    lines = list(read_lines(write_workbook(sheet)))
    assert "季度走访核对" in lines[0][0] and clerk.label in lines[0][0]
    assert lines[1] == [column.title for column in EMPLOYERS.columns]
    assert [line[0] for line in lines[2:]] == ["'=cmd()"]
    assert lines[2][3] == "'+1"
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.table")).one()
        assert (entry.reason, entry.detail) == ("季度走访核对", {"kind": "employers", "rows": 1})


def test_templates_are_read_as_they_are_written() -> None:
    for spec in (EMPLOYERS, FAIRS, CLASSES):
        table = services.open_sheet(spec, write_workbook(*table_template_sheets(spec)))
        assert set(table.places({column.title: column.field for column in spec.columns})) == set(spec.titles)


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    made = make_world(sqlite_runtime)
    sign_in(client, made.staff_id)
    return made


BASE = "/staff/imports/tables"


def handed_in(client: FlaskClient, content: bytes, kind: str = "employers") -> Any:
    data = {"table": (io.BytesIO(content), "单位.csv")}
    return client.post(f"{BASE}/new/{kind}", data=data, content_type="multipart/form-data")


def test_the_whole_way_through_the_pages(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    assert "还没有导入过" in client.get(BASE).text
    answer = handed_in(client, write_csv(HEAD, [row(1), row(2, 电话="x")]))
    assert answer.status_code == 303 and answer.location.endswith("/columns")
    text = client.get(answer.location).text
    assert re.search(r'<option selected value="1">信用代码', text)
    assert client.post(answer.location, data={"name": "0"}).status_code == 422
    chosen = {"name": "0", "credit_code": "1", "place": "2", "contact_name": "3", "contact_phone": "4"}
    assert client.post(answer.location, data=chosen).status_code == 303
    url = answer.location.removesuffix("/columns")
    assert "正在检查" in client.get(url).text
    work(sqlite_runtime)
    text = client.get(url).text
    assert "检查完了，还没有存入" in text and "存入 1 条" in text and "联系电话" in text
    assert client.get(f"{url}/notes.xlsx").data[:2] == b"PK"
    assert client.post(f"{url}/confirm").status_code == 303
    work(sqlite_runtime)
    assert "已存入 1 条" in client.get(url).text
    assert client.get(f"{url}/undo").status_code == 200
    assert client.post(f"{url}/undo").status_code == 303
    work(sqlite_runtime)
    assert "已撤销 1 条" in client.get(url).text
    assert "单位.csv" in client.get(BASE).text


def test_pages_refuse_what_is_no_table_and_kinds_nobody_knows(client: FlaskClient, world: World) -> None:
    for content in (b"", b"\x00\x01", bomb(), "只有一列\n".encode()):
        assert handed_in(client, content).status_code == 422
    assert client.get(f"{BASE}/new/people").status_code == 404
    for kind in ("employers", "fairs", "classes", "ventures"):
        assert client.get(f"{BASE}/new/{kind}").status_code == 200
        assert client.get(f"{BASE}/template/{kind}.xlsx").data[:2] == b"PK"
        assert client.post(f"/staff/exports/tables/{kind}", data={"reason": ""}).status_code == 422
        out = client.post(f"/staff/exports/tables/{kind}", data={"reason": "季度走访核对"})
        assert out.data[:2] == b"PK" and out.headers["Cache-Control"] == "no-store"
    location = handed_in(client, write_csv(HEAD, [row(1)])).location
    assert client.post(location.removesuffix("/columns") + "/drop").status_code == 303
    assert client.get(location).status_code == 404
