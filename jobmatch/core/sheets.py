"""Tables as people send and take them: CSV in any usual encoding, packed CSV, XLSX."""

from __future__ import annotations

import csv
import gzip
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _

Row = dict[str, str]


def decode(raw: bytes) -> str:
    """BOM, then UTF-8, then GB 18030: the ladder that got all tried files right (guessers call short GBK Korean)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def clean_cell(value: object) -> str:
    """The text of a cell, composed, without control characters and blanks around it."""
    text = unicodedata.normalize("NFC", str(value if value is not None else ""))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C").strip()


def read_table(path: Path) -> tuple[list[str], Iterator[Row]]:
    """Header and rows of ``path`` (csv, csv.gz, or the first sheet of an xlsx).

    Short rows are filled, long ones cut, values trimmed.

    Raises ``Invalid`` for a file that cannot be read or has no header.
    """
    try:
        lines = read_lines(path.read_bytes())
        header = [clean_cell(name) for name in next(lines, [])]
    except (OSError, EOFError, ValueError, csv.Error) as error:
        raise Invalid(_("这个文件读不了：%(why)s", why=str(error))) from None
    if not any(header):
        raise Invalid(_("这个文件里没有表头，请检查第一行"))

    def rows() -> Iterator[Row]:
        for values in lines:
            padded = [*values, *([""] * len(header))]
            yield {name: clean_cell(padded[i]) for i, name in enumerate(header) if name}

    return header, rows()


def read_lines(content: bytes) -> Iterator[list[Any]]:
    """The lines of a table as they stand in it, cells unread: a workbook's first sheet, or CSV, which may be packed.

    Raises ``ValueError`` (or what the reader of the format raises) for what is no table.
    """
    return _xlsx_lines(content) if content[:2] == b"PK" else _csv_lines(content)


def _csv_lines(raw: bytes) -> Iterator[list[str]]:
    text = decode(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t|，", key=first.count) if first else ","
    csv.field_size_limit(1_000_000)
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _xlsx_lines(content: bytes) -> Iterator[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except CalamineError as error:
        raise ValueError(str(error)) from None

    def cell(value: Any) -> Any:
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return ([cell(value) for value in line] for line in sheet.iter_rows())


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_SIGNS = "=+-@|"


def cell(value: object) -> Any:
    """A value as it may stand in a table that somebody opens in Excel: numbers stay numbers, texts start no formula.

    A text whose first visible sign after NFKC begins a formula, or that begins with a tab or a line break, gets an
    apostrophe in front; control characters go.
    """
    if value is None or isinstance(value, bool):
        return "" if value is None else _("是") if value else _("否")
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if text.isprintable() and text[:1].isalnum():
        # Most texts: no control character, and no letter or digit becomes a sign of a formula under NFKC.
        return text
    begins_oddly = text.startswith(("\t", "\r", "\n"))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    shown = unicodedata.normalize("NFKC", text).lstrip()
    # What stood before a line break may have been a control character, so it is looked at again.
    is_odd = begins_oddly or text.startswith("\n")
    return f"'{text}" if is_odd or shown[:1] in set(_FORMULA_SIGNS) else text


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name, an explaining line above the head (may be empty), head and rows."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[object]]
    note: str = ""
    widths: Sequence[int] = ()


def write_workbook(*sheets: Sheet) -> bytes:
    """An XLSX with frozen bold heads; every value goes through ``cell``. Widths are in characters.

    All of it is held in memory meanwhile; ``long_sheets`` writes what is longer than a few thousand rows.
    """
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    bold = book.add_format({"bold": True, "bg_color": "#EDF2EE", "border": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:31])
        first = 0
        if sheet.note:
            page.merge_range(0, 0, 0, max(len(sheet.head) - 1, 1), cell(sheet.note), wrapped)
            first = 1
        page.write_row(first, 0, [cell(title) for title in sheet.head], bold)
        for index, title in enumerate(sheet.head):
            given = sheet.widths[index] if index < len(sheet.widths) else 0
            page.set_column(index, index, given or max(10, 2 * len(title) + 2))
        page.freeze_panes(first + 1, 0)
        for number, row in enumerate(sheet.rows, start=first + 1):
            for index, value in enumerate(row):
                safe = cell(value)
                if isinstance(safe, str):
                    page.write_string(number, index, safe)
                else:
                    page.write_number(number, index, safe)
    book.close()
    return target.getvalue()


def write_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV that Excel opens right: UTF-8 with a mark, every value through ``cell``."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([cell(title) for title in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")
