"""Writing, reviewing, publishing and counting postings, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError, Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.states import EmploymentType, Shift
from recruiters.employers.states import VettingState
from recruiters.postings.cards import posting_card
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_office_postings, visible_own_postings, visible_postings
from recruiters.postings.queries import (
    get_posting,
    load_full,
    open_postings,
    posting_by_id,
    postings,
    waiting_postings,
)
from recruiters.postings.services import clocks, hiring, moving, writing
from recruiters.postings.states import (
    POSTING_FLOW,
    Housing,
    MealPlan,
    PayBasis,
    PayKind,
    PayUnit,
    PostingKind,
    PostingState,
    RequirementKind,
    SocialInsurance,
)
from recruiters.postings.values import RequirementInput
from tests.conftest import acting
from tests.factories import (
    PATH_OTHER,
    TOWN_A,
    actor_of,
    actor_of_employer,
    make_employer,
    make_posting,
    make_staff,
    make_user,
)

ACTIONS = sorted({action for _state, action in POSTING_FLOW})
B2 = RequirementInput(RequirementKind.LICENCE, "B2")


def _values(uow: UnitOfWork, **changes: Any) -> dict[str, Any]:
    return {
        "title": "货车司机",
        "occupation_code": "4-02-02-02",
        "duties": "驾驶货车在县内送货。",
        "employment_type": EmploymentType.CONTRACT,
        "contract_party": "本单位",
        "vacancy_count": 2,
        "region_code": TOWN_A,
        "address": "物流园 3 号",
        "pay_kind": PayKind.FIXED,
        "pay_unit": PayUnit.MONTH,
        "pay_basis": PayBasis.GROSS,
        "pay_low_yuan": 6000,
        "pay_high_yuan": 8000,
        "shift": Shift.DAY,
        "meals": MealPlan.INCLUDED,
        "housing": Housing.NONE,
        "social_insurance": SocialInsurance.FIVE,
        "valid_through": uow.today + timedelta(days=60),
    } | changes


def _move(uow: UnitOfWork, posting: Posting, action: str) -> Posting:
    given: dict[str, Any] = {}
    if action in {"return", "take_down"}:
        given["reason_code"] = "pr_pay"
    if action == "renew":
        given["valid_through"] = uow.today + timedelta(days=30)
    return moving.move_posting(uow, posting, action, **given)


@pytest.mark.parametrize("state", list(PostingState))
@pytest.mark.parametrize("action", ACTIONS)
def test_every_step_of_a_posting_is_taken_or_refused_as_the_table_says(
    uow: UnitOfWork, state: PostingState, action: str
) -> None:
    posting = make_posting(uow, state=state)
    if (state, action) in POSTING_FLOW:
        assert _move(uow, posting, action).state is POSTING_FLOW[state, action]
    else:
        with pytest.raises(Conflict, match=state.label):
            _move(uow, posting, action)
        assert uow.session.get_one(Posting, posting.id).state is state


def test_a_posting_goes_from_draft_to_open_through_two_pairs_of_hands(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member, staff = actor_of_employer(uow, employer), make_staff(uow)
    posting = writing.create_posting(acting(uow, member), employer, values=_values(uow), requirements=[B2])
    assert posting.missing == posting.findings == []
    moving.move_posting(acting(uow, member), posting, "submit")
    with pytest.raises(NotAllowed):
        moving.move_posting(acting(uow, member), posting, "publish")
    moving.move_posting(acting(uow, staff), posting, "publish")
    assert posting.state is PostingState.OPEN
    assert posting.published_at == uow.now
    assert [r.label for r in posting.requirements] == ["B2 驾驶证"]
    titles = uow.session.scalars(select(Message.title).where(Message.user_id == member.user_id)).all()
    assert titles == ["岗位“货车司机”已发布"]


ELEMENTS = {
    "requirements": {"requirements": []},
    "duties": {"duties": " "},
    "location": {"address": ""},
    "pay": {"pay_basis": None},
    "employment_type": {"contract_party": ""},
    "work_conditions": {"housing": None},
    "valid_until": {"valid_through": None},
}


@pytest.mark.parametrize("element", sorted(ELEMENTS))
def test_every_legal_element_is_needed_before_review(uow: UnitOfWork, element: str) -> None:
    employer = make_employer(uow)
    changes = dict(ELEMENTS[element])
    needs: Any = changes.pop("requirements", [B2])
    posting = writing.create_posting(uow, employer, values=_values(uow, **changes), requirements=needs)
    assert posting.missing == [element]
    with pytest.raises(Invalid) as caught:
        moving.move_posting(acting(uow, actor_of_employer(uow, employer)), posting, "submit")
    assert element in caught.value.fields
    assert posting.state is PostingState.DRAFT


def test_composite_pay_names_its_fixed_part(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = writing.create_posting(uow, employer, values=_values(uow, pay_kind=PayKind.COMPOSITE), requirements=[B2])
    assert posting.missing == ["pay"]
    writing.update_posting(uow, posting, values={"pay_base_yuan": 3500})
    assert posting.missing == []
    card = posting_card(uow.session, get_posting(uow.session, posting.id))
    assert (card.pay, card.pay_note) == ("6000–8000 元/月", "综合收入，其中固定 3500 元，应发")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "工"}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"vacancy_count": 0}, "vacancy_count"),
        ({"pay_low_yuan": 9000}, "pay_high_yuan"),
        ({"pay_low_yuan": -1}, "pay_low_yuan"),
        ({"pay_kind": PayKind.COMPOSITE, "pay_base_yuan": 8001}, "pay_base_yuan"),
        ({"region_code": "999999"}, "region_code"),
        ({"occupation_code": "9-99-99-99"}, "occupation_code"),
        ({"max_age": 35}, "age_basis"),
        ({"min_age": 40, "max_age": 30, "age_basis": "某条例"}, "max_age"),
    ],
)
def test_a_value_that_cannot_be_kept_is_told_on_its_field(uow: UnitOfWork, changes: dict[str, Any], field: str) -> None:
    employer = make_employer(uow)
    with pytest.raises(Invalid) as caught:
        writing.create_posting(uow, employer, values=_values(uow, **changes))
    assert field in caught.value.fields
    assert uow.session.scalars(select(Posting).where(Posting.employer_id == employer.id)).all() == []


@pytest.mark.parametrize("days", [-1, 91])
def test_validity_ends_within_ninety_days(uow: UnitOfWork, days: int) -> None:
    with pytest.raises(Invalid) as caught:
        writing.create_posting(
            uow, make_employer(uow), values=_values(uow, valid_through=uow.today + timedelta(days=days))
        )
    assert set(caught.value.fields) == {"valid_through"}


def test_a_blocked_text_cannot_be_submitted_and_is_cited(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = writing.create_posting(uow, employer, values=_values(uow, duties="驾驶货车，限男性。"), requirements=[B2])
    assert [(f["rule"], f["field"], f["text"]) for f in posting.findings] == [("R01", "duties", "限男性")]
    with pytest.raises(Invalid) as caught:
        moving.move_posting(uow, posting, "submit")
    assert "限男性" in caught.value.fields["duties"]


def test_a_wide_pay_range_warns_but_passes(uow: UnitOfWork) -> None:
    posting = writing.create_posting(
        uow, make_employer(uow), values=_values(uow, pay_low_yuan=3000, pay_high_yuan=9000), requirements=[B2]
    )
    assert [(f["rule"], f["severity"]) for f in posting.findings] == [("PAY", "warn")]
    assert moving.move_posting(uow, posting, "submit").state is PostingState.IN_REVIEW


def test_a_reserved_post_is_always_veterans_first(uow: UnitOfWork) -> None:
    posting = writing.create_posting(uow, make_employer(uow), values=_values(uow, is_reserved=True))
    assert posting.is_veterans_first


def test_publishing_needs_a_vetted_employer_that_is_not_overdue(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = make_posting(uow, employer, state=PostingState.IN_REVIEW)
    staff = acting(uow, make_staff(uow))
    employer.recheck_on = uow.today - timedelta(days=1)
    uow.session.flush()
    with pytest.raises(Conflict, match="复核"):
        moving.move_posting(staff, posting, "publish")
    employer.recheck_on, employer.vetting = uow.today, VettingState.SUSPENDED
    uow.session.flush()
    with pytest.raises(Conflict, match="已暂停"):
        moving.move_posting(staff, posting, "publish")


def test_an_unvetted_employer_may_draft_but_not_submit(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    member = acting(uow, actor_of_employer(uow, employer))
    posting = writing.create_posting(member, employer, values=_values(uow), requirements=[B2])
    with pytest.raises(NotAllowed):
        moving.move_posting(member, posting, "submit")


def test_staff_review_only_their_subtree(uow: UnitOfWork) -> None:
    posting = make_posting(uow, state=PostingState.IN_REVIEW)
    with pytest.raises(NotAllowed):
        moving.move_posting(acting(uow, make_staff(uow, path=PATH_OTHER)), posting, "publish")


def test_returning_needs_a_reason_and_tells_it(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member = actor_of_employer(uow, employer)
    posting = make_posting(uow, employer, state=PostingState.IN_REVIEW)
    staff = acting(uow, make_staff(uow))
    with pytest.raises(Invalid):
        moving.move_posting(staff, posting, "return", note="请改")
    moving.move_posting(staff, posting, "return", reason_code="pr_pay", note="请写底薪")
    body = uow.session.scalars(select(Message.body).where(Message.user_id == member.user_id)).one()
    assert body == "工资写得不清楚，请写明范围和组成 请写底薪 改好以后重新提交。"


def test_a_stale_form_is_a_conflict_and_an_open_posting_is_not_edited(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member = acting(uow, actor_of_employer(uow, employer))
    draft = make_posting(uow, employer, state=PostingState.DRAFT)
    with pytest.raises(Conflict):
        writing.update_posting(member, draft, values={"title": "司机"}, version=draft.version + 1)
    writing.update_posting(member, draft, values={"title": "夜班司机"}, version=draft.version)
    assert draft.title == "夜班司机"
    with pytest.raises(Conflict, match="招聘中"):
        writing.update_posting(member, make_posting(uow, employer), values={"title": "司机"})


def test_another_employer_can_do_nothing(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    stranger = acting(uow, actor_of_employer(uow, make_employer(uow)))
    for act in (
        lambda: writing.update_posting(stranger, posting, values={"title": "司机"}),
        lambda: moving.move_posting(stranger, posting, "close"),
        lambda: writing.copy_posting(stranger, posting),
        lambda: writing.create_posting(stranger, posting.employer, values=_values(uow)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_renewing_an_open_posting_keeps_it_open(uow: UnitOfWork) -> None:
    posting = make_posting(uow, valid_through=uow.today + timedelta(days=2))
    later = uow.today + timedelta(days=80)
    moving.move_posting(uow, posting, "renew", valid_through=later)
    assert (posting.state, posting.valid_through) == (PostingState.OPEN, later)


def test_a_copy_is_a_draft_without_validity(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    copy = writing.copy_posting(uow, posting)
    assert copy.state is PostingState.DRAFT
    assert copy.valid_through is None
    assert [r.code for r in copy.requirements] == ["B2", "SK002"]
    assert copy.id != posting.id


def test_head_count_is_counted_and_full_postings_close_and_open(uow: UnitOfWork) -> None:
    posting = make_posting(uow, vacancy_count=2)
    hiring.record_filled(uow, posting.id)
    assert (posting.filled_count, posting.state) == (1, PostingState.OPEN)
    hiring.record_filled(uow, posting.id)
    assert (posting.filled_count, posting.state) == (2, PostingState.FILLED)
    with pytest.raises(Conflict, match="招满"):
        hiring.record_filled(uow, posting.id)
    hiring.record_unfilled(uow, posting.id)
    assert (posting.filled_count, posting.state) == (1, PostingState.OPEN)
    hiring.record_unfilled(uow, posting.id)
    with pytest.raises(Conflict):
        hiring.record_unfilled(uow, posting.id)


def test_a_posting_that_a_rule_now_blocks_does_not_open_again_by_a_hire_taken_back(uow: UnitOfWork) -> None:
    posting = make_posting(uow, vacancy_count=1)
    hiring.record_filled(uow, posting.id)
    uow.session.execute(update(Posting).where(Posting.id == posting.id).values(duties="送货，限男性"))
    hiring.record_unfilled(uow, posting.id)
    assert posting.state is PostingState.PAUSED
    assert [finding["rule"] for finding in posting.findings] == ["R01"]


def test_expired_postings_go_offline_and_members_are_told_once(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    member = actor_of_employer(uow, employer)
    over = make_posting(uow, employer, valid_through=uow.today - timedelta(days=1))
    today = make_posting(uow, employer, valid_through=uow.today)
    assert clocks.expire_postings(uow) == 1
    assert clocks.expire_postings(uow) == 0
    assert (over.state, today.state) == (PostingState.EXPIRED, PostingState.OPEN)
    assert len(uow.session.scalars(select(Message).where(Message.user_id == member.user_id)).all()) == 1


def test_who_sees_which_postings(uow: UnitOfWork) -> None:
    employer, unvetted = make_employer(uow), make_employer(uow, vetted=False)
    shown = make_posting(uow, employer)
    draft = make_posting(uow, employer, state=PostingState.DRAFT)
    over = make_posting(uow, employer, valid_through=uow.today - timedelta(days=1))
    hidden = make_posting(uow, unvetted)
    person = actor_of(make_user(uow, Role.VETERAN), Role.VETERAN)

    def seen(actor: Any, policy: Any = visible_postings) -> set[int]:
        ours = {shown.id, draft.id, over.id, hidden.id}
        return {p.id for p in uow.rows(policy(actor, postings()))} & ours

    assert seen(person) == {shown.id}
    assert seen(actor_of_employer(uow, employer)) == {shown.id, draft.id, over.id}
    assert seen(actor_of_employer(uow, unvetted), visible_own_postings) == {hidden.id}
    assert seen(make_staff(uow)) == {shown.id, draft.id, over.id, hidden.id}
    assert seen(make_staff(uow, path=PATH_OTHER)) == {shown.id}
    assert seen(make_staff(uow, path=PATH_OTHER), visible_office_postings) == set()
    assert seen(system_actor("tests")) == {shown.id, draft.id, over.id, hidden.id}
    assert uow.rows(visible_postings(person, posting_by_id(draft.public_id))) == []


def test_cards_say_who_signs_and_what_is_provided(uow: UnitOfWork) -> None:
    posting = make_posting(
        uow,
        is_veterans_first=True,
        employment_type=EmploymentType.DISPATCH,
        kind=PostingKind.SEASONAL,
        housing=Housing.INCLUDED,
        social_insurance=SocialInsurance.FIVE_AND_FUND,
        pay_low_yuan=200,
        pay_high_yuan=200,
        pay_unit=PayUnit.DAY,
    )
    card = posting_card(uow.session, get_posting(uow.session, posting.id))
    assert [text for text, _tone in card.tags] == ["退役军人优先", "劳务派遣", "季节工", "五险一金", "包吃住"]
    assert card.pay == "200 元/天"


@pytest.mark.parametrize("count", [2, 20])
def test_lists_cost_the_same_number_of_statements(uow: UnitOfWork, count: int) -> None:
    from sqlalchemy import event

    for _number in range(count):
        make_posting(uow)
        make_posting(uow, state=PostingState.IN_REVIEW)
    uow.session.expunge_all()
    staff = make_staff(uow)
    posting_card(uow.session, uow.rows(visible_postings(staff, load_full(open_postings()).limit(1)))[0])
    seen: list[str] = []

    def listen(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    bind = uow.session.connection()
    event.listen(bind, "before_cursor_execute", listen)
    uow.session.expunge_all()
    for query in (load_full(open_postings()), postings(), waiting_postings()):
        for posting in uow.rows(visible_office_postings(staff, query)):
            posting_card(uow.session, posting)
    event.remove(bind, "before_cursor_execute", listen)
    assert len(seen) == 6


def _hire(runtime: Runtime, posting_id: int, results: list[str]) -> None:
    try:
        with runtime.unit(system_actor("hire")) as uow:
            hiring.record_filled(uow, posting_id)
        results.append("hired")
    except AppError as error:
        results.append(error.code)


def _hire_without_guard(runtime: Runtime, posting_id: int, all_have_looked: threading.Barrier) -> None:
    """The control: it looks first and writes later, and the CHECK that would catch it is switched off."""
    with runtime.unit(system_actor("hire"), writing=False) as uow:
        posting = uow.session.get_one(Posting, posting_id)
        is_free = posting.filled_count < posting.vacancy_count
    all_have_looked.wait()
    if is_free:
        with runtime.unit(system_actor("hire")) as uow:
            uow.session.connection().exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            filled = update(Posting).values(filled_count=Posting.filled_count + 1)
            uow.session.execute(filled.where(Posting.id == posting_id))
            uow.session.connection().exec_driver_sql("PRAGMA ignore_check_constraints=OFF")


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _open_posting(runtime: Runtime, capacity: int) -> int:
    with runtime.unit(system_actor("tests")) as uow:
        return make_posting(uow, vacancy_count=capacity).id


@pytest.mark.parametrize("capacity", [1, 7])
def test_concurrent_hires_never_exceed_the_head_count(sqlite_runtime: Runtime, capacity: int) -> None:
    posting_id = _open_posting(sqlite_runtime, capacity)
    results: list[str] = []
    _run([threading.Thread(target=_hire, args=(sqlite_runtime, posting_id, results)) for _n in range(20)])
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        posting = uow.session.get_one(Posting, posting_id)
        assert (posting.filled_count, posting.state) == (capacity, PostingState.FILLED)
    assert sorted(results) == sorted(["hired"] * capacity + ["conflict"] * (20 - capacity))


def test_the_control_without_the_guard_does_exceed_it(sqlite_runtime: Runtime) -> None:
    posting_id = _open_posting(sqlite_runtime, 3)
    looked = threading.Barrier(12)
    _run([threading.Thread(target=_hire_without_guard, args=(sqlite_runtime, posting_id, looked)) for _n in range(12)])
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.get_one(Posting, posting_id).filled_count > 3
