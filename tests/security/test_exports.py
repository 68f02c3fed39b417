"""Nothing that anybody typed becomes a formula in somebody's spreadsheet, and no number is damaged on the way (G21)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String, Text, text

from jobmatch.accounts.roles import permissions_of
from jobmatch.core.append_only import protect, release
from jobmatch.core.db import Base
from jobmatch.core.long_sheets import write_long_workbook
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import Sheet, cell, write_csv, write_workbook
from tests.house.town import SYSTEM, Town, address, reader

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")
PREFIXES = ("=", "+", "-", "@", "|", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "\u200b=")
FORMULA = "cmd|' /C calc'!A0"
SIGNS = set("=+-@|")


def written(value: object) -> dict[str, Any]:
    """What each way of writing a table makes of ``value``, read by a reader of its own."""
    sheet = Sheet("表", ["栏"], [[value]])
    found: dict[str, Any] = {
        "csv": list(csv.reader(io.StringIO(write_csv(["栏"], [[value]]).decode("utf-8-sig"))))[1][0]
    }
    for name, content in (("xlsx", write_workbook(sheet)), ("long xlsx", write_long_workbook(sheet))):
        one = openpyxl.load_workbook(io.BytesIO(content)).active.cell(2, 1)  # type: ignore[union-attr]
        assert one.data_type != "f", name
        found[name] = one.value
    return found


@pytest.mark.parametrize("prefix", PREFIXES, ids=repr)
def test_no_beginning_starts_a_formula(prefix: str) -> None:
    for shown in written(prefix + FORMULA).values():
        assert shown.startswith("'"), shown


def test_numbers_stay_numbers_and_long_numbers_stay_whole() -> None:
    assert written(-5) == {"csv": "-5", "xlsx": -5, "long xlsx": -5}
    assert written(-0.5) == {"csv": "-0.5", "xlsx": -0.5, "long xlsx": -0.5}
    number = "430382198702230018"
    assert set(written(number).values()) == {number}
    assert set(written("00012").values()) == {"00012"}


@given(st.text(max_size=40))
def test_any_text_is_written_and_none_is_a_formula(typed: str) -> None:
    shown = str(cell(typed))
    assert shown[:1] not in SIGNS | set("\t\r\n")
    write_csv(["a"], [[typed]])


@pytest.mark.parametrize("sign", ["\x0b", "\x00", "\x1b", "\x7f", "\ufffe", "\ud800", "\u202e", "\x08"], ids=repr)
def test_no_sign_breaks_an_export(sign: str) -> None:
    for shown in written(f"测试{sign}甲").values():
        assert shown == "测试甲"


WRITERS = {
    "jobmatch/core/sheets.py": "def cell",
    "jobmatch/core/long_sheets.py": "import Sheet, cell",
    "jobmatch/reports/figures/documents.py": "sheets import cell",
    "jobmatch/reports/superiors/workbook.py": "cell as safe_cell",
}
"""Who may write tables; each puts every text through ``cell``."""


def test_tables_are_written_through_one_door() -> None:
    found = set()
    for package in ("jobmatch", "recruiters", "training"):
        for path in (ROOT / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if re.search(
                r"^\s*(?:import|from) (?:xlsxwriter|openpyxl)|csv\.(?:Dict)?[wW]riter\(", source, re.MULTILINE
            ):
                found.add(path.relative_to(ROOT).as_posix())
    assert found == WRITERS.keys() - {"jobmatch/core/long_sheets.py"}
    for name, word in WRITERS.items():
        assert word in (ROOT / name).read_text(encoding="utf-8"), name


TYPED = {
    "name",
    "title",
    "note",
    "words",
    "reason",
    "employer_name",
    "school",
    "major",
    "contact_name",
    "intro",
    "topic",
}
POISON = "=1+1|\x0b"


def _poison(runtime: Runtime) -> int:
    """Put the beginning of a formula before everything that people typed; returns into how many columns."""
    count = 0
    with runtime.unit(SYSTEM) as uow:
        connection = uow.session.connection()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        # What is only ever added to is poisoned as well.
        release(connection)
        for table in Base.metadata.sorted_tables:
            is_code = "code" in table.primary_key.columns or table.name in {"region", "reason"}
            for column in table.columns:
                if (
                    column.name in TYPED
                    and column.type.__class__ in (String, Text)
                    and not is_code
                    and not column.primary_key
                ):
                    name = f'"{table.name}" SET "{column.name}"'
                    where = f'"{column.name}" IS NOT NULL AND "{column.name}" <> \'\''
                    connection.execute(text(f'UPDATE {name} = :p || "{column.name}" WHERE {where}'), {"p": POISON})
                    count += 1
        protect(connection)
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
    return count


def _cells(content: bytes, kind: str) -> Iterator[tuple[Any, str]]:
    if "csv" in kind:
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            yield from ((value, "s") for value in row)
        return
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for line in sheet.iter_rows():
            yield from ((one.value, one.data_type) for one in line if one.value is not None)


def test_every_table_the_house_gives_out_is_harmless(app: Any, sqlite_runtime: Runtime, town: Town) -> None:
    assert _poison(sqlite_runtime) > 60
    wrong, tables, poisoned = [], set(), 0
    clients = {name: reader(app, town, name) for name in ("anonymous", *town.roles)}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or not rule.rule.rstrip(">").endswith(
            (".xlsx", ".csv", "export", "file")
        ):
            continue
        permission = app.view_functions[rule.endpoint].access.permission
        who = next((n for n, role in town.roles.items() if permission in permissions_of(role)), "anonymous")
        answer = clients[who].get(address(rule.rule, rule.arguments, town.near))
        assert answer.status_code < 500, rule.rule
        kind = answer.mimetype
        if answer.status_code != 200 or not ("spreadsheet" in kind or "csv" in kind):
            continue
        tables.add(rule.rule)
        for value, sort in _cells(answer.data, kind):
            shown = str(value)
            poisoned += "1+1|" in shown
            if sort == "f" or (isinstance(value, str) and shown[:1] in SIGNS and shown not in {"-", "—"}):
                wrong.append((rule.rule, shown[:40]))
    assert wrong == []
    assert len(tables) > 25
    assert poisoned > 20, "the control: what was typed does reach the tables"
