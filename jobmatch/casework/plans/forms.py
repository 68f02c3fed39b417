"""Forms of the plans room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from jobmatch.casework.plans.states import Answer, ConsentWay, HardshipKind, NeedKind, Office, SupportKind
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import VersionedForm
from jobmatch.web.pages import PageForm


def _labels(kind: Any, *, but: tuple[Any, ...] = ()) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(member.value, member.label) for member in kind if member not in but]


class PlanForm(VersionedForm):
    """The plan of one person."""

    needs = SelectMultipleField(N_("他需要什么？"), choices=_labels(NeedKind), validate_choice=False)
    met = SelectMultipleField(N_("已经解决的"), choices=_labels(NeedKind), validate_choice=False)
    goal = TextAreaField(N_("目标"), [Length(max=1000)], description=N_("一两句话：到什么时候，做到什么"))
    review_on = DateField(N_("下次查看"), [Optional()])
    accept_masked = BooleanField(N_("用系统改好的文字保存"))


class ClosePlanForm(PageForm):
    result = StringField(N_("结果"), [Length(max=200)], description=N_("例如 11 月 3 日已到岗"))


class SupportForm(PageForm):
    """Something done for somebody."""

    kind = RadioField(N_("做了什么？"), choices=_labels(SupportKind), validate_choice=False)
    happened_on = DateField(N_("日期"), [Optional()])
    employer_name = StringField(N_("推荐给哪个单位"), [Length(max=120)], description=N_("推荐时填"))
    post = StringField(N_("什么岗位"), [Length(max=80)])
    text = StringField(N_("说明"), [Length(max=300)])
    expert = SelectField(N_("签约专家"), choices=[], validate_choice=False)
    accept_masked = BooleanField(N_("用系统改好的文字保存"))

    def show_experts(self, experts: list[tuple[str, str]]) -> None:
        """Offer experts (id, label) after an empty choice."""
        self.expert.choices = [("", _("没有")), *experts]


class AnswerForm(PageForm):
    """What the employer said to a recommendation."""

    answer = RadioField(N_("单位怎么回复的？"), choices=_labels(Answer, but=(Answer.WAITING,)), validate_choice=False)
    answered_on = DateField(N_("哪一天"), [Optional()])
    reason = StringField(N_("原因"), [Length(max=200)])


class ReferralForm(PageForm):
    """A matter taken to another office."""

    office = SelectField(N_("转给哪个部门"), choices=_labels(Office), validate_choice=False)
    matter = StringField(N_("什么事"), [Length(max=200)])
    consent_way = RadioField(N_("本人怎么同意的？"), choices=_labels(ConsentWay), validate_choice=False)
    consented_on = DateField(N_("同意的日期"), [Optional()])


class MoveForm(VersionedForm):
    """The next step of a referral."""

    move = HiddenField()
    result = StringField(N_("对方怎么回复的"), [Length(max=300)])


class LookForm(PageForm):
    reason = StringField(N_("为什么要看？"), [Length(max=200)], description=N_("会记入日志，例如办理就业困难认定"))


class HardshipForm(PageForm):
    """A fact of hardship."""

    kind = SelectField(N_("情况"), choices=_labels(HardshipKind), validate_choice=False)
    valid_from = DateField(N_("从"), [Optional()])
    valid_to = DateField(N_("到"), [Optional()], description=N_("认定到期的日期；长期的空着"))
    number = StringField(N_("认定文号"), [Length(max=60)])
    note = StringField(N_("说明"), [Length(max=200)], description=N_("只写和找工作有关的，不写病情细节"))


class ExpertForm(PageForm):
    name = StringField(N_("姓名"), [Length(max=60)], render_kw={"autocomplete": "off"})
    field = StringField(N_("专长"), [Length(max=80)])
    employer_name = StringField(N_("单位"), [Length(max=120)])
    phone = StringField(N_("手机号"), [Length(max=30)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    valid_from = DateField(N_("签约日期"), [Optional()])
    valid_to = DateField(N_("到期日期"), [Optional()])
