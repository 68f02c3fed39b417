"""Forms of frozen figures: shape and format."""

from __future__ import annotations

from wtforms import BooleanField, FileField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.web.fields import DayField, VersionedForm, WholeField
from jobmatch.web.pages import PageForm

_SMALL = {"class": "w-s"}


class FreezeForm(PageForm):
    """Which table, as of which day, and why again."""

    year = WholeField(N_("退役年份"), render_kw=_SMALL)
    day = DayField(N_("数据截止日"), render_kw=_SMALL)
    reason = StringField(N_("更正的原因"), [at_most(300)], description=N_("第一次封存不用填"))


class ScanForm(PageForm):
    """The stamped paper."""

    file = FileField(N_("盖章的扫描件"), description=N_("PDF 或者照片，不超过 10 MB"))


class SubmissionForm(VersionedForm):
    """Who answers for the numbers; words by cell come beside it."""

    head = StringField(N_("单位负责人"), [at_most(60)], description=N_("打印在报表下面"), render_kw=_SMALL)


class ReturnForm(PageForm):
    """Why a form is returned; reasons by cell come beside it."""

    reason = StringField(N_("退回的原因"), [at_most(300)], description=N_("哪一栏有问题就在哪一栏写，这里写总的"))


class AmendForm(PageForm):
    """Why an accepted form is opened again."""

    reason = StringField(
        N_("更正的原因"), [at_most(300)], description=N_("例如：核实后补登了两个人"), id="amend-reason"
    )


class OverviewFilter(PageForm):
    """Which form and period the overview shows."""

    form = SelectField(N_("报表"), choices=[], validate_choice=False)
    since = SelectField(N_("期间"), choices=[], validate_choice=False)


class CircularForm(PageForm):
    """A notice to the stations below."""

    title = StringField(N_("标题"), [at_most(120)])
    words = TextAreaField(N_("内容"), [at_most(5000)], render_kw={"rows": 8})
    only_direct = BooleanField(N_("只发给直接下一级的站"))
    asks_answer = BooleanField(N_("要回执"))
    due_on = DayField(N_("回执到哪天"), render_kw=_SMALL)
    file = FileField(N_("附件"), description=N_("PDF、Word、Excel 或者照片，不超过 10 MB"))


class AnswerForm(PageForm):
    """The answer of a station."""

    answer = TextAreaField(
        N_("回执"), [at_most(500)], render_kw={"rows": 3}, description=N_("例如：已收到，本周五前报齐")
    )
