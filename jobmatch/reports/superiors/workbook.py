"""Reading and filling a superior's workbook: the one door to openpyxl, in a limited child process.

Formulas, merged cells, widths and the print area stay as they came; only bound cells are written.
"""

from __future__ import annotations

import base64
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobmatch.core.child import run_limited
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import cell as safe_cell

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 8, 200, 60
SECONDS, MEMORY, FILE = 30, 1024, 64
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of the process alone is made in it by the library
"""openpyxl writes each sheet to a file first; names of people stay off the disk there."""
_MODULE = "jobmatch.reports.superiors.workbook"
Key = tuple[str, str]
"""A sheet and a cell, such as ("表一", "C5")."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell as it is shown: its address, text, and how many columns and rows it spans."""

    address: str
    text: str
    columns: int = 1
    rows: int = 1
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name and its lines; cells that a merged one covers are left out."""

    name: str
    lines: tuple[tuple[GridCell, ...], ...]

    @property
    def columns(self) -> list[str]:
        """The letters of its columns."""
        width = max((sum(one.columns for one in line) for line in self.lines), default=0)
        return [_letters(number) for number in range(1, width + 1)]


def _letters(column: int) -> str:
    """A column's letters: 1 is A, 27 is AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """The sheets of a workbook. Raises ``Invalid`` for what cannot be read or is too large for a form."""
    found = run_limited(f"{_MODULE}:describe", content, seconds=SECONDS, memory_mb=MEMORY)
    return tuple(
        Grid(sheet["name"], tuple(tuple(GridCell(*cell) for cell in line) for line in sheet["lines"]))
        for sheet in found
    )


def fill_workbook(content: bytes, values: Mapping[Key, Any], notes: Mapping[Key, str]) -> bytes:
    """The workbook with ``values`` in their cells; a cell with a note could not be filled and turns yellow."""
    told = {
        "file": base64.b64encode(content).decode(),
        "values": [[sheet, cell, safe_cell(value)] for (sheet, cell), value in values.items()],
        "notes": [[sheet, cell, words] for (sheet, cell), words in notes.items()],
    }
    asked = json.dumps(told).encode()
    made = run_limited(f"{_MODULE}:filled", asked, seconds=SECONDS, memory_mb=MEMORY, file_mb=FILE)
    return base64.b64decode(made)


# ---------- in the child process ----------


def _open(content: bytes) -> Any:
    import openpyxl

    try:
        return openpyxl.load_workbook(io.BytesIO(content))
    except Exception:
        # Whatever a damaged file breaks in the reader, the answer is the same.
        raise Invalid(_("这个表样打不开，请用 Excel 或者 WPS 另存为 xlsx 再上传")) from None


def describe(content: bytes) -> list[dict[str, Any]]:
    """The sheets as plain values. Raises ``Invalid``."""
    book = _open(content)
    if len(book.worksheets) > MOST_SHEETS:
        raise Invalid(_("一个表样最多 %(n)s 张表", n=MOST_SHEETS))
    return [{"name": sheet.title, "lines": _lines(sheet)} for sheet in book.worksheets]


def _lines(sheet: Any) -> list[list[Sequence[Any]]]:
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        raise Invalid(
            _(
                "“%(sheet)s”太大了，表样最多 %(rows)s 行、%(columns)s 列",
                sheet=sheet.title,
                rows=MOST_ROWS,
                columns=MOST_COLUMNS,
            )
        )
    spans = {one.start_cell.coordinate: (one.size["columns"], one.size["rows"]) for one in sheet.merged_cells.ranges}
    covered = {
        cell.coordinate
        for one in sheet.merged_cells.ranges
        for row in sheet[one.coord]
        for cell in row
        if cell.coordinate != one.start_cell.coordinate
    }
    return [
        [
            (
                cell.coordinate,
                _text(cell.value),
                *spans.get(cell.coordinate, (1, 1)),
                cell.data_type == "f",
            )
            for cell in row
            if cell.coordinate not in covered
        ]
        for row in sheet.iter_rows(min_row=1, max_row=sheet.max_row, max_col=sheet.max_column)
    ]


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:200]


def filled(told: bytes) -> str:
    """The filled workbook, packed as text."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    tempfile.tempdir = str(_IN_MEMORY) if _IN_MEMORY.is_dir() else None
    asked = json.loads(told)
    book = _open(base64.b64decode(asked["file"]))
    for sheet, cell, value in asked["values"]:
        if sheet in book.sheetnames:
            book[sheet][cell].value = value
    yellow = PatternFill("solid", start_color="FFFF00", end_color="FFFF00")
    for sheet, cell, words in asked["notes"]:
        if sheet in book.sheetnames:
            target = book[sheet][cell]
            target.fill, target.comment = yellow, Comment(words, "jobmatch")
    target_file = io.BytesIO()
    book.save(target_file)
    return base64.b64encode(target_file.getvalue()).decode()
