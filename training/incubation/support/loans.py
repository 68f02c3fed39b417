"""What a guaranteed loan costs: the months one by one, in whole fen, and how much of the interest is subsidized.

Formulas, with principal P in fen, rate r a month (yearly rate / 12) and n months. Interest of a month = what is still
owed x r, rounded to the fen, half up. 按月付息到期还本: P is repaid in the last month. 等额本金: P / n each month, what
does not divide in the first months. 等额本息: each month P r (1 + r)^n / ((1 + r)^n - 1); the last month takes what is
left. Subsidy = share of the whole interest, rounded down. Limits and share are dated rules ``loan_…``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from sqlalchemy import select

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import DatedRule
from jobmatch.reference.queries import rule_value

PERSON_LOAN, FIRM_LOAN = "IS04", "IS05"
FEN = Decimal(1)


class Borrower(LabelledEnum):
    """Who borrows; the limits differ."""

    PERSON = "person", N_("个人")
    PARTNERS = "partners", N_("合伙创业")
    FIRM = "firm", N_("小微企业")


class Repayment(LabelledEnum):
    """How it is paid back."""

    AT_END = "at_end", N_("按月付息，到期还本")
    EQUAL_PRINCIPAL = "equal_principal", N_("等额本金")
    ANNUITY = "annuity", N_("等额本息")


@dataclass(frozen=True, slots=True)
class Month:
    """One month in fen: principal and interest paid, and what is owed afterwards."""

    number: int
    principal: int
    interest: int
    owed: int

    @property
    def paid(self) -> int:
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Loan:
    """All months of a loan, the interest and its subsidized part; fen."""

    months: tuple[Month, ...]
    interest: int
    subsidy: int

    @property
    def own_interest(self) -> int:
        return self.interest - self.subsidy


def _rounded(value: Decimal) -> int:
    return int(value.quantize(FEN, ROUND_HALF_UP))


def reckon(principal: int, rate_percent: Decimal, months: int, repayment: Repayment, share_percent: Decimal) -> Loan:
    """Lay a loan of ``principal`` fen out; ``share_percent`` of the interest is subsidized.

    Raises ``ValueError`` for a sum or term below 1, a rate below 0, or a share outside 0 to 100.
    """
    if principal < 1 or months < 1 or rate_percent < 0 or not 0 <= share_percent <= 100:
        raise ValueError("no such loan")
    rate = rate_percent / 1200
    parts = _parts(principal, rate, months, repayment)
    rows: list[Month] = []
    owed = principal
    for number in range(1, months + 1):
        interest = _rounded(owed * rate)
        if repayment is Repayment.ANNUITY:
            paid = owed if number == months else min(owed, max(0, parts[0] - interest))
        else:
            paid = parts[number - 1]
        owed -= paid
        rows.append(Month(number, paid, interest, owed))
    whole = sum(row.interest for row in rows)
    return Loan(tuple(rows), whole, int((whole * share_percent / 100).quantize(FEN, ROUND_FLOOR)))


def _parts(principal: int, rate: Decimal, months: int, repayment: Repayment) -> list[int]:
    """The principal of each month, or of an annuity the one payment of every month."""
    if repayment is Repayment.AT_END:
        return [0] * (months - 1) + [principal]
    whole, left = divmod(principal, months)
    if repayment is Repayment.EQUAL_PRINCIPAL:
        return [whole + (number < left) for number in range(months)]
    if not rate:
        return [whole + (1 if left else 0)]
    growth = (1 + rate) ** months
    return [_rounded(principal * rate * growth / (growth - 1))]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may be lent, for how long, and the rule in words with its source."""

    yuan: int
    months: int
    words: str


def borrower_limit(uow: UnitOfWork, borrower: Borrower) -> Limit:
    """The limits in force today for somebody who borrows."""
    on = uow.today
    if borrower is Borrower.FIRM:
        yuan, code = int(rule_value(uow.session, "loan_firm_yuan", on)), "loan_firm_yuan"
        months = int(rule_value(uow.session, "loan_firm_months", on))
    else:
        yuan, code = int(rule_value(uow.session, "loan_person_yuan", on)), "loan_person_yuan"
        months = int(rule_value(uow.session, "loan_person_months", on))
        if borrower is Borrower.PARTNERS:
            yuan = yuan * int(rule_value(uow.session, "loan_partner_share", on)) // 100
    words = _(
        "最多 %(yuan)s 元、%(months)s 个月（%(source)s）", yuan=yuan, months=months, source=rule_source(uow, code)
    )
    return Limit(yuan, months, words)


def loan_limit(uow: UnitOfWork, kind_code: str) -> Limit | None:
    """The limit of a kind of support that is a guaranteed loan; a person's may reach the larger sum of partners."""
    if kind_code == PERSON_LOAN:
        return borrower_limit(uow, Borrower.PARTNERS)
    return borrower_limit(uow, Borrower.FIRM) if kind_code == FIRM_LOAN else None


def rule_source(uow: UnitOfWork, code: str) -> str:
    """Where the rule in force today comes from."""
    query = select(DatedRule.source).where(DatedRule.code == code, DatedRule.valid_from <= uow.today)
    return uow.session.scalars(query.order_by(DatedRule.valid_from.desc(), DatedRule.id.desc())).first() or ""
