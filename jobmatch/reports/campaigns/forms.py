"""Forms of special actions, spot checks and checks of stations: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, FloatField, RadioField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reports.campaigns.figures import FIGURES
from jobmatch.reports.campaigns.services.campaigns import CampaignPlan
from jobmatch.reports.campaigns.services.checklists import ChecklistPlan
from jobmatch.reports.campaigns.states import CheckKind, Met
from jobmatch.web.fields import AmountField, DayField, PickOne, Picks, VersionedForm
from jobmatch.web.pages import PageForm

_SMALL = {"class": "w-s"}


class PlainNumberField(FloatField):
    """A number that may have decimals; empty is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().replace("，", "").replace(",", "") if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = float(text)
        except ValueError:
            raise ValueError(_("请填数字")) from None
        if not -1e9 < self.data < 1e9:
            raise ValueError(_("请填数字"))


class _CampaignForm(VersionedForm):
    title = StringField(N_("名称"), [needed(N_("请写专项行动的名称")), at_most(120)])
    basis = StringField(N_("依据"), [at_most(300)], description=N_("文件名和文号"))
    lead = StringField(N_("牵头人"), [at_most(60)])
    starts_on = DayField(N_("开始"))
    ends_on = DayField(N_("结束"))

    def plan(self) -> CampaignPlan:
        """The fields as the plan takes them; a figure without a number has no target."""
        wanted = {code: self._fields[target_name(code)].data for code in FIGURES}
        return CampaignPlan(
            self.title.data or "",
            self.basis.data or "",
            self.lead.data or "",
            self.starts_on.data,
            self.ends_on.data,
            {code: target for code, target in wanted.items() if target is not None},
        )

    @property
    def targets(self) -> list[Any]:
        """The fields of the targets, in the order of the figures."""
        return [self._fields[target_name(code)] for code in FIGURES]


def target_name(code: str) -> str:
    """The name of the field of a figure's target."""
    return f"target_{code.replace('-', '_')}"


CampaignForm: Any = type(
    "CampaignForm",
    (_CampaignForm,),
    {
        target_name(code): AmountField(figure.name, description=figure.formula, render_kw=_SMALL)
        for code, figure in FIGURES.items()
    },
)
"""What is written about an action, with a field for the target of every figure."""


class TaskForm(PageForm):
    """One line of the ledger."""

    title = StringField(N_("做什么"), [at_most(200)])
    station = PickOne(N_("哪个站牵头"))
    due_on = DayField(N_("哪天前办好"))


class ResultForm(PageForm):
    """What came of a task."""

    result = TextAreaField(N_("办得怎么样"), [at_most(300)], render_kw={"rows": 3})
    done_on = DayField(N_("哪天办好的"))


class CloseForm(PageForm):
    """The summary in words."""

    words = TextAreaField(
        N_("总结"),
        [at_most(2000)],
        description=N_("数字系统自动带出，这里写做法、效果和没做完的"),
        render_kw={"rows": 6},
    )


class DrawForm(PageForm):
    """Which station is drawn from."""

    station = PickOne(N_("抽哪个站"))


class CallForm(PageForm):
    """What was heard."""

    result = StringField()
    note = StringField(N_("听到了什么"), [at_most(200)])


class ChecklistForm(VersionedForm):
    """What is written about a checklist."""

    title = StringField(
        N_("名称"), [needed(N_("请写检查表的名称")), at_most(120)], description=N_("例如：2026 年乡镇服务站考核表")
    )
    basis = StringField(N_("依据"), [at_most(300)], description=N_("文件名和文号"))
    valid_from = DayField(N_("哪天起用"), description=N_("系统算的指标从这天开始累计"))
    valid_until = DayField(N_("用到哪天"))

    def plan(self) -> ChecklistPlan:
        """The fields as the plan takes them."""
        return ChecklistPlan(self.title.data or "", self.basis.data or "", self.valid_from.data, self.valid_until.data)


class ItemForm(PageForm):
    """One item of a checklist."""

    words = StringField(N_("检查什么"), [at_most(300)])
    points = AmountField(N_("分值"), render_kw=_SMALL)
    figure_code = PickOne(N_("系统按哪个指标算"), description=N_("不选就由检查的人填"))
    goal = PlainNumberField(N_("目标值"), description=N_("达到就得满分，不到按比例"), render_kw=_SMALL)


class StartForm(PageForm):
    """Which stations are checked, how and when."""

    kind = RadioField(
        N_("怎么检查"),
        choices=lambda: [(kind.value, kind.label) for kind in CheckKind],
        validate_choice=False,
        default=CheckKind.SELF.value,
    )
    checked_on = DayField(N_("检查日期"), description=N_("系统算的指标数到这一天"))
    station_ids = Picks(N_("检查哪些站"))


class AnswerForm(PageForm):
    """How one item was found."""

    met = RadioField(N_("符合不符合"), choices=lambda: [(one.value, one.label) for one in Met], validate_choice=False)
    points = PlainNumberField(N_("给几分"), description=N_("部分符合才填，可以有一位小数"), render_kw=_SMALL)
    words = TextAreaField(N_("依据"), [at_most(300)], render_kw={"rows": 3})
    file = FileField(
        N_("照片或文件"),
        description=N_("jpg、png 或 pdf，不超过 10 MB"),
        render_kw={"accept": ".jpg,.jpeg,.png,.pdf"},
    )


class ObjectionForm(PageForm):
    """What the station does not agree with."""

    objection = TextAreaField(N_("不同意哪一项、为什么"), [at_most(300)], render_kw={"rows": 3})


class ObjectionAnswerForm(PageForm):
    """What the office says to it."""

    answer = TextAreaField(N_("怎么处理、为什么"), [at_most(300)], render_kw={"rows": 3})
