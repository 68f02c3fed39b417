"""Forms of the people room: shape and format; what the words mean is the services' matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    FloatField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, ValidationError

from jobmatch.accounts.fields import needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.cards import LEADERSHIP, SKILL_LEVELS
from jobmatch.people.secrecy import find_secret_words, mask
from jobmatch.people.states import (
    ConfirmationWay,
    ContractTerm,
    EmploymentType,
    EvidenceKind,
    Honour,
    InsuranceState,
    JobSearchState,
    PaperKind,
    PayBand,
    Season,
    Shift,
    VerificationState,
    WorkChannel,
)
from jobmatch.web.fields import AmountField, Measured, PickOne, Picks, VersionedForm, YearMonthField
from jobmatch.web.pages import PageForm


def _labels(kind: Any, *, any_of: bool = False) -> Callable[[], list[tuple[str, str]]]:
    """Choices in the language of whoever asks; ``any_of`` puts one before them that narrows nothing."""
    return lambda: [*([("", _("全部"))] if any_of else []), *((member.value, member.label) for member in kind)]


def _told(*pairs: tuple[str, str]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(value, _(label)) for value, label in pairs]


def _known(label: str, kind: Any) -> SelectField:
    """One of ``kind``; what nobody said is not known."""
    return SelectField(label, choices=_labels(kind), default=kind.NOT_KNOWN.value, coerce=kind)


class MaskableForm(VersionedForm):
    """A form with texts in which unit numbers and the like are hidden once the person agrees."""

    accept_masked = BooleanField(N_("用系统改好的文字保存"))

    @property
    def secrets(self) -> list[str]:
        """What would be kept of each text that says too much."""
        texts = [field.data for field in self if isinstance(field.data, str)]
        return [mask(text) for text in texts if find_secret_words(text)]


class SignUpForm(PageForm):
    """Everything needed to open a file, on one page; the code comes to the phone."""

    kinds = Picks(N_("您是哪一类人员？"), description=N_("可以选几项"))
    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "name"})
    birth_on = YearMonthField(N_("出生年月"), description=N_("用来核对岗位的年龄规定，单位看不到"))
    region_code = PickOne(N_("现在住在哪里？"))
    place = StringField(
        N_("别处的地址"),
        [Length(max=60)],
        description=N_("写省、市、县和乡镇，例如湖南省湘潭市韶山市清溪镇"),
        render_kw={"autocomplete": "off"},
    )
    phone = StringField(
        N_("手机号"),
        [Length(max=30)],
        description=N_("以后用它登录"),
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )
    code = StringField(
        N_("验证码"), [Length(max=12)], render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"}
    )
    agreed = BooleanField(N_("我同意按上面的说明使用我的信息"))

    def validate_birth_on(self, field: Any) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(_("请填写出生年月，例如 1985 年 6 月"))


class BasicsForm(MaskableForm):
    """Name, birth and places."""

    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "name"})
    birth_on = YearMonthField(N_("出生年月"), [Optional()])
    region_code = PickOne(N_("现在住在哪里？"))
    place = StringField(
        N_("别处的地址"),
        [Length(max=60)],
        description=N_("写省、市、县和乡镇，例如湖南省湘潭市韶山市清溪镇"),
        render_kw={"autocomplete": "off"},
    )
    registered_place = StringField(N_("户籍地"), [Length(max=60)], render_kw={"autocomplete": "off"})
    resettled_place = StringField(N_("安置地"), [Length(max=60)], render_kw={"autocomplete": "off"})
    origin = StringField(
        N_("从哪里算上班的距离"),
        [Length(max=60)],
        description=N_("现役军人家属的住处只记到县。想按距离找工作，写一个您愿意写的地方"),
        render_kw={"autocomplete": "off"},
    )
    latitude = FloatField(N_("纬度"), [Optional()])
    longitude = FloatField(N_("经度"), [Optional()])
    about = TextAreaField(N_("想对单位说的话"), [Length(max=1000)], description=N_("投递以后单位才看得到"))


class KindsForm(VersionedForm):
    """The kinds somebody belongs to, since when."""

    kinds = Picks(N_("您是哪一类人员？"), description=N_("可以选几项，核验时带上对应的证件"))


class SpecialtiesForm(VersionedForm):
    """What somebody did in the forces."""

    specialties = Measured(N_("您在部队做过哪些工作？"), description=N_("点选就行，可以选几个"))
    words = StringField(N_("没找到？写几个字查找"), [Length(max=30)], render_kw={"autocomplete": "off"})


class ServiceForm(MaskableForm):
    """Time, branch, rank and way of resettlement."""

    branch_code = PickOne(N_("军兵种"))
    enlisted_on = YearMonthField(N_("入伍时间"), [Optional()])
    discharged_on = YearMonthField(N_("退役时间"), [Optional()])
    rank_code = PickOne(N_("退役时的军衔"))
    resettlement_code = PickOne(N_("安置方式"))
    leadership = RadioField(
        N_("带过兵吗？"), choices=_told(("0", N_("没有")), ("1", LEADERSHIP[1]), ("2", LEADERSHIP[2])), default="0"
    )
    posts_held = TextAreaField(
        N_("主要做什么"),
        [Length(max=1000)],
        description=N_("写做的事就行，例如驾驶大型货车、管理仓库。不要写部队番号、代号、驻地和装备型号"),
    )
    honour_codes = Picks(N_("立功受奖"), description=N_("可以选几项"))
    honours = StringField(N_("立功受奖的说明"), [Length(max=200)], description=N_("例如三等功 1 次"))
    discharge_season = PickOne(N_("退役批次"))
    military_skill = StringField(
        N_("军人职业技能"), [Length(max=80)], description=N_("军队发的职业技能证上的工种，例如汽车驾驶员")
    )
    military_skill_level = SelectField(
        N_("军人职业技能等级"),
        choices=_told(("0", N_("没有")), *((str(level), label) for level, label in SKILL_LEVELS.items())),
        coerce=lambda value: int(value or 0),
        validate_choice=False,
        default=0,
    )
    card_tail = StringField(
        N_("退役证号的最后 4 位"), [Length(max=20)], render_kw={"autocomplete": "off"}, description=N_("不要填整个证号")
    )
    was_in_combat = RadioField(
        N_("参过战或参加过试验吗？"),
        choices=_told(("", N_("不填")), ("1", N_("是")), ("0", N_("不是"))),
        default="",
        validate_choice=False,
        description=N_("只有服务站能看到，用来核对优待"),
    )
    was_in_hardship = RadioField(
        N_("在艰苦边远地区或特殊岗位服役过吗？"),
        choices=_told(("", N_("不填")), ("1", N_("是")), ("0", N_("不是"))),
        default="",
        validate_choice=False,
        description=N_("只有服务站能看到，不用写地方"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.honour_codes.show([(one.value, one.label) for one in Honour])
        self.discharge_season.show([(one.value, one.label) for one in Season], empty=N_("按退役月份"))


class UploadForm(PageForm):
    """A résumé file."""

    file = FileField(
        N_("简历文件"),
        description=N_("可以是 PDF、Word（docx、doc）、txt，或者照片（jpg、png），10 MB 以内"),
        render_kw={"accept": ".pdf,.docx,.doc,.txt,.jpg,.jpeg,.png"},
    )


class EducationForm(VersionedForm):
    """Level of education, subject and school."""

    school = StringField(N_("毕业院校"), [Length(max=80)])
    education_code = RadioField(N_("您的学历是？"), choices=[], validate_choice=False)
    major = StringField(N_("专业"), [Length(max=80)])


class SkillsForm(VersionedForm):
    """Skills without their levels."""

    skills = Picks(N_("您会做什么？"), description=N_("点选就行，可以选几个"))
    words = StringField(N_("没找到？写几个字查找"), [Length(max=30)], render_kw={"autocomplete": "off"})


class LevelsForm(VersionedForm):
    """The level of each skill, as its certificate says."""

    levels = Measured(N_("有技能等级证书吗？"), description=N_("没有就不用选"))


class PapersForm(VersionedForm):
    """Driving licences and certificates."""

    licences = Picks(N_("驾驶证"), description=N_("选证上写的准驾车型，能开的小车型不用再选"))
    certificates = Picks(N_("其他证书"), description=N_("点选就行，可以选几个"))
    words = StringField(N_("没找到？写几个字查找"), [Length(max=30)], render_kw={"autocomplete": "off"})


class WorkForm(MaskableForm):
    """One line of civil work."""

    employer_name = StringField(
        N_("单位名称"),
        [Length(max=120)],
        description=N_("个体、摆摊、跑平台也算"),
        render_kw={"autocomplete": "organization"},
    )
    title = StringField(N_("做什么工作"), [Length(max=80)], description=N_("例如货车司机、保安队长"))
    occupation_code = RadioField(N_("属于哪一种职业"), choices=[], validate_choice=False)
    started_on = YearMonthField(N_("开始"), [Optional()])
    ended_on = YearMonthField(N_("结束"), [Optional()], description=N_("还在做就空着"))
    duties = TextAreaField(N_("具体做些什么"), [Length(max=1000)])


class IntentionForm(VersionedForm):
    """What somebody wants."""

    occupation_codes = Picks(N_("想做什么工作？"))
    words = StringField(
        N_("写想做的工作"),
        [Length(max=200)],
        description=N_("例如货车司机、保安、电工，几个之间空一格"),
        render_kw={"autocomplete": "off"},
    )
    region_codes = Picks(N_("想在哪里工作？"), description=N_("不选就是哪里都行"))
    other_place = StringField(
        N_("别的地方"), [Length(max=60)], description=N_("例如湖南省长沙市"), render_kw={"autocomplete": "off"}
    )
    max_distance_km = AmountField(N_("离家最远多少公里"), [Optional()])
    pay_floor_yuan = AmountField(N_("每月最少多少元"), [Optional()], description=N_("到手的钱，按月"))
    shifts = Picks(N_("能接受的班次"), description=N_("不选就是都行"))
    employment_types = Picks(N_("能接受的用工方式"), description=N_("不选就是都行"))
    start_on = YearMonthField(N_("最早什么时候能上班"), [Optional()], description=N_("马上能去就空着"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shifts.show(_labels(Shift)())
        self.employment_types.show(_labels(EmploymentType)())


class SearchStateForm(PageForm):
    """Whether somebody looks for work."""

    state = RadioField(
        N_("您现在找工作吗？"),
        [needed(N_("请选一项"))],
        choices=_labels(JobSearchState),
        coerce=lambda value: JobSearchState(value) if value else None,
    )


class OpenForm(PageForm):
    """Whether vetted employers may find the masked card."""

    is_open = HiddenField(filters=[lambda value: value == "1"])


class IdentityForm(VersionedForm):
    """The identity number."""

    id_number = StringField(
        N_("身份证号"),
        [Length(max=30)],
        description=N_("加密保存，只给核验用，单位看不到"),
        render_kw={"autocomplete": "off", "inputmode": "text"},
    )


class PeopleFilter(PageForm):
    """Filters of the staff list; all come by GET."""

    q = StringField(
        N_("姓名、拼音、手机号或身份证号"),
        [Length(max=40)],
        description=N_("拼音可以只写首字母，号码可以只写后四位"),
    )
    kind = SelectField(N_("人员类别"), choices=[], validate_choice=False)
    state = SelectField(N_("求职"), choices=_labels(JobSearchState, any_of=True), validate_choice=False)
    verification = SelectField(N_("核验"), choices=_labels(VerificationState, any_of=True), validate_choice=False)
    work = SelectField(
        N_("就业"),
        choices=_told(
            ("", N_("全部")), ("employed", N_("已就业")), ("seeking", N_("待就业")), ("unknown", N_("没有登记"))
        ),
        validate_choice=False,
    )
    town = SelectField(N_("住在"), choices=[], validate_choice=False)
    stale = SelectField(
        N_("没更新"),
        choices=_told(("", N_("全部")), ("30", N_("30 天以上")), ("90", N_("90 天以上")), ("365", N_("1 年以上"))),
        validate_choice=False,
    )


class WindowForm(PageForm):
    """A person registered at the window."""

    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "off"})
    phone = StringField(N_("手机号"), [Length(max=30)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    is_other_person = BooleanField(N_("已核对，和上面不是同一个人"))
    id_number = StringField(N_("身份证号"), [Length(max=30)], render_kw={"autocomplete": "off"})
    birth_on = YearMonthField(N_("出生年月"), [Optional()], description=N_("填了身份证号就不用填"))
    kinds = Picks(N_("人员类别"), description=N_("可以选几项"))
    region_code = PickOne(N_("现居住地"))
    place = StringField(N_("别处的地址"), [Length(max=60)], render_kw={"autocomplete": "off"})
    registered_place = StringField(N_("户籍地"), [Length(max=60)], render_kw={"autocomplete": "off"})
    resettled_place = StringField(N_("安置地"), [Length(max=60)], render_kw={"autocomplete": "off"})
    agreed = BooleanField(N_("本人已看过并同意信息使用说明"))

    def validate_agreed(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("请先请本人看说明并同意"))


class StaffBasicsForm(BasicsForm):
    """As staff correct it: with the phone of somebody who has no account."""

    phone = StringField(N_("手机号"), [Length(max=30)], render_kw={"inputmode": "tel", "autocomplete": "off"})


class VerifyForm(PageForm):
    """Staff's decision on who somebody is, and the papers seen."""

    seen = Picks(N_("已看过的证件"))
    decision = RadioField(
        N_("核验结果"),
        [needed(N_("请选一项"))],
        choices=_told(("approve", N_("通过")), ("ask", N_("还差材料"))),
    )
    paper = PickOne(N_("看过的证件种类"))
    tail = StringField(
        N_("证号的最后 4 位"), [Length(max=20)], render_kw={"autocomplete": "off"}, description=N_("不要填整个证号")
    )
    seen_on = DateField(N_("看到证件的日期"), [Optional()], description=N_("空着就是今天"))
    note = StringField(N_("说明"), [Length(max=200)], id="verify-note", description=N_("还差材料时必须写，本人会看到"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paper.show([(one.value, one.label) for one in PaperKind])


class RevealForm(PageForm):
    """Why somebody wants to see phone and identity number in full."""

    reason = StringField(N_("为什么要看"), [Length(max=200)], description=N_("会记入日志，例如电话核实就业情况"))


class SpellForm(VersionedForm):
    """A line of the employment register."""

    status_code = PickOne(N_("就业情况"))
    started_on = DateField(N_("开始日期"), [Optional()])
    ended_on = DateField(N_("结束日期"), [Optional()], description=N_("现在的情况就空着"))
    employer_name = StringField(N_("单位或工作"), [Length(max=120)])
    title = StringField(N_("岗位"), [Length(max=80)], description=N_("写得清楚的会自动对上职业"))
    contract = _known(N_("合同"), ContractTerm)
    contract_until = DateField(N_("合同到期日"), [Optional()])
    insurance = _known(N_("社保"), InsuranceState)
    pay_band = _known(N_("月收入"), PayBand)
    county_place = StringField(N_("在哪个县（区）上班"), [Length(max=40)])
    channel = _known(N_("怎么找到的"), WorkChannel)
    evidence = SelectField(
        N_("谁说的，或者看了什么"), choices=_labels(EvidenceKind), default=EvidenceKind.NONE.value, coerce=EvidenceKind
    )
    evidence_on = DateField(N_("核实的日期"), [Optional()])
    note = StringField(N_("备注"), [Length(max=200)])


class CorrectSpellForm(SpellForm):
    """A line that takes the place of a wrong one."""

    occupation_code = PickOne(N_("职业"))
    reason = StringField(N_("为什么更正"), [Length(max=200)], description=N_("会和原来那一条一起留着"))


class ConfirmSpellForm(PageForm):
    """Who said that a line of the register is so, how and when."""

    evidence = RadioField(
        N_("谁说的，或者看了什么"),
        [needed(N_("请选一项"))],
        choices=lambda: [pair for pair in _labels(EvidenceKind)() if pair[0] != EvidenceKind.NONE.value],
    )
    way = RadioField(
        N_("怎么核实的"),
        [needed(N_("请选一项"))],
        choices=lambda: (
            [(way.value, way.label) for way in (ConfirmationWay.PHONE, ConfirmationWay.VISIT)]
            + [(way.value, way.label) for way in (ConfirmationWay.PAPER, ConfirmationWay.LETTER)]
        ),
    )
    said_by = StringField(N_("说的人"), [Length(max=60)], description=N_("例如：本人，母亲，单位人事张主任"))
    confirmed_on = DateField(N_("哪天核实的"), [Optional()], description=N_("今天就空着"))
    note = StringField(N_("备注"), [Length(max=200)], id="confirm-note")


class EndSpellForm(VersionedForm):
    """The day on which a line of the register ends."""

    ended_on = DateField(N_("结束日期"), [Optional()])
