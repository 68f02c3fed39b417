"""Ventures: wishes, moves, founders and shares, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind
from jobmatch.casework.families.models import FamilyCheck
from jobmatch.casework.families.states import TrainingWish
from jobmatch.casework.plans.models import PlanNeed, ServicePlan
from jobmatch.casework.plans.states import NeedKind
from jobmatch.casework.surveys.models import Survey, SurveyAnswer
from jobmatch.casework.surveys.states import StartUpWish, Via
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import EvidenceKind, RegisterSource
from tests.factories import PATH_A, PATH_OTHER, actor_of_person, make_employer, make_person, make_staff
from tests.training.help_ventures import make_venture
from training.incubation.ventures.founding import (
    WHOLE,
    Started,
    is_success,
    is_veteran_founded,
    share_points,
    share_words,
)
from training.incubation.ventures.models import Venture, VentureFounder, VentureMove
from training.incubation.ventures.queries import founders_of, successes
from training.incubation.ventures.services.founders import FounderFacts, leave_founder, save_founder
from training.incubation.ventures.services.lines import add_contest, add_milestone, finish_milestone
from training.incubation.ventures.services.moves import ACTIONS, MoveFacts, move_venture, open_actions
from training.incubation.ventures.services.wishes import (
    Wish,
    collect_wishes,
    enter_by_phone,
    record_wish,
    register_wish,
)
from training.incubation.ventures.states import (
    VENTURE_FLOW,
    ContestTrack,
    FounderKind,
    FounderRole,
    VentureForm,
    VentureState,
    WishSource,
)

CODE = "91110000600037341L"
FACTS = MoveFacts(
    on=date(2026, 11, 1),
    note="测试原因",
    name="测试修理店",
    form=VentureForm.SELF_EMPLOYED,
    credit_code=CODE,
    is_first=True,
    is_takeover=False,
)


def tasks(uow: UnitOfWork, kind: TaskKind = TaskKind.START_UP) -> list[Task]:
    return list(uow.session.scalars(select(Task).where(Task.kind == kind)))


def test_a_wish_becomes_one_venture_with_one_task(uow: UnitOfWork) -> None:
    person = make_person(uow)
    venture = record_wish(uow, person, source=WishSource.FAIR, words="开修理店")
    assert (venture.state, venture.words, venture.region_path) == (
        VentureState.INTENTION,
        "开修理店",
        person.region_path,
    )
    assert record_wish(uow, person, source=WishSource.OWN) is venture
    (task,) = tasks(uow)
    assert task.due_on == date(2026, 11, 27)
    assert task.link == f"/staff/ventures/{venture.public_id}"
    (founder,) = founders_of(uow.session, [venture.id])[venture.id]
    assert (founder.person_id, founder.kind) == (person.id, FounderKind.VETERAN)


def test_a_dropped_wish_begins_again(uow: UnitOfWork) -> None:
    person = make_person(uow)
    venture = record_wish(uow, person, source=WishSource.OWN)
    move_venture(uow, venture, "drop", MoveFacts(on=uow.today, note="本钱不够"))
    assert tasks(uow)[0].state is TaskState.DONE
    again = record_wish(uow, person, source=WishSource.COURSE)
    assert again.id == venture.id
    assert again.state is VentureState.INTENTION
    assert uow.session.scalar(select(func.count()).select_from(VentureMove)) == 3


def test_the_own_wish_needs_words_and_the_own_file(uow: UnitOfWork) -> None:
    person, other = make_person(uow), make_person(uow)
    uow.actor = actor_of_person(uow, person)
    with pytest.raises(NotAllowed):
        register_wish(uow, other, Wish(words="开店"))
    with pytest.raises(Invalid) as caught:
        register_wish(uow, person, Wish(words=" ", sector_code="ZZ", region_code="99"))
    assert set(caught.value.fields) == {"words", "sector_code", "region_code"}
    venture = register_wish(uow, person, Wish(words="开店", when="明年", money="8 万"))
    assert venture.words == "开店；打算什么时候：明年；本钱：8 万"


def test_staff_find_the_person_by_phone(uow: UnitOfWork) -> None:
    person = make_person(uow, phone="19900001234")
    far = make_person(uow, path=PATH_OTHER, phone="19900004321")
    uow.actor = make_staff(uow, path=PATH_A)
    assert enter_by_phone(uow, "19900001234", Wish(words="开店")).person_id == person.id
    for phone in ("19900004321", "", "19900009999"):
        with pytest.raises(Invalid):
            enter_by_phone(uow, phone, Wish(words="开店"))
    assert uow.session.scalar(select(func.count()).select_from(Venture)) == 1
    assert far.id


def _answer(uow: UnitOfWork, person: Any, wish: StartUpWish) -> None:
    survey = Survey(title="测试", region_path=PATH_A, opens_on=uow.today, closes_on=uow.today, created_at=uow.now)
    uow.session.add(survey)
    uow.session.flush()
    uow.session.add(
        SurveyAnswer(
            survey_id=survey.id,
            person_id=person.id,
            via=Via.OWN,
            start_up=wish,
            start_up_words="开店",
            answered_at=uow.now - timedelta(days=1),
        )
    )
    uow.session.flush()


def test_wishes_of_surveys_plans_and_family_counts_are_collected_once(uow: UnitOfWork) -> None:
    thinking, not_at_all, planned = make_person(uow), make_person(uow), make_person(uow)
    _answer(uow, thinking, StartUpWish.THINKING)
    _answer(uow, not_at_all, StartUpWish.NO)
    plan = ServicePlan(person_id=planned.id, opened_on=uow.today, review_on=uow.today)
    uow.session.add(plan)
    uow.session.flush()
    uow.session.add(PlanNeed(plan_id=plan.id, kind=NeedKind.START_UP))
    uow.session.flush()
    wife, skilled = make_person(uow), make_person(uow)
    for person, wish in ((wife, TrainingWish.START_UP), (skilled, TrainingWish.SKILL)):
        uow.session.add(FamilyCheck(person_id=person.id, half_year="2026-2", checked_on=uow.today, training_wish=wish))
    uow.session.flush()
    assert collect_wishes(uow) == 3
    assert collect_wishes(uow) == 0
    found = {one.person_id: one for one in uow.session.scalars(select(Venture))}
    assert set(found) == {thinking.id, planned.id, wife.id}
    assert found[wife.id].source is WishSource.SURVEY
    assert found[thinking.id].source is WishSource.SURVEY
    # An old answer does not bring back what was dropped since.
    for person in (thinking, wife):
        move_venture(uow, found[person.id], "drop", MoveFacts(on=uow.today, note="不办了"))
    assert collect_wishes(uow) == 0


def test_registering_makes_the_organization_and_the_line_of_the_register(uow: UnitOfWork) -> None:
    person = make_person(uow)
    venture = record_wish(uow, person, source=WishSource.OWN, wished_on=date(2026, 10, 1))
    uow.actor = make_staff(uow)
    move_venture(uow, venture, "prepare", MoveFacts(on=date(2026, 10, 20)))
    move_venture(uow, venture, "register", FACTS)
    organization = uow.session.get_one(Organization, venture.organization_id)
    assert (organization.kind, organization.credit_code) == (OrganizationKind.VENTURE, CODE)
    assert venture.is_first
    assert not venture.is_takeover
    spell = uow.session.scalars(select(EmploymentSpell)).one()
    assert (spell.status_code, spell.started_on, spell.organization_id) == ("J", FACTS.on, organization.id)
    # A double click changes nothing.
    move_venture(uow, venture, "register", FACTS)
    move_venture(uow, venture, "operate", MoveFacts(on=date(2026, 11, 2)))
    assert uow.session.scalar(select(func.count()).select_from(EmploymentSpell)) == 1


def test_an_open_line_of_the_register_stays_and_a_task_asks(uow: UnitOfWork) -> None:
    person = make_person(uow)
    uow.session.add(
        EmploymentSpell(
            person_id=person.id,
            status_code="E",
            employer_name="测试公司",
            started_on=date(2020, 1, 1),
            evidence=EvidenceKind.CONTRACT,
            source=RegisterSource.STAFF,
            recorded_at=uow.now,
        )
    )
    venture = record_wish(uow, person, source=WishSource.OWN, wished_on=date(2026, 10, 1))
    move_venture(uow, venture, "register", FACTS)
    assert uow.session.scalars(select(EmploymentSpell)).one().employer_name == "测试公司"
    assert sum(one.once.startswith("venture_register:") for one in tasks(uow)) == 1


def test_registering_says_everything_that_is_missing(uow: UnitOfWork) -> None:
    person = make_person(uow)
    venture = record_wish(uow, person, source=WishSource.OWN, wished_on=date(2026, 10, 1))
    with pytest.raises(Invalid) as caught:
        move_venture(
            uow, venture, "register", MoveFacts(on=date(2026, 12, 1), form=VentureForm.COMPANY, credit_code="1")
        )
    expected = {"on", "name", "is_first", "is_takeover", "has_others", "credit_code"}
    assert set(caught.value.fields) == expected
    assert "0%" in caught.value.fields["has_others"]
    for wrong in (CODE[:-1] + "A", CODE[:-1], ""):
        with pytest.raises(Invalid) as caught:
            move_venture(uow, venture, "register", replace(FACTS, credit_code=wrong))
        assert set(caught.value.fields) == {"credit_code"}
    with pytest.raises(Invalid) as caught:
        move_venture(uow, venture, "register", replace(FACTS, is_takeover=True, on=date(2026, 9, 1)))
    assert set(caught.value.fields) == {"is_takeover", "on"}
    assert venture.state is VentureState.INTENTION
    assert venture.organization_id is None


def test_a_credit_code_links_an_organization_and_belongs_to_one_venture(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    organization = uow.session.get_one(Organization, employer.organization_id)
    code = organization.credit_code = CODE
    uow.session.flush()
    first = record_wish(uow, make_person(uow), source=WishSource.OWN, wished_on=date(2026, 10, 1))
    move_venture(uow, first, "register", replace(FACTS, credit_code=code))
    assert first.organization_id == organization.id
    second = record_wish(uow, make_person(uow), source=WishSource.OWN, wished_on=date(2026, 10, 1))
    with pytest.raises(Invalid) as caught:
        move_venture(uow, second, "register", replace(FACTS, credit_code=code))
    assert "另一个创业项目" in caught.value.fields["credit_code"]


def test_nobody_registers_for_the_first_time_twice(uow: UnitOfWork) -> None:
    person = make_person(uow)
    make_venture(uow, person, state=VentureState.DEREGISTERED, ended_on=date(2026, 3, 1))
    venture = record_wish(uow, person, source=WishSource.OWN, wished_on=date(2026, 10, 1))
    with pytest.raises(Invalid) as caught:
        move_venture(uow, venture, "register", FACTS)
    assert set(caught.value.fields) == {"is_first"}
    move_venture(uow, venture, "register", replace(FACTS, is_first=False))
    assert venture.state is VentureState.REGISTERED


@pytest.mark.parametrize("state", list(VentureState))
def test_only_moves_of_the_flow_are_made(uow: UnitOfWork, state: VentureState) -> None:
    for action in ACTIONS:
        person = make_person(uow)
        ended = {"ended_on": date(2026, 3, 1)} if state is VentureState.DEREGISTERED else {}
        venture = make_venture(uow, person, state=state, is_first=False, **ended)
        target = VENTURE_FLOW.get((state, action))
        targets = {after for (_from, name), after in VENTURE_FLOW.items() if name == action}
        facts = replace(FACTS, is_first=False, credit_code=CODE)
        if target is not None:
            with uow.session.begin_nested() as point:
                assert move_venture(uow, venture, action, facts).state is target
                assert action in ACTIONS
                point.rollback()
            uow.session.expire_all()
        elif state in targets:
            assert move_venture(uow, venture, action, facts).state is state
        else:
            with pytest.raises(Conflict):
                move_venture(uow, venture, action, facts)
            assert action not in open_actions(venture)


def test_a_reason_is_needed_and_strangers_are_refused(uow: UnitOfWork) -> None:
    venture = make_venture(uow, make_person(uow), state=VentureState.OPERATING)
    with pytest.raises(Invalid) as caught:
        move_venture(uow, venture, "suspend", MoveFacts(on=uow.today))
    assert set(caught.value.fields) == {"note"}
    with pytest.raises(NotFound):
        move_venture(uow, venture, "explode", FACTS)
    uow.actor = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed):
        move_venture(uow, venture, "suspend", FACTS)


# ---------- founders ----------


def test_shares_beyond_the_whole_are_refused_with_the_figure(uow: UnitOfWork) -> None:
    venture = make_venture(uow, make_person(uow), form=VentureForm.COMPANY, share=6667)
    with pytest.raises(Invalid) as caught:
        save_founder(uow, venture, FounderFacts(name="测试乙", share="33.34"))
    assert "100.01%" in caught.value.fields["share"]
    row = save_founder(uow, venture, FounderFacts(name="测试乙", share="33.33"))
    assert row.share_points == 3333
    for wrong in ("33.333", "-1", "101", "一半", "NaN"):
        with pytest.raises(Invalid) as caught:
            save_founder(uow, venture, FounderFacts(name="测试乙", share=wrong), row)
        assert "share" in caught.value.fields


def test_a_registered_firm_is_whole_or_has_others(uow: UnitOfWork) -> None:
    venture = make_venture(uow, make_person(uow), state=VentureState.OPERATING, form=VentureForm.COMPANY)
    (founder,) = founders_of(uow.session, [venture.id])[venture.id]
    with pytest.raises(Invalid) as caught:
        save_founder(uow, venture, FounderFacts(name="测试甲", share="60"), founder)
    assert "60%" in caught.value.fields["has_others"]
    save_founder(uow, venture, FounderFacts(name="测试甲", share="60", has_others=True), founder)
    assert founder.share_points == 6000


def test_a_founder_of_the_pool_is_linked_once_and_the_last_one_stays(uow: UnitOfWork) -> None:
    person = make_person(uow, phone="19900005555")
    venture = make_venture(uow, make_person(uow), form=VentureForm.COMPANY, share=5000)
    row = save_founder(uow, venture, FounderFacts(name="测试乙", share="10", phone="19900005555"))
    assert (row.person_id, row.kind) == (person.id, FounderKind.VETERAN)
    with pytest.raises(Invalid) as caught:
        save_founder(uow, venture, FounderFacts(name="测试丙", share="10", phone="19900005555"))
    assert set(caught.value.fields) == {"phone"}
    leave_founder(uow, venture, row, on=uow.today)
    leave_founder(uow, venture, row, on=uow.today)
    first = next(one for one in founders_of(uow.session, [venture.id])[venture.id] if one.until_on is None)
    with pytest.raises(Conflict):
        leave_founder(uow, venture, first, on=uow.today)


def test_milestones_and_contests(uow: UnitOfWork) -> None:
    person = make_person(uow)
    venture = make_venture(uow, person)
    row = add_milestone(uow, venture, title="租下门面", due_on=uow.today)
    uow.actor = actor_of_person(uow, person)
    assert finish_milestone(uow, venture, row.public_id).done_on == uow.today
    with pytest.raises(NotFound):
        finish_milestone(uow, venture, "zz")
    with pytest.raises(NotAllowed):
        add_milestone(uow, venture, title="x")
    uow.actor = make_staff(uow)
    for _again in range(2):
        entry = add_contest(uow, venture, contest="测试大赛", year=2026, track=ContestTrack.RURAL, award="二等奖")
    assert entry.award == "二等奖"
    with pytest.raises(Invalid) as caught:
        add_contest(uow, venture, contest="", year=1990, track=ContestTrack.RURAL, award_yuan=10**9)
    assert set(caught.value.fields) == {"contest", "year", "award_yuan"}


# ---------- pure rules ----------


@given(st.integers(0, WHOLE))
def test_a_share_reads_back_as_it_is_shown(points: int) -> None:
    assert share_points(share_words(points)) == points


founders = st.builds(
    VentureFounder,
    kind=st.sampled_from(FounderKind),
    role=st.sampled_from(FounderRole),
    share_points=st.integers(0, WHOLE),
    until_on=st.sampled_from([None, date(2026, 1, 1)]),
)


@given(st.lists(founders, max_size=5), st.sampled_from(VentureForm), st.integers(0, 100))
def test_veteran_founded_needs_a_veteran_core_member(rows: list[Any], form: VentureForm, rule: int) -> None:
    verdict = is_veteran_founded(Venture(form=form), rows, rule)
    assert verdict.reason
    here = [one for one in rows if one.until_on is None and one.kind is FounderKind.VETERAN]
    core = [one for one in here if one.role is not FounderRole.PARTNER]
    if verdict.is_founded:
        assert core
        # A stricter rule takes it away, it never gives it.
    elif is_veteran_founded(Venture(form=form), rows, rule + 1).is_founded:
        raise AssertionError(rows)


def test_a_share_below_the_rule_does_not_count() -> None:
    row = VentureFounder(kind=FounderKind.VETERAN, role=FounderRole.FOUNDER, share_points=2999)
    assert not is_veteran_founded(Venture(form=VentureForm.COMPANY), [row], 30).is_founded
    row.share_points = 3000
    assert is_veteran_founded(Venture(form=VentureForm.COMPANY), [row], 30).is_founded
    row.share_points = 0
    assert not is_veteran_founded(Venture(form=VentureForm.COMPANY), [row], 0).is_founded
    assert is_veteran_founded(Venture(form=VentureForm.SELF_EMPLOYED), [row], 30).is_founded


def test_a_success_is_an_own_first_registration_in_time_and_open() -> None:
    one = Started(date(2026, 6, 30), None, True, False, (date(2025, 6, 30),))
    cut_off = date(2026, 12, 31)
    assert is_success(one, months=12, cut_off=cut_off)
    late = replace(one, registered_on=date(2026, 7, 1))
    assert not is_success(late, months=12, cut_off=cut_off)
    assert not is_success(replace(one, is_takeover=True, is_first=False), months=12, cut_off=cut_off)
    assert not is_success(replace(one, is_first=False), months=12, cut_off=cut_off)
    assert not is_success(replace(one, ended_on=cut_off), months=12, cut_off=cut_off)
    assert is_success(replace(one, ended_on=cut_off + timedelta(days=1)), months=12, cut_off=cut_off)
    assert not is_success(replace(one, since=(date(2026, 7, 1),)), months=12, cut_off=cut_off)
    assert not is_success(replace(one, registered_on=None), months=12, cut_off=cut_off)


def test_successes_are_listed(uow: UnitOfWork) -> None:
    good = make_venture(uow, make_person(uow), state=VentureState.OPERATING)
    make_venture(uow, make_person(uow), state=VentureState.OPERATING, is_first=False, is_takeover=True)
    make_venture(uow, make_person(uow), state=VentureState.OPERATING, wished_on=date(2024, 1, 1))
    make_venture(uow, make_person(uow, path=PATH_OTHER), state=VentureState.OPERATING)
    found = successes(uow.session, PATH_A, since=date(2026, 1, 1), until=date(2026, 12, 31))
    assert [one.venture.id for one in found] == [good.id]
    assert found[0].after == good.wished_on
