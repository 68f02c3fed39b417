"""Forms of incubators: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.web.fields import AmountField, DayField, PickOne, Picks, VersionedForm, WholeField
from jobmatch.web.pages import PageForm
from training.incubation.parks.services.incubators import ParkFacts
from training.incubation.parks.services.moving import LEAVING
from training.incubation.parks.services.spaces import SpaceFacts
from training.incubation.parks.states import LEFT_STATES, Criterion, IncubatorKind, MentorField, SpaceKind

_SMALL = {"class": "w-s"}


class IncubatorForm(VersionedForm):
    """What is written about an incubator."""

    organization_name = StringField(N_("名称"), [at_most(120)])
    region_code = PickOne(N_("在哪里"))
    credit_code = StringField(N_("统一社会信用代码"), [at_most(18)])
    address = StringField(N_("详细地址"), [at_most(200)])
    kind = RadioField(
        N_("类型"),
        choices=lambda: [(kind.value, kind.label) for kind in IncubatorKind],
        validate_choice=False,
        default=IncubatorKind.BASE.value,
    )
    intro = TextAreaField(
        N_("提供什么"), [at_most(4000)], description=N_("场地、设备、导师、政策代办、融资对接"), render_kw={"rows": 4}
    )
    area_m2 = AmountField(N_("场地面积（㎡）"), render_kw=_SMALL)
    free_area_m2 = AmountField(N_("其中免费的（㎡）"), render_kw=_SMALL)
    is_public = BooleanField(N_("政府投资建的"), default=True)
    staff_count = WholeField(N_("管理服务人员"), render_kw=_SMALL)
    opened_on = DayField(N_("开园日期"))
    lease_until = DayField(N_("场地租期到"))
    contact_name = StringField(N_("联系人"), [at_most(60)])
    contact_phone = StringField(N_("联系电话"), [at_most(40)], render_kw={"inputmode": "tel"})
    is_open = BooleanField(N_("现在收新项目，在网上公开"), default=True)

    def facts(self) -> ParkFacts:
        """The fields as the service takes them."""
        names = ParkFacts.__dataclass_fields__
        return ParkFacts(**{name: _given(self._fields[name]) for name in names})


def _given(field: Any) -> Any:
    return field.data or "" if isinstance(field, StringField | RadioField) else field.data


class SpaceForm(PageForm):
    """One desk or room, or the first of a row."""

    kind = SelectField(
        N_("种类"), choices=lambda: [(kind.value, kind.label) for kind in SpaceKind], validate_choice=False
    )
    room = StringField(N_("在哪一间"), [at_most(40)], description=N_("例如：二楼东厅"))
    number = StringField(N_("编号"), [at_most(12)], description=N_("例如 A01"), render_kw=_SMALL)
    row = WholeField(N_("第几行"), render_kw=_SMALL)
    col = WholeField(N_("第几列"), render_kw=_SMALL)
    area_m2 = WholeField(N_("面积（㎡）"), default=4, render_kw=_SMALL)
    rent_yuan = AmountField(N_("月租（元）"), default=0, render_kw=_SMALL)
    is_usable = BooleanField(N_("能用"), default=True, description=N_("维修、占用的不打勾，图上标停用"))

    def facts(self) -> SpaceFacts:
        """The fields as the service takes them."""
        return SpaceFacts(**{name: _given(self._fields[name]) for name in SpaceFacts.__dataclass_fields__})


class RowForm(SpaceForm):
    """A row of equal desks; the number is that of the first."""

    count = WholeField(N_("几个"), default=5, render_kw=_SMALL)


class ApplyForm(PageForm):
    """An application for a place."""

    venture = PickOne(N_("哪个项目"))
    desk_count = WholeField(N_("要几个工位"), default=1, render_kw=_SMALL)
    plan_words = TextAreaField(
        N_("创业计划"),
        [at_most(4000)],
        description=N_("做什么、卖给谁、怎么挣钱、要雇几个人"),
        render_kw={"rows": 6},
    )
    agrees = BooleanField(N_("同意孵化基地看到姓名和手机号，用来办理入驻、孵化和出园后的回访"))


class CompleteForm(PageForm):
    """What was missing, handed in."""

    desk_count = WholeField(N_("要几个工位"), render_kw=_SMALL)
    plan_words = TextAreaField(N_("创业计划"), [at_most(4000)], render_kw={"rows": 6})


class WordsForm(PageForm):
    """A few words to an act."""

    words = StringField(N_("说明"), [at_most(300)])


def _points(one: Criterion) -> WholeField:
    return WholeField(one.label_id, render_kw=_SMALL)


class ScoreForm(PageForm):
    """The scores of one reviewer."""

    team = _points(Criterion.TEAM)
    market = _points(Criterion.MARKET)
    special = _points(Criterion.SPECIAL)
    jobs = _points(Criterion.JOBS)
    feasible = _points(Criterion.FEASIBLE)
    words = StringField(N_("评语"), [at_most(300)])

    def scores(self) -> dict[str, int | None]:
        """Points by criterion."""
        return {one.value: self._fields[one.value].data for one in Criterion}


class MoveInForm(PageForm):
    """Desks, term and rent."""

    spaces = Picks(N_("哪些工位"))
    term_from = DayField(N_("哪天入驻"))
    months = WholeField(N_("期限（月）"), render_kw=_SMALL)
    rent_yuan = AmountField(N_("月租合计（元）"), render_kw=_SMALL)
    waiver_share = WholeField(N_("减免（%）"), default=0, render_kw=_SMALL)


class ExtendForm(PageForm):
    """A longer term."""

    months = WholeField(N_("延几个月"), render_kw=_SMALL)


class LeaveForm(PageForm):
    """Out: how, when and why."""

    way = RadioField(
        N_("怎么出园"),
        choices=lambda: [(act, state.label) for act, state in zip(LEAVING, LEFT_STATES, strict=True)],
        validate_choice=False,
    )
    left_on = DayField(N_("出园日期"))
    reason = StringField(N_("原因"), [at_most(300)])

    def chosen_way(self) -> str:
        """How they leave; what is none of the ways is leaving at the end of the term."""
        return self.way.data if self.way.data in LEAVING else LEAVING[1]


class MentorForm(PageForm):
    """A mentor."""

    name = StringField(N_("姓名"), [at_most(60)])
    field = SelectField(
        N_("辅导什么"), choices=lambda: [(one.value, one.label) for one in MentorField], validate_choice=False
    )
    works_at = StringField(N_("工作单位"), [at_most(120)])
    phone = StringField(N_("手机号"), [at_most(40)], render_kw={"inputmode": "tel"})
    is_active = BooleanField(N_("在任"), default=True)


class TalkForm(PageForm):
    """A talk with a venture."""

    venture = PickOne(N_("哪个项目"))
    happened_on = DayField(N_("哪天"))
    minutes = WholeField(N_("多少分钟"), default=60, render_kw=_SMALL)
    topic = StringField(N_("谈了什么"), [at_most(120)])
    words = StringField(N_("建议和下一步"), [at_most(400)])


class EventForm(PageForm):
    """An event."""

    title = StringField(N_("活动名称"), [at_most(120)])
    held_on = DayField(N_("哪天"))
    people_count = WholeField(N_("来了多少人"), render_kw=_SMALL)
