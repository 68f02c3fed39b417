"""Sheets of a fair's day to print: sign-in sheets, and intention sheets for the booths. Chinese, as they are signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.fairs.day.board_queries import BoothLine
from jobmatch.fairs.planning.models import JobFair

TEMPLATES = Path(__file__).parent / "templates" / "fairday"
PER_PAGE, EMPTY_LINES = 26, 40
"""Lines of a page, and empty ones for people who are not registered: they fill the last page and at least one more."""
HEAD = ("序号", "入场码", "姓名", "手机号或身份证后四位", "身份类别", "签名", "几点到")
INTENTION_LINES = 17


def sign_lines(rows: Sequence[tuple[str, str]]) -> list[tuple[int, str, str]]:
    """Number, code and half-hidden name of each line, with the empty ones at the end."""
    empty = EMPTY_LINES + -(len(rows) + EMPTY_LINES) % PER_PAGE
    codes = [(f"{code[:4]} {code[4:]}", name) for code, name in rows] + [("", "")] * empty
    return [(number, *line) for number, line in enumerate(codes, 1)]


def sign_pdf(fair: JobFair, rows: Sequence[tuple[str, str]]) -> bytes:
    """The sign-in sheet, on A4."""
    lines = [{"number": number, "code": code, "name": name} for number, code, name in sign_lines(rows)]
    return render_pdf(TEMPLATES / "signin.typ", {**_head(fair), "head": HEAD, "lines": lines})


def sign_workbook(fair: JobFair, rows: Sequence[tuple[str, str]]) -> bytes:
    """The same as a workbook, for offices that print from there."""
    lines = [(*line, "", "", "", "") for line in sign_lines(rows)]
    note = f"{fair.title}　{_head(fair)['when']}"
    return write_workbook(Sheet("签到表", HEAD, lines, note=note, widths=(6, 12, 12, 22, 14, 16, 10)))


def intention_pdf(fair: JobFair, booths: Sequence[BoothLine], postings: Mapping[int, Sequence[str]]) -> bytes:
    """A page of A4 for each booth: its number, its postings by number, and lines that both sign."""
    sheets = [
        {"number": one.number, "name": one.name, "postings": postings.get(one.exhibitor_id or 0, [])} for one in booths
    ]
    return render_pdf(TEMPLATES / "intention.typ", {**_head(fair), "sheets": sheets, "lines": INTENTION_LINES})


def _head(fair: JobFair) -> dict[str, str]:
    at = fair.opens_at.astimezone(SHANGHAI)
    return {"title": fair.title, "when": f"{at.year} 年 {at.month} 月 {at.day} 日　{fair.place}"}


SIGN_SHEETS: dict[str, tuple[Callable[[JobFair, Sequence[tuple[str, str]]], bytes], str]] = {
    "pdf": (sign_pdf, "application/pdf"),
    "xlsx": (sign_workbook, XLSX),
}
