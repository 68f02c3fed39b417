"""The year table as a workbook in the layout of the official form."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import cell
from jobmatch.reports.figures.year_table import BELOW, LETTERS, TITLES, YearRow, YearTable

_SPANS = ((2, 3, "学历提升"), (4, 14, "就业创业"))
"""Columns (first, last, title) of the groups in the head, A being column 1; the words are those of the form."""
_WIDE, _NARROW = 22, 10


def year_table_workbook(
    table: YearTable,
    *,
    station: str = "",
    filler: str = "",
    reviewer: str = "",
    head: str = "",
    notes: Sequence[str] = (),
) -> bytes:
    """The form of the place with its lines, the total first; ``station`` and the three names are its foot.

    ``notes``: where the office put the states that the form has no cell for.

    The head stands in three rows, letters included; the footnotes say what is part of L and who was removed from A.
    """
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _styles(book)
    page = book.add_worksheet(_("年度表"))
    last = len(LETTERS)
    title = f"{table.year}年度新增自主就业退役士兵就业及去向情况表"
    page.merge_range(0, 0, 0, last, title, styles["title"])
    page.merge_range(1, 0, 1, 7, cell(f"填报单位：{station or table.total.name}"), styles["plain"])
    page.merge_range(1, 8, 1, last, f"数据截止时点：{table.day.isoformat()}　单位：人", styles["plain"])
    _head(page, styles)
    for number, row in enumerate((table.total, *table.rows), start=5):
        name = _("合计") if row is table.total else row.name
        page.write_string(number, 0, cell(name), styles["name"])
        for index, letter in enumerate(LETTERS, start=1):
            page.write_number(number, index, row[letter], styles["number"])
    foot = 5 + 1 + len(table.rows)
    below = [*footnotes(table.total), *notes]
    for number, line in enumerate(below, start=foot):
        page.merge_range(number, 0, number, last, cell(line), styles["plain"])
    sign = foot + len(below) + 1
    signed = f"单位负责人：{head}　　审核人：{reviewer}　　填报人：{filler}　　填报日期："
    page.merge_range(sign, 0, sign, last, cell(signed), styles["plain"])
    page.set_column(0, 0, _WIDE)
    page.set_column(1, last, _NARROW)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2, 4)
    page.freeze_panes(5, 1)
    book.close()
    return target.getvalue()


def footnotes(total: YearRow) -> list[str]:
    """What is printed below the table: the parts of L, who left A, and both rates with their formulas."""

    def rate(percent: float | None) -> str:
        return "—" if percent is None else f"{percent}%"

    return [
        *(f"{_(words)}：{total[key]} 人" for key, words in BELOW.items()),
        f"就业率（不含升学）＝D÷(D+L)＝{total['D']}÷{total['D'] + total['L']}＝{rate(total.employment_percent)}",
        f"去向落实率＝(B+C+D)÷A＝{total['B'] + total['C'] + total['D']}÷{total['A']}＝{rate(total.settled_percent)}",
    ]


def _styles(book: Any) -> dict[str, Any]:
    boxed = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center"}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({**boxed, "bold": True, "bg_color": "#EDF2EE"}),
        "name": book.add_format({**boxed, "align": "left"}),
        "number": book.add_format(boxed),
    }


def _head(page: Any, styles: dict[str, Any]) -> None:
    """Three rows: groups, columns, letters."""
    page.merge_range(2, 0, 4, 0, "地区", styles["head"])
    page.merge_range(2, 1, 3, 1, TITLES["A"], styles["head"])
    for first, last, words in _SPANS:
        page.merge_range(2, first, 2, last, words, styles["head"])
    for index, letter in enumerate(LETTERS, start=1):
        if letter != "A":
            page.write_string(3, index, TITLES[letter], styles["head"])
        page.write_string(4, index, letter, styles["head"])
