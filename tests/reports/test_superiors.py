"""Superiors' workbooks: bound cell by cell, filled for a month, everything else of the file as it came."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from sqlalchemy import func, select

from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person
from jobmatch.reports.superiors.filling import fill_form, last_month
from jobmatch.reports.superiors.models import CellBinding, SuperiorForm
from jobmatch.reports.superiors.queries import bindings_of
from jobmatch.reports.superiors.services import (
    Bound,
    add_form,
    bind_cell,
    drop_form,
    record_filled,
    replace_edition,
    unbind_cell,
)
from jobmatch.reports.superiors.states import BindingKind
from jobmatch.reports.superiors.suggesting import place_of, searched, suggested, words_about
from jobmatch.reports.superiors.workbook import MOST_ROWS, Grid, fill_workbook, read_grids
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, TOWN_A, make_person, make_staff
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.help_programmes import two_fairs

SHEET = "月报"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def workbook(**cells: Any) -> bytes:
    """A form with merged heads, a formula, a fixed width and a print area."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet["A1"] = "就业创业情况月报表"
    sheet.merge_cells("A1:D1")
    for address, value in {
        "A2": "填报单位",
        "A3": "项目",
        "B3": "本月",
        "A4": "举办招聘会（场）",
        "A5": "意向人数",
        "A6": "合计",
        "B6": "=SUM(B4:B5)",
        "A8": "名单",
        **cells,
    }.items():
        sheet[address] = value
    sheet["B6"].fill = PatternFill("solid", start_color="DDDDDD")
    sheet.column_dimensions["A"].width = 31
    sheet.print_area = "A1:D9"
    book.create_sheet("说明")["A1"] = "填表说明"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(content: bytes) -> Upload:
    return Upload("表样.xlsx", Kind.XLSX, content)


def made(uow: UnitOfWork, content: bytes | None = None) -> tuple[UnitOfWork, SuperiorForm]:
    staff = acting(uow, make_staff(uow, path=PATH_COUNTY))
    return staff, add_form(staff, name="省厅月报", office="省厅", upload=upload(content or workbook()))


@pytest.fixture(autouse=True)
def _folder(request: pytest.FixtureRequest, tmp_path: Any) -> None:
    if "uow" in request.fixturenames:
        request.getfixturevalue("uow").session.info["data_dir"] = str(tmp_path)


# ---------- the workbook ----------


def test_the_grid_is_read_with_its_spans_and_formulas() -> None:
    first, second = read_grids(workbook())
    assert (first.name, second.name) == (SHEET, "说明")
    head = first.lines[0]
    assert (head[0].text, head[0].columns, len(head)) == ("就业创业情况月报表", 4, 1)
    assert first.columns == ["A", "B", "C", "D"]
    assert next(one for line in first.lines for one in line if one.address == "B6").is_formula


def test_only_bound_cells_change_and_those_that_cannot_turn_yellow() -> None:
    filled = fill_workbook(workbook(), {(SHEET, "B4"): 7, (SHEET, "A9"): "=1+1"}, {(SHEET, "B5"): "没有分母"})
    book = openpyxl.load_workbook(io.BytesIO(filled))
    sheet = book[SHEET]
    assert sheet["B4"].value == 7
    assert sheet["A9"].value == "'=1+1"
    assert (sheet["B5"].fill.start_color.rgb, sheet["B5"].comment.text) == ("00FFFF00", "没有分母")
    assert sheet["B6"].value == "=SUM(B4:B5)"
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:D1"]
    assert sheet.print_area == "'月报'!$A$1:$D$9"
    assert sheet.column_dimensions["A"].width == 31
    before = openpyxl.load_workbook(io.BytesIO(workbook()))
    for old in before:
        for row in old.iter_rows():
            for cell in row:
                if (old.title, cell.coordinate) not in {(SHEET, "B4"), (SHEET, "A9"), (SHEET, "B5")}:
                    assert book[old.title][cell.coordinate].value == cell.value


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", workbook()[:-200]])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_grids(content)


def test_a_sheet_that_is_no_form_is_refused() -> None:
    with pytest.raises(Invalid, match="太大"):
        read_grids(workbook(**{f"A{MOST_ROWS + 1}": "x"}))


