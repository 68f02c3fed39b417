"""Workbooks of one sheet of any length, written as they go: neither held in memory nor laid on the disk unsealed.

A library holds every cell until the end (275 MB for 100,000 rows of 12) or keeps the rows in a plain file meanwhile;
a sheet of texts and numbers needs five small files around one long one (ECMA-376, part 1).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from html import escape

from jobmatch.core.sheets import Sheet, cell

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_AROUND = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEDF2EE"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/>'
    '</xf><xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf></cellXfs></styleSheet>',
}
_BOLD, _WRAPPED = ' s="1"', ' s="2"'
AT_ONCE = 500
"""Rows that are packed together."""


def write_long_workbook(sheet: Sheet) -> bytes:
    """An XLSX as ``write_workbook`` makes it: note, frozen bold head, every value through ``cell``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:
        for name, content in _AROUND.items():
            book.writestr(name, _HEAD + content)
        title = escape(sheet.name[:31])
        book.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as page:
            first = 2 if sheet.note else 1
            page.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_view(first)}{_columns(sheet)}<sheetData>'.encode())
            letters = [_letters(index) for index in range(len(sheet.head))]
            lines = [_row(1, letters, [sheet.note], _WRAPPED)] if sheet.note else []
            lines.append(_row(first, letters, sheet.head, _BOLD))
            for number, row in enumerate(sheet.rows, start=first + 1):
                lines.append(_row(number, letters, row))
                if len(lines) >= AT_ONCE:
                    page.write("".join(lines).encode())
                    lines.clear()
            merged = f'<mergeCells count="1"><mergeCell ref="A1:{letters[-1]}1"/></mergeCells>' if sheet.note else ""
            page.write(f"{''.join(lines)}</sheetData>{merged}</worksheet>".encode())
    return target.getvalue()


def _view(first: int) -> str:
    below = f'<pane ySplit="{first}" topLeftCell="A{first + 1}" activePane="bottomLeft" state="frozen"/>'
    return f'<sheetViews><sheetView workbookViewId="0">{below}</sheetView></sheetViews>'


def _columns(sheet: Sheet) -> str:
    wide = [
        (sheet.widths[index] if index < len(sheet.widths) else 0) or max(10, 2 * len(title) + 2)
        for index, title in enumerate(sheet.head)
    ]
    cols = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(wide, 1))
    return f"<cols>{cols}</cols>"


def _letters(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    text = chr(65 + index % 26)
    return text if index < 26 else _letters(index // 26 - 1) + text


def _row(number: int, letters: Sequence[str], values: Sequence[object], style: str = "") -> str:
    cells = []
    for letter, value in zip(letters, values, strict=False):
        safe = cell(value)
        if not isinstance(safe, str):
            cells.append(f'<c r="{letter}{number}"{style}><v>{safe}</v></c>')
        elif safe:
            words = escape(safe, quote=False)
            cells.append(
                f'<c r="{letter}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
            )
    return f'<row r="{number}">{"".join(cells)}</row>'
