"""Forms of the code tables: shape and format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, FloatField, HiddenField, IntegerField, SelectField, StringField
from wtforms import TextAreaField as TextArea
from wtforms.validators import Optional, StopValidation, ValidationError

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference import models as m
from jobmatch.reference.states import DayKind, HintWay, ReasonKind, RegionLevel, Severity, SubjectKind
from jobmatch.web.pages import PageForm


class WordsField(StringField):
    """Several words in one line, separated by 、 or a comma or semicolon; the data is a list."""

    def _value(self) -> str:
        return "、".join(self.data or []) if not isinstance(self.data, str) else self.data

    def process_formdata(self, valuelist: list[Any]) -> None:
        parts = (part.strip() for part in re.split(r"[、,，;；\n]", valuelist[0] if valuelist else ""))
        self.data = list(dict.fromkeys(part for part in parts if part))  # type: ignore[assignment]


class TranslatedForm(PageForm):
    """Labels and descriptions are written with ``N_`` and shown in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.label.text = _(field.label.text)
            if field.description:
                field.description = _(field.description)


def needed(words: str) -> Any:
    """Something must be there; ``words`` say what to do."""

    def check(_form: Any, field: Any) -> None:
        if not (field.raw_data and field.raw_data[0].strip()):
            field.errors[:] = []
            raise StopValidation(_(words))

    return check


def at_most(count: int) -> Any:
    """No more than ``count`` signs."""

    def check(_form: Any, field: Any) -> None:
        if len(field.data or "") > count:
            raise ValidationError(_("不超过 %(n)s 个字", n=count))

    return check


NAME = (needed(N_("请填写名称")), at_most(120))


class RowForm(TranslatedForm):
    """What every editable code table has; ``seen`` is the fingerprint the form was drawn with."""

    seen = HiddenField()
    name_zh = StringField(N_("名称"), NAME)
    name_en = StringField(N_("英文名称"), [at_most(160)])

    def values(self) -> dict[str, Any]:
        """The values of the row's own columns."""
        return {field.short_name: field.data for field in self if field.short_name not in {"seen", "sample"}}


class SkillForm(RowForm):
    category = StringField(N_("类别"), [at_most(40)])
    aliases = WordsField(N_("别名"), description=N_("大家平时怎么叫，用顿号隔开"))
    is_soft = BooleanField(N_("是通用能力，不是专业技能"))
    is_active = BooleanField(N_("在表单里可以选"), default=True)


class CertificateForm(RowForm):
    kind = StringField(N_("类别"), [at_most(40)])
    issuer = StringField(N_("发证单位"), [at_most(120)])
    skill_codes = WordsField(N_("说明会哪些技能"), description=N_("填技能代码，用顿号隔开，例如 SK001、SK002"))
    is_active = BooleanField(N_("在表单里可以选"), default=True)


class ReasonForm(RowForm):
    kind = SelectField(N_("用在哪里"))
    parent_code = SelectField(N_("属于哪一大类"), choices=[], validate_choice=False)
    hint = StringField(N_("给对方的下一步建议"), [at_most(200)])
    hint_en = StringField(N_("英文建议"), [at_most(200)])
    way = SelectField(N_("建议旁边的链接"))
    is_active = BooleanField(N_("在表单里可以选"), default=True)

    def __init__(self, *args: Any, groups: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, kind.label) for kind in ReasonKind]
        self.parent_code.choices = [("", _("没有")), *groups]
        self.way.choices = [("", _("没有")), *((way.value, way.label) for way in HintWay)]


class DocumentKindForm(RowForm):
    hint = StringField(N_("怎么拍、注意什么"), [at_most(200)])
    hint_en = StringField(N_("英文说明"), [at_most(200)])
    is_active = BooleanField(N_("在表单里可以选"), default=True)


