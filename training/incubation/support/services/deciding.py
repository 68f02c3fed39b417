"""The office decides: approved within limits and budget, shown to the public, refused."""

from __future__ import annotations

from sqlalchemy import func, select

from jobmatch.casework.tasks.services import close_task
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.queries import add_working_days
from training.incubation.support.limits import lock_subject, lock_support, over_grant
from training.incubation.support.models import SupportPolicy, VentureSupport
from training.incubation.support.notices import tell_founder
from training.incubation.support.policies import can_decide_support
from training.incubation.support.queries import giving_of, kind_of
from training.incubation.support.services.policies import find_budget
from training.incubation.support.states import GRANTED_STATES, SUPPORT_FLOW, Giving, SupportState

LEAST_WORDS = 4


def due_key(support: VentureSupport) -> str:
    """The occasion of the task that a notice which is over opens."""
    return f"support_due:{support.public_id}"


def take(uow: UnitOfWork, support: VentureSupport, act: str) -> SupportState:
    """Lock whose limits count and the support, read it anew, and say where ``act`` leads. Raises ``Conflict``."""
    require(can_decide_support(uow.actor, support))
    lock_subject(uow, support)
    lock_support(uow, support)
    after = SUPPORT_FLOW.get((support.state, act))
    if after is None:
        raise Conflict(_("这笔扶持%(state)s，这一步已经办过或者不能办", state=support.state.label))
    return after


def settle(uow: UnitOfWork, support: VentureSupport, after: SupportState) -> VentureSupport:
    """Write the new state; the founder hears of it."""
    support.state, support.changed_at = after, uow.now
    uow.session.flush()
    uow.audit(f"support.{after.value}", support)
    tell_founder(uow, support)
    return support


def approve_support(
    uow: UnitOfWork, support: VentureSupport, *, yuan: int | None = None, words: str = ""
) -> VentureSupport:
    """Grant a support; ``yuan`` of money, at most what was asked for.

    Raises ``Invalid`` with rule and paper where a limit is passed, and where the budget is passed without a reason in
    ``words``; ``Conflict`` where it was decided.
    """
    after = take(uow, support, "approve")
    policy, found = uow.session.get_one(SupportPolicy, support.policy_id), Findings()
    is_money = giving_of(kind_of(uow.session, support.kind_code)) is Giving.MONEY
    amount = (yuan or 0) if is_money else 0
    if is_money:
        found.check(amount > 0, "yuan", _("请填批准的金额"))
        found.check(amount <= support.asked_yuan, "yuan", _("批的不能多于申请的 %(n)s 元", n=support.asked_yuan))
    over = over_grant(uow, support, policy, amount)
    found.check(not over, "yuan", over)
    reason = clean_line(words)[:300]
    short = budget_gap(uow, policy, amount) if amount and not over else 0
    if short > 0 and len(reason) < LEAST_WORDS:
        found.add("words", _("超出今年预算 %(n)s 元，要批请写明理由", n=short))
    found.stop()
    support.approved_yuan, support.approved_on, support.decided_words = amount, uow.today, reason
    if short > 0:
        uow.audit("support.over_budget", support, reason=reason, yuan=short)
    return settle(uow, support, after)


def budget_gap(uow: UnitOfWork, policy: SupportPolicy, yuan: int) -> int:
    """By how much ``yuan`` more would pass the year's budget of the policy's office; 0 or less where it fits."""
    budget = find_budget(uow, policy.region_path, uow.today.year, policy.kind_code)
    if budget is None:
        return 0
    granted = select(func.coalesce(func.sum(VentureSupport.approved_yuan), 0)).join(
        SupportPolicy, SupportPolicy.id == VentureSupport.policy_id
    )
    spent = uow.session.scalar(
        granted.where(
            SupportPolicy.region_path == policy.region_path,
            VentureSupport.kind_code == policy.kind_code,
            VentureSupport.state.in_(GRANTED_STATES),
            VentureSupport.approved_on >= uow.today.replace(month=1, day=1),
        )
    )
    return int(spent or 0) + yuan - budget.amount_yuan


def refuse_support(uow: UnitOfWork, support: VentureSupport, *, words: str) -> VentureSupport:
    """Say no, with the reason; also after a notice that was objected to, as long as nothing was paid."""
    after = take(uow, support, "refuse")
    reason, found = clean_line(words)[:300], Findings()
    found.check(len(reason) >= LEAST_WORDS, "words", _("请写明原因，本人看得到"))
    found.check(not support.paid_yuan, "words", _("已经付过款，不能再改成不批"))
    found.stop()
    support.decided_words = reason
    close_task(uow, once=due_key(support), outcome=_("不批"))
    return settle(uow, support, after)


def notice_support(uow: UnitOfWork, support: VentureSupport) -> VentureSupport:
    """Show an approved support to the public for the working days of its policy."""
    after = take(uow, support, "notice")
    policy = uow.session.get_one(SupportPolicy, support.policy_id)
    if not policy.notice_days:
        raise Conflict(_("这条政策不用公示，可以直接办（%(basis)s）", basis=policy.basis))
    support.noticed_from = uow.today
    support.noticed_until = add_working_days(uow.session, uow.today, policy.notice_days)[0]
    return settle(uow, support, after)
