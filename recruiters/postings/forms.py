"""Forms of the postings room: shape and format; services decide what may be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FileField,
    FloatField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import EmploymentType, Shift
from jobmatch.web import fields
from jobmatch.web.formats import day
from jobmatch.web.pages import PageForm
from recruiters.employers.forms import NumberField
from recruiters.postings.ages import WELCOMED
from recruiters.postings.states import (
    Housing,
    MealPlan,
    NoticeResult,
    PayBasis,
    PayKind,
    PayUnit,
    PostingKind,
    ReservedKind,
    SocialInsurance,
    YesWay,
)
from recruiters.postings.values import LEADERSHIP_LEVELS, years_in

WEIGHTS = (("must", N_("必须")), ("nice", N_("加分")))


def _member(kind: type[StrEnum]) -> Callable[[Any], Any]:
    """Turns what was sent into a member, or None where it is none."""
    return lambda value: next((member for member in kind if member.value == str(value)), None)


class MemberField(RadioField):
    """One member of an enum with labels; nothing chosen is None."""

    def __init__(self, label: str, kind: Any, **kwargs: Any) -> None:
        def labels() -> list[tuple[str, str]]:
            return [(member.value, member.label) for member in kind]

        super().__init__(label, choices=labels, coerce=_member(kind), validate_choice=False, **kwargs)


class WeightField(RadioField):
    """Whether a condition is a must or a plus."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        options = [(value, _(text)) for value, text in WEIGHTS]
        super().__init__(label, choices=lambda: options, default="must", validate_choice=False, **kwargs)


class YearsField(FloatField):
    """A number of years as people write it, shown without a needless decimal."""

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else f"{self.data:g}" if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = years_in(valuelist[0] if valuelist else "")
        except ValueError:
            raise ValueError(_("请填年数，例如 3、半年或 6 个月")) from None


class VersionedForm(fields.VersionedForm):
    """A form of one part of a posting."""

    @property
    def seen_version(self) -> int | None:
        """The version the form was filled from; None for what is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else None

    def values(self) -> dict[str, Any]:
        """What ``update_posting`` takes: the fields that carry a column's name."""
        skipped = {"version", "words"}
        return {field.short_name: field.data for field in self if field.short_name not in skipped}


class NewForm(PageForm):
    """How a posting begins: a title, or a whole advertisement to read."""

    title = StringField(
        N_("招什么人"),
        [at_most(80)],
        description=N_("写通用的叫法，例如：货车司机、保安、电工"),
        render_kw={"autocomplete": "off"},
    )
    advertisement = TextAreaField(
        N_("已有招聘广告？整段贴进来"),
        [at_most(6000)],
        description=N_("自动填好工资、人数、要求等，逐项给您核对；没写到的不会替您编"),
        render_kw={"rows": 6},
    )
    template = HiddenField()


class WorkForm(VersionedForm):
    """Question one: what work it is."""

    title = StringField(N_("岗位名称"), [needed(N_("请填岗位名称")), at_most(80)], render_kw={"autocomplete": "off"})
    occupation_code = RadioField(
        N_("最接近的职业"), validate_choice=False, description=N_("按它给您找合适的人；不对就换个说法再找")
    )
    words = StringField(N_("换个说法找职业"), [at_most(40)], render_kw={"autocomplete": "off"})
    kind = MemberField(N_("岗位性质"), PostingKind)
    vacancy_count = NumberField(N_("招几个人"), [Optional()], render_kw={"class": "w-s"})
    duties = TextAreaField(
        N_("具体做什么"), [at_most(4000)], description=N_("每天做的事、用的车或设备"), render_kw={"rows": 6}
    )


