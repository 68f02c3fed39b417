"""The paper of a submission: the official form, or a table of figures, with the three names under it."""

from __future__ import annotations

from dataclasses import dataclass

from jobmatch.core.clock import local_day
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.documents import Report, Table, write_report
from jobmatch.reference.models import Region
from jobmatch.reference.queries import names
from jobmatch.reports.figures.documents import year_table_workbook
from jobmatch.reports.figures.year_table import YearTable, footnoted, year_table
from jobmatch.reports.filing.calendar import period_words
from jobmatch.reports.filing.models import Submission
from jobmatch.reports.filing.queries import frozen_of, rows_of, signers_of
from jobmatch.reports.filing.shown import shown_form
from jobmatch.reports.filing.states import FormKind


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands at the foot of a paper."""

    station: str
    filled: str
    reviewed: str
    head: str
    filed_on: str
    cut_off: str

    @property
    def line(self) -> str:
        """As it is printed; empty names are lines to sign on."""
        return (
            f"填报单位：{self.station}　　单位负责人：{self.head}　　审核人：{self.reviewed}　　"
            f"填报人：{self.filled}　　填报日期：{self.filed_on}　　数据截止时点：{self.cut_off}　　（盖章）"
        )


def signed(uow: UnitOfWork, submission: Submission) -> Signed:
    """Who signs for a submission; ``station`` is loaded."""
    filled, reviewed, _accepted = signers_of(uow.session, submission)
    frozen = frozen_of(uow.session, submission)
    filed_on = local_day(frozen.frozen_at).isoformat() if frozen else ""
    return Signed(
        submission.station.name, filled, reviewed, submission.head, filed_on, submission.cut_off_on.isoformat()
    )


def submission_paper(uow: UnitOfWork, submission: Submission, suffix: str) -> bytes:
    """The submission as ``xlsx`` or ``pdf``: as it was frozen, as it stands now before that. Official papers are
    Chinese in every language.
    """
    with use_locale("zh"):
        foot = signed(uow, submission)
        if submission.form is FormKind.YEAR_TABLE and suffix == "xlsx":
            table = _year_table(uow, submission)
            return year_table_workbook(
                table,
                station=foot.station,
                filler=foot.filled,
                reviewer=foot.reviewed,
                head=foot.head,
                notes=footnoted(uow),
            )
        shown = shown_form(uow, submission, frozen_of(uow.session, submission))
        remarks = submission.remarks
        head = [_("指标"), _("数值"), _("说明")]
        tables = [
            Table(title, head, [[cell.label, cell.value, remarks.get(cell.key, "")] for cell in cells])
            for title, cells in shown.sections
        ]
        period = period_words(submission.form, submission.period_from)
        words = ["本期没有要报的数，零报告。"] if submission.is_zero else []
        line = f"{foot.station}　{period}　数据截止 {foot.cut_off}"
        return write_report(Report(submission.form.label, line, words, tables, closing=[foot.line]), suffix)


def _year_table(uow: UnitOfWork, submission: Submission) -> YearTable:
    year, frozen = submission.period_from.year, frozen_of(uow.session, submission)
    if frozen is None:
        return year_table(uow, year, day=submission.cut_off_on, path=submission.region_path)
    rows, total = rows_of(frozen, names(uow.session, Region))
    return YearTable(year, submission.cut_off_on, tuple(rows), total)
