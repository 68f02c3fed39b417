"""The report of a class (T5) as a Word file and a PDF, and the table of a year as a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import Sheet, write_workbook
from training.courses.results.making import DEFINITIONS, HEAD, Row

TEMPLATE = Path(__file__).parent / "templates" / "class_outcomes" / "report.typ"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def report_file(title: str, words: Sequence[str], form: str) -> bytes:
    """The report as ``docx`` or ``pdf``."""
    if form == "pdf":
        return render_pdf(TEMPLATE, {"title": title, "words": list(words)})
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paper = Document()
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    paper.styles["Title"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
    paper.core_properties.title, paper.core_properties.author = title, ""
    paper.add_heading(title, 0)
    for one in words:
        paper.add_paragraph(one).paragraph_format.first_line_indent = Pt(24)
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def year_workbook(name: str, rows: Sequence[Row]) -> bytes:
    """A line for each group; the definitions stand above."""
    head = [_("名称"), *(_(one) for one in HEAD)]
    note = "".join(_(one) for one in DEFINITIONS)
    return write_workbook(Sheet(name, head, [[row.name, *row.cells] for row in rows], note=note, widths=[30]))
