"""The support ledger of the demo county: six policies, a budget, and about thirty supports at every step."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY
from jobmatch.demo.ventures import on_day
from jobmatch.demo.world import Demo
from training.incubation.support.models import SupportPolicy, VentureSupport
from training.incubation.support.services.asking import Asked, apply_for_support, withdraw_support
from training.incubation.support.services.deciding import approve_support, notice_support, refuse_support
from training.incubation.support.services.paying import Lent, give_support, lend_support, pay_support
from training.incubation.support.services.policies import PolicyFacts, save_policy, set_budget
from training.incubation.ventures.models import Venture
from training.incubation.ventures.states import VentureState

_RUNNING = (VentureState.REGISTERED, VentureState.OPERATING, VentureState.SUSPENDED)
_POLICIES = (
    (
        "IS07",
        "一次性创业补贴",
        "安退役发〔2024〕8 号第三条（演示）",
        10_000,
        10_000,
        1,
        5,
        "营业执照、经营证明",
    ),
    ("IS02", "场租减免", "安退役发〔2024〕8 号第五条（演示）", 36_000, 12_000, None, 5, "租赁合同、缴费凭证"),
    ("IS04", "创业担保贷款推荐", "创业担保贷款办法（演示）", None, None, None, 0, "身份证、营业执照、经营计划"),
    ("IS06", "贷款贴息", "创业担保贷款办法（演示）", 20_000, 8_000, None, 5, "贷款合同、利息单"),
    ("IS10", "创业导师辅导", "孵化基地服务目录（演示）", None, None, None, 0, ""),
    ("IS12", "注册、税务、社保代办", "孵化基地服务目录（演示）", None, None, None, 0, ""),
)
_BUDGET = {"IS07": 60_000, "IS02": 48_000, "IS06": 20_000}
_STEPS = ("ask", "approve", "notice", "part", "all", "all", "refuse", "withdraw")


def grow_supports(demo: Demo) -> None:
    """Policies and budget first, then supports of ventures that run, one step farther each."""
    staff = demo.staff[COUNTY]
    with on_day(demo, -400, staff) as uow:
        since = uow.today.replace(month=1, day=1)
        for code, title, basis, most, yearly, times, days, papers in _POLICIES:
            facts = PolicyFacts(code, title, basis, since, None, most, yearly, times, days, papers)
            save_policy(uow, facts)
    with on_day(demo, 0, staff) as uow:
        for code, yuan in _BUDGET.items():
            set_budget(uow, year=uow.today.year, kind_code=code, amount_yuan=yuan)
        running = select(Venture.public_id).where(Venture.state.in_(_RUNNING)).order_by(Venture.id)
        ventures = list(uow.session.scalars(running))
    for number, venture in enumerate(ventures):
        for turn in range(2):
            _support(
                demo, staff, venture, _POLICIES[(number + turn * 3) % 6][0], _STEPS[(number * 2 + turn) % 8], number
            )


def _support(demo: Demo, staff: Actor, venture_id: str, code: str, step: str, number: int) -> None:
    """One support of a venture, as far as ``step``; each act on a day of its own."""
    begun = -70 + number
    with on_day(demo, begun, staff) as uow:
        venture = uow.session.scalars(select(Venture).where(Venture.public_id == venture_id)).one()
        policy = uow.session.scalars(select(SupportPolicy).where(SupportPolicy.kind_code == code)).one()
        yuan = {"IS07": 5000, "IS02": 3000, "IS04": 150_000, "IS06": 2600}.get(code)
        asked = Asked(yuan, None if yuan else 2 + number % 4, "演示：扩大经营")
        support_id = apply_for_support(uow, venture, policy, asked).public_id
    for days, act in _plan(code, step):
        with on_day(demo, begun + days, staff) as uow:
            support = uow.session.scalars(select(VentureSupport).where(VentureSupport.public_id == support_id)).one()
            uow.session.refresh(support, attribute_names=["venture", "policy"])
            _act(uow, support, act, number)


def _plan(code: str, step: str) -> list[tuple[int, str]]:
    """Acts with their days after the application."""
    if step in {"ask", "refuse", "withdraw"}:
        return [] if step == "ask" else [(4, step)]
    if code in {"IS04", "IS10", "IS12"}:
        return [(5, "approve"), *([(12, "lend" if code == "IS04" else "give")] if step in {"part", "all"} else [])]
    plan = [(5, "approve"), (6, "notice"), (20, "part"), (40, "rest")]
    return plan[: {"approve": 1, "notice": 2, "part": 3, "all": 4}[step]]


def _act(uow: UnitOfWork, support: VentureSupport, act: str, number: int) -> None:
    today: date = uow.today
    if act == "approve":
        approve_support(uow, support, yuan=support.asked_yuan, words="符合条件")
    elif act == "notice":
        notice_support(uow, support)
    elif act == "refuse":
        refuse_support(uow, support, words="经营证明不全，补齐再申请")
    elif act == "withdraw":
        withdraw_support(uow, support)
    elif act == "lend":
        lend_support(uow, support, Lent(support.loan_yuan, "安禾农村商业银行（演示）", 345, 24), on=today)
    elif act == "give":
        give_support(uow, support, on=today, quantity=support.quantity)
    else:
        rest = (support.approved_yuan or 0) - support.paid_yuan
        yuan = rest * 6 // 10 if act == "part" else rest
        pay_support(uow, support, yuan=yuan, on=today, voucher=f"记-{number + 1}-{1 if act == 'part' else 2}")
