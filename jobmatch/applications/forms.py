"""Forms of applications: shape and format; the services judge the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from jobmatch.applications.states import ContactTime, ContractKind, DigestKind, Insurance
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.pages import PageForm

Choices = Sequence[tuple[str, str]]
NO_TIME = N_("请选择方便接电话的时间")
NO_REASON = N_("请选一个原因")


class WordsForm(PageForm):
    """A form whose messages, written once as message ids, are spoken in the reader's language."""

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        for field in self:
            field.errors = [_(error) for error in field.errors]
        return is_valid


class DayField(DateField):
    """A day, with words of our own for what is none."""

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(N_("请填写日期，例如 2026-12-01")) from None


class ShanghaiTimeField(DateTimeLocalField):
    """A moment as people in Shanghai write it; an aware instant in Python."""

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(N_("请填写日期和时间，例如 2026-12-01 09:00")) from None
        if isinstance(self.data, datetime):
            self.data = self.data.replace(tzinfo=SHANGHAI)

    def process_data(self, value: Any) -> None:
        self.data = value.astimezone(SHANGHAI) if isinstance(value, datetime) else None


class WholeField(IntegerField):
    """A whole number, with words of our own for what is none."""

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(N_("请填整数")) from None


class MoveForm(WordsForm):
    """Any move: the version that the page showed goes along, so that a stale form moves nothing."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())


def _hour(text: Any) -> int:
    """An hour of the day; what is none is 24, which the service refuses."""
    return int(text) if str(text).isdecimal() and len(str(text)) < 3 else 24


class DigestForm(WordsForm):
    """Which parts of the daily digest somebody wants, and when they want to be left in peace."""

    kinds = SelectMultipleField(N_("每日汇总里要什么"), validate_choice=False)
    quiet_from = SelectField(N_("几点以后不打扰"), coerce=_hour, validate_choice=False)
    quiet_until = SelectField(N_("到第二天几点"), coerce=_hour, validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds.choices = [(kind.value, kind.label) for kind in DigestKind]
        hours = [(hour, _("%(n)s 点", n=hour)) for hour in range(24)]
        self.quiet_from.choices = self.quiet_until.choices = hours


class ApplyForm(WordsForm):
    contact_time = RadioField(
        N_("什么时间方便接电话"),
        validators=[InputRequired(NO_TIME), AnyOf([time.value for time in ContactTime], message=NO_TIME)],
        choices=[],
        validate_choice=False,
    )
    note = TextAreaField(
        N_("想对单位说的话"),
        description=N_("比如什么时候能上班、对住宿有没有要求"),
        validators=[Length(max=300, message=N_("请写在 300 个字以内"))],
    )
    consent = BooleanField(
        N_("同意把我的简历给这家单位看"), validators=[InputRequired(N_("需要您同意，单位才能看到简历"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact_time.choices = [(time.value, time.label) for time in ContactTime]


class StaffApplyForm(ApplyForm):
    recommend = BooleanField(
        N_("作为服务站推荐"),
        description=N_("勾上：本人和单位都看到是服务站推荐，并记入推荐台账。不勾：单位看不出是代投"),
    )


class InviteForm(MoveForm):
    interview_at = ShanghaiTimeField(
        N_("面试时间"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(N_("请选面试的日期和时间"))],
        description=N_("北京时间，最好提前两天约"),
    )
    interview_place = StringField(
        N_("面试地点"),
        validators=[
            InputRequired(N_("请填写面试地点，写到门牌或楼层")),
            Length(max=200, message=N_("请写在 200 个字以内")),
        ],
    )


class OfferForm(MoveForm):
    offer_pay = StringField(
        N_("工资"),
        description=N_("写清楚每月多少、是应发还是到手，例如 6500 元/月，应发"),
        validators=[InputRequired(N_("请填写工资，例如 6000 元/月")), Length(max=60, message=N_("请写在 60 个字以内"))],
    )
    offer_start_on = DayField(N_("上班日期"), validators=[InputRequired(N_("请选上班日期"))])


class StartForm(MoveForm):
    start_on = DayField(N_("哪天入职的"), validators=[InputRequired(N_("请选入职日期"))])


Groups = dict[str, list[tuple[str, str]]]


class ReasonForm(MoveForm):
    """Base of the forms that end an application with a coded reason; a mapping gives the groups of a long list."""

    reason_code = SelectField(N_("原因"), choices=[], validate_choice=False)
    note = TextAreaField(N_("留言"), validators=[Length(max=300, message=N_("请写在 300 个字以内"))])

    def __init__(self, *args: Any, reasons: Choices | Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = ("", _("请选择"))
        if isinstance(reasons, dict):
            self.reason_code.choices = {"": [nothing], **reasons}
        else:
            self.reason_code.choices = [nothing, *reasons]


class RejectForm(ReasonForm):
    reason_code = SelectField(
        N_("为什么不合适"),
        description=N_("原因会告诉本人，好让本人知道下一步补什么"),
        validators=[InputRequired(NO_REASON)],
        choices=[],
        validate_choice=False,
    )


class WithdrawForm(ReasonForm):
    reason_code = SelectField(N_("为什么撤回"), validators=[Optional()], choices=[], validate_choice=False)


class ManyRejectForm(RejectForm):
    """The same answer to several people; which ones is read from the boxes on the cards."""

    chosen = SelectMultipleField(
        N_("选中的人"), validators=[InputRequired(N_("请先勾选要回复的人"))], choices=[], validate_choice=False
    )


class WishForm(MoveForm):
    interview_wish = StringField(
        N_("想改到什么时候"),
        description=N_("例如：周三下午或周四上午都可以"),
        validators=[InputRequired(N_("请写想改到什么时候")), Length(max=200, message=N_("请写在 200 个字以内"))],
    )


class KeepForm(WordsForm):
    keep = SelectMultipleField(N_("哪些投递还要留着"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, others: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep.choices = list(others)


class NoteForm(WordsForm):
    note = TextAreaField(
        N_("记一条备注"),
        description=N_("只有服务站能看到"),
        validators=[InputRequired(N_("请写一句备注")), Length(max=500, message=N_("请写在 500 个字以内"))],
    )


class SlotForm(WordsForm):
    """Interview times of a posting: one, or several in a row."""

    starts_at = ShanghaiTimeField(
        N_("开始时间"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(N_("请选面试的日期和时间"))],
        description=N_("北京时间，最好提前两天约"),
    )
    place = StringField(
        N_("面试地点"),
        validators=[
            InputRequired(N_("请填写面试地点，写到门牌或楼层")),
            Length(max=200, message=N_("请写在 200 个字以内")),
        ],
    )
    minutes = WholeField(N_("一场多少分钟"), default=30)
    capacity = WholeField(N_("一场几个人"), default=1)
    rounds = WholeField(N_("连着排几场"), description=N_("例如 9 点开始，30 分钟一场，排 4 场到 11 点"), default=1)


class PickSlotForm(MoveForm):
    slot = RadioField(
        N_("选一个面试时间"), validators=[InputRequired(N_("请选一个时间"))], choices=[], validate_choice=False
    )


class ComingForm(WordsForm):
    """One press: 我去 or 去不了."""

    attendance = RadioField(N_("您去不去"), choices=[], validate_choice=False)


class ResultForm(MoveForm):
    """One press: what came of an interview."""

    result = RadioField(N_("面试的结果"), choices=[], validate_choice=False)


class ObjectionForm(WordsForm):
    words = TextAreaField(
        N_("当时是什么情况"),
        description=N_("服务站会向单位核实，3 个工作日内告诉您"),
        validators=[InputRequired(N_("请写清楚当时的情况，例如：我 9 点到了门口，门卫没让进")), Length(max=300)],
    )


class DecideForm(WordsForm):
    """Staff on an objection."""

    is_right = RadioField(N_("核实的结果"), choices=[], validate_choice=False)


class UndoStartForm(MoveForm):
    reason = StringField(
        N_("为什么撤销"),
        description=N_("例如：按错了、没有去上班"),
        validators=[InputRequired(N_("请写一句为什么撤销，例如：按错了、没有去上班")), Length(max=200)],
    )


class MorePlacesForm(WordsForm):
    count = WholeField(N_("再加几个人"), validators=[InputRequired(N_("请填整数"))], default=1)


class DocumentForm(WordsForm):
    """One document handed in; the file is read by the view."""

    kind_code = StringField(N_("哪一种材料"), validators=[InputRequired(N_("请选一种材料"))])


class StillThereForm(WordsForm):
    """还在 in one press; 已离开 with the day and a reason."""

    answer = RadioField(N_("还在吗"), choices=[], validate_choice=False)
    left_on = DayField(N_("哪天离开的"), validators=[Optional()])
    reason_code = SelectField(N_("为什么离开"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, reasons: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason_code.choices = [("", _("请选择")), *reasons]


class HireForm(WordsForm):
    """录用登记; the start is asked for only while the person has not confirmed it."""

    start_on = DayField(N_("哪天入职的"), validators=[Optional()])
    contract_kind = RadioField(
        N_("合同类型"),
        validators=[InputRequired(N_("请选合同类型"))],
        choices=[],
        validate_choice=False,
    )
    contract_from = DayField(N_("合同从哪天开始"), validators=[InputRequired(N_("请填合同从哪天开始"))])
    contract_to = DayField(N_("合同到哪一天"), description=N_("无固定期限的不填"), validators=[Optional()])
    insurances = SelectMultipleField(N_("缴哪些社保"), choices=[], validate_choice=False)
    insured_from = DayField(N_("社保从哪天开始缴"), validators=[Optional()])
    pay_yuan = WholeField(N_("每月工资"), description=N_("元，应发；只有本单位和服务站看得到"), validators=[Optional()])
    is_self_arranged = BooleanField(
        N_("看过退役证，安置方式写的是自主就业"), description=N_("税收扣减的估算要用；军属不用勾")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contract_kind.choices = [(kind.value, kind.label) for kind in ContractKind]
        self.insurances.choices = [(one.value, one.label) for one in Insurance]

    def facts(self) -> dict[str, Any]:
        """What the service is told."""
        return {
            "start_on": self.start_on.data,
            "contract_kind": self.contract_kind.data or "",
            "contract_from": self.contract_from.data,
            "contract_to": self.contract_to.data,
            "insurances": self.insurances.data or [],
            "insured_from": self.insured_from.data,
            "pay_yuan": self.pay_yuan.data,
            "is_self_arranged": self.is_self_arranged.data,
        }
