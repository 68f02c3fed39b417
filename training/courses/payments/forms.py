"""Forms of the money of classes: shape and format."""

from __future__ import annotations

from wtforms import FileField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.web.fields import DayField
from jobmatch.web.pages import PageForm


class MakeForm(PageForm):
    """Which sheet is made; the month only for an allowance."""

    kind = StringField()
    month = StringField(N_("月份"))


class SignForm(PageForm):
    """The scan of the roster that everybody signed."""

    file = FileField(
        N_("签字花名册的扫描件"),
        description=N_("pdf、jpg 或 png，不超过 10 MB"),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png"},
    )


class PayForm(PageForm):
    """The day of paying and its voucher."""

    paid_on = DayField(N_("哪天发的"))
    voucher = StringField(N_("凭证号"), [at_most(60)])


class CancelForm(PageForm):
    """Why a sheet is taken back."""

    reason = StringField(N_("作废原因"), [at_most(200)])
