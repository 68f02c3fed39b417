"""Versions of the ranker: what comes into use and who says so, the switch, and what two versions differ in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.accounts.states import Role
from jobmatch.core import clock
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, NotAllowed, NotFound
from jobmatch.core.job_rows import Job
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching import fitting, quality, services
from jobmatch.matching.commands import list_models, promote_model, switch_rules
from jobmatch.matching.jobs import JOBS
from jobmatch.matching.models import FittedModel, PairFact
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import JobIntention
from ml.matching import FEATURES, Fit, Ranker
from tests.conftest import NOW, acting
from tests.factories import actor_of, make_person, make_posting, make_staff, make_user
from tests.matching.help import counted, flat_ranker, rollback


def good(intercept: float) -> Fit:
    return Fit(flat_ranker(intercept), passed=True)


def fallen() -> Fit:
    card = {"kind": "fitted", "rows": 300, "fallen": ["ndcg_at_10:rules"], "reason": "below on a gate"}
    return Fit(replace(flat_ranker(3.0), card=card), passed=False)


def admin(uow: UnitOfWork) -> UnitOfWork:
    return acting(uow, actor_of(make_user(uow, Role.SYSTEM_ADMIN), Role.SYSTEM_ADMIN))


def in_use(uow: UnitOfWork) -> list[str]:
    return list(uow.session.scalars(select(FittedModel.public_id).where(FittedModel.is_active)))


def test_every_fit_is_kept_and_only_one_that_passed_is_used(uow: UnitOfWork) -> None:
    first = fitting.store_ranker(uow, good(1.0))
    assert (first.promoted_at, first.promoted_by_id) == (uow.now, None)
    second = fitting.store_ranker(uow, fallen())
    assert second.promoted_at is None
    assert in_use(uow) == [first.public_id]
    assert len(uow.rows(quality.version_rows())) == 2


def test_one_switch_returns_to_the_rules_and_back(uow: UnitOfWork) -> None:
    model = fitting.store_ranker(uow, good(1.0))
    fitting.set_rules_only(uow, is_on=True)
    assert services.active_ranker(uow.session) == Ranker.prior()
    later = fitting.store_ranker(uow, good(2.0))
    assert in_use(uow) == []
    with pytest.raises(Conflict):
        fitting.promote_ranker(uow, later)
    assert fitting.set_rules_only(uow, is_on=False) == model
    assert in_use(uow) == [model.public_id]
    uow.now += timedelta(days=1)
    assert fitting.store_ranker(uow, good(3.0)).is_active


def test_an_administrator_promotes_what_passed(uow: UnitOfWork) -> None:
    old, failed = fitting.store_ranker(uow, good(1.0)), fitting.store_ranker(uow, fallen())
    uow.now += timedelta(days=1)
    fitting.store_ranker(uow, good(2.0))
    mine = admin(uow)
    mine.now = uow.now + timedelta(days=1)
    fitting.promote_ranker(mine, old)
    assert in_use(uow) == [old.public_id]
    assert (old.promoted_by_id, old.promoted_at) == (mine.actor.user_id, mine.now)
    assert uow.session.scalar(select(func.count()).where(AuditEntry.action == "ranker.promote")) == 3
    with pytest.raises(Conflict):
        fitting.promote_ranker(mine, failed)
    staff = acting(uow, make_staff(uow))
    for act in (
        lambda: fitting.promote_ranker(staff, old),
        lambda: fitting.set_rules_only(staff, is_on=True),
        lambda: fitting.ask_for_fit(staff),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_fit_is_asked_for_once_and_says_how_far_it_is(sqlite_runtime: Runtime) -> None:
    context = JobContext(sqlite_runtime.database, 1, fitting.FIT_JOB)
    with context.unit() as uow:
        assert fitting.ask_for_fit(uow)
        assert not fitting.ask_for_fit(uow)
        context.job_id = uow.enqueued[0]
    assert JOBS[fitting.FIT_JOB](context)["kind"] == "prior"
    with context.unit() as uow:
        job = uow.session.get_one(Job, context.job_id)
        assert (job.done_count, job.total_count) == (2, 3)


def test_the_command_lists_promotes_and_switches(sqlite_runtime: Runtime) -> None:
    context = JobContext(sqlite_runtime.database, 1, "tests")
    with context.unit() as uow:
        first = fitting.store_ranker(uow, good(1.0)).public_id
        uow.now += timedelta(minutes=1)
        second = fitting.store_ranker(uow, good(2.0)).public_id
    with clock.frozen(NOW + timedelta(hours=1)):
        promote_model(sqlite_runtime, first)
    assert [(one["id"], one["is_active"]) for one in list_models(sqlite_runtime) if one["is_active"]] == [(first, True)]
    assert switch_rules(sqlite_runtime, is_on=True) == ""
    assert not any(one["is_active"] for one in list_models(sqlite_runtime))
    assert switch_rules(sqlite_runtime, is_on=False) == first
    with pytest.raises(NotFound):
        promote_model(sqlite_runtime, "nothing")
    assert {one["id"] for one in list_models(sqlite_runtime)} == {first, second}


# ---------- what is learnt from ----------


def test_a_click_keeps_the_place_at_which_the_posting_was_shown(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    services.remember_shown(uow, person.id, [posting.id], first=7)
    services.record_fact(uow, person.id, posting.id, FactKind.OPENED)
    services.remember_shown(uow, person.id, [posting.id], first=2)
    services.record_fact(uow, person.id, posting.id, FactKind.SHOWN)
    places = dict(uow.session.execute(select(PairFact.kind, PairFact.position)).all())
    assert places == {FactKind.SHOWN: 2, FactKind.OPENED: 7}
    assert {fact.outcome: fact.position for fact in fitting.read_facts(uow)} == {"shown": 2, "opened": 7}


def test_a_hundred_clicks_teach_as_much_as_one(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    for _ in range(100):
        services.record_fact(uow, person.id, posting.id, FactKind.OPENED)
    (fact,) = fitting.read_facts(uow)
    assert fact.outcome == "opened"


# ---------- two versions ----------


def _pay_only() -> Fit:
    curves = list(flat_ranker(0.0).curves)
    curves[FEATURES.index("pay")] = (0.0, 2.0, 4.0, 9.0)
    return Fit(Ranker(tuple(curves), 0.0, {"kind": "fitted", "rows": 1}), passed=True)


def _market(uow: UnitOfWork, people: int) -> None:
    for number in range(16):
        near = {"occupation_code": "4-02-02-02"} if number < 8 else {"occupation_code": "4-03-02-01"}
        pay = 5500 if number < 8 else 9000
        make_posting(uow, title=f"岗位 {number}", requirements=False, pay_low_yuan=pay, pay_high_yuan=pay, **near)
    for _ in range(people):
        person = make_person(uow, is_open_to_employers=True, with_user=False)
        person.name = "不能出现的名字"


def test_two_versions_are_compared_by_what_moved(uow: UnitOfWork) -> None:
    _market(uow, 3)
    for wish in uow.session.scalars(select(JobIntention)):
        wish.pay_floor_yuan = 6000
    model = fitting.store_ranker(uow, _pay_only())
    found = quality.compare(uow, quality.RULES, model.public_id)
    assert found.people == 3
    assert len(found.changes) == 3
    assert found.postings == sum(len(change.came) for change in found.changes) > 0
    causes = dict(found.causes)
    assert causes["工作对得上"] > 0
    assert causes["工资"] > 0
    # With the new version everything that came in leads everything that went out, and it did not before.
    assert sum(causes.values()) > 0
    assert quality.compare(uow, quality.RULES, model.public_id) == found
    assert "名字" not in repr(found)
    same = quality.compare(uow, model.public_id, model.public_id)
    assert (same.people, same.changes, same.causes) == (3, (), ())
    with pytest.raises(NotFound):
        quality.compare(uow, quality.RULES, "nothing")


def test_comparing_costs_the_same_for_few_and_many(uow: UnitOfWork) -> None:
    _market(uow, 2)
    model = fitting.store_ranker(uow, _pay_only())
    costs = []
    for more in (0, 18):
        for _ in range(more):
            make_person(uow, is_open_to_employers=True, with_user=False)
        services.pools(uow.session).postings.get(uow.session)
        rollback(uow)
        with counted(uow.session.get_bind()) as seen:
            quality.compare(uow, quality.RULES, model.public_id)
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_every_feature_has_a_word(uow: UnitOfWork) -> None:
    assert set(quality.FEATURE_LABELS) == set(FEATURES)
    table = quality.curve_table(uow)
    assert [row[1] for row in table] == sorted((row[1] for row in table), reverse=True)
    assert all(now == rules for _label, now, rules in table)
