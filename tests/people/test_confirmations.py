"""Confirmations: how long each kind holds, corrections that leave the old line, and figures of any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.queries.people import current_spell, spells_of
from jobmatch.people.queries.register import confirmations_of, register_lines
from jobmatch.people.services.confirmations import confirm_spell, record_confirmation
from jobmatch.people.services.register import WorkTerms, add_spell, correct_spell, end_spell, record_left, record_start
from jobmatch.people.services.resume import set_search_state
from jobmatch.people.states import (
    ConfirmationWay,
    ContractTerm,
    EvidenceKind,
    InsuranceState,
    JobSearchState,
    PayBand,
    RegisterSource,
    WorkChannel,
)
from jobmatch.reference.rules import add_months
from jobmatch.reports.figures.queries import rate
from jobmatch.reports.indicators.rates import REGISTERED_SEEKERS, Cell
from tests.conftest import acting
from tests.factories import COUNTY, PATH_OTHER, actor_of_person, make_person, make_staff


@pytest.fixture
def person(uow: UnitOfWork) -> Person:
    return make_person(uow)


def works(uow: UnitOfWork, person: Person, **values: object) -> EmploymentSpell:
    given = {"status_code": "E1", "started_on": date(2026, 3, 1), "employer_name": "测试厂"}
    return add_spell(uow, person, **{**given, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "months"),
    [
        (EvidenceKind.SOCIAL_INSURANCE, 12),
        (EvidenceKind.CONTRACT, 12),
        (EvidenceKind.DEPARTMENT, 12),
        (EvidenceKind.EMPLOYER_CONFIRMED, 6),
        (EvidenceKind.PLATFORM_RECORD, 6),
        (EvidenceKind.PLEDGE, 3),
        (EvidenceKind.FAMILY, 3),
        (EvidenceKind.STATION_CHECK, 3),
    ],
)
def test_each_kind_holds_as_long_as_the_rule_says(
    uow: UnitOfWork, person: Person, evidence: EvidenceKind, months: int
) -> None:
    staff = acting(uow, make_staff(uow))
    day = date(2026, 8, 31)
    spell = works(uow, person, evidence=evidence, evidence_on=day)
    last = add_months(day, months)
    for on, counted in (
        (day - timedelta(days=1), 0),
        (day, 1),
        (last, 1),
        (last + timedelta(days=1), 0),
    ):
        uow.session.execute(update(JobIntention).values(stated_on=on))
        found = rate(staff, REGISTERED_SEEKERS, on)
        assert (found.numerator, found.denominator) == (counted, 1)
    assert confirmations_of(uow.session, [spell.id])[spell.id][0].valid_until == last


def test_after_it_ran_out_the_person_stays_in_the_denominator_as_unknown(uow: UnitOfWork, person: Person) -> None:
    staff = acting(uow, make_staff(uow))
    works(uow, person, evidence=EvidenceKind.PLEDGE, evidence_on=date(2026, 8, 20))
    found = rate(staff, REGISTERED_SEEKERS, uow.today)
    assert (found.numerator, found.denominator, found.cells) == (0, 1, {Cell.UNKNOWN: 1})
    confirm_spell(
        staff, person, current_spell(uow.session, person.id), evidence=EvidenceKind.FAMILY, way=ConfirmationWay.PHONE
    )
    assert rate(staff, REGISTERED_SEEKERS, uow.today).numerator == 1


@given(
    days=st.lists(st.tuples(st.integers(0, 700), st.integers(1, 400)), max_size=5),
    asked=st.integers(-10, 800),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_day_counts_exactly_when_a_confirmation_covers_it(
    uow: UnitOfWork, days: list[tuple[int, int]], asked: int
) -> None:
    with uow.session.begin_nested() as point:
        staff = acting(uow, make_staff(uow))
        person = make_person(uow, with_user=False)
        first = date(2025, 1, 1)
        spell = works(uow, person, started_on=first)
        for start, length in days:
            uow.session.add(
                Confirmation(
                    spell_id=spell.id,
                    evidence=EvidenceKind.CONTRACT,
                    way=ConfirmationWay.PAPER,
                    confirmed_on=first + timedelta(days=start),
                    valid_until=first + timedelta(days=start + length),
                    recorded_at=uow.now,
                )
            )
        uow.session.flush()
        person.search_state_since = first + timedelta(days=asked)
        uow.session.flush()
        covered = any(start <= asked <= start + length for start, length in days)
        expected = Cell.EMPLOYED if covered else Cell.UNKNOWN
        assert rate(staff, REGISTERED_SEEKERS, first + timedelta(days=asked)).cells == {expected: 1}
        point.rollback()


def test_a_contract_holds_no_longer_than_itself(uow: UnitOfWork, person: Person) -> None:
    terms = WorkTerms(contract=ContractTerm.UNDER_A_YEAR, contract_until=date(2026, 9, 30))
    spell = works(uow, person, evidence=EvidenceKind.CONTRACT, evidence_on=date(2026, 3, 2), terms=terms)
    assert confirmations_of(uow.session, [spell.id])[spell.id][0].valid_until == date(2026, 9, 30)


def test_terms_of_work_are_kept_and_a_sure_title_gives_the_occupation(uow: UnitOfWork, person: Person) -> None:
    terms = WorkTerms(
        contract=ContractTerm.A_YEAR_OR_MORE,
        contract_until=date(2028, 3, 1),
        insurance=InsuranceState.YES,
        pay_band=PayBand.TO_8000,
        county_code=COUNTY,
        channel=WorkChannel.FAIR,
    )
    spell = works(uow, person, title="保安员", terms=terms)
    assert spell.occupation_code is not None
    [line] = register_lines(uow, person)
    assert "参保" in line.terms
    assert "5000–8000 元" in line.terms
    assert "招聘会" in line.terms
    with pytest.raises(Invalid) as caught:
        works(
            uow, person, started_on=date(2026, 5, 1), terms=WorkTerms(contract_until=date(2027, 1, 1), county_code="x")
        )
    assert set(caught.value.fields) == {"contract_until", "county_code"}


def test_a_start_on_the_platform_brings_its_first_confirmation_once(uow: UnitOfWork, person: Person) -> None:
    acting(uow, actor_of_person(uow, person))
    spells = [
        record_start(
            uow,
            person,
            organization_id=None,
            employer_name="测试单位",
            title="司机",
            occupation_code=None,
            started_on=date(2026, 11, 1),
            status_code="E1",
            evidence=EvidenceKind.EMPLOYER_CONFIRMED,
            source=RegisterSource.HIRE,
            source_key="k",
        )
        for _ in range(2)
    ]
    assert spells[0] is spells[1]
    [row] = confirmations_of(uow.session, [spells[0].id])[spells[0].id]
    assert (row.way, row.said_by, row.confirmed_on) == (ConfirmationWay.PLATFORM, "测试单位", uow.today)
    assert row.valid_until == date(2027, 5, 21)


def test_wrong_confirmations_are_refused_with_words(uow: UnitOfWork, person: Person) -> None:
    spell = works(uow, person)
    end_spell(uow, person, spell, ended_on=date(2026, 6, 1))
    for values, field in (
        ({"evidence": EvidenceKind.NONE, "confirmed_on": date(2026, 5, 1)}, "evidence"),
        ({"confirmed_on": uow.today + timedelta(days=1)}, "confirmed_on"),
        ({"confirmed_on": date(2026, 2, 1)}, "confirmed_on"),
        ({"confirmed_on": date(2026, 7, 1)}, "confirmed_on"),
    ):
        with pytest.raises(Invalid) as caught:
            confirm_spell(
                uow, person, spell, **{"evidence": EvidenceKind.PLEDGE, "way": ConfirmationWay.PHONE, **values}
            )
        assert set(caught.value.fields) == {field}
    assert uow.session.scalar(select(func.count()).select_from(Confirmation)) == 0


def test_only_staff_of_the_subtree_and_the_person_confirm(uow: UnitOfWork, person: Person) -> None:
    spell = works(uow, person)
    other = make_person(uow)
    say = {"evidence": EvidenceKind.PLEDGE, "way": ConfirmationWay.PHONE}
    for actor in (make_staff(uow, path=PATH_OTHER), actor_of_person(uow, other)):
        with pytest.raises(NotAllowed):
            record_confirmation(acting(uow, actor), person, spell, **say)  # type: ignore[arg-type]
    own = acting(uow, actor_of_person(uow, person))
    with pytest.raises(NotAllowed):
        confirm_spell(own, person, spell, **say)  # type: ignore[arg-type]
    assert record_confirmation(own, person, spell, **say).recorded_by_id == own.actor.user_id  # type: ignore[arg-type]


def test_a_correction_keeps_the_old_line_out_of_every_figure(uow: UnitOfWork, person: Person) -> None:
    staff = acting(uow, make_staff(uow))
    wrong = works(uow, person, evidence=EvidenceKind.CONTRACT)
    before = (wrong.status_code, wrong.employer_name, wrong.started_on, wrong.ended_on)
    better = correct_spell(
        uow,
        person,
        wrong,
        reason="单位弄错了",
        status_code="E3",
        started_on=date(2026, 3, 1),
        employer_name="平台接单",
    )
    assert (wrong.status_code, wrong.employer_name, wrong.started_on, wrong.ended_on) == before
    assert (wrong.superseded_at, better.supersedes_id) == (uow.now, wrong.id)
    assert current_spell(uow.session, person.id) is better
    # What proved the wrong employer proves nothing about the right one.
    assert rate(staff, REGISTERED_SEEKERS, uow.today).cells == {Cell.UNKNOWN: 1}
    lines = register_lines(uow, person)
    assert [line.is_superseded for line in lines].count(True) == 1
    for _ in range(2):
        with pytest.raises(Conflict):
            correct_spell(uow, person, wrong, reason="再改", status_code="L", started_on=date(2026, 3, 1))
    with pytest.raises(Conflict):
        end_spell(uow, person, wrong, ended_on=date(2026, 6, 1))


def test_a_correction_of_a_detail_keeps_the_confirmations(uow: UnitOfWork, person: Person) -> None:
    staff = acting(uow, make_staff(uow))
    wrong = works(uow, person, evidence=EvidenceKind.CONTRACT, evidence_on=date(2026, 3, 5), title="文员")
    better = correct_spell(
        uow,
        person,
        wrong,
        reason="岗位写错",
        status_code="E1",
        started_on=date(2026, 3, 1),
        employer_name="测试厂",
        title="保安员",
    )
    assert [row.confirmed_on for row in confirmations_of(uow.session, [better.id])[better.id]] == [date(2026, 3, 5)]
    assert rate(staff, REGISTERED_SEEKERS, uow.today).numerator == 1


def test_a_correction_needs_a_reason_and_fits_beside_the_other_lines(uow: UnitOfWork, person: Person) -> None:
    add_spell(uow, person, status_code="L", started_on=date(2026, 1, 1), ended_on=date(2026, 2, 28))
    spell = works(uow, person)
    with pytest.raises(Invalid) as caught:
        correct_spell(
            uow, person, spell, reason=" ", status_code="L", started_on=date(2026, 2, 1), ended_on=date(2026, 4, 1)
        )
    assert set(caught.value.fields) == {"reason", "started_on"}
    assert len(spells_of(uow.session, person.id)) == 2


def test_the_database_itself_refuses_a_correction_without_a_reason(uow: UnitOfWork, person: Person) -> None:
    spell = works(uow, person)
    with pytest.raises(IntegrityError), uow.session.begin_nested():
        uow.session.add(
            EmploymentSpell(
                person_id=person.id,
                status_code="L",
                started_on=date(2026, 1, 1),
                ended_on=date(2026, 1, 2),
                source=RegisterSource.STAFF,
                supersedes_id=spell.id,
                recorded_at=uow.now,
            )
        )
        uow.session.flush()


def test_leaving_ends_the_line_today_and_writes_nothing_in_its_place(uow: UnitOfWork, person: Person) -> None:
    spell = works(uow, person, evidence=EvidenceKind.CONTRACT)
    own = acting(uow, actor_of_person(uow, person))
    record_left(own, person, spell)
    record_left(own, person, spell)
    assert spell.ended_on == uow.today
    assert current_spell(uow.session, person.id) is None


@pytest.mark.parametrize("state", [JobSearchState.OPEN, JobSearchState.NOT_LOOKING])
@pytest.mark.parametrize("wished", [True, False])
def test_looking_around_while_employed_changes_no_figure(
    uow: UnitOfWork, person: Person, state: JobSearchState, wished: bool
) -> None:
    staff = acting(uow, make_staff(uow))
    works(uow, person, evidence=EvidenceKind.CONTRACT)
    if not wished:
        uow.session.execute(delete(JobIntention).where(JobIntention.person_id == person.id))
    set_search_state(uow, person, JobSearchState.NOT_LOOKING)
    days = [uow.today, uow.today - timedelta(days=40), uow.today - timedelta(days=200)]
    before = [rate(staff, REGISTERED_SEEKERS, day).cells for day in days]
    set_search_state(uow, person, state)
    assert [rate(staff, REGISTERED_SEEKERS, day).cells for day in days] == before
