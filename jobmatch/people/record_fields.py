"""What the personal file holds, field by field: where it lies, how sensitive it is, and who may see it.

The lines are those of 建档立卡 (98 of them). The pages 谁能看到什么 are written from this table, and tests compare it
with the columns and with what leaves the room as a ``PersonCard``, so that neither can change alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum


class Where(LabelledEnum):
    """Whether the file stores a field, works it out, leaves it to another room, or never has it."""

    COLUMN = "column", N_("存在档案里")
    COMPUTED = "computed", N_("由别的内容算出")
    OTHER = "other", N_("由别的业务记录")
    NEVER = "never", N_("不采集")


class Seer(LabelledEnum):
    """Who may see a field; employers see cards only, and more only where the person agreed to that employer."""

    SELF = "self", N_("您自己")
    STATION = "station", N_("服务站（居住地和安置地）")
    CASE = "case", N_("有专门权限的工作人员，每次写明原因")
    EMPLOYER = "employer", N_("公开后，通过审核的单位")
    GRANTED = "granted", N_("您投递或同意的单位")
    PROVIDER = "provider", N_("您报名的培训班")
    INCUBATOR = "incubator", N_("您入驻的孵化园")


@dataclass(frozen=True, slots=True)
class RecordField:
    """One line of the file. ``at`` is ``table.column`` or the room that keeps it, ``data`` the class of the column
    (empty: ordinary), ``card`` the attribute of ``PersonCard`` it feeds, ``shown_as`` what others see of it.
    """

    group: str
    name: str
    where: Where
    at: str
    data: str
    seers: tuple[Seer, ...]
    card: str = ""
    shown_as: str = ""


_BASICS = N_("基本信息")
_SERVICE = N_("服役信息")
_RESETTLEMENT = N_("安置信息")
_TRAINING = N_("教育培训")
_SKILLS = N_("技能资格")
_EMPLOYMENT = N_("就业情况")
_VENTURE = N_("创业情况")
_WISHES = N_("意愿")
_CASEWORK = N_("服务过程")
_HARDSHIP = N_("困难与特殊")
_FORBIDDEN = N_("不应采集")
_OURS = (Seer.SELF, Seer.STATION)
_CARD = (*_OURS, Seer.EMPLOYER)
_GRANTED = (*_OURS, Seer.GRANTED)
_CLASS = (*_OURS, Seer.PROVIDER)
_CLASS_CARD = (*_OURS, Seer.PROVIDER, Seer.EMPLOYER)
_BASE = (*_OURS, Seer.INCUBATOR)
_LOCKED = (Seer.SELF, Seer.CASE)
_NOBODY: tuple[Seer, ...] = ()

FIELDS: tuple[RecordField, ...] = (
    RecordField(
        _BASICS, N_("姓名"), Where.COLUMN, "person.name", "contact", _GRANTED, card="name", shown_as=N_("姓和两颗星")
    ),
    RecordField(_BASICS, N_("身份证号"), Where.COLUMN, "person.id_number_sealed", "identity", _OURS),
    RecordField(_BASICS, N_("性别"), Where.COLUMN, "person.sex", "identity", _OURS),
    RecordField(
        _BASICS,
        N_("出生日期"),
        Where.COLUMN,
        "person.birth_on",
        "identity",
        _GRANTED,
        card="age",
        shown_as=N_("5 岁一段的年龄"),
    ),
    RecordField(_BASICS, N_("手机号"), Where.COLUMN, "person.phone_sealed", "contact", _GRANTED, card="phone"),
    RecordField(
        _BASICS,
        N_("现居住地"),
        Where.COLUMN,
        "person.living_region_code",
        "",
        _CARD,
        card="place",
        shown_as=N_("只到乡镇，现役军人家属只到县"),
    ),
    RecordField(_BASICS, N_("户籍地"), Where.COLUMN, "person.registered_region_code", "", _OURS),
    RecordField(_BASICS, N_("安置地"), Where.COLUMN, "person.resettled_region_code", "", _OURS),
    RecordField(_BASICS, N_("学历"), Where.COLUMN, "person.education_code", "", _CARD, card="education"),
    RecordField(_BASICS, N_("毕业院校"), Where.COLUMN, "person.school", "", _OURS),
    RecordField(_BASICS, N_("专业"), Where.COLUMN, "person.major", "", _CARD, card="major"),
    RecordField(_BASICS, N_("政治面貌"), Where.COLUMN, "person.political_status", "sensitive", _OURS),
    RecordField(_SERVICE, N_("入伍时间"), Where.COLUMN, "service_record.enlisted_on", "sensitive", _OURS),
    RecordField(_SERVICE, N_("退役时间"), Where.COLUMN, "service_record.discharged_on", "sensitive", _OURS),
    RecordField(_SERVICE, N_("服役年限"), Where.COMPUTED, "", "", _CARD, card="service_years"),
    RecordField(_SERVICE, N_("军兵种"), Where.COLUMN, "service_record.branch_code", "sensitive", _OURS),
    RecordField(_SERVICE, N_("军衔"), Where.COLUMN, "service_record.rank_code", "sensitive", _OURS),
    RecordField(_SERVICE, N_("军队职业技能资格"), Where.COLUMN, "service_record.military_skill", "sensitive", _OURS),
    RecordField(
        _SERVICE,
        N_("军事专业"),
        Where.COLUMN,
        "service_specialty.specialty_code",
        "",
        _CARD,
        card="specialties",
        shown_as=N_("只写类别"),
    ),
    RecordField(_SERVICE, N_("主要岗位职责"), Where.COLUMN, "service_record.posts_held", "recruit-3y", _OURS),
    RecordField(_SERVICE, N_("立功受奖"), Where.COLUMN, "service_record.honour_codes", "sensitive", _OURS),
    RecordField(_SERVICE, N_("是否参战"), Where.COLUMN, "service_record.was_in_combat", "sensitive", _OURS),
    RecordField(_SERVICE, N_("特殊岗位、艰苦边远"), Where.COLUMN, "service_record.was_in_hardship", "sensitive", _OURS),
    RecordField(_RESETTLEMENT, N_("安置方式"), Where.COLUMN, "service_record.resettlement_code", "", _OURS),
    RecordField(_RESETTLEMENT, N_("安置地"), Where.COLUMN, "person.resettled_region_code", "", _OURS),
    RecordField(_RESETTLEMENT, N_("退役年度和批次"), Where.COLUMN, "service_record.discharge_season", "", _OURS),
    RecordField(_RESETTLEMENT, N_("报到日期"), Where.OTHER, "casework.intake", "", _OURS),
    RecordField(_RESETTLEMENT, N_("一次性补助发放状态"), Where.OTHER, "casework.placement", "", _OURS),
    RecordField(
        _RESETTLEMENT, N_("退役证号、优待证号的最后 4 位"), Where.COLUMN, "person.card_tail", "identity", _OURS
    ),
    RecordField(_TRAINING, N_("培训意愿"), Where.OTHER, "casework.surveys", "", _CLASS),
    RecordField(_TRAINING, N_("培训类型"), Where.OTHER, "casework.surveys", "", _CLASS),
    RecordField(_TRAINING, N_("内容建议"), Where.OTHER, "casework.surveys", "", _CLASS),
    RecordField(_TRAINING, N_("时长建议"), Where.OTHER, "casework.surveys", "", _CLASS),
    RecordField(_TRAINING, N_("形式建议"), Where.OTHER, "casework.surveys", "", _CLASS),
    RecordField(_TRAINING, N_("承训机构"), Where.OTHER, "training.courses", "", _CLASS),
    RecordField(
        _TRAINING,
        N_("获得证书"),
        Where.COLUMN,
        "person_certificate.certificate_code",
        "",
        _CLASS_CARD,
        card="certificates",
    ),
    RecordField(_TRAINING, N_("参训次数"), Where.OTHER, "training.courses", "", _CLASS),
    RecordField(_SKILLS, N_("技能"), Where.COLUMN, "person_skill.skill_code", "", _CARD, card="skills"),
    RecordField(_SKILLS, N_("证书的编号和有效期"), Where.COLUMN, "person_certificate.number", "recruit-3y", _OURS),
    RecordField(_SKILLS, N_("驾照类别"), Where.COLUMN, "person_licence.licence_code", "", _CARD, card="licences"),
    RecordField(_SKILLS, N_("语言"), Where.COLUMN, "person.languages", "recruit-3y", _OURS),
    RecordField(_SKILLS, N_("特长"), Where.COLUMN, "person.strengths", "recruit-3y", _OURS),
    RecordField(_SKILLS, N_("体能状况"), Where.COLUMN, "person.fitness_note_sealed", "sensitive", _OURS),
    RecordField(_EMPLOYMENT, N_("就业状态"), Where.COLUMN, "employment_spell.status_code", "", _OURS),
    RecordField(_EMPLOYMENT, N_("单位"), Where.COLUMN, "employment_spell.employer_name", "", _OURS),
    RecordField(_EMPLOYMENT, N_("职务"), Where.COLUMN, "employment_spell.title", "", _OURS),
    RecordField(_EMPLOYMENT, N_("行业"), Where.COMPUTED, "", "", _OURS),
    RecordField(_EMPLOYMENT, N_("入职日期"), Where.COLUMN, "employment_spell.started_on", "", _OURS),
    RecordField(_EMPLOYMENT, N_("工作地"), Where.OTHER, "people.register", "", _OURS),
    RecordField(_EMPLOYMENT, N_("工资"), Where.OTHER, "people.register", "", _OURS),
    RecordField(_EMPLOYMENT, N_("是否参保"), Where.OTHER, "people.register", "", _OURS),
    RecordField(_EMPLOYMENT, N_("满意度"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_EMPLOYMENT, N_("来源渠道"), Where.OTHER, "people.register", "", _OURS),
    RecordField(_VENTURE, N_("项目名"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("企业名"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("法人"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("行业"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("性质"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("创业时间"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("资产规模"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("联系方式"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("注册地"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("解决就业人数"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("营收"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("纳税"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_VENTURE, N_("享受优惠政策"), Where.OTHER, "training.incubation", "", _BASE),
    RecordField(_WISHES, N_("再就业意愿"), Where.COLUMN, "person.search_state", "", _CARD, card="search_state"),
    RecordField(_WISHES, N_("创业意愿"), Where.OTHER, "casework.surveys", "", _OURS),
    RecordField(_WISHES, N_("意向城市"), Where.COLUMN, "job_intention.region_codes", "", _OURS),
    RecordField(_WISHES, N_("意向行业"), Where.COMPUTED, "", "", _OURS),
    RecordField(_WISHES, N_("意向岗位"), Where.COLUMN, "job_intention.occupation_codes", "", _CARD, card="wanted"),
    RecordField(
        _WISHES, N_("期望薪资"), Where.COLUMN, "job_intention.pay_floor_yuan", "", _CARD, card="pay_floor_yuan"
    ),
    RecordField(_WISHES, N_("可到岗时间"), Where.COLUMN, "job_intention.start_on", "", _OURS),
    RecordField(_WISHES, N_("是否愿意异地"), Where.COMPUTED, "", "", _OURS),
    RecordField(_WISHES, N_("接受班次"), Where.COLUMN, "job_intention.shifts", "", _OURS),
    RecordField(_WISHES, N_("创业方向"), Where.OTHER, "casework.surveys", "", _OURS),
    RecordField(_WISHES, N_("帮扶需求"), Where.OTHER, "casework.plans", "", _OURS),
    RecordField(_CASEWORK, N_("服务类型"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("服务方式"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("服务人员"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("时间"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("内容"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("结果"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("附件"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("满意度"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_CASEWORK, N_("下次回访日"), Where.OTHER, "casework.visits", "", _OURS),
    RecordField(_HARDSHIP, N_("是否就业困难（人社认定）"), Where.OTHER, "casework.plans", "sensitive", _LOCKED),
    RecordField(_HARDSHIP, N_("是否残疾及等级"), Where.OTHER, "casework.plans", "sensitive", _LOCKED),
    RecordField(_HARDSHIP, N_("是否低保"), Where.OTHER, "casework.plans", "sensitive", _LOCKED),
    RecordField(_HARDSHIP, N_("健康限制（仅影响岗位的）"), Where.OTHER, "casework.plans", "sensitive", _LOCKED),
    RecordField(_FORBIDDEN, N_("宗教信仰"), Where.NEVER, "", "", _NOBODY),
    RecordField(_FORBIDDEN, N_("详细婚育"), Where.NEVER, "", "", _NOBODY),
    RecordField(_FORBIDDEN, N_("部队番号与装备"), Where.NEVER, "", "", _NOBODY),
    RecordField(_FORBIDDEN, N_("精神病评残细节"), Where.NEVER, "", "", _NOBODY),
    RecordField(_FORBIDDEN, N_("家庭收入"), Where.NEVER, "", "", _NOBODY),
    RecordField(_FORBIDDEN, N_("银行卡号"), Where.NEVER, "", "", _NOBODY),
    RecordField(_FORBIDDEN, N_("近亲属身份证"), Where.NEVER, "", "", _NOBODY),
    RecordField(_FORBIDDEN, N_("诉求信访内容"), Where.NEVER, "", "", _NOBODY),
)

FORBIDDEN_WORDS = (
    *("religion", "faith", "marital", "marriage", "spouse", "pregnan", "child_count"),
    *("unit_number", "unit_code", "unit_name", "cover_name", "designation", "garrison", "equipment", "weapon"),
    *("psych", "household_income", "family_income", "bank", "relative_id", "family_id", "kin_id"),
    *("petition", "grievance", "complaint_text"),
)
"""No column may be called anything like this: what must not be collected has no place to be stored."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A line as people read it."""

    name: str
    who: str
    note: str


def field_groups() -> Iterator[tuple[str, list[FieldLine]]]:
    """The table in the reader's language: the groups in order, each with its lines."""
    for group, lines in groupby(FIELDS, key=lambda line: line.group):
        yield _(group), [_told(line) for line in lines]


def _told(line: RecordField) -> FieldLine:
    who = _("、").join(seer.label for seer in line.seers) or _("没有人，系统里没有这一项")
    notes = [_("单位看到：%(form)s", form=_(line.shown_as)) if line.shown_as else ""]
    notes += [_("敏感信息") if line.data in {"identity", "sensitive"} else ""]
    return FieldLine(_(line.name), who, _("，").join(filter(None, notes)))
