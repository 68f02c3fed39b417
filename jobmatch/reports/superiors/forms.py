"""Forms of superiors' workbooks: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, RadioField, SelectField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reports.superiors.states import BindingKind
from jobmatch.web.fields import PickOne, VersionedForm, WholeField
from jobmatch.web.pages import PageForm

_SMALL = {"class": "w-s"}
SPAN_WORDS = (("month", N_("当月")), ("quarter", N_("本季累计")), ("year", N_("本年累计")))
TOKEN_WORDS = (
    ("", N_("写死的文字")),
    ("station", N_("填报单位")),
    ("month", N_("期间")),
    ("today", N_("填报日期")),
    ("filler", N_("填报人")),
)


class NewForm(PageForm):
    """A workbook of a superior office."""

    name = StringField(N_("表样的名称"), [at_most(120)], description=N_("例如：省厅就业创业月度统计表"))
    office = StringField(N_("哪个单位要的"), [at_most(120)])
    file = FileField(N_("表样"), description=N_("xlsx，不带宏；公式、合并的格子、打印范围都会留着"))


class EditionForm(PageForm):
    """A new edition of the same workbook."""

    file = FileField(N_("新的表样"), description=N_("旁边的字没变的格子，绑定都留着"), id="edition-file")


class BindForm(VersionedForm):
    """What one cell shows."""

    kind = RadioField(
        N_("填什么"),
        choices=lambda: [(one.value, one.label) for one in BindingKind],
        default=BindingKind.FIGURE.value,
        validate_choice=False,
    )
    code = StringField(
        N_("指标代码或者年度表的栏"), [at_most(60)], description=N_("从上面的建议里点，或者搜名称"), render_kw=_SMALL
    )
    token = SelectField(N_("文字"), choices=[], validate_choice=False)
    words = StringField(N_("写死的文字"), [at_most(200)])
    place_code = PickOne(N_("哪个地方"))
    only = PickOne(N_("只数哪些"), description=N_("例如只数随军家属；没有说明的都数"))
    and_only = PickOne(N_("同时还要是"))
    months_back = WholeField(N_("往前推几个月"), render_kw=_SMALL, description=N_("0 是填报的这个月，1 是上个月"))
    span = RadioField(N_("统计哪一段"), choices=[], default="month", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.span.choices = [(key, _(words)) for key, words in SPAN_WORDS]
        self.token.choices = [(key, _(words)) for key, words in TOKEN_WORDS]


class FillForm(PageForm):
    """Taking the filled form out."""

    reason = StringField(N_("用途"), [at_most(200)], description=N_("里面有人员名单的必须写"))
