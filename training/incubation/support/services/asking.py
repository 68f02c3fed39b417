"""A support is asked for by the venture's people or written down by the office, and may be withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from training.incubation.support.limits import lock_support
from training.incubation.support.loans import loan_limit
from training.incubation.support.models import SupportPolicy, VentureSupport
from training.incubation.support.queries import giving_of, kind_of
from training.incubation.support.services.policies import MOST_YUAN
from training.incubation.support.states import OPEN_STATES, SUPPORT_FLOW, Giving, SupportState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import can_edit_venture

MOST_QUANTITY = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: yuan (of a loan: the loan's sum), how many of what is not money, and why."""

    yuan: int | None = None
    quantity: int | None = None
    words: str = ""


def apply_for_support(
    uow: UnitOfWork, venture: Venture | None, policy: SupportPolicy | None, asked: Asked
) -> VentureSupport:
    """Ask for a support under a policy that is in force today.

    Raises ``Invalid`` with every finding, among them a support of the same policy that is still open.
    """
    found = Findings()
    found.check(venture is not None, "venture", _("请选一个项目"))
    found.check(policy is not None, "policy", _("请选一条政策"))
    venture, policy = found.need(venture), found.need(policy)
    require(can_edit_venture(uow, venture))
    uow.session.execute(select(Venture.id).where(Venture.id == venture.id).with_for_update()).all()
    _check(uow, found, venture, policy, asked)
    found.stop()
    is_loan = giving_of(kind_of(uow.session, policy.kind_code)) is Giving.LOAN
    support = VentureSupport(
        region_path=venture.region_path,
        venture_id=venture.id,
        person_id=venture.person_id,
        policy_id=policy.id,
        kind_code=policy.kind_code,
        asked_yuan=0 if is_loan else asked.yuan or 0,
        loan_yuan=asked.yuan or 0 if is_loan else 0,
        quantity=asked.quantity or 0,
        words=clean_line(asked.words)[:300],
        applied_on=uow.today,
        created_by_id=uow.actor.user_id,
        changed_at=uow.now,
    )
    support.venture, support.policy = venture, policy
    uow.session.add(support)
    uow.session.flush()
    uow.audit("support.apply", support, kind=support.kind_code)
    return support


def _check(uow: UnitOfWork, found: Findings, venture: Venture, policy: SupportPolicy, asked: Asked) -> None:
    runs = policy.valid_from <= uow.today and (policy.valid_until is None or uow.today <= policy.valid_until)
    words = _("这条政策今天不在有效期里（%(basis)s）", basis=policy.basis)
    found.check(policy.is_active and runs, "policy", words)
    here = venture.region_path.startswith(policy.region_path)
    found.check(here, "policy", _("这条政策不是这个项目所在地的"))
    kind = kind_of(uow.session, policy.kind_code)
    giving = giving_of(kind)
    if giving is Giving.SERVICE:
        count = asked.quantity or 0
        found.check(0 < count <= MOST_QUANTITY, "quantity", _("请填要多少%(unit)s", unit=kind.unit))
    else:
        found.check(0 < (asked.yuan or 0) <= MOST_YUAN, "yuan", _("请填申请的金额，整数元"))
    if giving is Giving.LOAN and asked.yuan:
        most = loan_limit(uow, policy.kind_code)
        if most is not None and asked.yuan > most.yuan:
            found.add("yuan", most.words)
    open_ = select(VentureSupport.id).where(
        VentureSupport.venture_id == venture.id,
        VentureSupport.policy_id == policy.id,
        VentureSupport.state.in_(OPEN_STATES),
    )
    if uow.session.scalar(open_.limit(1)) is not None:
        found.add("policy", _("这条政策已经有一笔在办，办完再申请"))


def withdraw_support(uow: UnitOfWork, support: VentureSupport) -> VentureSupport:
    """Who asked does not want it any more, as long as nothing is decided. Raises ``Conflict``."""
    require(can_edit_venture(uow, support.venture))
    lock_support(uow, support)
    if (support.state, "withdraw") not in SUPPORT_FLOW:
        raise Conflict(_("这笔扶持%(state)s，不能再撤回", state=support.state.label))
    support.state, support.changed_at = SupportState.WITHDRAWN, uow.now
    uow.session.flush()
    uow.audit("support.withdraw", support)
    return support
