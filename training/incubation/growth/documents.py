"""A report on ventures as a Word file, a PDF and a workbook: one value, three writers, no database and no request."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import XLSX, Sheet, write_workbook

TEMPLATE = Path(__file__).parent / "templates" / "growth" / "report.typ"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MIMETYPES = {"docx": DOCX, "pdf": "application/pdf", "xlsx": XLSX}


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a report: its name, its value as shown, and the list behind it (empty: none)."""

    label: str
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: title, the line below it, paragraphs, its numbers one by one, and how they are counted."""

    title: str
    line: str
    words: list[str]
    numbers: list[Number] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def write_report(report: Report, form: str) -> bytes:
    """The report as ``docx``, ``pdf`` or ``xlsx``."""
    return {"docx": word_file, "pdf": pdf_file, "xlsx": workbook}[form](report)


def _rows(report: Report) -> list[list[str]]:
    return [[one.label, one.value] for one in report.numbers]


def word_file(report: Report) -> bytes:
    """A Word file that a clerk edits further: a real heading, paragraphs with an indent, a plain table."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    for name in ("Title", "Heading 1"):
        paper.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
    paper.core_properties.title = report.title
    paper.core_properties.author = ""
    paper.add_heading(report.title, 0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    paper.add_paragraph(report.line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words in [*report.words, *report.notes]:
        paper.add_paragraph(words).paragraph_format.first_line_indent = Pt(24)
    grid = paper.add_table(rows=1, cols=2, style="Table Grid")
    for cell, words in zip(grid.rows[0].cells, ("项目", "数字"), strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for label, value in _rows(report):
        cells = grid.add_row().cells
        cells[0].paragraphs[0].add_run(label)
        cells[1].paragraphs[0].add_run(value)
        cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def pdf_file(report: Report) -> bytes:
    """The report on A4."""
    table: dict[str, Any] = {
        "title": "每个数字",
        "note": "",
        "head": ["项目", "数字"],
        "rows": _rows(report),
        "numeric": [False, True],
    }
    data = {"title": report.title, "line": report.line, "words": [*report.words, *report.notes], "tables": [table]}
    return render_pdf(TEMPLATE, data)


def workbook(report: Report) -> bytes:
    """A sheet with the words, one with the numbers."""
    words = Sheet(
        "报告", [report.title], [[one] for one in [*report.words, *report.notes]], note=report.line, widths=[110]
    )
    return write_workbook(words, Sheet("数字", ["项目", "数字"], _rows(report), widths=[40, 16]))
