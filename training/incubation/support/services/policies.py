"""What an office gives, by which paper and within which limits, and how much it may spend in a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.reference.models import SupportKind
from training.incubation.support.models import SupportBudget, SupportPolicy, VentureSupport
from training.incubation.support.policies import can_manage_policy, can_set_budget

MOST_YUAN, MOST_DAYS, MOST_TIMES = 100_000_000, 60, 100
FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What is written about a policy; None for a limit: there is none."""

    kind_code: str | None
    title: str
    basis: str
    valid_from: date | None
    valid_until: date | None = None
    most_yuan: int | None = None
    yearly_yuan: int | None = None
    most_times: int | None = None
    notice_days: int | None = None
    papers: str = ""


def save_policy(
    uow: UnitOfWork, facts: PolicyFacts, policy: SupportPolicy | None = None, *, version: int | None = None
) -> SupportPolicy:
    """A new policy of the actor's office, or a changed one; the kind of one that was used stays.

    Raises ``Invalid`` with every finding, ``Conflict`` where the form was filled from an older state.
    """
    row = policy or SupportPolicy(region_path=uow.actor.region_path)
    require(can_manage_policy(uow.actor, row) and bool(row.region_path))
    if policy is not None and version is not None and version != policy.version:
        raise Conflict
    _check(uow, facts, policy)
    row.kind_code, row.title, row.basis = facts.kind_code or "", clean_line(facts.title), clean_line(facts.basis)
    row.valid_from, row.valid_until = facts.valid_from or uow.today, facts.valid_until
    row.most_yuan, row.yearly_yuan, row.most_times = facts.most_yuan, facts.yearly_yuan, facts.most_times
    row.notice_days, row.papers, row.changed_at = facts.notice_days or 0, clean_line(facts.papers)[:300], uow.now
    uow.session.add(row)
    uow.session.flush()
    uow.audit("support.policy", row, kind=row.kind_code)
    return row


def _check(uow: UnitOfWork, facts: PolicyFacts, policy: SupportPolicy | None) -> None:
    found = Findings()
    kind = uow.session.get(SupportKind, facts.kind_code or "")
    found.check(kind is not None and kind.is_active, "kind_code", _("请选一种扶持"))
    found.check(2 <= len(clean_line(facts.title)) <= 120, "title", _("请写名称，2 到 120 个字"))
    found.check(4 <= len(clean_line(facts.basis)) <= 300, "basis", _("请写依据的文件名和文号"))
    found.check(facts.valid_from is not None, "valid_from", _("请填从哪天起有效"))
    if facts.valid_from and facts.valid_until:
        found.check(facts.valid_until >= facts.valid_from, "valid_until", _("结束不能早于开始"))
    for name in ("most_yuan", "yearly_yuan"):
        value = getattr(facts, name)
        found.check(value is None or 0 < value <= MOST_YUAN, name, _("请填 1 元以上的整数，没有上限就空着"))
    if facts.most_yuan and facts.yearly_yuan:
        found.check(facts.yearly_yuan <= facts.most_yuan, "yearly_yuan", _("每年的上限不能高于历年合计的上限"))
    times, days = facts.most_times, facts.notice_days
    found.check(times is None or 0 < times <= MOST_TIMES, "most_times", _("请填 1 到 %(n)s", n=MOST_TIMES))
    found.check(days is None or 0 <= days <= MOST_DAYS, "notice_days", _("请填 0 到 %(n)s 个工作日", n=MOST_DAYS))
    if policy is not None and facts.kind_code != policy.kind_code and _is_used(uow, policy):
        found.add("kind_code", _("已经有人申请过，种类不能再改；请另立一条政策"))
    found.stop()


def _is_used(uow: UnitOfWork, policy: SupportPolicy) -> bool:
    query = select(VentureSupport.id).where(VentureSupport.policy_id == policy.id).limit(1)
    return uow.session.scalar(query) is not None


def switch_policy(uow: UnitOfWork, policy: SupportPolicy, *, is_active: bool) -> SupportPolicy:
    """Stop offering a policy, or offer it again; what was granted by it stays."""
    require(can_manage_policy(uow.actor, policy))
    if policy.is_active is not is_active:
        policy.is_active, policy.changed_at = is_active, uow.now
        uow.session.flush()
        uow.audit("support.policy_switch", policy, active=is_active)
    return policy


def set_budget(uow: UnitOfWork, *, year: int, kind_code: str, amount_yuan: int | None) -> SupportBudget | None:
    """How much the actor's office may spend on a kind in a year; no amount takes the line away. Raises ``Invalid``."""
    require(can_set_budget(uow.actor))
    fields = {}
    if not FIRST_YEAR <= year <= LAST_YEAR:
        fields["year"] = _("请选年份")
    if uow.session.get(SupportKind, kind_code) is None:
        fields["kind_code"] = _("请选一种扶持")
    if amount_yuan is not None and not 0 <= amount_yuan <= MOST_YUAN:
        fields["amount_yuan"] = _("请填 0 到 %(n)s 元", n=MOST_YUAN)
    if fields:
        raise Invalid(fields=fields)
    row = find_budget(uow, uow.actor.region_path, year, kind_code)
    if amount_yuan is None:
        if row is not None:
            uow.session.delete(row)
            uow.session.flush()
        return None
    if row is None:
        row = SupportBudget(region_path=uow.actor.region_path, year=year, kind_code=kind_code)
        uow.session.add(row)
    row.amount_yuan = amount_yuan
    uow.session.flush()
    uow.audit("support.budget", row, year=year, kind=kind_code, yuan=amount_yuan)
    return row


def find_budget(uow: UnitOfWork, region_path: str, year: int, kind_code: str) -> SupportBudget | None:
    """The line of an office, a year and a kind."""
    query = select(SupportBudget).where(
        SupportBudget.region_path == region_path, SupportBudget.year == year, SupportBudget.kind_code == kind_code
    )
    return uow.session.scalars(query).one_or_none()