class NeedsForm(VersionedForm):
    """Question two: whom it needs. The picked lines are read by ``picked_needs``."""

    education = SelectField(N_("学历"), validate_choice=False)
    education_weight = WeightField(N_("学历是必须还是加分"))
    years = YearsField(N_("工作经验几年以上"), [Optional()], render_kw={"class": "w-s", "inputmode": "decimal"})
    years_weight = WeightField(N_("经验是必须还是加分"))
    leadership = SelectField(
        N_("带队经历"),
        choices=lambda: [("", _("不要求")), *((str(level), _(text)) for level, text in LEADERSHIP_LEVELS.items())],
        validate_choice=False,
    )
    leadership_weight = WeightField(N_("带队是必须还是加分"))
    words = StringField(
        N_("找驾驶证、证书、技能、部队专业"),
        [at_most(60)],
        description=N_("例如：B2、电工证、叉车、汽车驾驶"),
        render_kw={"autocomplete": "off"},
    )
    requirement_text = TextAreaField(
        N_("其他要求"),
        [at_most(4000)],
        description=N_("不能写性别、婚育、民族、户籍、年龄等限制；没有特别要求可以写：没有特别要求"),
        render_kw={"rows": 4},
    )


class PayForm(VersionedForm):
    """Question three: what it pays and how the work is."""

    employment_type = MemberField(N_("用工类型"), EmploymentType)
    contract_party = StringField(
        N_("和谁签合同"),
        [at_most(120)],
        description=N_("例如：本单位；劳务派遣请写派遣公司的全称"),
        render_kw={"autocomplete": "organization"},
    )
    pay_unit = MemberField(N_("工资怎么算"), PayUnit)
    pay_kind = MemberField(N_("写的是哪种工资"), PayKind)
    pay_low_yuan = NumberField(N_("最低多少元"), [Optional()], render_kw={"class": "w-m"})
    pay_high_yuan = NumberField(N_("最高多少元"), [Optional()], render_kw={"class": "w-m"})
    pay_base_yuan = NumberField(
        N_("其中固定多少元"), [Optional()], description=N_("写综合收入时必须写明固定部分"), render_kw={"class": "w-m"}
    )
    pay_basis = MemberField(N_("应发还是到手"), PayBasis)
    shift = MemberField(N_("班次"), Shift)
    work_time = StringField(
        N_("工作时间"),
        [at_most(120)],
        description=N_("例如：8:00–17:30，每周休 2 天"),
        render_kw={"autocomplete": "off"},
    )
    meals = MemberField(N_("吃饭"), MealPlan)
    housing = MemberField(N_("住宿"), Housing)
    social_insurance = MemberField(N_("社保"), SocialInsurance)
    benefits = StringField(N_("其他福利"), [at_most(200)], render_kw={"autocomplete": "off"})


class PlaceForm(VersionedForm):
    """Question four: where, for how long, and whom it is kept for."""

    region_code = SelectField(N_("在哪里上班"), validate_choice=False)
    place = StringField(N_("不在列表里，请写县（区）和乡镇"), [at_most(60)], render_kw={"autocomplete": "off"})
    address = StringField(
        N_("详细地址"),
        [at_most(200)],
        description=N_("写到门牌、园区或村"),
        render_kw={"autocomplete": "street-address"},
    )
    valid_through = RadioField(N_("招到什么时候"), coerce=lambda value: _day(value), validate_choice=False)
    is_veterans_first = BooleanField(N_("同等条件退役军人优先"))
    is_reserved = BooleanField(
        N_("退役军人专岗，只面向退役军人"),
        description=N_("要有设置专岗的机关、文件、名额和公示，交服务站登记后才能发布；单位自己愿意优先的，勾上面一条"),
    )
    min_age = NumberField(N_("法定最小年龄"), [Optional()], render_kw={"class": "w-s"})
    max_age = NumberField(N_("法定最大年龄"), [Optional()], render_kw={"class": "w-s"})
    hoped_min_age = NumberField(N_("希望的最小年龄"), [Optional()], render_kw={"class": "w-s"})
    hoped_max_age = NumberField(N_("希望的最大年龄"), [Optional()], render_kw={"class": "w-s"})
    welcomes_over = RadioField(
        N_("年纪大些的要不要"),
        choices=lambda: [("", _("没有特别说明")), *((str(n), _("%(n)s 岁以上也要", n=n)) for n in WELCOMED)],
        coerce=lambda value: int(value) if str(value) in {str(n) for n in WELCOMED} else "",
        validate_choice=False,
        description=N_("求职者可以专门找写明 45 或 50 岁以上也要的单位"),
    )
    age_basis = StringField(
        N_("年龄的法律依据"),
        [at_most(120)],
        description=N_("只有法律法规对这个岗位有年龄规定才填，例如保安员不小于 18 岁：《保安服务管理条例》第十六条"),
        render_kw={"autocomplete": "off"},
    )

    def values(self) -> dict[str, Any]:
        found = {name: value for name, value in super().values().items() if name not in {"place", "region_code"}}
        return found | {"welcomes_over": self.welcomes_over.data or None}


