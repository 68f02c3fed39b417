"""Forms of classes: shape and format."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField, RadioField, StringField, TextAreaField, TimeField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.web.fields import AmountField, DayField, PickOne, Picks, VersionedForm
from jobmatch.web.pages import PageForm
from training.courses.classes.services.planning import MeetingPlan, SessionPlan
from training.courses.classes.states import SessionMode

_SMALL = {"class": "w-s"}
GROUPS = (("veteran", N_("退役军人")), ("dependant", N_("军属、随军家属")))
"""Groups of service objects that a class may be for."""


class SessionForm(VersionedForm):
    """What is written about a class; the names are those of the plan."""

    title = StringField(N_("班名"), [needed(N_("请填班名")), at_most(80)], description=N_("例如：低压电工第 3 期"))
    mode = RadioField(
        N_("怎么上课"),
        choices=lambda: [(mode.value, mode.label) for mode in SessionMode],
        validate_choice=False,
        default=SessionMode.FULL_TIME.value,
    )
    starts_on = DayField(N_("开班"))
    ends_on = DayField(N_("结束"))
    sign_up_from = DayField(N_("报名开始"))
    sign_up_until = DayField(N_("报名截止"), description=N_("不填就到开班前一天"))
    place = StringField(N_("上课地点"), [at_most(120)])
    way_there = StringField(N_("怎么去"), [at_most(300)])
    has_lodging = BooleanField(N_("管住"))
    has_meals = BooleanField(N_("管饭"))
    has_bus = BooleanField(N_("有车接送"))
    hours = AmountField(N_("学时"), description=N_("不填就按课程目录"), render_kw=_SMALL)
    capacity = AmountField(N_("名额"), render_kw=_SMALL)
    target_count = AmountField(N_("任务数"), description=N_("上级下达的人数，没有就不填"), render_kw=_SMALL)
    is_free = BooleanField(N_("免费培训，计入每人的免费次数"), default=True)
    fee_yuan = AmountField(N_("学员自己出多少（元）"), render_kw=_SMALL)
    funding_yuan = AmountField(N_("财政给机构每人多少（元）"), render_kw=_SMALL)
    money_words = StringField(
        N_("学员拿什么补助、什么时候发"), [at_most(200)], description=N_("例如：在校每天补助 10 元，结业后 15 天内发")
    )
    teachers = TextAreaField(N_("师资"), [at_most(1000)], render_kw={"rows": 2})
    safety = TextAreaField(N_("安全预案"), [at_most(1000)], render_kw={"rows": 2})
    notes = TextAreaField(N_("还要告诉学员的"), [at_most(2000)], render_kw={"rows": 3})
    contact_name = StringField(N_("联系人"), [at_most(60)])
    contact_phone = StringField(N_("联系电话"), [at_most(40)], render_kw={"inputmode": "tel"})
    certificate_code = PickOne(N_("考什么证"))
    min_age = AmountField(N_("最小年龄"), render_kw=_SMALL)
    max_age = AmountField(N_("最大年龄"), render_kw=_SMALL)
    education_code = PickOne(N_("最低学历"))
    licence_code = PickOne(N_("要有的驾驶证"))
    kind_groups = Picks(N_("面向谁"), description=N_("不选就是都可以"))
    method_codes = Picks(N_("安置方式"), description=N_("不选就是都可以"))
    returned_year = AmountField(N_("哪一年退役的"), description=N_("适应性培训才填"), render_kw=_SMALL)

    def plan(self) -> SessionPlan:
        """The fields as the plan takes them; a mode that is none is full-time."""
        values: dict[str, Any] = {name: f.data for name, f in self._fields.items() if name in _NAMES}
        values["mode"] = SessionMode(self.mode.data) if self.mode.data in set(SessionMode) else SessionMode.FULL_TIME
        for name in ("kind_groups", "method_codes"):
            values[name] = tuple(values[name] or ())
        for name in values.keys() & _TEXTS:
            values[name] = values[name] or ""
        return SessionPlan(**values)


_NAMES = frozenset(SessionPlan.__dataclass_fields__)
_TEXTS = frozenset(name for name, field in SessionPlan.__dataclass_fields__.items() if field.type == "str")


class MeetingForm(PageForm):
    """One meeting, or the same on every working day until a day."""

    on = DayField(N_("哪一天"))
    from_time = TimeField(N_("几点开始"))
    until_time = TimeField(N_("几点结束"))
    hours = AmountField(N_("几个学时"), render_kw=_SMALL)
    topic = StringField(N_("上什么"), [at_most(120)])
    teacher = StringField(N_("谁来教"), [at_most(60)])
    place = StringField(N_("在哪里上"), [at_most(120)], description=N_("不填就在班的上课地点"))
    until = DayField(N_("一直排到哪一天"), description=N_("填了就每个工作日排一次，不填只排这一次"))

    def plan(self) -> MeetingPlan:
        """The fields as the plan takes them."""
        return MeetingPlan(
            on=self.on.data,
            from_time=self.from_time.data,
            until_time=self.until_time.data,
            hours=self.hours.data,
            topic=self.topic.data or "",
            teacher=self.teacher.data or "",
            place=self.place.data or "",
        )


class ReasonForm(PageForm):
    """Why a class is returned or canceled."""

    reason = StringField(N_("原因"), [at_most(300)], description=N_("对方会看到"))


class CloneForm(PageForm):
    """When the next class begins."""

    starts_on = DayField(N_("新的一期哪天开班"))


class PaperForm(PageForm):
    """A paper of the class."""

    file = FileField(
        N_("文件"),
        description=N_("pdf、docx、xlsx、jpg 或 png，不超过 10 MB"),
        render_kw={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"},
    )
    note = StringField(N_("说明"), [at_most(200)])
