"""A sheet on paper for signing, and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jobmatch.core.i18n import day_words, use_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.pdf import render_pdf
from jobmatch.core.sheets import Sheet, write_workbook
from training.courses.classes.models import CourseSession
from training.courses.payments.models import PaySheet
from training.courses.payments.queries import NamedLine
from training.courses.payments.states import PaySheetKind

TEMPLATE = Path(__file__).parent / "templates" / "payments" / "sheet.typ"


def sheet_title(course_session: CourseSession, sheet: PaySheet) -> str:
    """Class, kind and month of a sheet."""
    month = _("%(year)s 年 %(month)s 月", year=sheet.month.year, month=sheet.month.month) if sheet.month else ""
    return f"{course_session.title}{month}{sheet.kind.label}"


def rule_words(sheet: PaySheet) -> list[str]:
    """The rules the sheet was made by, each with its value and source."""
    return [
        _(
            "%(name)s：%(value)s %(unit)s（%(source)s）",
            name=rule["name"],
            value=rule["value"],
            unit=rule["unit"],
            source=rule["source"],
        )
        for rule in sheet.rules.values()
    ]


def sheet_pdf(course_session: CourseSession, sheet: PaySheet, lines: Sequence[NamedLine], office: str) -> bytes:
    """The sheet on A4 lying, with a column to sign in."""
    with use_locale("zh"):
        data = {
            "title": sheet_title(course_session, sheet),
            "line": f"{office}　{day_words(course_session.starts_on)}—{day_words(course_session.ends_on)}",
            "has_hours": sheet.kind is PaySheetKind.ALLOWANCE,
            "total": sheet.total_yuan,
            "rules": rule_words(sheet),
            "lines": [
                {
                    "name": one.name,
                    "days": one.line.days,
                    "hours": f"{one.line.hours_came}/{one.line.hours_due}",
                    "yuan": one.line.amount_yuan,
                    "why": one.line.why,
                }
                for one in lines
            ],
        }
        return render_pdf(TEMPLATE, data)


def sheet_workbook(course_session: CourseSession, sheet: PaySheet, lines: Sequence[NamedLine]) -> bytes:
    """The sheet as a workbook; its last row is the sum."""
    head = [_("序号"), _("姓名"), _("到课天数"), _("应到学时"), _("到课学时"), _("金额（元）"), _("怎么算的")]
    rows: list[list[object]] = [
        [n, one.name, one.line.days, one.line.hours_due, one.line.hours_came, one.line.amount_yuan, one.line.why]
        for n, one in enumerate(lines, 1)
    ]
    rows.append(["", _("合计"), "", "", "", sheet.total_yuan, ""])
    note = "；".join([sheet_title(course_session, sheet), *rule_words(sheet)])
    return write_workbook(Sheet(_("补贴表"), head, rows, note=note, widths=[6, 14, 10, 10, 10, 12, 44]))
