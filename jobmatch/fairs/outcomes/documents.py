"""A report as a Word file, a PDF and a workbook: one value, three writers, no database and no request."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import XLSX, Sheet, write_workbook

TEMPLATE = Path(__file__).parent / "templates" / "outcomes" / "report.typ"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT_CM, NUMBER_CM = 16.0, 2.3
"""How wide the text of an A4 page is, and a column of numbers on it."""
MIMETYPES = {"docx": DOCX, "pdf": "application/pdf", "xlsx": XLSX}


_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?%?|—|少于5|")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report."""

    title: str
    head: list[str]
    rows: list[list[Any]]
    note: str = ""

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers: those stand narrow and to the right, words wide and to the left."""
        return [
            place > 0 and all(_NUMBER.fullmatch(str(row[place])) for row in self.rows)
            for place in range(len(self.head))
        ]


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote: its words, and the address that they open (empty: none)."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its title, a line below it, paragraphs, tables; ``lists`` are the people and things behind numbers.

    ``closing`` stands at the end: free words, and the lines on which people sign. ``notes`` follow it in small print
    where a page is written; a workbook has them among its tables.
    """

    title: str
    line: str
    words: list[str]
    tables: list[Table]
    lists: list[Table] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    notes: list[Footnote] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What is kept of a sent report: everything but the lists, which hold names."""
        found = asdict(self)
        del found["lists"]
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Report:
        tables = [Table(**one) for one in stored["tables"]]
        closing = list(stored.get("closing", ()))
        notes = [Footnote(**one) for one in stored.get("notes", ())]
        return cls(stored["title"], stored["line"], list(stored["words"]), tables, closing=closing, notes=notes)


def write_report(report: Report, form: str) -> bytes:
    """The report as ``docx``, ``pdf`` or ``xlsx``."""
    return {"docx": word_file, "pdf": pdf_file, "xlsx": workbook}[form](report)


def word_file(report: Report) -> bytes:
    """A Word file that a clerk edits further: real headings, paragraphs with an indent, plain tables."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    for name in ("Title", "Heading 1"):
        paper.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
    paper.core_properties.title = report.title
    paper.core_properties.author = ""
    paper.add_heading(report.title, 0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    paper.add_paragraph(report.line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words in report.words:
        paragraph = paper.add_paragraph(words)
        paragraph.paragraph_format.first_line_indent = Pt(24)
    for table in report.tables:
        paper.add_heading(table.title, 1)
        if table.note:
            paper.add_paragraph(table.note)
        _word_table(paper, table)
    for words in report.closing:
        paper.add_paragraph(words).paragraph_format.space_before = Pt(12)
    for note in report.notes:
        _word_note(paper, note)
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def _word_note(paper: Any, note: Footnote) -> None:
    """A line of small print that opens its address."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    line = paper.add_paragraph()
    line.paragraph_format.space_after = Pt(2)
    run = line.add_run(note.words)
    run.font.size = Pt(9)
    if note.address:
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paper.part.relate_to(note.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(run._r)
        line._p.append(link)


def _word_table(paper: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    grid = paper.add_table(rows=1, cols=len(table.head), style="Table Grid")
    grid.autofit = False
    # The head stands again on each page that the table reaches.
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    is_number = table.numeric
    wide = (TEXT_CM - NUMBER_CM * sum(is_number)) / max(is_number.count(False), 1)
    for column, narrow in zip(grid.columns, is_number, strict=True):
        column.width = Cm(NUMBER_CM if narrow else wide)
    for row in [table.head, *table.rows]:
        is_head = row is table.head
        line = grid.rows[0] if is_head else grid.add_row()
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, value) in enumerate(zip(line.cells, row, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(str(value)).bold = is_head
            if is_number[place]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def pdf_file(report: Report) -> bytes:
    """The report on A4."""
    data = report.as_json()
    for table, of in zip(data["tables"], report.tables, strict=True):
        table["rows"] = [[str(value) for value in row] for row in table["rows"]]
        table["numeric"] = of.numeric
    return render_pdf(TEMPLATE, data)


def workbook(report: Report) -> bytes:
    """A sheet with the words, one for each table, one for each list."""
    lines = [[one] for one in (*report.words, *report.closing)]
    words = Sheet("报告", [report.title], lines, note=report.line, widths=[110])
    return write_workbook(words, *_sheets([*report.tables, *report.lists]))


def _sheets(tables: Sequence[Table]) -> list[Sheet]:
    return [
        Sheet(table.title, table.head, table.rows, note=table.note, widths=[26, *[14] * (len(table.head) - 1)])
        for table in tables
    ]
