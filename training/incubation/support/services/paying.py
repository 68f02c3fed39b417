"""What was approved is given: money in parts, a loan by its lender, a service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.casework.tasks.services import close_task
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from training.incubation.support.limits import lock_subject, lock_support, over_payment
from training.incubation.support.loans import loan_limit
from training.incubation.support.models import SupportPayment, SupportPolicy, VentureSupport
from training.incubation.support.policies import can_decide_support
from training.incubation.support.queries import giving_of, kind_of
from training.incubation.support.services.asking import MOST_QUANTITY
from training.incubation.support.services.deciding import LEAST_WORDS, due_key, settle, take
from training.incubation.support.states import Giving, SupportState

MOST_RATE_POINTS = 2_400
"""24 % a year in hundredths of a percent: what no lawful loan reaches."""


def _check_day(
    uow: UnitOfWork, found: Findings, support: VentureSupport, policy: SupportPolicy, on: date | None
) -> None:
    """The day something was given: after approval and notice, and not ahead."""
    found.check(on is not None and on <= uow.today, "on", _("请填日期，不晚于今天"))
    if support.state is SupportState.APPROVED and policy.notice_days:
        words = _("先公示 %(n)s 个工作日，期满才能付款（%(basis)s）", n=policy.notice_days, basis=policy.basis)
        found.add("on", words)
    if on is None:
        return
    if support.approved_on is not None:
        found.check(on >= support.approved_on, "on", _("不能早于批准的日期"))
    if support.noticed_until is not None:
        words = _("公示到 %(day)s，付款要在这以后（%(basis)s）", day=support.noticed_until, basis=policy.basis)
        found.check(on > support.noticed_until, "on", words)


def pay_support(
    uow: UnitOfWork, support: VentureSupport, *, yuan: int | None, on: date | None, voucher: str
) -> SupportPayment:
    """Note a payment; with the last yuan the support is given.

    Raises ``Invalid`` above the approved sum or a limit of the person, with rule and paper, and for a voucher that
    this support has already; ``Conflict`` where nothing is to be paid.
    """
    after = take(uow, support, "give")
    if giving_of(kind_of(uow.session, support.kind_code)) is not Giving.MONEY:
        raise Conflict(_("这一种扶持不是付款办的"))
    policy, found = uow.session.get_one(SupportPolicy, support.policy_id), Findings()
    _check_day(uow, found, support, policy, on)
    number, amount = clean_line(voucher)[:60], yuan or 0
    found.check(bool(number), "voucher", _("请填凭证号"))
    known = select(SupportPayment.id).where(SupportPayment.support_id == support.id, SupportPayment.voucher == number)
    found.check(uow.session.scalar(known) is None, "voucher", _("这个凭证号这笔扶持已经登记过"))
    rest = (support.approved_yuan or 0) - support.paid_yuan
    found.check(amount > 0, "yuan", _("请填付款金额，整数元"))
    found.check(
        amount <= rest,
        "yuan",
        _("批准 %(a)s 元，已付 %(b)s 元，最多再付 %(n)s 元", a=support.approved_yuan, b=support.paid_yuan, n=rest),
    )
    over = over_payment(uow, support, policy, amount, on) if on and amount > 0 else ""
    found.check(not over, "yuan", over)
    day = found.need(on)
    payment = SupportPayment(
        support_id=support.id,
        amount_yuan=amount,
        paid_on=day,
        voucher=number,
        recorded_at=uow.now,
        recorded_by_id=uow.actor.user_id,
    )
    uow.session.add(payment)
    support.paid_yuan += amount
    uow.audit("support.pay", support, yuan=amount)
    close_task(uow, once=due_key(support), outcome=_("已付款"))
    if amount == rest:
        support.given_on = day
        settle(uow, support, after)
    else:
        support.changed_at = uow.now
        uow.session.flush()
    return payment


def take_back_payment(
    uow: UnitOfWork, support: VentureSupport, payment: SupportPayment, *, reason: str
) -> VentureSupport:
    """A payment noted today by mistake was none; the support stands as before it.

    Raises ``Invalid`` without a reason, ``Conflict`` once the day is over: accounts of past days are not rewritten.
    """
    require(can_decide_support(uow.actor, support) and payment.support_id == support.id)
    words, found = clean_line(reason)[:200], Findings()
    found.check(len(words) >= LEAST_WORDS, "reason", _("请写明为什么撤回这笔登记"))
    found.stop()
    lock_subject(uow, support)
    lock_support(uow, support)
    if (uow.now - payment.recorded_at).days >= 1:
        raise Conflict(_("%(day)s登记的付款不能撤回，请联系财务冲账", day=day_words(payment.paid_on)))
    support.paid_yuan -= payment.amount_yuan
    support.state = SupportState.NOTICED if support.noticed_until else SupportState.APPROVED
    support.given_on, support.changed_at = None, uow.now
    uow.session.delete(payment)
    uow.session.flush()
    uow.audit("support.pay_undone", support, reason=words, yuan=payment.amount_yuan)
    return support


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan as it was lent: yuan, by whom, hundredths of a percent a year, months."""

    yuan: int | None
    lender: str
    rate_points: int | None
    months: int | None


def lend_support(uow: UnitOfWork, support: VentureSupport, lent: Lent, *, on: date | None) -> VentureSupport:
    """The lender paid out a recommended loan. Raises ``Invalid`` above the sum or term of the rules, ``Conflict``."""
    after = take(uow, support, "give")
    if giving_of(kind_of(uow.session, support.kind_code)) is not Giving.LOAN:
        raise Conflict(_("这一种扶持不是贷款"))
    policy, found = uow.session.get_one(SupportPolicy, support.policy_id), Findings()
    _check_day(uow, found, support, policy, on)
    most, lender = loan_limit(uow, support.kind_code), clean_line(lent.lender)[:60]
    yuan, months, points = lent.yuan or 0, lent.months or 0, lent.rate_points
    found.check(yuan > 0, "yuan", _("请填放款金额，整数元"))
    found.check(bool(lender), "lender", _("请填放款银行"))
    found.check(0 < months <= 360, "months", _("请填期限，单位是月"))
    found.check(points is not None and 0 <= points <= MOST_RATE_POINTS, "rate", _("请填年利率，例如 3.45"))
    if most is not None:
        found.check(yuan <= most.yuan, "yuan", most.words)
        found.check(months <= most.months, "months", most.words)
    support.given_on = found.need(on)
    support.loan_yuan, support.lender, support.loan_months = yuan, lender, months
    support.rate_points = points or 0
    close_task(uow, once=due_key(support), outcome=_("已放款"))
    return settle(uow, support, after)


def give_support(uow: UnitOfWork, support: VentureSupport, *, on: date | None, quantity: int | None) -> VentureSupport:
    """A service, a place or the like was given. Raises ``Invalid``, ``Conflict``."""
    after = take(uow, support, "give")
    if giving_of(kind_of(uow.session, support.kind_code)) is not Giving.SERVICE:
        raise Conflict(_("这一种扶持要登记付款或者放款"))
    policy, found = uow.session.get_one(SupportPolicy, support.policy_id), Findings()
    _check_day(uow, found, support, policy, on)
    found.check(0 < (quantity or 0) <= MOST_QUANTITY, "quantity", _("请填办了多少"))
    support.given_on, support.quantity = found.need(on), quantity or 0
    close_task(uow, once=due_key(support), outcome=_("已兑现"))
    return settle(uow, support, after)
