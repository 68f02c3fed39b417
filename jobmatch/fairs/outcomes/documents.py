"""A report as a Word file, a PDF and a workbook: one value, three writers, no database and no request."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import XLSX, Sheet, write_workbook

TEMPLATE = Path(__file__).parent / "templates" / "outcomes" / "report.typ"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MIMETYPES = {"docx": DOCX, "pdf": "application/pdf", "xlsx": XLSX}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report. Its first column is words, the others numbers."""

    title: str
    head: list[str]
    rows: list[list[Any]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its title, a line below it, paragraphs, tables; ``lists`` are the people and things behind numbers."""

    title: str
    line: str
    words: list[str]
    tables: list[Table]
    lists: list[Table] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What is kept of a sent report: everything but the lists, which hold names."""
        found = asdict(self)
        del found["lists"]
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Report:
        tables = [Table(**one) for one in stored["tables"]]
        return cls(stored["title"], stored["line"], list(stored["words"]), tables)


def write_report(report: Report, form: str) -> bytes:
    """The report as ``docx``, ``pdf`` or ``xlsx``."""
    return {"docx": word_file, "pdf": pdf_file, "xlsx": workbook}[form](report)


def word_file(report: Report) -> bytes:
    """A Word file that a clerk edits further: real headings, paragraphs with an indent, plain tables."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paper = Document()
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
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def _word_table(paper: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    grid = paper.add_table(rows=1, cols=len(table.head), style="Table Grid")
    for cell, text in zip(grid.rows[0].cells, table.head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in table.rows:
        for place, (cell, value) in enumerate(zip(grid.add_row().cells, row, strict=True)):
            cell.text = str(value)
            if place and isinstance(value, int | float):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def pdf_file(report: Report) -> bytes:
    """The report on A4."""
    data = report.as_json()
    for table in data["tables"]:
        table["rows"] = [[str(value) for value in row] for row in table["rows"]]
    return render_pdf(TEMPLATE, data)


def workbook(report: Report) -> bytes:
    """A sheet with the words, one for each table, one for each list."""
    words = Sheet("报告", [report.title], [[one] for one in report.words], note=report.line, widths=[110])
    return write_workbook(words, *_sheets([*report.tables, *report.lists]))


def _sheets(tables: Sequence[Table]) -> list[Sheet]:
    return [
        Sheet(table.title, table.head, table.rows, note=table.note, widths=[26, *[14] * (len(table.head) - 1)])
        for table in tables
    ]