class ComplaintKindForm(RowForm):
    hint = StringField(N_("什么情况算这一种"), [at_most(200)])
    hint_en = StringField(N_("英文说明"), [at_most(200)])
    only_for = SelectField(N_("在哪里可以选"))
    pauses_at_once = BooleanField(N_("收到就先暂停岗位，核实以后再恢复"))
    is_referred = BooleanField(N_("归劳动监察管，核对以后转过去"))
    is_active = BooleanField(N_("在表单里可以选"), default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_for.choices = [("", _("都可以")), *((kind.value, kind.label) for kind in SubjectKind)]


class FairThemeForm(RowForm):
    valid_from = DateField(N_("从哪天起用"), [Optional()])
    valid_to = DateField(N_("用到哪天"), [Optional()])
    is_active = BooleanField(N_("在表单里可以选"), default=True)


class PostingRuleForm(RowForm):
    pattern = TextArea(
        N_("要找的字词"),
        description=N_(
            "一行一条：“拦 限男”要找的，“疑 要男”只提醒，“放 不限男女”不算；“词 证：身份证|驾照”是词表，"
            "用的时候写 {证}（{不要}、{勿扰}、{禁止}是现成的）。"
            "几个词之间用 | 隔开，… 表示中间可隔六个字；也可以只写一个正则表达式。"
        ),
        render_kw={"rows": 12},
    )
    severity = SelectField(N_("找到以后"))
    message_zh = StringField(N_("给单位看的话"), [needed(N_("请写明单位该怎么改")), at_most(200)])
    message_en = StringField(N_("英文的话"), [at_most(200)])
    basis = StringField(N_("依据"), [needed(N_("请写明依据，例如法律名称和条款")), at_most(300)])
    example = StringField(N_("例子"), [at_most(200)])
    is_active = BooleanField(N_("启用"), default=True)
    sample = TextArea(
        N_("试一段话"),
        [at_most(2000)],
        description=N_("粘贴一段招聘信息，看会找到什么；不会保存"),
        render_kw={"rows": 4},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.severity.choices = [(grade.value, grade.label) for grade in Severity]


ROW_FORMS: dict[type[Any], type[RowForm]] = {
    m.Skill: SkillForm,
    m.Certificate: CertificateForm,
    m.Reason: ReasonForm,
    m.DocumentKind: DocumentKindForm,
    m.ComplaintKind: ComplaintKindForm,
    m.FairTheme: FairThemeForm,
    m.PostingRule: PostingRuleForm,
}


class _Degrees(FloatField):
    """Degrees with a full stop; an empty field is no value."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            try:
                self.data = float(text)
            except ValueError:
                raise ValueError(_("请填度数，例如 27.91")) from None


class PlaceForm(TranslatedForm):
    """An existing place: its name and its point."""

    name = StringField(N_("地名"), [needed(N_("请填写地名")), at_most(60)])
    latitude = _Degrees(N_("纬度"), description=N_("不填就用上级地区的位置"))
    longitude = _Degrees(N_("经度"))


class NewPlaceForm(PlaceForm):
    """A new place below another."""

    level = SelectField(N_("级别"))
    code = StringField(
        N_("区划代码"), [needed(N_("请填写区划代码"))], description=N_("乡镇 9 位，村（社区） 12 位，开头和上级一样")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [(level.value, level.label) for level in (RegionLevel.TOWNSHIP, RegionLevel.VILLAGE)]


class _Day(DateField):
    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("请按 2027-01-01 的样子填日期")) from None


class _Whole(IntegerField):
    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("请填整数")) from None


class DatedRuleForm(TranslatedForm):
    """A new value from a day on."""

    value = _Whole(N_("新的数值"), [needed(N_("请填整数"))])
    valid_from = _Day(N_("从哪天起"), [needed(N_("请填日期"))])
    source = StringField(N_("依据"), [needed(N_("请写明依据，例如文件名和文号")), at_most(300)])
    source_on = _Day(N_("依据的日期"), [Optional()])


class HolidaysForm(TranslatedForm):
    """The notice as lines: ``2027-01-01 元旦 休`` or ``2027-01-09 元旦 班``."""

    rows = TextArea(
        N_("放假安排"),
        [needed(N_("请粘贴放假安排，每行一天"))],
        description=N_("每行一天：日期 名称 休或班，例如 2027-01-01 元旦 休"),
        render_kw={"rows": 12},
    )
    source = StringField(N_("依据"), [needed(N_("请写明依据，例如文件名和文号")), at_most(300)])

    def days(self) -> list[tuple[date, str, str]]:
        """The lines as (day, name, kind). Call after validation."""
        return [_holiday(line) for line in (self.rows.data or "").splitlines() if line.strip()]

    def validate_rows(self, field: Any) -> None:
        for number, line in enumerate((field.data or "").splitlines(), start=1):
            try:
                _ = line.strip() and _holiday(line)
            except ValueError:
                raise ValidationError(_line_words(number)) from None


def _line_words(number: int) -> str:
    return _("第 %(n)s 行读不懂，请按“2027-01-01 元旦 休”的样子填", n=number)


def _holiday(line: str) -> tuple[date, str, str]:
    day, name, kind = line.split()
    return date.fromisoformat(day), name, {"休": DayKind.REST, "班": DayKind.WORK}.get(kind) or DayKind(kind)
