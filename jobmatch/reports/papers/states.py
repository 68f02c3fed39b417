"""Papers that are written from figures."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class PaperKind(LabelledEnum):
    """What is written: the period follows from the kind."""

    MONTHLY = "monthly", N_("就业创业工作月报")
    QUARTERLY = "quarterly", N_("孵化基地季报")
    SUMMARY = "summary", N_("工作总结")


class PaperFormat(LabelledEnum):
    """As which file."""

    DOCX = "docx", N_("Word 文档")
    PDF = "pdf", N_("PDF")
    XLSX = "xlsx", N_("Excel 表格")
