"""The employment register."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import current_spell, spells_of
from jobmatch.people.services.register import add_spell, end_spell, record_start
from jobmatch.people.states import EvidenceKind, RegisterSource
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_person, make_person, make_staff


@pytest.fixture
def person(uow: UnitOfWork) -> Person:
    return make_person(uow)


def start(uow: UnitOfWork, person: Person, day: date, key: str | None = None) -> EmploymentSpell:
    return record_start(
        uow,
        person,
        organization_id=None,
        employer_name="测试单位",
        title="司机",
        occupation_code=None,
        started_on=day,
        status_code="E1",
        evidence=EvidenceKind.EMPLOYER_CONFIRMED,
        source=RegisterSource.HIRE,
        source_key=key,
    )


def wrong(uow: UnitOfWork, person: Person, **values: object) -> set[str]:
    with pytest.raises(Invalid) as caught:
        add_spell(uow, person, **values)  # type: ignore[arg-type]
    return set(caught.value.fields)


def test_a_start_closes_what_was_open_the_day_before(uow: UnitOfWork, person: Person) -> None:
    before = add_spell(uow, person, status_code="L", started_on=date(2026, 1, 1))
    spell = start(uow, person, date(2026, 5, 1), "k")
    assert before.ended_on == date(2026, 4, 30)
    assert current_spell(uow.session, person.id) is spell
    assert spell.evidence_on == uow.today


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2025, 6, 1)])
def test_a_start_reported_late_ends_the_open_line_on_its_own_first_day(
    uow: UnitOfWork, person: Person, day: date
) -> None:
    before = add_spell(uow, person, status_code="L", started_on=date(2026, 1, 1))
    spell = start(uow, person, day)
    assert before.ended_on == before.started_on
    assert current_spell(uow.session, person.id) is spell


def test_the_same_start_twice_is_one_line_and_never_another_persons(uow: UnitOfWork, person: Person) -> None:
    assert start(uow, person, date(2026, 5, 1), "a") is start(uow, person, date(2026, 6, 1), "a")
    assert len(spells_of(uow.session, person.id)) == 1
    with pytest.raises(Conflict):
        start(uow, make_person(uow), date(2026, 5, 1), "a")


@given(days=st.lists(st.dates(date(2020, 1, 1), date(2026, 11, 1)), min_size=1, max_size=6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_at_most_one_line_is_open_whatever_the_order_of_starts(uow: UnitOfWork, days: list[date]) -> None:
    person = make_person(uow)
    for day in days:
        start(uow, person, day)
    lines = spells_of(uow.session, person.id)
    assert sum(line.ended_on is None for line in lines) == 1
    assert all(line.ended_on is None or line.ended_on >= line.started_on for line in lines)
    uow.session.expunge_all()


def test_the_database_itself_refuses_two_open_lines(uow: UnitOfWork, person: Person) -> None:
    start(uow, person, date(2026, 5, 1))
    with pytest.raises(IntegrityError), uow.session.begin_nested():
        uow.session.add(
            EmploymentSpell(
                person_id=person.id,
                status_code="L",
                started_on=date(2026, 6, 1),
                source=RegisterSource.STAFF,
                recorded_at=uow.now,
            )
        )
        uow.session.flush()


def test_staff_write_the_past_without_touching_the_present(uow: UnitOfWork, person: Person) -> None:
    now = add_spell(uow, person, status_code="L", started_on=date(2026, 6, 1))
    past = add_spell(
        uow,
        person,
        status_code="E1",
        started_on=date(2025, 1, 1),
        ended_on=date(2026, 5, 31),
        employer_name="测试厂",
        evidence=EvidenceKind.CONTRACT,
        evidence_on=date(2025, 1, 2),
    )
    assert current_spell(uow.session, person.id) is now
    assert past.evidence_on == date(2025, 1, 2)


def test_wrong_lines_are_refused_with_words(uow: UnitOfWork, person: Person) -> None:
    add_spell(uow, person, status_code="L", started_on=date(2026, 6, 1))
    tomorrow = uow.today + timedelta(days=1)
    assert wrong(uow, person, status_code="D", started_on=None) == {"status_code", "started_on"}
    assert wrong(uow, person, status_code="E1", started_on=date(2026, 7, 1)) == {"employer_name"}
    assert wrong(uow, person, status_code="L", started_on=tomorrow) == {"started_on"}
    assert wrong(uow, person, status_code="L", started_on=date(2026, 6, 1)) == {"started_on"}
    assert wrong(uow, person, status_code="L", started_on=date(2026, 5, 1), ended_on=date(2026, 6, 2)) == {"started_on"}
    assert wrong(uow, person, status_code="L", started_on=date(2026, 5, 1), ended_on=date(2026, 4, 1)) == {"ended_on"}
    assert wrong(uow, person, status_code="L", started_on=date(2026, 7, 1), evidence_on=tomorrow) == {"evidence_on"}
    assert len(spells_of(uow.session, person.id)) == 1


def test_a_line_ends_once(uow: UnitOfWork, person: Person) -> None:
    spell = add_spell(uow, person, status_code="L", started_on=date(2026, 6, 1))
    seen = spell.version
    with pytest.raises(Invalid):
        end_spell(uow, person, spell, ended_on=date(2026, 5, 1))
    end_spell(uow, person, spell, ended_on=date(2026, 7, 1), version=seen)
    end_spell(uow, person, spell, ended_on=date(2026, 7, 1), version=seen)
    with pytest.raises(Conflict):
        end_spell(uow, person, spell, ended_on=date(2026, 8, 1), version=seen)
    assert current_spell(uow.session, person.id) is None


def test_only_staff_of_the_subtree_write_lines_and_the_person_confirms_a_start(uow: UnitOfWork, person: Person) -> None:
    own, far = actor_of_person(uow, person), make_staff(uow, path=PATH_OTHER)
    for actor in (own, far):
        with pytest.raises(NotAllowed):
            add_spell(acting(uow, actor), person, status_code="L", started_on=date(2026, 6, 1))
    with pytest.raises(NotAllowed):
        start(acting(uow, far), person, date(2026, 6, 1))
    assert start(acting(uow, own), person, date(2026, 6, 1)).recorded_by_id == own.user_id
