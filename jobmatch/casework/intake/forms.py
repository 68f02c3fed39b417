"""Forms of the intake pages: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, FileField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from jobmatch.casework.intake.states import RosterMove, RosterState, Season
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import JobSearchState
from jobmatch.web.fields import AmountField, PickOne, Picks, VersionedForm
from jobmatch.web.pages import PageForm


def _labels(kind: Any, *, any_of: bool = False) -> Any:
    return lambda: [*([("", _("全部"))] if any_of else []), *((member.value, member.label) for member in kind)]


class DayField(DateField):
    """A day of the calendar; what is none is said in words that help."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("没有这一天，请重新选日期")) from None


class BatchForm(PageForm):
    """A new batch."""

    year = AmountField(N_("退役年份"), [Optional()])
    season = RadioField(
        N_("哪一批"), choices=_labels(Season), coerce=lambda value: Season(value) if value in set(Season) else None
    )
    station_id = PickOne(N_("接收的服务站"))
    name = StringField(N_("名称"), [Length(max=60)], description=N_("不填就叫“2026 年秋季退役”这样"))


class RosterFilter(PageForm):
    """What the page of a batch is narrowed by; all come by GET."""

    q = StringField(N_("姓名或身份证号"), [Length(max=40)])
    state = SelectField(N_("状态"), choices=_labels(RosterState, any_of=True), validate_choice=False)
    method = SelectField(N_("安置方式"), choices=[], validate_choice=False)
    soon = SelectField(N_("期限"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.soon.choices = [("", _("全部")), ("1", _("快到期和逾期的"))]


class RosterFileForm(PageForm):
    """A roster as a file."""

    file = FileField(N_("名册文件"), description=N_("xlsx 或 csv，不超过 8 MB"), render_kw={"accept": ".xlsx,.csv"})


class MoveForm(VersionedForm):
    """Another state of a line of the roster, and why."""

    move = RadioField(
        N_("改成"),
        choices=_labels(RosterMove),
        validate_choice=False,
        coerce=lambda value: RosterMove(value) if value in set(RosterMove) else None,
    )
    reason = StringField(N_("原因"), [Length(max=200)], description=N_("例如转到外县安置，有转出函"))


class IntakeForm(PageForm):
    """Everything of an intake on one page: at most 25 controls, most of them filled in from the roster."""

    id_number = StringField(N_("身份证号"), [Length(max=30)], render_kw={"autocomplete": "off"})
    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "off"})
    phone = StringField(N_("手机号"), [Length(max=30)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    is_other_person = BooleanField(N_("已核对证件，和上面的档案不是同一个人"))
    kinds = Picks(N_("人员类别"), description=N_("可以选几项"))
    resettlement_code = PickOne(N_("安置方式"))
    rank_code = PickOne(N_("退役时的军衔"))
    branch_code = PickOne(N_("军兵种"))
    enlisted_on = DayField(N_("入伍日期"), [Optional()])
    discharged_on = DayField(N_("退役日期"), [Optional()])
    region_code = PickOne(N_("现居住地"))
    place = StringField(
        N_("住在别处"), [Length(max=60)], description=N_("写省、市、县和乡镇"), render_kw={"autocomplete": "off"}
    )
    registered_place = StringField(N_("户籍地"), [Length(max=60)], render_kw={"autocomplete": "off"})
    resettled_place = StringField(N_("安置地"), [Length(max=60)], render_kw={"autocomplete": "off"})
    wanted_regions = Picks(N_("意向地"), description=N_("不选就是哪里都行"))
    education_code = PickOne(N_("学历"))
    licences = Picks(N_("驾驶证"))
    specialties = Picks(N_("在部队做过的工作"))
    search_state = RadioField(
        N_("现在找工作吗？"),
        choices=_labels(JobSearchState),
        default=JobSearchState.LOOKING.value,
        coerce=lambda value: JobSearchState(value) if value in set(JobSearchState) else None,
    )
    words = StringField(
        N_("想做的工作"), [Length(max=200)], description=N_("例如货车司机、电工"), render_kw={"autocomplete": "off"}
    )
    starts_up = BooleanField(N_("有创业打算"))
    start_up_words = StringField(
        N_("想办什么"), [Length(max=200)], description=N_("例如开家小吃店"), render_kw={"autocomplete": "off"}
    )
    agreed = BooleanField(N_("本人已看过并同意信息使用说明"))


class LinkForm(PageForm):
    """Registering somebody who has a file: the line of the roster, where it began there."""

    entry = StringField(N_("名册"), [Length(max=20)])


class TakeBackForm(PageForm):
    """Why an intake is taken back."""

    reason = StringField(N_("为什么撤回"), [Length(max=200)], description=N_("例如证件拿错了"))


class GrantForm(VersionedForm):
    """The days of the one-time grant."""

    due_on = DayField(N_("应发日期"), [Optional()])
    paid_on = DayField(N_("已发日期"), [Optional()])


class GrantPlanForm(PageForm):
    """The day on which the grants of a batch should be paid."""

    due_on = DayField(N_("应发日期"), [Optional()])


class CountForm(VersionedForm):
    """What the superior's list and the villages say for one station."""

    superior_count = AmountField(N_("上级底册人数"), [Optional()])
    village_count = AmountField(N_("村级统计人数"), [Optional()])
