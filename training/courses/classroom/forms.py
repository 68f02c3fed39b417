"""Forms of the classroom: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import N_
from jobmatch.web.fields import DayField, PickOne, WholeField
from jobmatch.web.pages import PageForm
from training.courses.classroom.states import CourseCertificateKind


class ReasonForm(PageForm):
    """Why something is undone."""

    reason = StringField(N_("原因"), [at_most(200)])


class LeaveForm(PageForm):
    """From when until when, and why."""

    from_on = DayField(N_("从哪天起"))
    until_on = DayField(N_("到哪天"), description=N_("请一天假，两个日子填一样"))
    reason = StringField(N_("为什么请假"), [at_most(200)])


class VisitForm(PageForm):
    """What the office saw in a class."""

    head_count = WholeField(N_("清点人数"), description=N_("数一数教室里的学员，不算老师"))
    file = FileField(
        N_("现场照片"),
        description=N_("jpg 或 png，不超过 10 MB；照片里的位置信息会去掉"),
        render_kw={"accept": ".jpg,.jpeg,.png", "capture": "environment"},
    )
    note = StringField(N_("说明"), [at_most(300)], description=N_("人数对不上的，写明原因"))


class SheetForm(PageForm):
    """Scores as a workbook."""

    file = FileField(N_("填好的成绩表"), description=N_("xlsx 或 csv，先下载再填"), render_kw={"accept": ".xlsx,.csv"})


class NoticeForm(PageForm):
    """A notice to the class."""

    title = StringField(N_("标题"), [at_most(80)])
    words = TextAreaField(N_("内容"), [at_most(2000)], render_kw={"rows": 6})


class TableForm(PageForm):
    """A page with a line of boxes for each person; ``cell_errors`` are what a service says of one box, by its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cell_errors: dict[str, str] = {}

    def add_errors(self, error: Invalid) -> None:
        """Keep what speaks of a box, so that the page can say it there too."""
        self.cell_errors |= {name: words for name, words in error.fields.items() if name not in self._fields}
        super().add_errors(error)


class CompletionForm(TableForm):
    """The day of completion certificates, whose numbers are given by the platform."""

    issued_on = DayField(N_("发证日期"))


class CertificateForm(CompletionForm):
    """Certificates of somebody else: their kind and days; the numbers stand in the table."""

    kind = SelectField(N_("证书种类"), choices=[])
    certificate_code = PickOne(N_("对应的证书"), description=N_("选了以后，岗位匹配就认这本证"))
    # The form of completion certificates stands on the same page.
    issued_on = DayField(N_("发证日期"), id="certified-on")
    expires_on = DayField(N_("有效期到"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            (kind.value, kind.label) for kind in CourseCertificateKind if kind is not CourseCertificateKind.COMPLETION
        ]
