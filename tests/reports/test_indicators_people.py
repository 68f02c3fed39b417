"""Figures of people and of help against small worlds counted by hand, and the awkward days of the issue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from jobmatch.casework.intake.states import RosterState
from jobmatch.casework.placement.models import Placement, PlacementStep
from jobmatch.casework.placement.states import Ledger, PlacementState, Step
from jobmatch.casework.plans.states import SupportKind
from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import EvidenceKind, JobSearchState
from jobmatch.reports.figures.readings import by_place, read, rows_behind_figure, trend
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Median, Ratio, middle
from jobmatch.reports.indicators.helped import CHANNELS
from jobmatch.reports.indicators.people import EVIDENCE, FORMS
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    TOWN_B,
    make_person,
    make_posting,
    make_staff,
)
from tests.fairs.outcome_help import booth, closed_fair, make_intention, visitor
from tests.reports.help_indicators import application, confirmed, line, number, reading, scope_of, sides, support
from tests.reports.test_year_table import returnee, roster
from tests.training.help_classroom import make_class, make_enrollment


@pytest.fixture
def staff(uow: UnitOfWork) -> UnitOfWork:
    return acting(uow, make_staff(uow))


def somebody(uow: UnitOfWork, path: str = PATH_A, **values: Any) -> Person:
    return make_person(uow, with_user=False, path=path, **values)


def test_the_two_rates_of_new_returnees_are_those_of_the_official_table(uow: UnitOfWork, staff: UnitOfWork) -> None:
    for status, count in (("E1", 3), ("J", 1), ("B", 2), ("C", 1), ("L1", 1), ("X1", 1)):
        for _number in range(count):
            line(uow, returnee(uow), status)
    returnee(uow)
    scope = scope_of(staff)
    assert sides(scope, "I01") == (4, 7)
    assert reading(scope, "I01").unknown == 1
    assert reading(scope, "I01").value == 57.1
    assert sides(scope, "I02") == (7, 10)
    assert reading(scope, "I02").value == 70.0


def test_a_line_of_the_roster_without_a_file_is_listed_too(uow: UnitOfWork, staff: UnitOfWork) -> None:
    roster(uow, PATH_A, state=RosterState.EXPECTED)
    scope = scope_of(staff)
    assert sides(scope, "I02") == (0, 1)
    _kind, query = rows_behind_figure(scope, registry.ALL["I02.all"])  # type: ignore[arg-type]
    (row,) = staff.rows(query)
    assert row[0] is None and row[1].name
    assert number(scope, "I20.due") == 1


def test_a_denominator_of_zero_gives_no_rate(staff: UnitOfWork) -> None:
    for code, definition in registry.ALL.items():
        if isinstance(definition, Ratio):
            found = read(scope_of(staff), definition)
            assert (found.numerator, found.denominator, found.value) == (0, 0, None), code
    assert middle(scope_of(staff), registry.MEDIANS[0]).value is None


def test_what_is_claimed_and_not_proved_lowers_the_share_of_proof(uow: UnitOfWork, staff: UnitOfWork) -> None:
    for status, proof in (("E1", True), ("E3", True), ("E2", False), ("L1", True), ("X2", False)):
        line(uow, somebody(uow), status, proof=(date(2026, 3, 1), date(2027, 3, 1)) if proof else None)
    scope = scope_of(staff)
    assert sides(scope, "registered-seekers") == (2, 5)
    assert sides(scope, "registered-seekers.verified") == (2, 3)


def test_the_employed_are_split_by_their_strongest_proof_and_by_form(uow: UnitOfWork, staff: UnitOfWork) -> None:
    both = line(uow, somebody(uow), "E1", evidence=EvidenceKind.PLEDGE)
    confirmed(uow, both, (date(2026, 4, 1), date(2027, 4, 1)), EvidenceKind.SOCIAL_INSURANCE)
    line(uow, somebody(uow), "J", evidence=EvidenceKind.LICENCE)
    line(uow, somebody(uow), "E7", evidence=EvidenceKind.STATION_CHECK)
    scope, code = scope_of(staff), "registered-seekers"
    evidence = {one: number(scope, f"{code}.evidence.{one.value}") for one in EVIDENCE}
    assert {one for one, count in evidence.items() if count} == {
        EvidenceKind.SOCIAL_INSURANCE,
        EvidenceKind.LICENCE,
        EvidenceKind.STATION_CHECK,
    }
    forms = {form: number(scope, f"{code}.form.{form}") for form in (*(form for form, _n, _c in FORMS), "other")}
    assert {form: count for form, count in forms.items() if count} == {"signed": 1, "own_business": 1, "other": 1}


def test_stable_work_lasted_on_one_line_and_was_proved_on_that_day(uow: UnitOfWork, staff: UnitOfWork) -> None:
    began = date(2026, 2, 1)
    proof = (began, date(2027, 2, 1))
    line(uow, somebody(uow), since=began, proof=proof)
    line(uow, somebody(uow), since=began, until=began + timedelta(days=100), proof=proof)
    line(uow, somebody(uow), since=began, proof=(began, began + timedelta(days=90)))
    line(uow, somebody(uow), since=began, proof=None)
    line(uow, somebody(uow), since=date(2026, 10, 1), proof=(date(2026, 10, 1), date(2027, 2, 1)))
    assert sides(scope_of(staff), "I04") == (1, 3)


def placement(uow: UnitOfWork, state: PlacementState, accepted: date, *, on: date | None = None) -> Placement:
    row = Placement(
        person_id=somebody(uow).id,
        ledger=Ledger.GOVERNMENT_PLACED,
        state=state,
        region_path=PATH_COUNTY,
        accepted_on=accepted,
        started_on=on if state is PlacementState.ON_POST else None,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    if state is PlacementState.WAIVED and on:
        uow.session.add(PlacementStep(placement_id=row.id, step=Step.WAIVE, happened_on=on, recorded_at=uow.now))
        uow.session.flush()
    return row


def test_who_waived_is_no_longer_to_be_placed_from_that_day(uow: UnitOfWork, staff: UnitOfWork) -> None:
    placement(uow, PlacementState.ON_POST, date(2026, 3, 1), on=date(2026, 6, 1))
    placement(uow, PlacementState.WAITING, date(2026, 3, 1))
    placement(uow, PlacementState.WAIVED, date(2026, 3, 1), on=date(2026, 7, 1))
    placement(uow, PlacementState.ON_POST, date(2025, 3, 1), on=date(2025, 6, 1))
    assert sides(scope_of(staff), "I05") == (1, 2)
    assert sides(scope_of(staff, until=date(2026, 5, 31)), "I05") == (0, 3)
    assert sides(scope_of(staff), "I05.transfer") == (0, 0)


def test_a_file_is_complete_with_every_field(uow: UnitOfWork, staff: UnitOfWork) -> None:
    somebody(uow, phone="19900000001")
    somebody(
        uow,
        id_number="430382199001010011",
        registered_region_code=TOWN_A,
        resettled_region_code=TOWN_A,
    )
    assert sides(scope_of(staff), "I20") == (1, 2)


def contact(uow: UnitOfWork, person: Person, day: date, outcome: ContactOutcome = ContactOutcome.SELF) -> None:
    row = Contact(person_id=person.id, done_on=day, way=ContactWay.PHONE, outcome=outcome, recorded_at=uow.now)
    uow.session.add(row)
    uow.session.flush()


def test_served_is_who_was_reached_or_helped_in_the_days_of_the_rule(uow: UnitOfWork, staff: UnitOfWork) -> None:
    today = uow.today
    contact(uow, somebody(uow), today - timedelta(days=89))
    contact(uow, somebody(uow), today - timedelta(days=90))
    contact(uow, somebody(uow), today, ContactOutcome.NO_ANSWER)
    support(uow, somebody(uow), today)
    line(uow, somebody(uow))
    assert sides(scope_of(staff), "I21") == (2, 4)


def test_the_days_to_first_work_are_the_middle_one(uow: UnitOfWork, staff: UnitOfWork) -> None:
    left = date(2025, 9, 1)
    for days in (10, 30, 200):
        began = left + timedelta(days=days)
        line(uow, returnee(uow, day=left), since=began, proof=(began, date(2027, 9, 1)))
    line(uow, returnee(uow, day=left), since=left - timedelta(days=30), proof=(left, date(2027, 9, 1)))
    line(uow, returnee(uow, day=left), proof=None)
    median = registry.ALL["I22"]
    assert isinstance(median, Median)
    found = middle(scope_of(staff), median)
    assert (found.row_count, found.value) == (3, 30.0)
    line(uow, returnee(uow, day=left), since=left + timedelta(days=40), proof=(date(2026, 1, 1), date(2027, 9, 1)))
    assert middle(scope_of(staff), median).value == 35.0
    assert middle(scope_of(staff, until=date(2026, 12, 31)), median).row_count == 4


def test_help_counts_each_person_once_by_the_first_channel(uow: UnitOfWork, staff: UnitOfWork) -> None:
    began = date(2026, 6, 1)
    proof = (began, date(2027, 6, 1))
    people = [somebody(uow) for _number in range(9)]
    for person in people[:8]:
        line(uow, person, since=began, proof=proof)
    application(uow, people[0], make_posting(uow, is_reserved=True), day=date(2026, 5, 1), started=began)
    application(uow, people[1], day=date(2026, 5, 1))
    support(uow, people[1], date(2026, 5, 1))
    support(uow, people[2], began)
    fair = closed_fair(uow)
    _exhibitor, posting = booth(uow, fair)
    make_intention(uow, visitor(uow, fair, person=people[3]), posting)
    uow.session.execute(_intended_on(date(2026, 5, 20)))
    make_enrollment(uow, make_class(uow), person=people[4], arrived_on=date(2026, 4, 1))
    support(uow, people[5], began + timedelta(days=1))
    support(uow, people[6], began - timedelta(days=181))
    support(uow, people[7], date(2026, 5, 1), SupportKind.GUIDANCE)
    line(uow, people[8], since=began, proof=None)
    support(uow, people[8], date(2026, 5, 1))
    scope = scope_of(staff)
    assert number(scope, "helped") == 5
    channels = {code: number(scope, f"helped.{code}") for code, _name, _act in CHANNELS}
    assert channels == {
        "reserved": 1,
        "application": 1,
        "recommendation": 1,
        "fair": 1,
        "class": 1,
        "venture": 0,
    }
    assert number(scope, "helped.alone") == 3


def _intended_on(day: date) -> Any:
    from jobmatch.fairs.day.models import Intention
    from tests.reports.help_indicators import noon

    return update(Intention).values(created_at=noon(day))


def test_a_person_counted_by_two_programmes_and_two_starts_is_one_person(uow: UnitOfWork, staff: UnitOfWork) -> None:
    person = somebody(uow)
    line(uow, person, since=date(2026, 3, 1), until=date(2026, 4, 30))
    line(uow, person, since=date(2026, 6, 1), proof=(date(2026, 6, 1), date(2027, 6, 1)))
    support(uow, person, date(2026, 5, 1))
    application(uow, person, day=date(2026, 2, 1))
    scope = scope_of(staff)
    assert number(scope, "helped") == 1
    assert number(scope, "helped.application") == 1
    assert number(scope, "helped.recommendation") == 0
    assert number(scope, "helped.alone") == 0


def test_who_moved_between_places_is_counted_once_where_they_are_resettled(uow: UnitOfWork, staff: UnitOfWork) -> None:
    person = somebody(uow, PATH_A, resettled_region_code=TOWN_B)
    line(uow, person)
    whole = by_place(scope_of(staff), registry.ALL["registered-seekers"])
    assert [(place.path, place.reading.denominator) for place in whole] == [(PATH_B, 1)]
    uow.session.execute(update(Person).where(Person.id == person.id).values(resettled_region_code="130102"))
    uow.session.flush()
    assert sides(scope_of(staff), "registered-seekers") == (0, 0)


def test_two_states_on_one_day_are_one_cell(uow: UnitOfWork, staff: UnitOfWork) -> None:
    person = somebody(uow)
    line(uow, person, "E3", until=date(2026, 12, 31))
    line(uow, person, "J", since=date(2026, 5, 1), proof=(date(2026, 5, 1), date(2027, 5, 1)))
    scope = scope_of(staff)
    assert sides(scope, "registered-seekers") == (1, 1)
    assert number(scope, "registered-seekers.form.own_business") == 1
    assert number(scope, "registered-seekers.form.flexible") == 0


def test_a_leap_day_has_its_months_and_years(uow: UnitOfWork, staff: UnitOfWork) -> None:
    leap = date(2024, 2, 29)
    somebody(uow, birth_on=date(2008, 2, 29))
    scope = scope_of(staff, leap, leap)
    for definition in registry.RATIOS:
        found = read(scope, definition)
        assert found.value is None or found.value <= 100 or definition.code == "I23"
    points = trend(scope, registry.ALL["I01"])
    assert [day for day, _reading in points][-3:] == [date(2023, 12, 31), date(2024, 1, 31), leap]


STATES = st.lists(
    st.tuples(
        st.sampled_from(["", "E1", "E3", "E7", "W2", "B", "C", "G", "J", "H2", "L1", "X1", "X2", "R1"]),
        st.booleans(),
        st.sampled_from([PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER]),
        st.sampled_from(list(EVIDENCE)),
    ),
    max_size=10,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=STATES)
def test_places_evidence_and_forms_add_up_to_the_whole(uow: UnitOfWork, states: list[Any]) -> None:
    with uow.session.begin_nested() as point:
        staff = acting(uow, make_staff(uow))
        for status, proof, path, evidence in states:
            person = returnee(uow, path)
            if status:
                line(
                    uow,
                    person,
                    status,
                    proof=(date(2026, 3, 1), date(2027, 3, 1)) if proof else None,
                    evidence=evidence,
                )
        scope = scope_of(staff)
        for code in ("I01", "I02", "registered-seekers", "registered-seekers.verified", "I20", "I21", "insured"):
            whole = read(scope, registry.ALL[code])
            assert whole.value is None or 0 <= whole.value <= 100
            assert whole.unknown is None or whole.unknown <= (whole.denominator or 0)
            places = by_place(scope, registry.ALL[code])
            assert sum(place.reading.numerator for place in places) == whole.numerator
            assert sum(place.reading.denominator or 0 for place in places) == whole.denominator
        for code in ("I01", "registered-seekers"):
            ratio, groups = registry.ALL[code], registry.BESIDE[code]
            assert isinstance(ratio, Ratio)
            for _title, figures in groups:
                assert sum(number(scope, one.code) for one in figures) == number(scope, ratio.numerator.code)
        alone, helped = number(scope, "helped.alone"), number(scope, "helped")
        channels = sum(number(scope, f"helped.{code}") for code, _name, _act in CHANNELS)
        assert channels == helped
        assert alone + helped <= len(states)
        point.rollback()


def test_nobody_counts_a_place_that_is_not_theirs(uow: UnitOfWork, staff: UnitOfWork) -> None:
    line(uow, somebody(uow, PATH_OTHER))
    scope = scope_of(staff, path=PATH_OTHER)
    for definition in registry.ALL.values():
        if isinstance(definition, Figure):
            assert number(scope, definition.code) == 0
    assert uow.session.scalars(select(EmploymentSpell.id)).all() != []


def test_who_wants_no_work_is_not_waiting(uow: UnitOfWork, staff: UnitOfWork) -> None:
    line(uow, somebody(uow), "X1")
    waiting = somebody(uow)
    support(uow, waiting, uow.today - timedelta(days=29))
    support(uow, somebody(uow), uow.today - timedelta(days=30))
    line(uow, somebody(uow))
    silent = somebody(uow, search_state=JobSearchState.NOT_LOOKING)
    assert silent.id
    scope = scope_of(staff)
    assert number(scope, "willing.helped") == 1
    assert number(scope, "willing") == 3


def test_long_waiting_begins_with_discharge_or_the_last_verified_work(uow: UnitOfWork, staff: UnitOfWork) -> None:
    for day in (date(2026, 5, 21), date(2026, 5, 22), date(2025, 11, 21)):
        person = somebody(uow)
        uow.session.execute(update(ServiceRecord).where(ServiceRecord.person_id == person.id).values(discharged_on=day))
    lately = somebody(uow)
    line(uow, lately, since=date(2026, 1, 1), until=date(2026, 6, 1), proof=(date(2026, 3, 1), date(2027, 3, 1)))
    before = somebody(uow)
    line(uow, before, since=date(2024, 1, 1), until=date(2026, 1, 1), proof=(date(2025, 3, 1), date(2026, 3, 1)))
    scope = scope_of(staff)
    assert number(scope, "waiting.6") == 3
    assert number(scope, "waiting.12") == 1
