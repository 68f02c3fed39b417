"""Forms about who somebody is and who acts for them: verification, appeal, consent, claim, and details of the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wtforms import BooleanField, DateField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.forms import (
    MaskableForm,
)
from jobmatch.people.states import OFFERED_SCOPES, PoliticalStatus, ProxyWay
from jobmatch.web.fields import AmountField, Measured, PickOne, Picks, VersionedForm, YearMonthField
from jobmatch.web.pages import PageForm


class StrengthsForm(MaskableForm):
    """Languages, strengths, fitness, and two facts for the service alone."""

    languages = StringField(N_("会哪些语言或方言"), [Length(max=120)], description=N_("例如英语四级、湘潭话"))
    strengths = StringField(N_("特长"), [Length(max=200)], description=N_("例如篮球、书法、带队训练"))
    fitness_note = StringField(
        N_("体能状况"), [Length(max=200)], description=N_("想做的工作要看体能才写，例如能搬 30 公斤。单位看不到")
    )
    political_status = PickOne(N_("政治面貌"))
    card_tail = StringField(N_("优待证号的最后 4 位"), [Length(max=20)], render_kw={"autocomplete": "off"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.political_status.show([(one.value, one.label) for one in PoliticalStatus], empty=N_("不填"))


class CertificateForm(VersionedForm):
    """Number and days of one certificate."""

    number = StringField(N_("证书编号"), [Length(max=60)], render_kw={"autocomplete": "off"})
    issued_on = YearMonthField(N_("发证"), [Optional()])
    expires_on = YearMonthField(N_("到期"), [Optional()], description=N_("长期有效就空着"))


class AppealForm(MaskableForm):
    """The person's word against a refusal."""

    text = TextAreaField(
        N_("为什么不同意"), [Length(max=1000)], description=N_("写清楚您有什么证件、哪里弄错了。由上一级服务机构来看")
    )


class DecideForm(VersionedForm):
    """The decision on an appeal."""

    decision = RadioField(
        N_("处理结果"),
        choices=[],
        validate_choice=False,
    )
    reason = StringField(N_("理由"), [Length(max=200)], description=N_("本人会看到"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision.choices = [("uphold", _("申诉成立，重新核验")), ("dismiss", _("维持原来的结果"))]


class ClaimForm(PageForm):
    """What shows that a file is one's own."""

    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "name"})
    tail = StringField(
        N_("身份证号的最后 4 位"), [Length(max=10)], render_kw={"autocomplete": "off", "inputmode": "text"}
    )


class ProxyForm(MaskableForm):
    """What a person agreed that staff do in their place."""

    scopes = Picks(N_("本人同意代办哪些事"))
    way = RadioField(N_("怎么同意的"), choices=[], validate_choice=False)
    given_on = DateField(N_("同意的日期"), [Optional()])
    valid_until = DateField(N_("到哪一天为止"), [Optional()], description=N_("最长 12 个月，到期可以再签"))
    paper = FileField(N_("同意书或录音说明的扫描件"), description=N_("PDF、JPG 或 PNG，最大 10 MB"))
    note = StringField(N_("说明"), [Length(max=200)], description=N_("没有扫描件时，写明原件或录音放在哪里"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.show([(one.value, one.label) for one in OFFERED_SCOPES])
        self.way.choices = [(one.value, one.label) for one in ProxyWay]

    def show_days(self, is_new: bool) -> None:
        """Offer today and half a year from now where nothing was typed yet."""
        if is_new:
            today = local_day(utcnow())
            self.given_on.data, self.valid_until.data = today, today + timedelta(days=180)


class FillForm(MaskableForm):
    """A résumé that staff fill in for somebody, on one page."""

    education_code = SelectField(N_("学历"), choices=[], validate_choice=False)
    school = StringField(N_("毕业院校"), [Length(max=80)])
    major = StringField(N_("专业"), [Length(max=80)])
    specialties = Measured(N_("部队做过的工作"))
    skills = Picks(N_("会做什么"))
    licences = Picks(N_("驾驶证"))
    certificates = Picks(N_("其他证书"))
    languages = StringField(N_("会哪些语言或方言"), [Length(max=120)])
    strengths = StringField(N_("特长"), [Length(max=200)])
    words = StringField(N_("想做的工作"), [Length(max=200)], description=N_("例如货车司机、保安，几个之间空一格"))
    pay_floor_yuan = AmountField(N_("每月最少多少元"), [Optional()])
    told = BooleanField(N_("已逐项念给本人听，本人认可"))