class RenewForm(PageForm):
    """A new end of the validity."""

    valid_through = RadioField(N_("续到什么时候"), coerce=lambda value: _day(value), validate_choice=False)


class ReviewForm(PageForm):
    """What the office decides about a posting."""

    action = RadioField(N_("审核结果"), [needed(N_("请选审核结果"))], validate_choice=False)
    reason_code = SelectField(N_("退回的原因"), validate_choice=False)
    note = TextAreaField(N_("给单位的话"), [at_most(300)], render_kw={"rows": 2})


class MomentField(DateTimeLocalField):
    """A moment as people in Shanghai write it; an aware instant in Python."""

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("请填写日期和时间，例如 2026-12-01 09:00")) from None
        if isinstance(self.data, datetime):
            self.data = self.data.replace(tzinfo=SHANGHAI)

    def process_data(self, value: Any) -> None:
        self.data = value.astimezone(SHANGHAI) if isinstance(value, datetime) else None


class PhoneAnswerForm(PageForm):
    """What an employer said on the phone about a posting that was entered for it."""

    said_by = StringField(N_("谁答复的"), description=N_("例如：王经理"), render_kw={"autocomplete": "off"})
    said_at = MomentField(N_("什么时候打的电话"), [Optional()])
    phone_tail = StringField(
        N_("所打号码的后四位"),
        [at_most(4)],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "class": "w-s"},
    )
    note = StringField(N_("还说了什么"), [at_most(300)], render_kw={"autocomplete": "off"})


class TemplateForm(PageForm):
    """Under which name a posting is kept as a template."""

    name = StringField(N_("模板名称"), [at_most(80)], render_kw={"autocomplete": "off"})


class ReservedForm(PageForm):
    """What makes a posting a 专岗; what is left out is told by the rule that asks for it."""

    kind = MemberField(N_("哪一种专岗"), ReservedKind)
    organ = StringField(
        N_("设置专岗的机关"),
        [at_most(120)],
        description=N_("例如：县委组织部、县人力资源和社会保障局"),
        render_kw={"autocomplete": "off"},
    )
    paper_number = StringField(
        N_("文件的文号"), [at_most(60)], description=N_("例如：安人社〔2026〕15 号"), render_kw={"autocomplete": "off"}
    )
    file = FileField(
        N_("文件的照片或扫描件"),
        description=N_("jpg、png 或 pdf，不超过 10 MB；不选就留着原来的"),
        render_kw={"accept": ".jpg,.jpeg,.png,.pdf"},
    )
    quota = NumberField(N_("名额"), [Optional()], render_kw={"class": "w-s"})
    notice_from = DateField(N_("公示从哪天"), [Optional()])
    notice_to = DateField(N_("公示到哪天"), [Optional()])
    result = MemberField(N_("公示结果"), NoticeResult)


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def validity_choices(today: date, current: date | None = None) -> list[tuple[date, str]]:
    """30, 60 and 90 days from today, with the day each ends on; ``current`` is kept where it is another one."""
    found = [
        (today + timedelta(days=n), _("%(n)s 天，到 %(day)s", n=n, day=day(today + timedelta(days=n), today)))
        for n in (30, 60, 90)
    ]
    if current is not None and current >= today and current not in {end for end, _label in found}:
        found.insert(0, (current, _("到 %(day)s", day=day(current, today))))
    return found


class PaperYesForm(PageForm):
    """A paper by which an employer agreed to the publication of a posting that somebody else wrote down."""

    way = RadioField(
        N_("单位怎么同意发布的"),
        choices=lambda: [(way.value, way.label) for way in (YesWay.PAPER, YesWay.NOTICE)],
    )
