"""The two employment rates: who is counted where, and that every number is the length of the list it opens."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, JobSearchState, RegisterSource
from jobmatch.reports.figures.queries import month_ends, people_behind, rate, rates_by_place
from jobmatch.reports.indicators.rates import NEW_RETURNEES, RATES, REGISTERED_SEEKERS, Cell
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_staff


def spell(
    uow: UnitOfWork,
    person: Person,
    status: str,
    *,
    proof: bool = True,
    since: date = date(2026, 3, 1),
    confirmed: date = date(2026, 3, 1),
    until: date = date(2027, 3, 1),
) -> EmploymentSpell:
    row = EmploymentSpell(
        person_id=person.id,
        status_code=status,
        started_on=since,
        evidence=EvidenceKind.CONTRACT if proof else EvidenceKind.NONE,
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    if proof:
        uow.session.add(
            Confirmation(
                spell_id=row.id,
                evidence=EvidenceKind.CONTRACT,
                way=ConfirmationWay.PAPER,
                confirmed_on=confirmed,
                valid_until=until,
                recorded_at=uow.now,
            )
        )
        uow.session.flush()
    return row


def discharged(uow: UnitOfWork, person: Person, day: date, method: str = "ZZJY") -> None:
    uow.session.execute(
        update(ServiceRecord)
        .where(ServiceRecord.person_id == person.id)
        .values(discharged_on=day, resettlement_code=method)
    )


def test_people_without_proof_stay_in_the_denominator(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for status, proof in (("E1", True), ("E1", False), ("L1", True), ("X2", False), (None, False)):
        person = make_person(uow)
        if status:
            spell(uow, person, status, proof=proof)
    found = rate(staff, REGISTERED_SEEKERS, uow.today)
    assert (found.numerator, found.denominator, found.unknown, found.percent) == (1, 5, 3, 20.0)
    assert found.cells[Cell.SEEKING] == 1


@pytest.mark.parametrize(
    ("status", "cell"),
    [
        ("B", Cell.RETURNED_TO_SCHOOL),
        ("C", Cell.ADMITTED),
        ("R1", Cell.LEFT),
        ("G", Cell.EMPLOYED),
        ("I", Cell.EMPLOYED),
    ],
)
def test_each_state_of_the_register_falls_into_its_cell(uow: UnitOfWork, status: str, cell: Cell) -> None:
    staff = acting(uow, make_staff(uow))
    spell(uow, make_person(uow), status)
    assert rate(staff, REGISTERED_SEEKERS, uow.today).cells == {cell: 1}


def test_the_population_of_new_returnees_is_last_year_and_self_arranged(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for day, method in (
        (date(2025, 9, 1), "ZZJY"),
        (date(2025, 3, 1), "APGZ"),
        (date(2024, 12, 31), "ZZJY"),
        (date(2026, 1, 1), "ZZJY"),
    ):
        discharged(uow, make_person(uow), day, method)
    found = rate(staff, NEW_RETURNEES, uow.today)
    assert found.denominator == 1


def test_who_stated_no_wish_or_is_no_veteran_is_not_a_registered_seeker(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    silent = make_person(uow, search_state=JobSearchState.NOT_LOOKING)
    uow.session.execute(delete(JobIntention).where(JobIntention.person_id == silent.id))
    family = make_person(uow)
    uow.session.execute(update(PersonKind).where(PersonKind.person_id == family.id).values(kind_code="SJJS"))
    assert rate(staff, REGISTERED_SEEKERS, uow.today).cells == {}


def test_who_is_past_working_age_is_shown_apart(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    make_person(uow, birth_on=date(1950, 1, 1))
    found = rate(staff, REGISTERED_SEEKERS, uow.today)
    assert found.cells == {Cell.OUTSIDE_AGE: 1}
    assert found.percent is None


def test_a_spell_that_has_ended_no_longer_counts_but_did_then(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    spell(uow, make_person(uow), "E1", since=date(2026, 2, 1), confirmed=date(2026, 2, 1))
    uow.session.execute(update(EmploymentSpell).values(ended_on=date(2026, 6, 30)))
    assert rate(staff, REGISTERED_SEEKERS, uow.today).numerator == 0
    assert rate(staff, REGISTERED_SEEKERS, date(2026, 6, 30)).numerator in {0, 1}


def test_staff_count_their_subtree_only_and_places_add_up(uow: UnitOfWork) -> None:
    county, town = acting(uow, make_staff(uow)), acting(uow, make_staff(uow, path=PATH_A))
    for path in (PATH_A, PATH_A, PATH_B, PATH_OTHER):
        make_person(uow, path=path, living_region_code=None)
    assert rate(county, REGISTERED_SEEKERS, uow.today).denominator == 3
    assert rate(town, REGISTERED_SEEKERS, uow.today).denominator == 2
    places = rates_by_place(county, REGISTERED_SEEKERS, uow.today, path=PATH_COUNTY)
    assert sorted(found.denominator for _region, found in places) == [1, 2]


STATES = st.lists(
    st.tuples(st.sampled_from(["", "E1", "E3", "B", "C", "G", "J", "L1", "L3", "X1", "X2", "R1"]), st.booleans()),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=STATES)
def test_cells_add_up_and_every_number_is_the_length_of_its_list(uow: UnitOfWork, states: list[Any]) -> None:
    with uow.session.begin_nested() as point:
        staff = acting(uow, make_staff(uow))
        for status, proof in states:
            person = make_person(uow, with_user=False)
            discharged(uow, person, date(2025, 9, 1))
            if status:
                spell(uow, person, status, proof=proof)
        for kind in RATES.values():
            found = rate(staff, kind, uow.today)
            everybody = len(states) if kind in {NEW_RETURNEES, REGISTERED_SEEKERS} else 0
            assert sum(found.cells.values()) == everybody
            assert found.denominator + found.excluded == everybody
            assert found.percent is None or 0 <= found.percent <= 100
            for cell, count in found.cells.items():
                assert len(staff.rows(people_behind(staff, kind, uow.today, [cell]))) == count
        point.rollback()


def test_the_rate_of_twenty_people_costs_what_that_of_two_does(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    counts = []
    for more in (2, 18):
        for _ in range(more):
            spell(uow, make_person(uow, with_user=False), "E1")
        statements: list[str] = []
        connection = uow.session.connection()

        def note(_c: Any, _cur: Any, statement: str, *_rest: Any, kept: list[str] = statements) -> None:
            kept.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        rate(staff, REGISTERED_SEEKERS, uow.today)
        rates_by_place(staff, REGISTERED_SEEKERS, uow.today, path=PATH_COUNTY)
        staff.rows(people_behind(staff, REGISTERED_SEEKERS, uow.today, [Cell.EMPLOYED]))
        event.remove(connection, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_month_ends_run_up_to_the_day() -> None:
    assert month_ends(date(2026, 3, 15), 3) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 15)]


def test_a_superior_sees_figures_and_no_people(uow: UnitOfWork) -> None:
    from jobmatch.accounts.states import Role
    from tests.factories import actor_of, make_station, make_user

    station = make_station(uow)
    reader = acting(
        uow, actor_of(make_user(uow, Role.SUPERIOR_READER, organization=station), Role.SUPERIOR_READER, station)
    )
    make_person(uow)
    assert rate(reader, REGISTERED_SEEKERS, uow.today).denominator == 1
    assert reader.rows(people_behind(reader, REGISTERED_SEEKERS, uow.today, list(Cell))) == []
    assert uow.session.scalar(select(Person.id)) is not None
