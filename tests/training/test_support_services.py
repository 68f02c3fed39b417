"""The support ledger: who may ask, what may be granted and paid, and that its sums are those of its rows."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from tests.applications.test_storms import storm
from tests.conftest import acting
from tests.factories import PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_staff
from tests.training.help_parks import make_venture
from tests.training.help_support import MENTOR, PERSON_LOAN, approved, make_policy, make_support, noticed
from training.incubation.support import subjects
from training.incubation.support.limits import had, paid_in
from training.incubation.support.loans import Borrower, Repayment, borrower_limit, reckon
from training.incubation.support.models import SupportPayment, SupportPolicy, VentureSupport
from training.incubation.support.queries import budget_rows
from training.incubation.support.services.asking import Asked, apply_for_support, withdraw_support
from training.incubation.support.services.deciding import approve_support, refuse_support
from training.incubation.support.services.paying import Lent, give_support, lend_support, pay_support, take_back_payment
from training.incubation.support.services.policies import PolicyFacts, save_policy, set_budget, switch_policy
from training.incubation.support.services.reminding import open_due_tasks
from training.incubation.support.states import SupportState
from training.incubation.support.taxes import relief

HISTORIES = int(os.environ.get("JOBMATCH_TEST_HISTORIES", "60"))
SYSTEM = system_actor("tests")


def refused(act: Any, field: str, *words: str) -> None:
    """``act`` is refused on ``field``, and the message holds ``words``."""
    with pytest.raises(Invalid) as caught:
        act()
    message = caught.value.fields[field]
    for word in words:
        assert word in message


def test_a_support_goes_from_asking_to_the_last_payment(uow: UnitOfWork) -> None:
    support = approved(uow, yuan=5000)
    pay_support(uow, support, yuan=3000, on=uow.today, voucher="记-1")
    assert (support.state, support.paid_yuan) == (SupportState.APPROVED, 3000)
    pay_support(uow, support, yuan=2000, on=uow.today, voucher="记-2")
    assert (support.state, support.paid_yuan, support.given_on) == (SupportState.PAID, 5000, uow.today)
    with pytest.raises(Conflict):
        pay_support(uow, support, yuan=1, on=uow.today, voucher="记-3")


def test_a_payment_above_the_approved_sum_is_refused_with_both_figures(uow: UnitOfWork) -> None:
    support = approved(uow, yuan=5000)
    pay_support(uow, support, yuan=3000, on=uow.today, voucher="记-1")
    refused(lambda: pay_support(uow, support, yuan=2001, on=uow.today, voucher="记-2"), "yuan", "5000", "3000", "2000")
    assert support.paid_yuan == 3000


def test_a_voucher_counts_once_for_a_support(uow: UnitOfWork) -> None:
    support = approved(uow)
    pay_support(uow, support, yuan=10, on=uow.today, voucher="记-1")
    refused(lambda: pay_support(uow, support, yuan=10, on=uow.today, voucher=" 记-1 "), "voucher")


def test_limits_of_a_person_count_over_years_policies_and_offices(uow: UnitOfWork) -> None:
    venture = make_venture(uow)
    old = make_policy(uow, most_yuan=10_000, valid_until=None, title="旧办法")
    first = approved(uow, old, venture, yuan=6000)
    first.approved_on = first.applied_on = date(2024, 5, 1)
    pay_support(uow, first, yuan=6000, on=date(2024, 6, 1), voucher="记-1")
    new = make_policy(uow, most_yuan=10_000, path="/43/", title="新办法", basis="新发〔2026〕9 号")
    support = make_support(uow, new, venture, yuan=6000)
    refused(lambda: approve_support(uow, support, yuan=6000), "yuan", "10000", "6000", "4000", "新发〔2026〕9 号")
    assert approve_support(uow, support, yuan=4000).approved_yuan == 4000


def test_the_yearly_limit_counts_by_the_day_of_payment(uow: UnitOfWork) -> None:
    venture, policy = make_venture(uow), make_policy(uow, yearly_yuan=5000, most_yuan=20_000)
    support = approved(uow, policy, venture, yuan=8000)
    support.approved_on = support.applied_on = date(2025, 3, 1)
    pay_support(uow, support, yuan=3000, on=date(2025, 12, 31), voucher="记-1")
    pay_support(uow, support, yuan=4000, on=uow.today, voucher="记-2")
    refused(lambda: pay_support(uow, support, yuan=1001, on=uow.today, voucher="记-3"), "yuan")
    other = approved(uow, make_policy(uow, yearly_yuan=5000, most_yuan=20_000), venture, yuan=3000)
    refused(lambda: pay_support(uow, other, yuan=1001, on=uow.today, voucher="记-4"), "yuan", "5000", "4000")
    pay_support(uow, other, yuan=1000, on=uow.today, voucher="记-4")
    assert paid_in(uow, other, uow.today.year) == 5000


def test_the_number_of_times_is_limited(uow: UnitOfWork) -> None:
    venture, policy = make_venture(uow), make_policy(uow, most_times=1)
    approved(uow, policy, venture)
    again = VentureSupport(
        **{
            name: getattr(make_support(uow, make_policy(uow), venture), name)
            for name in ("region_path", "venture_id", "person_id", "kind_code", "asked_yuan", "applied_on")
        },
        policy_id=policy.id,
        changed_at=uow.now,
    )
    again.policy, again.venture = policy, venture
    uow.session.add(again)
    uow.session.flush()
    refused(lambda: approve_support(uow, again, yuan=100), "yuan", "1", policy.basis)


def test_what_was_refused_or_withdrawn_counts_against_nothing(uow: UnitOfWork) -> None:
    venture, policy = make_venture(uow), make_policy(uow, most_yuan=5000)
    refuse_support(uow, make_support(uow, policy, venture), words="材料不全")
    withdraw_support(uow, make_support(uow, policy, venture))
    support = make_support(uow, policy, venture)
    assert had(uow, support).granted_yuan == 0
    approve_support(uow, support, yuan=5000)


def test_nothing_is_paid_before_its_notice_is_over(uow: UnitOfWork) -> None:
    bare = approved(uow, make_policy(uow, notice_days=5))
    refused(lambda: pay_support(uow, bare, yuan=1, on=uow.today, voucher="记-1"), "on", "公示")
    running, over = noticed(uow, over=False), noticed(uow, over=True)
    refused(lambda: pay_support(uow, running, yuan=1, on=uow.today, voucher="记-1"), "on", "公示到")
    early = uow.today - timedelta(days=3)
    refused(lambda: pay_support(uow, over, yuan=1, on=early, voucher="记-1"), "on", "公示到")
    pay_support(uow, over, yuan=5000, on=uow.today, voucher="记-1")
    assert over.state is SupportState.PAID


def test_a_policy_outside_its_days_or_of_another_place_gives_nothing(uow: UnitOfWork) -> None:
    ended = make_policy(uow, valid_until=uow.today - timedelta(days=1))
    ahead = make_policy(uow, valid_from=uow.today + timedelta(days=1))
    off = switch_policy(uow, make_policy(uow), is_active=False)
    elsewhere = make_policy(uow, path=PATH_OTHER)
    for policy in (ended, ahead, off, elsewhere):
        refused(lambda policy=policy: make_support(uow, policy), "policy")


def test_the_same_policy_is_not_asked_for_twice_at_once(uow: UnitOfWork) -> None:
    venture, policy = make_venture(uow), make_policy(uow)
    make_support(uow, policy, venture)
    refused(lambda: make_support(uow, policy, venture), "policy")


@pytest.mark.parametrize("yuan", [None, 0, -1, 10**9])
def test_a_sum_that_is_none_is_refused(uow: UnitOfWork, yuan: int | None) -> None:
    refused(lambda: make_support(uow, yuan=yuan), "yuan")


def test_a_loan_above_the_rule_is_refused_with_its_source(uow: UnitOfWork) -> None:
    policy = make_policy(uow, kind=PERSON_LOAN)
    refused(lambda: make_support(uow, policy, yuan=330_001), "yuan", "330000", "创业担保贷款办法")
    support = approve_support(uow, make_support(uow, policy, yuan=200_000))
    too_long = Lent(200_000, "测试银行", 345, 37)
    refused(lambda: lend_support(uow, support, too_long, on=uow.today), "months", "36")
    lend_support(uow, support, Lent(180_000, "测试银行", 345, 36), on=uow.today)
    assert (support.state, support.loan_yuan, support.paid_yuan) == (SupportState.PAID, 180_000, 0)


def test_a_service_is_given_by_number(uow: UnitOfWork) -> None:
    support = approve_support(uow, make_support(uow, make_policy(uow, kind=MENTOR), yuan=None, quantity=4))
    with pytest.raises(Conflict):
        pay_support(uow, support, yuan=1, on=uow.today, voucher="记-1")
    refused(lambda: give_support(uow, support, on=uow.today, quantity=0), "quantity")
    give_support(uow, support, on=uow.today, quantity=3)
    assert (support.state, support.quantity) == (SupportState.PAID, 3)


def test_beyond_the_budget_a_reason_is_needed(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    policy = make_policy(uow)
    set_budget(staff, year=uow.today.year, kind_code=policy.kind_code, amount_yuan=6000)
    approved(uow, policy)
    more = make_support(uow, policy)
    refused(lambda: approve_support(staff, more, yuan=5000), "words", "4000")
    approve_support(staff, more, yuan=5000, words="局长办公会同意追加")
    assert budget_rows(uow.session, PATH_COUNTY, uow.today.year) == {policy.kind_code: (6000, 10_000, 0)}


def test_a_payment_noted_by_mistake_is_taken_back_the_same_day(uow: UnitOfWork) -> None:
    support = noticed(uow, over=True)
    payment = pay_support(uow, support, yuan=5000, on=uow.today, voucher="记-1")
    refused(lambda: take_back_payment(uow, support, payment, reason=""), "reason")
    take_back_payment(uow, support, payment, reason="凭证号填错了")
    assert (support.state, support.paid_yuan, support.given_on) == (SupportState.NOTICED, 0, None)
    again = pay_support(uow, support, yuan=5000, on=uow.today, voucher="记-1")
    again.recorded_at = uow.now - timedelta(days=2)
    with pytest.raises(Conflict):
        take_back_payment(uow, support, again, reason="太晚了不行")


def test_other_offices_decide_nothing(uow: UnitOfWork) -> None:
    support = make_support(uow)
    other = acting(uow, make_staff(uow, path=PATH_B))
    for act in (
        lambda: approve_support(other, support, yuan=1),
        lambda: refuse_support(other, support, words="不同意办"),
        lambda: pay_support(other, support, yuan=1, on=uow.today, voucher="记-1"),
    ):
        with pytest.raises(NotAllowed):
            act()
    mine = acting(uow, make_staff(uow, path=PATH_B))
    with pytest.raises(NotAllowed):
        save_policy(mine, PolicyFacts("IS07", "改别人的", "测试发〔2026〕2 号", uow.today), make_policy(uow))


def test_a_policy_is_checked_and_keeps_its_kind_once_used(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    with pytest.raises(Invalid) as caught:
        save_policy(staff, PolicyFacts("NO", "", "x", None, uow.today, most_yuan=0, notice_days=99))
    assert set(caught.value.fields) == {"kind_code", "title", "basis", "valid_from", "most_yuan", "notice_days"}
    facts = PolicyFacts("IS07", "一次性补贴", "测试发〔2026〕2 号", uow.today, most_yuan=5000, yearly_yuan=6000)
    refused(lambda: save_policy(staff, facts), "yearly_yuan")
    policy = save_policy(staff, PolicyFacts("IS07", "一次性补贴", "测试发〔2026〕2 号", uow.today, most_yuan=5000))
    make_support(uow, policy)
    refused(
        lambda: save_policy(staff, PolicyFacts("IS02", "减免", "测试发〔2026〕2 号", uow.today), policy), "kind_code"
    )
    with pytest.raises(Conflict):
        save_policy(staff, PolicyFacts("IS07", "新名称", "测试发〔2026〕2 号", uow.today), policy, version=99)


def test_a_notice_that_is_over_opens_one_task_and_paying_closes_it(uow: UnitOfWork) -> None:
    support = noticed(uow, over=True)
    noticed(uow, over=False)
    assert (open_due_tasks(uow), open_due_tasks(uow)) == (1, 0)
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.SUPPORT_DUE)).one()
    assert task.link == f"/staff/supports/{support.public_id}"
    pay_support(uow, support, yuan=5000, on=uow.today, voucher="记-1")
    assert task.state is not TaskState.OPEN


def test_erasing_leaves_the_money_and_takes_the_name(uow: UnitOfWork) -> None:
    person = make_person(uow)
    support = approved(uow, None, make_venture(uow, person))
    assert subjects.export_person(uow, person.id)["venture_support"][0]["approved_yuan"] == 5000
    other = make_person(uow)
    moved = subjects.move_person(uow, person.id, other.id)
    assert [row.table for row in moved] == ["venture_support"]
    subjects.erase_person(uow, other.id)
    uow.session.refresh(support)
    assert (support.person_id, support.words, support.approved_yuan) == (None, "", 5000)


# ---------- sums ----------


def _history(uow: UnitOfWork, seed: int) -> None:
    """Random asking, deciding and paying; refusals are part of it."""
    rng = random.Random(seed)
    ventures = [make_venture(uow) for _n in range(2)]
    policies = [
        make_policy(
            uow,
            notice_days=0,
            most_yuan=rng.choice([None, 9000]),
            yearly_yuan=rng.choice([None, 4000]),
            most_times=rng.choice([None, 2]),
        )
        for _n in range(2)
    ]
    supports: list[VentureSupport] = []
    for step in range(40):
        act = rng.choice(["ask", "ask", "approve", "approve", "pay", "pay", "pay", "refuse", "withdraw", "back"])
        try:
            with uow.session.begin_nested():
                if act == "ask":
                    asked = Asked(rng.randint(1, 6000))
                    supports.append(apply_for_support(uow, rng.choice(ventures), rng.choice(policies), asked))
                    continue
                if not supports:
                    continue
                one = rng.choice(supports)
                if act == "approve":
                    approve_support(uow, one, yuan=rng.choice([one.asked_yuan, rng.randint(0, 7000)]), words="同意追加")
                elif act == "pay":
                    rest = (one.approved_yuan or 0) - one.paid_yuan
                    yuan = rng.choice([rest, rest // 2, rng.randint(0, 3000)])
                    pay_support(uow, one, yuan=yuan, on=uow.today, voucher=f"记-{step % 19}")
                elif act == "refuse":
                    refuse_support(uow, one, words="不符合条件")
                elif act == "withdraw":
                    withdraw_support(uow, one)
                else:
                    paid = uow.session.scalars(select(SupportPayment).where(SupportPayment.support_id == one.id)).all()
                    if paid:
                        take_back_payment(uow, one, rng.choice(list(paid)), reason="登记错了一笔")
        except (Invalid, Conflict):
            uow.session.expire_all()
            supports = [one for one in supports if one in uow.session]
            for one in supports:
                uow.session.refresh(one, attribute_names=["policy", "venture"])


@pytest.mark.parametrize("part", range(4))
def test_random_histories_keep_every_sum_and_every_limit(uow: UnitOfWork, part: int) -> None:
    made = 0
    for seed in range(part, HISTORIES, 4):
        with uow.session.begin_nested() as point:
            _history(uow, seed)
            uow.session.expire_all()
            rows = uow.session.scalars(select(VentureSupport)).all()
            sums = dict(
                uow.session.execute(
                    select(SupportPayment.support_id, func.sum(SupportPayment.amount_yuan)).group_by(
                        SupportPayment.support_id
                    )
                ).all()
            )
            made += len(sums)
            for one in rows:
                assert one.paid_yuan == sums.get(one.id, 0) <= (one.approved_yuan or 0)
                assert (one.state is SupportState.PAID) == (
                    bool(one.approved_yuan) and one.paid_yuan == one.approved_yuan
                )
            _check_limits(uow, rows)
            point.rollback()
        uow.session.expire_all()
    assert made > HISTORIES / 8


def _check_limits(uow: UnitOfWork, rows: Any) -> None:
    policies = {one.id: one for one in uow.session.scalars(select(SupportPolicy))}
    for one in rows:
        policy = policies[one.policy_id]
        if one.paid_yuan and policy.yearly_yuan is not None:
            own = [other for other in rows if other.person_id == one.person_id and other.policy_id == one.policy_id]
            assert sum(other.paid_yuan for other in own) <= policy.yearly_yuan


@pytest.mark.parametrize("name", ["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def test_two_offices_paying_at_once_stay_within_the_persons_limit(name: str, request: pytest.FixtureRequest) -> None:
    runtime: Runtime = request.getfixturevalue(name)
    with runtime.unit(SYSTEM) as uow:
        venture, policy = make_venture(uow), make_policy(uow, most_yuan=50_000, yearly_yuan=10_000)
        supports = [approved(uow, policy, venture, yuan=5000).id for _n in range(1)]
        supports += [
            approved(uow, make_policy(uow, most_yuan=50_000, yearly_yuan=10_000), venture, yuan=5000).id
            for _n in range(5)
        ]

    def pay(number: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                support = uow.session.get_one(VentureSupport, supports[number % len(supports)])
                uow.session.refresh(support, attribute_names=["policy", "venture"])
                pay_support(uow, support, yuan=1000, on=uow.today, voucher=f"记-{number}")
            return "paid"
        except (Invalid, Conflict):
            return "refused"

    answers = storm(pay, list(range(24)), 12)
    assert answers.count("paid") == 10
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalar(select(func.sum(SupportPayment.amount_yuan))) == 10_000
        assert uow.session.scalar(select(func.sum(VentureSupport.paid_yuan))) == 10_000


# ---------- calculators ----------


@settings(max_examples=300, deadline=None)
@given(
    principal=st.integers(1, 400_000_000),
    points=st.integers(0, 2400),
    months=st.integers(1, 360),
    way=st.sampled_from(list(Repayment)),
    share=st.integers(0, 100),
)
def test_a_loan_adds_up_to_the_fen(principal: int, points: int, months: int, way: Repayment, share: int) -> None:
    loan = reckon(principal, Decimal(points) / 100, months, way, Decimal(share))
    assert len(loan.months) == months
    assert sum(one.principal for one in loan.months) == principal
    assert loan.months[-1].owed == 0
    assert all(one.principal >= 0 and one.owed >= 0 and one.interest >= 0 for one in loan.months)
    assert loan.interest == sum(one.interest for one in loan.months)
    assert loan.subsidy == loan.interest * share // 100
    assert loan.own_interest + loan.subsidy == loan.interest


def test_a_loan_as_a_bank_reckons_it() -> None:
    at_end = reckon(30_000_000, Decimal("3.45"), 36, Repayment.AT_END, Decimal(50))
    assert (at_end.months[0].interest, at_end.interest, at_end.subsidy) == (86_250, 3_105_000, 1_552_500)
    annuity = reckon(30_000_000, Decimal("3.45"), 36, Repayment.ANNUITY, Decimal(50))
    assert len({one.paid for one in annuity.months[:-1]}) == 1
    worth = sum(one.paid / (1 + 0.0345 / 12) ** one.number for one in annuity.months)
    assert abs(worth - 30_000_000) < 100
    equal = reckon(100, Decimal(0), 3, Repayment.EQUAL_PRINCIPAL, Decimal(0))
    assert [one.principal for one in equal.months] == [34, 33, 33]


@pytest.mark.parametrize("bad", [(0, "3", 12, 50), (100, "-1", 12, 50), (100, "3", 0, 50), (100, "3", 12, 101)])
def test_a_loan_that_is_none_raises(bad: tuple[int, str, int, int]) -> None:
    with pytest.raises(ValueError, match="no such loan"):
        reckon(bad[0], Decimal(bad[1]), bad[2], Repayment.ANNUITY, Decimal(bad[3]))


def test_limits_of_loans_follow_the_rules(uow: UnitOfWork) -> None:
    assert [borrower_limit(uow, one).yuan for one in Borrower] == [300_000, 330_000, 4_000_000]


def test_tax_that_is_saved_is_never_more_than_the_tax(uow: UnitOfWork) -> None:
    found = relief(uow, months=6, due=30_000, hired=2)
    assert (found.own, found.hired, found.saved, found.rest) == (10_000, 12_000, 22_000, 8_000)
    assert relief(uow, months=12, due=5_000, hired=0).rest == 0
