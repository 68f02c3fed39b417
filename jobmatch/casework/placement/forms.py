"""Forms of the resettlement ledger."""

from __future__ import annotations

from wtforms import DateField, FloatField, IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional

from jobmatch.core.i18n import N_
from jobmatch.web.fields import VersionedForm
from jobmatch.web.pages import PageForm


class OpenForm(PageForm):
    """Taking somebody into the ledger."""

    accepted_on = DateField(N_("接收日期"), [Optional()], description=N_("安置地接收的日期，期限从这一天算"))


class StepForm(VersionedForm):
    """The next step; fields that it does not need are taken out by the view."""

    happened_on = DateField(N_("日期"), [Optional()])
    score = FloatField(N_("量化评分"), [Optional()])
    post = StringField(N_("单位和岗位"), [Length(max=120)])
    letter_number = StringField(N_("介绍信文号"), [Length(max=60)])
    contract_years = IntegerField(
        N_("合同年限"), [Optional(), NumberRange(min=0, max=40)], description=N_("无固定期限填 0")
    )
    note = StringField(N_("依据和说明"), [Length(max=200)])
