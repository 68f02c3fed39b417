"""What incubators decide: desks, applications, reviews, terms, leaving, waivers, and what is refused and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.consents import Grant
from jobmatch.people.services.grants import revoke_grant
from jobmatch.people.states import GrantPurpose
from jobmatch.reference.queries import add_working_days
from tests.conftest import acting
from tests.factories import PATH_A, PATH_OTHER, actor_of, actor_of_person, make_person, make_station, make_user
from tests.training.help_parks import (
    desks_of,
    make_incubator,
    make_mentor,
    make_tenancy,
    make_venture,
    operator_of,
    reviewers,
)
from training.incubation.parks import hooks, people_queries, queries, subjects
from training.incubation.parks.hooks import ask_jobs
from training.incubation.parks.models import MentorTalk, Space, SpaceLet, TenancyMove, TenancyReview
from training.incubation.parks.money import months_due, months_waived_yuan
from training.incubation.parks.services import applying, mentors, moving, reviewing, spaces
from training.incubation.parks.services.reminding import remind_of_terms
from training.incubation.parks.standards import is_county_path
from training.incubation.parks.states import Criterion, TenancyState
from training.incubation.ventures.states import VentureState

GOOD = {one.value: 15 for one in Criterion}
POOR = {one.value: 11 for one in Criterion}


def enter(uow: UnitOfWork, tenancy: Any, numbers: tuple[str, ...] = ("A01",), **values: Any) -> Any:
    """Move in with desks by number."""
    chosen = [one.public_id for one in desks_of(uow, tenancy.incubator) if one.number in numbers]
    given_ = {"term_from": uow.today, "months": 24, "rent_yuan": 600, "waiver_share": 50} | values
    return moving.move_in(uow, tenancy, spaces=chosen, **given_)


# ---------- applying ----------


def test_applying_gives_a_grant_and_a_task_with_its_day(uow: UnitOfWork) -> None:
    park, person = make_incubator(uow), make_person(uow)
    venture = make_venture(uow, person)
    mine = acting(uow, actor_of_person(uow, person))
    tenancy = applying.apply_for_place(
        mine, park, venture, plan_words="做早餐粉面，先雇两个人", desk_count=2, agrees=True
    )
    grant = uow.session.get_one(Grant, tenancy.grant_id)
    assert grant.purpose is GrantPurpose.INCUBATION and grant.organization_id == park.organization_id
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.START_UP)).one()
    assert task.due_on == add_working_days(uow.session, uow.today, 5)[0]
    with pytest.raises(Invalid) as refused:
        applying.apply_for_place(mine, park, venture, plan_words="做早餐粉面，先雇两个人", desk_count=1, agrees=True)
    assert park.organization.name in refused.value.fields["venture"]
    operator = acting(uow, operator_of(uow, park))
    assert queries.contacts_of(operator, [tenancy])[tenancy.id].name == person.name
    applying.accept_tenancy(operator, tenancy)
    assert task.state is TaskState.DONE
    told = uow.session.execute(select(Message.user_id, Message.title)).all()
    assert [tuple(row) for row in told] == [(person.user_id, f"{park.organization.name}入驻：已受理，待评审")]
    with pytest.raises(Conflict):
        applying.accept_tenancy(operator, tenancy)
    revoke_grant(mine, grant)
    assert queries.contacts_of(operator, [tenancy]) == {}


def test_completing_begins_the_time_to_answer_anew(uow: UnitOfWork) -> None:
    park = make_incubator(uow)
    member = operator_of(uow, park).user_id
    tenancy = applying.apply_for_place(
        uow, park, make_venture(uow), plan_words="做早餐粉面，先雇两个人", desk_count=1, agrees=True
    )
    applying.ask_to_complete(uow, tenancy, words="写清楚雇几个人")
    applying.complete_tenancy(uow, tenancy, plan_words="做早餐粉面，先雇三个人", desk_count=2)
    told = uow.session.scalars(select(Message.title).where(Message.user_id == member)).all()
    assert told == [f"有项目申请入驻：{tenancy.venture.name}"]
    states = [task.state for task in uow.session.scalars(select(Task).order_by(Task.id))]
    assert states == [TaskState.DONE, TaskState.OPEN] and tenancy.desk_count == 2
    applying.withdraw_tenancy(uow, tenancy)
    with pytest.raises(Conflict):
        applying.withdraw_tenancy(uow, tenancy)


def test_only_the_ventures_people_and_its_office_apply(uow: UnitOfWork) -> None:
    park, venture = make_incubator(uow), make_venture(uow)
    stranger = acting(uow, actor_of_person(uow, make_person(uow)))
    far = acting(uow, reviewers(uow, 1, path=PATH_OTHER)[0])
    for other in (stranger, far, acting(uow, operator_of(uow, park))):
        with pytest.raises(NotAllowed):
            applying.apply_for_place(other, park, venture, plan_words="做早餐粉面，雇两人", desk_count=1, agrees=True)
    dead = make_venture(uow, state=VentureState.DROPPED)
    with pytest.raises(Invalid) as refused:
        applying.apply_for_place(uow, park, dead, plan_words="x", desk_count=99, agrees=False)
    assert set(refused.value.fields) == {"venture", "plan_words", "desk_count", "agrees"}


# ---------- reviewing ----------


def test_three_scores_pass_or_reject_by_the_rule(uow: UnitOfWork) -> None:
    park, panel = make_incubator(uow), reviewers(uow, 4)
    for scores, state in ((GOOD, TenancyState.NOTICED), (POOR, TenancyState.REJECTED)):
        tenancy = make_tenancy(uow, park, state=TenancyState.ACCEPTED)
        reviewing.recuse_from(acting(uow, panel[3]), tenancy, words="创办人是我表弟")
        for one in panel[:2]:
            reviewing.score_tenancy(acting(uow, one), tenancy, scores=scores)
        with pytest.raises(Conflict, match="还差 1 份"):
            reviewing.decide_tenancy(acting(uow, panel[0]), tenancy)
        reviewing.score_tenancy(acting(uow, panel[2]), tenancy, scores=scores)
        reviewing.decide_tenancy(acting(uow, panel[0]), tenancy)
        assert tenancy.state is state
        with pytest.raises(Conflict):
            reviewing.decide_tenancy(acting(uow, panel[0]), tenancy)
        with pytest.raises(Conflict):
            reviewing.score_tenancy(acting(uow, panel[0]), tenancy, scores=GOOD)
    noticed = next(one for one in uow.session.query(type(tenancy)) if one.state is TenancyState.NOTICED)
    assert noticed.noticed_until == add_working_days(uow.session, uow.today, 5)[0]


def test_an_average_on_the_mark_passes(uow: UnitOfWork) -> None:
    tenancy = make_tenancy(uow, make_incubator(uow), state=TenancyState.ACCEPTED)
    for one, points in zip(reviewers(uow), (10, 12, 14), strict=True):
        reviewing.score_tenancy(acting(uow, one), tenancy, scores={c.value: points for c in Criterion})
    reviewing.decide_tenancy(uow, tenancy)
    assert tenancy.state is TenancyState.NOTICED and "平均 60.0 分" in tenancy.decided_words


def test_a_founder_may_not_score_nor_decide(uow: UnitOfWork) -> None:
    station = make_station(uow)
    clerk = make_user(uow, Role.STATION_STAFF, organization=station)
    person = make_person(uow, with_user=False)
    person.user_id = clerk.id
    tenancy = make_tenancy(uow, make_incubator(uow), make_venture(uow, person), state=TenancyState.ACCEPTED)
    mine = acting(uow, actor_of(clerk, Role.STATION_STAFF, station))
    with pytest.raises(Invalid, match="回避规定"):
        reviewing.score_tenancy(mine, tenancy, scores=GOOD)
    with pytest.raises(Invalid, match="请让别的同事定"):
        reviewing.decide_tenancy(mine, tenancy)
    reviewing.recuse_from(mine, tenancy, words="是我本人的项目")
    assert uow.session.scalars(select(TenancyReview.total)).one() is None
    with pytest.raises(Conflict):
        reviewing.recuse_from(mine, tenancy, words="是我本人的项目")


def test_operators_and_far_offices_do_not_review(uow: UnitOfWork) -> None:
    park = make_incubator(uow)
    tenancy = make_tenancy(uow, park, state=TenancyState.ACCEPTED)
    for other in (operator_of(uow, park), reviewers(uow, 1, path=PATH_OTHER)[0]):
        with pytest.raises(NotAllowed):
            reviewing.score_tenancy(acting(uow, other), tenancy, scores=GOOD)
    with pytest.raises(Invalid) as refused:
        reviewing.score_tenancy(acting(uow, reviewers(uow, 1)[0]), tenancy, scores={**GOOD, "team": 21, "jobs": None})
    assert set(refused.value.fields) == {"team", "jobs"}


def test_an_objection_that_is_right_ends_the_notice(uow: UnitOfWork) -> None:
    tenancy = make_tenancy(uow, make_incubator(uow), state=TenancyState.NOTICED)
    with pytest.raises(Invalid):
        reviewing.reject_noticed(uow, tenancy, words="")
    reviewing.reject_noticed(uow, tenancy, words="项目是别人的，已核实")
    assert tenancy.state is TenancyState.REJECTED


# ---------- moving ----------


def test_nobody_moves_in_before_the_notice_is_over(uow: UnitOfWork) -> None:
    tenancy = make_tenancy(uow, make_incubator(uow), state=TenancyState.NOTICED, noticed_until=uow.today)
    with pytest.raises(Invalid) as refused:
        enter(uow, tenancy)
    assert "入驻公示天数 5 工作日（平台默认值" in refused.value.fields["term_from"]
    tenancy.noticed_until = uow.today - timedelta(days=1)
    enter(uow, tenancy)
    assert tenancy.term_until == date(2028, 11, 20)
    with pytest.raises(Conflict):
        enter(uow, tenancy)


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("months", {"months": 25}, "入驻期限 24 月（平台默认值"),
        ("months", {"months": 0}, "入驻期限"),
        ("rent_yuan", {"rent_yuan": None}, "整数"),
        ("rent_yuan", {"rent_yuan": 1_000_001}, "整数"),
        ("waiver_share", {"waiver_share": 101}, "从 0 到 100"),
        ("waiver_share", {"waiver_share": -1}, "从 0 到 100"),
        ("spaces", {"numbers": ()}, "至少选一个"),
        ("spaces", {"numbers": ("A01", "A02", "A03")}, "不能多给"),
        ("term_from", {"term_from": None}, "哪天入驻"),
        ("term_from", {"term_from": date(2027, 3, 1)}, "31 天以内"),
    ],
)
def test_a_wrong_term_or_rent_is_refused_and_nothing_is_let(
    uow: UnitOfWork, field: str, values: dict[str, Any], words: str
) -> None:
    tenancy = make_tenancy(uow, make_incubator(uow), state=TenancyState.NOTICED)
    with pytest.raises(Invalid) as refused:
        enter(uow, tenancy, **values)
    assert words in refused.value.fields[field]
    uow.session.expire_all()
    assert uow.session.scalars(select(Space.id).where(Space.tenancy_id.is_not(None))).all() == []
    assert uow.session.scalars(select(TenancyMove.id)).all() == []


def test_a_desk_that_somebody_has_is_named_and_none_is_half_taken(uow: UnitOfWork) -> None:
    park = make_incubator(uow)
    first, second = (make_tenancy(uow, park, state=TenancyState.NOTICED) for _n in range(2))
    enter(uow, first, ("A02",))
    with pytest.raises(Invalid) as refused:
        enter(uow, second, ("A01", "A02"))
    assert refused.value.fields["spaces"] == f"A02 已经给了“{first.venture.name}”，请另选"
    for one in desks_of(uow, park):
        uow.session.refresh(one)
    assert [one.number for one in desks_of(uow, park) if one.tenancy_id is not None] == ["A02"]
    desks_of(uow, park)[2].is_usable = False
    uow.session.flush()
    with pytest.raises(Invalid, match="有几处"):
        enter(uow, second, ("A03",))
    with pytest.raises(Conflict):
        moving.move_in(uow, second, spaces=["x" * 16], term_from=uow.today, months=1, rent_yuan=0, waiver_share=0)


def test_a_term_grows_no_longer_than_the_rule(uow: UnitOfWork) -> None:
    tenancy = make_tenancy(uow, make_incubator(uow), state=TenancyState.INCUBATED, term_until=date(2026, 11, 30))
    moving.extend_term(uow, tenancy, months=7)
    assert (tenancy.term_until, tenancy.extended_months) == (date(2027, 6, 30), 7)
    with pytest.raises(Invalid) as refused:
        moving.extend_term(uow, tenancy, months=6)
    assert "还能延 5 个月" in refused.value.fields["months"] and "12 月（平台默认值" in refused.value.fields["months"]
    moving.extend_term(uow, tenancy, months=5)
    with pytest.raises(Invalid):
        moving.extend_term(uow, tenancy, months=1)
    with pytest.raises(Conflict):
        moving.extend_term(uow, make_tenancy(uow, tenancy.incubator), months=1)


@pytest.mark.parametrize("act", moving.LEAVING)
def test_leaving_frees_the_desks_and_begins_the_follow_up(uow: UnitOfWork, act: str) -> None:
    park = make_incubator(uow)
    tenancy = make_tenancy(uow, park, state=TenancyState.INCUBATED, desks=2)
    moving.assess_tenancy(uow, tenancy)
    with pytest.raises(Invalid) as refused:
        moving.leave_place(uow, tenancy, act, reason="", left_on=uow.today + timedelta(days=1))
    assert set(refused.value.fields) == {"reason", "left_on"}
    uow.session.refresh(tenancy, attribute_names=["state"])
    moving.leave_place(uow, tenancy, act, reason="换到自己的店面", left_on=uow.today)
    assert all(one.tenancy_id is None for one in desks_of(uow, park))
    assert set(uow.session.scalars(select(SpaceLet.until_on))) == {uow.today}
    assert tenancy.follow_until == date(2027, 11, 21)
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.VENTURE_VISIT)).one()
    assert task.due_on == date(2027, 2, 21)
    with pytest.raises(Conflict):
        moving.leave_place(uow, tenancy, act, reason="换到自己的店面", left_on=uow.today)
    make_tenancy(uow, park, tenancy.venture)


def test_an_assessment_is_kept_once(uow: UnitOfWork) -> None:
    tenancy = make_tenancy(uow, make_incubator(uow), state=TenancyState.INCUBATED)
    moving.assess_tenancy(uow, tenancy, words="2026 年度")
    moving.keep_tenancy(uow, tenancy, words="合格")
    assert tenancy.state is TenancyState.INCUBATED
    with pytest.raises(Conflict):
        moving.keep_tenancy(uow, tenancy)


def test_terms_that_end_are_told_once_each(uow: UnitOfWork) -> None:
    park = make_incubator(uow)
    operator_of(uow, park)
    near = make_tenancy(uow, park, state=TenancyState.INCUBATED, term_until=uow.today + timedelta(days=60))
    make_tenancy(uow, park, state=TenancyState.INCUBATED, term_until=uow.today + timedelta(days=61))
    assert (remind_of_terms(uow), remind_of_terms(uow)) == (1, 0)
    assert uow.session.scalars(select(Message.link)).all() == [f"/incubator/tenancies/{near.public_id}"]
    moving.extend_term(uow, near, months=1)
    assert remind_of_terms(uow) == 0
    near.term_until = uow.today + timedelta(days=10)
    assert remind_of_terms(uow) == 1


# ---------- desks ----------


def test_numbers_count_on() -> None:
    assert spaces.counted_on("A08", 3) == ["A08", "A09", "A10"]
    assert spaces.counted_on("东", 2) == ["东1", "东2"]
    assert spaces.counted_on("A99", 2) == ["A99", "A100"]
    assert spaces.counted_on("东", 1) == ["东"]


def test_a_row_is_added_wholly_or_not(uow: UnitOfWork) -> None:
    park = make_incubator(uow, desks=0)
    facts = spaces.SpaceFacts(kind="desk", number="A1", row=1, col=58)
    with pytest.raises(Invalid) as refused:
        spaces.add_row(uow, park, facts, count=4)
    assert "60" in refused.value.fields["col"]
    assert len(spaces.add_row(uow, park, facts, count=3)) == 3
    with pytest.raises(Invalid) as refused:
        spaces.add_row(uow, park, spaces.SpaceFacts(kind="desk", number="A3", row=1, col=56), count=3)
    assert "A3" in refused.value.fields["number"] and "第 58 列" in refused.value.fields["col"]
    assert len(desks_of(uow, park)) == 3
    with pytest.raises(NotAllowed):
        spaces.add_space(acting(uow, operator_of(uow, make_incubator(uow))), park, facts)
    with pytest.raises(NotFound):
        spaces.find_space(uow, make_incubator(uow), desks_of(uow, park)[0].public_id)


# ---------- figures ----------


def test_the_figures_of_the_standards(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_asked", [])
    park = make_incubator(uow, opened_on=date(2023, 11, 22), staff_count=5)
    make_mentor(uow, park)
    make_mentor(uow, park, is_active=False)
    make_tenancy(uow, park, state=TenancyState.INCUBATED, desks=1)
    old = uow.today - timedelta(days=400)
    gone = {"term_from": old - timedelta(days=300), "term_until": old}
    make_tenancy(uow, park, state=TenancyState.GRADUATED, left_on=old, **gone)
    make_tenancy(uow, park, state=TenancyState.EXPIRED, left_on=old + timedelta(days=1), **gone)
    make_tenancy(uow, park, state=TenancyState.EVICTED, left_on=old, **gone)
    make_tenancy(uow, park, state=TenancyState.GRADUATED)
    found = people_queries.figures_of(uow, park)
    assert (found.entities, found.new_a_year, found.mentors, found.running_years) == (1, 2, 1, 2)
    assert found.exit_share == 0.5
    assert found.success_share == pytest.approx(1 / 3)
    assert found.use_share == 0.25 and found.is_county and found.jobs is None
    hooks.ask_jobs(lambda _uow, ventures: len(ventures) * 3)
    assert people_queries.figures_of(uow, park).jobs == 3
    first = people_queries.assessments_of(uow, found)[0]
    by_code = {one.code: one for one in first.needs}
    assert by_code["area_m2"].is_met and by_code["entities"].need == 30 and by_code["entities"].missing == 29
    assert by_code["jobs"].is_met is None and by_code["term_years"].is_met
    assert "湖北" in first.source


def test_jobs_are_counted_where_somebody_counts_them(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.incubation.parks.hooks._asked", [])
    park = make_incubator(uow)
    one = make_tenancy(uow, park, state=TenancyState.INCUBATED)
    ask_jobs(lambda _uow, ids: 7 if list(ids) == [one.venture_id] else 0)
    assert people_queries.figures_of(uow, park).jobs == 7


def test_a_city_asks_for_more_entities() -> None:
    assert not is_county_path("/43/4303/")
    assert is_county_path("/43/4303/430382/") and is_county_path(PATH_A)


def test_a_graduate_that_closed_soon_is_no_success() -> None:
    today, left = date(2026, 11, 21), date(2026, 1, 1)
    graduated = TenancyState.GRADUATED
    assert people_queries.success_share([(graduated, left, None)], 6, today) == 1
    assert people_queries.success_share([(graduated, left, date(2026, 3, 1))], 6, today) == 0
    assert people_queries.success_share([(graduated, today, None)], 6, today) is None


def test_waived_rent_of_a_period(uow: UnitOfWork) -> None:
    park = make_incubator(uow)
    common = {"state": TenancyState.INCUBATED, "rent_yuan": 601, "waiver_share": 50}
    make_tenancy(uow, park, term_from=date(2026, 1, 31), term_until=date(2026, 12, 30), **common)
    left = {**common, "state": TenancyState.EXPIRED, "left_on": date(2026, 3, 1)}
    make_tenancy(uow, park, term_from=date(2026, 1, 15), term_until=date(2027, 1, 14), **left)
    make_tenancy(uow, make_incubator(uow), term_from=date(2026, 1, 1), term_until=date(2026, 12, 31), **common)
    year = queries.waived_yuan(uow.session, park.id, date(2026, 1, 1), date(2026, 12, 31))
    assert year == (11 + 2) * 300


@given(
    st.dates(date(2020, 1, 1), date(2024, 12, 31)),
    st.integers(0, 900),
    st.integers(0, 900),
    st.integers(0, 900),
    st.integers(0, 5000),
    st.integers(0, 100),
)
def test_two_periods_that_follow_each_other_add_up(
    start: date, long: int, first: int, second: int, rent: int, share: int
) -> None:
    last = start + timedelta(days=long)
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second + 1)
    parts = months_due(start, last, start, middle) + months_due(start, last, middle + timedelta(days=1), end)
    whole = months_due(start, last, start, end)
    assert parts == whole
    assert 0 <= months_waived_yuan(whole, rent, share) <= whole * rent


# ---------- mentors and whole-person acts ----------


def test_a_mentor_is_tied_to_the_account_of_the_phone(uow: UnitOfWork) -> None:
    park = make_incubator(uow)
    user = make_user(uow, Role.MENTOR)
    one = mentors.save_mentor(uow, park, None, name="测试导师", field="tax", phone=user.phone or "")
    assert one.user_id == user.id
    other = mentors.save_mentor(uow, park, None, name="测试导师二", field="tax", phone=user.phone or "")
    assert other.user_id is None
    veteran = make_user(uow, Role.VETERAN)
    assert mentors.save_mentor(uow, park, None, name="三", field="tax", phone=veteran.phone or "").user_id is None


def test_a_talk_is_with_a_venture_that_sits_there(uow: UnitOfWork) -> None:
    park = make_incubator(uow)
    mentor, inside = make_mentor(uow, park), make_tenancy(uow, park, state=TenancyState.INCUBATED)
    talk = {"happened_on": uow.today, "minutes": 60, "topic": "定价"}
    with pytest.raises(Invalid) as refused:
        mentors.record_talk(uow, mentor, venture=make_venture(uow).public_id, **talk)
    assert "在孵" in refused.value.fields["venture"]
    mentors.record_talk(uow, mentor, venture=inside.venture.public_id, **talk)
    stranger = make_user(uow, Role.MENTOR)
    with pytest.raises(NotAllowed):
        mentors.record_talk(
            acting(uow, actor_of(stranger, Role.MENTOR)), mentor, venture=inside.venture.public_id, **talk
        )


def test_erasing_leaves_numbers(uow: UnitOfWork) -> None:
    park, person = make_incubator(uow), make_person(uow)
    tenancy = make_tenancy(uow, park, make_venture(uow, person), state=TenancyState.INCUBATED, desks=1)
    mentor = make_mentor(uow, park, user_id=person.user_id, phone="19900001234")
    uow.session.add(
        MentorTalk(
            mentor_id=mentor.id,
            venture_id=tenancy.venture_id,
            happened_on=uow.today,
            minutes=60,
            topic="定价",
            words="私下说的",
            recorded_at=uow.now,
        )
    )
    uow.session.flush()
    exported = subjects.export_person(uow, person.id)
    assert exported["tenancy"] and exported["mentor"][0]["phone"] == "19900001234" and exported["mentor_talk"]
    assert subjects.erase_person(uow, person.id)["tenancy"] == 1
    uow.session.expire_all()
    assert (mentor.name, mentor.phone, mentor.user_id) == ("—", "", None)
    talk = uow.session.scalars(select(MentorTalk)).one()
    assert (talk.words, talk.minutes) == ("", 60)
    assert subjects.export_person(uow, person.id) == {"tenancy": [], "mentor": [], "mentor_talk": []}
    assert people_queries.figures_of(uow, park).entities == 1


def test_a_mentor_follows_the_account_that_stays(uow: UnitOfWork) -> None:
    park, source, target = make_incubator(uow), make_person(uow), make_person(uow)
    mentor = make_mentor(uow, park, user_id=source.user_id)
    moved = subjects.move_person(uow, source.id, target.id)
    assert mentor.user_id == target.user_id and moved[0].before == {"user_id": source.user_id}
    assert subjects.move_person(uow, source.id, make_person(uow, with_user=False).id) == []


def test_an_incubator_follows_its_organization(uow: UnitOfWork) -> None:
    park, other = make_incubator(uow), make_incubator(uow)
    assert subjects.move_organization(uow, park.organization_id, other.organization_id) == []
    target = Organization(
        kind=OrganizationKind.INCUBATOR,
        state=OrganizationState.ACTIVE,
        name="测试目标",
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(target)
    uow.session.flush()
    subjects.move_organization(uow, park.organization_id, target.id)
    assert park.organization_id == target.id
    assert uow.session.scalars(select(Membership.id).where(Membership.organization_id == target.id)).all() == []
