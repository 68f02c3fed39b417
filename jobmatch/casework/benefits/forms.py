"""Forms of the policy card: the questions of the public version, of employers, and of staff who keep the rules."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    MonthField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, ValidationError

from jobmatch.accounts.fields import needed
from jobmatch.casework.benefits.states import Audience, WorkNow
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import DayField, WholeField
from jobmatch.web.pages import PageForm

MOST_HIRED = 200


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text or "").strip()


def _numbers(text: str) -> list[str]:
    return [part for part in re.split(r"[-/.年月日\s]+", _plain(text)) if part]


class Month(MonthField):
    """A year and a month in two boxes of the same name, or ``2003-12`` in one; both empty is no date."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        parts = [part for value in valuelist for part in _numbers(value)]
        self.data = None
        if not parts:
            return
        try:
            year, month = (int(part) for part in parts)
            if not 1930 <= year <= 2200:
                raise ValueError(year)
            self.data = date(year, month, 1)
        except (ValueError, OverflowError):
            raise ValueError(_("请填写 4 位的年份和月份，例如 2003 年 12 月")) from None


class FourQuestions(PageForm):
    """What the card needs to know of somebody without a file; nothing of it is stored."""

    kind = RadioField(N_("您是哪一类人员？"), [Optional()], choices=[], validate_choice=False)
    method = SelectField(
        N_("安置方式"), choices=[], validate_choice=False, description=N_("看退出现役证件；军属不用选")
    )
    discharged = Month(N_("退役年月"), [Optional()], description=N_("军属不用填"))
    now = RadioField(N_("现在的情况"), [Optional()], choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now.choices = [(member.value, member.label) for member in WorkNow]


class EmployerQuestions(PageForm):
    """Three questions to an employer about the soldiers it took on."""

    hired = WholeField(N_("今年招用了几名自主就业退役士兵？"), [Optional()])
    months = StringField(
        N_("每人今年在本单位工作几个月？"),
        [Length(max=600)],
        description=N_("一人一个数，用顿号隔开，例如 12、12、5；不填就按每人 12 个月"),
        render_kw={"autocomplete": "off"},
    )
    contract = RadioField(N_("都签了 1 年以上劳动合同吗？"), [Optional()], choices=[], validate_choice=False)
    insured = RadioField(N_("都缴纳社会保险吗？"), [Optional()], choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.contract, self.insured):
            field.choices = [("yes", _("是")), ("no", _("不是"))]

    @property
    def is_asked(self) -> bool:
        """Whether anything was answered."""
        return self.hired.data is not None

    @property
    def month_counts(self) -> list[int]:
        """Months of each soldier; 12 for each where none was typed. Call after validation."""
        typed = [int(part) for part in re.split(r"[、,，;；\s]+", _plain(self.months.data or "")) if part]
        return typed or [12] * (self.hired.data or 0)

    def answer(self, field: Any) -> bool | None:
        """Yes, no or not said."""
        return {"yes": True, "no": False}.get(field.data or "")

    def validate_hired(self, field: Any) -> None:
        if field.data is not None and field.data > MOST_HIRED:
            raise ValidationError(_("一次最多算 %(n)s 人", n=MOST_HIRED))

    def validate_months(self, field: Any) -> None:
        parts = [part for part in re.split(r"[、,，;；\s]+", _plain(field.data or "")) if part]
        if not all(part.isdecimal() and len(part) < 3 and int(part) <= 12 for part in parts):
            raise ValidationError(_("每个数都在 0 到 12 之间，用顿号隔开"))
        if parts and len(parts) != (self.hired.data or 0):
            raise ValidationError(_("填了 %(n)s 个数，人数是 %(people)s", n=len(parts), people=self.hired.data or 0))


class BenefitForm(PageForm):
    """A version of a benefit; ``seen`` is the fingerprint the form was drawn with."""

    seen = HiddenField()
    name_zh = StringField(N_("名称"), [needed(N_("请填写名称")), Length(max=60)])
    name_en = StringField(N_("英文名称"), [Length(max=160)])
    audience = RadioField(N_("给谁"), choices=lambda: [(member.value, member.label) for member in Audience])
    valid_from = DayField(N_("从哪天起"), description=N_("填新的日期就另起一版，原来的留作历史"))
    valid_to = DayField(N_("到哪天止"), [Optional()])
    who = StringField(N_("给什么人（一句话）"), [Length(max=200)])
    kinds = SelectMultipleField(N_("条件：人员类别"), choices=[], validate_choice=False)
    methods = SelectMultipleField(N_("条件：安置方式"), choices=[], validate_choice=False)
    discharged_from = DayField(N_("条件：这天以后退役"), [Optional()])
    discharged_within_months = WholeField(N_("条件：退役后几个月内申请"), [Optional()])
    below_retirement = BooleanField(N_("条件：没到法定退休年龄"))
    business = BooleanField(N_("条件：办了营业执照"))
    business_min_months = WholeField(N_("条件：经营满几个月"), [Optional()])
    business_max_months = WholeField(N_("条件：登记后几个月内"), [Optional()])
    first_business = BooleanField(N_("条件：第一次创业"))
    wants_business = BooleanField(N_("条件：有创业打算"))
    out_of_work = BooleanField(N_("条件：没有工作"))
    hardship = BooleanField(N_("条件：有就业困难认定"))
    public_job_before = BooleanField(N_("条件：入伍前是机关、事业单位、国有企业人员"))
    hires_soldiers = BooleanField(N_("单位条件：招用自主就业退役士兵"))
    year_contract = BooleanField(N_("单位条件：签 1 年以上合同"))
    insured = BooleanField(N_("单位条件：缴纳社会保险"))
    small_firm = BooleanField(N_("单位条件：小微企业"))
    amount = StringField(N_("给多少"), [Length(max=200)])
    amount_yuan = WholeField(N_("每年限额（元）"), [Optional()], description=N_("减税按月数折算时用，没有就不填"))
    limits = StringField(N_("限制"), [Length(max=200)])
    period = StringField(N_("多长时间"), [Length(max=120)])
    paid = StringField(N_("什么时候给"), [Length(max=120)])
    papers = TextAreaField(N_("要带的材料"), [Length(max=1000)], description=N_("一行一样"), render_kw={"rows": 4})
    apply_at = StringField(N_("到哪里办"), [needed(N_("请填写到哪里办")), Length(max=80)])
    source = StringField(N_("依据"), [needed(N_("请写明依据，例如文件名和文号")), Length(max=400)])
    source_on = DayField(N_("依据的日期"), [Optional()])
    is_verified = BooleanField(
        N_("看过文件原文，现行有效"), description=N_("没看过原文的，页面上写“来源未核实”，不说能报")
    )
    verified_note = StringField(N_("核实情况"), [Length(max=200)])
    is_active = BooleanField(N_("在用"))

    @property
    def conditions(self) -> dict[str, Any]:
        """The conditions that were set."""
        found: dict[str, Any] = {name: self[name].data for name in CONDITIONS}
        day = found["discharged_from"]
        found["discharged_from"] = day.isoformat() if day else None
        return {name: value for name, value in found.items() if value}

    def values(self) -> dict[str, Any]:
        """The values of the version's own columns, without its first day."""
        skipped = {"seen", "valid_from", *CONDITIONS}
        own = {field.short_name: field.data for field in self if field.short_name not in skipped}
        return {**own, "conditions": self.conditions}


CONDITIONS = (
    "kinds",
    "methods",
    "discharged_from",
    "discharged_within_months",
    "below_retirement",
    "business",
    "business_min_months",
    "business_max_months",
    "first_business",
    "wants_business",
    "out_of_work",
    "hardship",
    "public_job_before",
    "hires_soldiers",
    "year_contract",
    "insured",
    "small_firm",
)


def stored_conditions(conditions: dict[str, Any]) -> dict[str, Any]:
    """The conditions of a row as the form shows them."""
    day = conditions.get("discharged_from")
    return {**conditions, "discharged_from": date.fromisoformat(day) if day else None}
