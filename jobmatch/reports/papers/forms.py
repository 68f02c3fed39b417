"""Forms of papers: shape and format."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.reports.papers.states import PaperFormat, PaperKind
from jobmatch.web.fields import WholeField
from jobmatch.web.pages import PageForm


class OrderForm(PageForm):
    """A paper that comes back."""

    kind = SelectField(
        N_("哪种报告"), choices=lambda: [(one.value, one.label) for one in PaperKind], validate_choice=False
    )
    month_day = WholeField(
        N_("每月几号"), description=N_("1 到 28；季报在每个季度第一个月的这一天"), render_kw={"class": "w-s"}
    )
    format = SelectField(
        N_("邮件里附哪种文件"),
        choices=lambda: [(one.value, one.label) for one in PaperFormat],
        validate_choice=False,
        id="order-format",
    )


class FileForm(PageForm):
    """Free words for a file; they are not kept."""

    above = TextAreaField(N_("正文前面加的话"), [at_most(4000)], render_kw={"rows": 4})
    below = TextAreaField(N_("正文后面加的话"), [at_most(4000)], render_kw={"rows": 4})
    format = SelectField(
        N_("文件"), choices=lambda: [(one.value, one.label) for one in PaperFormat], validate_choice=False
    )
