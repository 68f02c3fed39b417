"""Forms of supports: shape and format."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import FileField, RadioField, SearchField, SelectField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import AmountField, DayField, PickOne, VersionedForm, WholeField
from jobmatch.web.pages import PageForm
from training.incubation.support.loans import Borrower, Repayment
from training.incubation.support.services.policies import PolicyFacts

_SMALL = {"class": "w-s"}


class RateField(StringField):
    """A yearly rate in percent with up to two digits, such as 3.45; ``data`` is a Decimal, or None."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip().removesuffix("%").replace("．", ".")
        self.data = None
        if not text:
            return
        try:
            value = Decimal(text)
            if not value.is_finite() or not 0 <= value <= 24 or value != round(value, 2):
                raise InvalidOperation
        except InvalidOperation:
            raise ValueError(_("请填 0 到 24 之间的年利率，最多两位小数，例如 3.45")) from None
        self.data = value

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class PolicyForm(VersionedForm):
    """What an office gives by which paper."""

    kind_code = PickOne(N_("给什么"))
    title = StringField(N_("政策名称"), [needed(N_("请写政策名称")), at_most(120)])
    basis = TextAreaField(
        N_("依据"),
        [needed(N_("请写依据的文件名和文号")), at_most(300)],
        render_kw={"rows": 2},
        description=N_("例如：安退役发〔2026〕8 号第三条"),
    )
    valid_from = DayField(N_("从哪天起"), render_kw=_SMALL)
    valid_until = DayField(N_("到哪天为止"), render_kw=_SMALL)
    most_yuan = AmountField(N_("每人历年合计最多（元）"), render_kw=_SMALL)
    yearly_yuan = AmountField(N_("每人每年最多（元）"), render_kw=_SMALL)
    most_times = WholeField(N_("每人最多几次"), render_kw=_SMALL)
    notice_days = WholeField(N_("公示几个工作日"), render_kw=_SMALL, description=N_("填 0 就不公示"))
    papers = TextAreaField(N_("要交哪些材料"), [at_most(300)], render_kw={"rows": 2})

    def facts(self) -> PolicyFacts:
        """What was typed, as the service takes it."""
        return PolicyFacts(
            kind_code=self.kind_code.data,
            title=self.title.data or "",
            basis=self.basis.data or "",
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            most_yuan=self.most_yuan.data,
            yearly_yuan=self.yearly_yuan.data,
            most_times=self.most_times.data,
            notice_days=self.notice_days.data,
            papers=self.papers.data or "",
        )


class BudgetForm(PageForm):
    """The year's budget of one kind."""

    kind_code = PickOne(N_("给什么"))
    amount_yuan = AmountField(N_("全年预算（元）"), render_kw=_SMALL, description=N_("空着就不设预算"))


class LedgerFilter(PageForm):
    """What the ledger shows."""

    q = SearchField(N_("项目或姓名"), [at_most(60)])
    kind = SelectField(N_("种类"), choices=[], validate_choice=False)
    year = SelectField(N_("申请年份"), choices=[], validate_choice=False)


class AskForm(PageForm):
    """What somebody asks for."""

    policy = RadioField(N_("申请哪一项"), choices=[], validate_choice=False)
    venture = PickOne(N_("哪个项目"))
    yuan = AmountField(N_("金额（元）"), render_kw=_SMALL, description=N_("补贴、减免、贷款填金额"))
    quantity = WholeField(N_("数量"), render_kw=_SMALL, description=N_("辅导、代办、工位这些填次数或者个数"))
    words = TextAreaField(N_("用来做什么"), [at_most(300)], render_kw={"rows": 3})


class ApproveForm(PageForm):
    """How much is granted."""

    yuan = AmountField(N_("批准金额（元）"), render_kw=_SMALL)
    words = StringField(N_("说明"), [at_most(300)], description=N_("超预算时必须写理由"))


class RefuseForm(PageForm):
    """Why not."""

    words = StringField(N_("不批的原因"), [at_most(300)], description=N_("本人看得到"), id="refuse-words")


class PayForm(PageForm):
    """One payment."""

    yuan = AmountField(N_("付款金额（元）"), render_kw=_SMALL)
    on = DayField(N_("付款日期"), render_kw=_SMALL)
    voucher = StringField(N_("凭证号"), [at_most(60)], render_kw=_SMALL)


class LendForm(PageForm):
    """A loan as it was lent."""

    yuan = AmountField(N_("放款金额（元）"), render_kw=_SMALL)
    lender = StringField(N_("放款银行"), [at_most(60)])
    rate = RateField(N_("年利率"), render_kw=_SMALL)
    months = WholeField(N_("期限（月）"), render_kw=_SMALL)
    on = DayField(N_("放款日期"), render_kw=_SMALL)


class GiveForm(PageForm):
    """A service that was given."""

    quantity = WholeField(N_("办了多少"), render_kw=_SMALL)
    on = DayField(N_("办理日期"), render_kw=_SMALL)


class BackForm(PageForm):
    """Why a payment was none."""

    reason = StringField(N_("为什么撤回"), [at_most(200)])


class PaperForm(PageForm):
    """One paper."""

    file = FileField(N_("材料"), description=N_("PDF 或者照片，不超过 10 MB"))
    note = StringField(N_("这是什么材料"), [at_most(200)])


def _borrowers() -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in Borrower]


def _repayments() -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in Repayment]


class LoanForm(PageForm):
    """What is borrowed."""

    who = RadioField(N_("谁借"), choices=_borrowers, validate_choice=False, default=Borrower.PERSON.value)
    yuan = AmountField(N_("借多少（元）"), render_kw=_SMALL)
    rate = RateField(N_("年利率"), render_kw=_SMALL, description=N_("问银行，填百分数，例如 3.45"))
    months = WholeField(N_("借几个月"), render_kw=_SMALL)
    way = RadioField(N_("怎么还"), choices=_repayments, validate_choice=False, default=Repayment.AT_END.value)


class TaxForm(PageForm):
    """What is estimated."""

    months = WholeField(N_("今年经营几个月"), render_kw=_SMALL, default=12)
    due = AmountField(N_("今年要交的税（元）"), render_kw=_SMALL, description=N_("增值税、个人所得税合计，估一个数"))
    hired = WholeField(N_("招了几名自主就业退役士兵"), render_kw=_SMALL, default=0)
