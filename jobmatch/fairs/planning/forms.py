"""Forms of planning: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField, FloatField, RadioField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.planning.states import FairMode, MoneyKind
from jobmatch.web.fields import AmountField, DayField, MomentField, PickOne, VersionedForm
from jobmatch.web.pages import PageForm

_SMALL = {"class": "w-s"}


class DegreesField(FloatField):
    """Degrees on the map; empty is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = float(text)
        except ValueError:
            raise ValueError(_("请填数字，例如 27.94")) from None


class FairForm(VersionedForm):
    """What is written about a fair; the names are those of the plan."""

    title = StringField(N_("名称"), [needed(N_("请填招聘会的名称")), at_most(80)])
    theme_code = PickOne(N_("主题"))
    mode = RadioField(
        N_("举办方式"),
        choices=lambda: [(mode.value, mode.label) for mode in FairMode],
        validate_choice=False,
        default=FairMode.ON_SITE.value,
    )
    purpose = TextAreaField(N_("目的和说明"), [at_most(2000)], render_kw={"rows": 3})
    opens_at = MomentField(N_("开始"))
    closes_at = MomentField(N_("结束"))
    registration_until = MomentField(N_("求职者报名截止"), description=N_("不填就到开场"))
    sign_up_until = MomentField(N_("单位报名截止"))
    cancel_until = MomentField(N_("单位取消截止"), description=N_("在这以后取消、没来的，记缺席"))
    place = StringField(N_("在哪里办"), [at_most(120)], description=N_("例如：市体育馆一楼"))
    address = StringField(N_("详细地址"), [at_most(200)])
    latitude = DegreesField(N_("纬度"), render_kw=_SMALL)
    longitude = DegreesField(N_("经度"), render_kw=_SMALL)
    way_there = TextAreaField(N_("怎么去"), [at_most(1000)], render_kw={"rows": 2})
    hosts = StringField(N_("主办单位"), [at_most(300)])
    organizers = StringField(N_("承办单位"), [at_most(300)])
    contact_name = StringField(N_("联系人"), [at_most(60)])
    contact_phone = StringField(N_("联系电话"), [at_most(40)], render_kw={"inputmode": "tel"})
    expected_count = AmountField(N_("预计多少人来"), description=N_("够 1000 人要公安的安全许可"), render_kw=_SMALL)
    capacity = AmountField(
        N_("能报名多少人"), description=N_("报满以后排队候补；只在网上办的，不填就是不限"), render_kw=_SMALL
    )
    booth_capacity = AmountField(N_("能来多少家单位"), render_kw=_SMALL)
    taken_on_the_day = BooleanField(N_("没有报名的人当天也能进"), default=True)

    def plan_values(self) -> dict[str, Any]:
        """The fields as the plan takes them; a mode that is none is on site."""
        values = {name: field.data for name, field in self._fields.items() if name != "version"}
        values["mode"] = FairMode(self.mode.data) if self.mode.data in set(FairMode) else FairMode.ON_SITE
        return {name: value if value is not None or name in _EMPTY else "" for name, value in values.items()}


_EMPTY = frozenset(
    {
        *("theme_code", "opens_at", "closes_at", "registration_until", "sign_up_until", "cancel_until"),
        *("latitude", "longitude", "expected_count", "capacity", "booth_capacity"),
    }
)
"""Fields of which nothing is none; of the others it is an empty text."""


class CloneForm(PageForm):
    """When the next one is."""

    opens_at = MomentField(N_("新的一场什么时候开始"))


class CancelForm(PageForm):
    """Why the fair does not take place."""

    reason = StringField(N_("为什么取消"), [at_most(200)], description=N_("报名的人和单位会看到"))


class StepForm(PageForm):
    """Until when and by whom a step is done."""

    due_on = DayField(N_("最晚哪天办好"))
    owner = SelectField(N_("谁办"), choices=[], validate_choice=False)


class NoteForm(PageForm):
    """Why a step is not needed."""

    note = StringField(N_("为什么不用办"), [at_most(200)])


class PaperForm(PageForm):
    """A paper of the fair's file."""

    file = FileField(
        N_("文件"),
        description=N_("pdf、docx、xlsx、jpg 或 png，不超过 10 MB"),
        render_kw={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"},
    )
    note = StringField(N_("说明"), [at_most(200)])


class PermitForm(PageForm):
    """The permit of the police."""

    permit_number = StringField(N_("安全许可文号"), [at_most(60)])
    permit_on = DayField(N_("许可日期"))


class MoneyForm(PageForm):
    """A line of the budget."""

    kind = RadioField(
        N_("支出还是赞助"),
        choices=lambda: [(kind.value, kind.label) for kind in MoneyKind],
        validate_choice=False,
        default=MoneyKind.COST.value,
    )
    label = StringField(N_("做什么用"), [at_most(80)], description=N_("例如：场地租金"))
    party = StringField(N_("赞助的单位"), [at_most(80)])
    planned_yuan = AmountField(N_("预算（元）"), render_kw=_SMALL)
    spent_yuan = AmountField(N_("决算（元）"), render_kw=_SMALL)


class SliceForm(PageForm):
    """What a place below is asked to bring."""

    region_code = PickOne(N_("哪里"))
    people_target = AmountField(N_("动员多少人"), render_kw=_SMALL)
    employer_target = AmountField(N_("多少家单位"), render_kw=_SMALL)


class BroadcastForm(PageForm):
    """A session of a broadcast and its figures."""

    title = StringField(N_("直播名称"), [at_most(80)])
    starts_at = MomentField(N_("什么时候开播"))
    host_name = StringField(N_("主播"), [at_most(60)])
    platform = StringField(N_("平台"), [at_most(40)])
    url = StringField(N_("地址"), [at_most(300)], render_kw={"inputmode": "url"})
    viewer_count = AmountField(N_("观看人次"), render_kw=_SMALL)
    peak_count = AmountField(N_("同时在线最多"), render_kw=_SMALL)
    question_count = AmountField(N_("提问"), render_kw=_SMALL)
    application_count = AmountField(N_("投递"), render_kw=_SMALL)
    intention_count = AmountField(N_("意向"), render_kw=_SMALL)


class HelperForm(PageForm):
    """A volunteer and the desk."""

    user = SelectField(N_("谁"), choices=[], validate_choice=False)
    desk = StringField(N_("哪个台"), [at_most(40)], description=N_("例如：东门签到"))