def test_words_beside_a_cell_suggest_a_number() -> None:
    grid: Grid = read_grids(workbook())[0]
    assert words_about(grid, "B5") == "意向人数 本月"
    assert "T1.intention_people" in [code for code, _name in suggested("意向人数 本月")]
    assert searched("I01")[0][0].startswith("I01")
    assert suggested("") == []
    assert (place_of("AB12"), place_of("A1")) == ((28, 12), (1, 1))
    with pytest.raises(ValueError, match="1A"):
        place_of("1A")


# ---------- binding ----------


def test_cells_are_bound_once_each_and_only_to_what_there_is(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    bind_cell(staff, form, SHEET, "B4", Bound(BindingKind.FIGURE, "T3.fairs"))
    bind_cell(staff, form, SHEET, "B4", Bound(BindingKind.FIGURE, "T3.joined"))
    assert {key: row.code for key, row in bindings_of(uow.session, form).items()} == {(SHEET, "B4"): "T3.joined"}
    wrong = (
        Bound(BindingKind.FIGURE, "T99"),
        Bound(BindingKind.COLUMN, "Z"),
        Bound(BindingKind.PEOPLE, "T3.fairs"),
        Bound(BindingKind.WORDS),
        Bound(BindingKind.FIGURE, "T3.fairs", place_code="110000"),
        Bound(BindingKind.FIGURE, "T3.fairs", months_back=99),
        Bound(BindingKind.FIGURE, "T3.fairs", span="day"),
        Bound(BindingKind.FIGURE, "T3.fairs", only=("kind=veteran",)),
        Bound(BindingKind.FIGURE, "registered-seekers", only=("kind=nobody",)),
        Bound(BindingKind.FIGURE, "registered-seekers", only=("shoe=42",)),
        Bound(BindingKind.FIGURE, "registered-seekers", only=("sex=male", "sex=female")),
        Bound(BindingKind.FIGURE, "registered-seekers", only=("reserved=yes",)),
        Bound(BindingKind.COLUMN, "A", only=("sex=male",)),
    )
    for bound in wrong:
        with pytest.raises(Invalid):
            bind_cell(staff, form, SHEET, "B5", bound)
    for cell in ("5B", "", "B5;"):
        with pytest.raises(Invalid):
            bind_cell(staff, form, SHEET, cell, Bound(BindingKind.FIGURE, "T3.fairs"))
    assert unbind_cell(staff, form, SHEET, "B4")
    assert not unbind_cell(staff, form, SHEET, "B4")


def test_two_editors_do_not_overwrite_each_other(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    seen = form.version
    bind_cell(staff, form, SHEET, "B4", Bound(BindingKind.FIGURE, "T3.fairs"), version=seen)
    with pytest.raises(Conflict):
        bind_cell(staff, form, SHEET, "B5", Bound(BindingKind.FIGURE, "I12"), version=seen)


def test_another_office_neither_sees_nor_changes_it(uow: UnitOfWork) -> None:
    _staff, form = made(uow)
    for path in (PATH_OTHER, PATH_A):
        with pytest.raises(NotAllowed):
            bind_cell(acting(uow, make_staff(uow, path=path)), form, SHEET, "B4", Bound(BindingKind.WORDS, words="x"))


def test_a_form_is_filled_with_numbers_words_columns_and_people(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    world = two_fairs(uow)
    month = world["first"].opens_at.date().replace(day=1)
    person = make_person(uow, path=PATH_A, with_user=False)
    person.search_state_since = uow.today
    uow.session.flush()
    bounds = {
        "B2": Bound(BindingKind.WORDS, "station"),
        "C2": Bound(BindingKind.WORDS, words="测试"),
        "B4": Bound(BindingKind.FIGURE, "T3.fairs", span="year"),
        "C4": Bound(BindingKind.FIGURE, "T3.fairs", place_code=TOWN_A, span="year"),
        "B5": Bound(BindingKind.FIGURE, "I10"),
        "D5": Bound(BindingKind.COLUMN, "A"),
        "B8": Bound(BindingKind.PEOPLE, "registered-seekers.all"),
    }
    for cell, bound in bounds.items():
        bind_cell(staff, form, SHEET, cell, bound)
    filled = fill_form(staff, form, uow.today.replace(day=1))
    values = {cell: one.value for (_sheet, cell), one in filled.cells.items()}
    assert (values["B4"], values["C4"], values["C2"], values["D5"]) == (2, 0, "测试", 0)
    assert values["B2"]
    assert filled.people >= 1
    assert person.name in {str(values.get(f"B{row}")) for row in range(8, 20)}
    link = filled.cells[SHEET, "B4"].link
    assert link is not None and link[0] == "figures.indicator_list" and link[1]["code"] == "T3.fairs"
    empty = fill_form(staff, form, date(2001, 1, 1))
    assert empty.cells[SHEET, "B5"].why == "没有分母，不能算"
    assert (SHEET, "B5") in empty.notes()
    assert month


def test_a_cell_counts_and_names_only_whom_its_filters_hold(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    people = [make_person(uow, path=PATH_A, with_user=False) for _number in range(5)]
    for number, person in enumerate(people):
        person.search_state_since, person.sex = uow.today, "female" if number < 2 else "male"
        person.birth_on = date(1990 if number % 2 else 1995, 1, 1)
    uow.session.flush()
    code = "registered-seekers.all"
    bind_cell(staff, form, SHEET, "B4", Bound(BindingKind.FIGURE, code))
    bind_cell(staff, form, SHEET, "B5", Bound(BindingKind.FIGURE, code, only=("sex=female",)))
    bind_cell(staff, form, SHEET, "C5", Bound(BindingKind.FIGURE, code, only=("sex=female", "age=35")))
    bind_cell(staff, form, SHEET, "D5", Bound(BindingKind.FIGURE, "registered-seekers", only=("sex=female",)))
    bind_cell(staff, form, SHEET, "B8", Bound(BindingKind.PEOPLE, code, only=("sex=female",)))
    filled = fill_form(staff, form, uow.today.replace(day=1))
    values = {cell: one.value for (_sheet, cell), one in filled.cells.items()}
    assert (values["B4"], values["B5"], values["C5"]) == (5, 2, 1)
    assert values["D5"] == 0.0
    assert {values[f"B{row}"] for row in (8, 9)} == {person.name for person in people[:2]}
    assert filled.people == 2
    link = filled.cells[SHEET, "C5"].link
    assert link is not None and link[0] == "slices.slices_list"
    assert {link[1][name] for name in ("by", "row", "beside", "column")} == {"sex", "female", "age", "35"}


def test_months_back_and_the_span_move_the_days(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    cases = {
        "B4": (Bound(BindingKind.FIGURE, "T3.fairs"), ("2026-02-01", "2026-02-28")),
        "B5": (Bound(BindingKind.FIGURE, "T3.fairs", months_back=1, span="year"), ("2026-01-01", "2026-01-31")),
        "C4": (Bound(BindingKind.FIGURE, "T3.fairs", span="quarter"), ("2026-01-01", "2026-02-28")),
        "C5": (Bound(BindingKind.FIGURE, "T3.fairs", months_back=24), ("2024-02-01", "2024-02-29")),
    }
    for cell, (bound, _days) in cases.items():
        bind_cell(staff, form, SHEET, cell, bound)
    filled = fill_form(staff, form, date(2026, 2, 1))
    for cell, (_bound, days) in cases.items():
        link = filled.cells[SHEET, cell].link
        assert link is not None and (link[1]["since"], link[1]["until"]) == days
    assert last_month(date(2026, 3, 31)) == date(2026, 2, 1)


def test_a_new_edition_keeps_what_has_the_same_words_beside_it(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    for cell in ("B4", "B5"):
        bind_cell(staff, form, SHEET, cell, Bound(BindingKind.FIGURE, "T3.fairs"))
    new = workbook(A5="达成意向人次")
    lost = replace_edition(staff, form, upload=upload(new), old=read_grids(workbook()), new=read_grids(new))
    assert lost == [f"{SHEET} B5"]
    assert set(bindings_of(uow.session, form)) == {(SHEET, "B4")}


def test_names_leave_only_with_a_reason_and_a_trace(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    with pytest.raises(Invalid):
        record_filled(staff, form, reason="", people=3)
    record_filled(staff, form, reason="", people=0)
    record_filled(staff, form, reason="报省厅", people=3)
    assert uow.session.scalar(select(func.count()).where(AuditEntry.action == "superior.filled")) == 2
    drop_form(staff, form)
    assert not form.is_active


# ---------- pages ----------


def test_the_way_from_a_workbook_to_the_filled_one(office: Office) -> None:
    clerk = office.clerk
    assert "还没有表样" in text_of(clerk.get("/staff/superior-forms"))
    kind = {"content_type": "multipart/form-data"}
    for file in ((io.BytesIO(b"MZ\x00"), "x.xlsx"), (io.BytesIO(workbook()), "x.xlsm")):
        data = {"name": "省厅月报", "file": file}
        assert clerk.post("/staff/superior-forms/new", data=data, **kind).status_code == 422
    data = {"name": "省厅月报", "file": (io.BytesIO(workbook()), "月报.xlsx")}
    url = clerk.post("/staff/superior-forms/new", data=data, **kind).headers["Location"]
    shown = text_of(clerk.get(url))
    assert "就业创业情况月报表" in shown and 'colspan="4"' in shown
    shown = text_of(clerk.get(f"{url}?sheet={SHEET}&cell=B4"))
    assert "像是这几个" in shown and "举办招聘会" in shown
    assert "T1.hires" in text_of(clerk.get(f"{url}?sheet={SHEET}&cell=B4&q=录用"))
    bound = {"sheet": SHEET, "cell": "B4", "kind": "figure", "code": "T3.fairs", "months_back": "0", "span": "month"}
    assert clerk.post(f"{url}/bind", data=bound | {"code": "T99"}).status_code == 422
    assert clerk.post(f"{url}/bind", data=bound).status_code == 303
    narrowed = bound | {"cell": "C4", "code": "registered-seekers.all", "only": "sex=male", "and_only": "age=25"}
    assert clerk.post(f"{url}/bind", data=narrowed).status_code == 303
    shown = text_of(clerk.get(f"{url}?sheet={SHEET}&cell=C4"))
    assert "/staff/slices/list?" in shown and '<option selected value="sex=male">' in shown
    assert clerk.post(f"{url}/bind", data=narrowed | {"and_only": "sex=female"}).status_code == 422
    words = {"sheet": SHEET, "cell": "B2", "kind": "words", "token": "", "words": "测试县", "months_back": "0"}
    assert clerk.post(f"{url}/bind", data=words | {"span": "month"}).status_code == 303
    assert "测试县" in text_of(clerk.get(url))
    answer = clerk.post(f"{url}/filled.xlsx?month=2026-10", data={})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data()))[SHEET]
    assert (sheet["B2"].value, sheet["B4"].value) == ("测试县", 0)
    edition = {"file": (io.BytesIO(workbook(A4="招聘会")), "月报.xlsx")}
    assert clerk.post(f"{url}/edition", data=edition, **kind).status_code == 303
    assert clerk.post(f"{url}/edition", data={}, **kind).status_code == 422
    assert clerk.post(f"{url}/unbind", data={"sheet": SHEET, "cell": "B2"}).status_code == 303
    with office.unit() as uow:
        far = make_staff(uow, path=PATH_OTHER).user_id
        assert uow.session.scalar(select(func.count()).select_from(CellBinding)) == 0
    assert office.client(far).get(url).status_code == 404
    assert office.client(far).post(f"{url}/filled.xlsx", data={}).status_code == 404
    assert clerk.post(f"{url}/drop").status_code == 303
    assert clerk.get(url).status_code == 404


def test_the_list_of_forms_costs_the_same_for_two_and_for_twenty(office: Office) -> None:
    costs = []
    for more in (2, 18):
        with office.unit() as uow:
            station = uow.session.scalars(select(SuperiorForm)).first()
            for _number in range(more):
                add_form(acting(uow, make_staff(uow)), name="表", office="", upload=upload(workbook()))
        with counted(office.runtime.database.engine) as seen:
            assert office.clerk.get("/staff/superior-forms").status_code == 200
        costs.append(len(seen))
        assert station is None or costs[0]
    assert costs[0] == costs[1]


def test_nobody_is_named_in_the_trace(uow: UnitOfWork) -> None:
    staff, form = made(uow)
    bind_cell(staff, form, SHEET, "B4", Bound(BindingKind.PEOPLE, "registered-seekers.all"))
    record_filled(staff, form, reason="报省厅", people=1)
    names = set(uow.session.scalars(select(Person.name)))
    details = str([vars(row) for row in uow.session.scalars(select(AuditEntry))])
    assert not [name for name in names if name and name in details]
