"""Spot checks: the draw is lawful and can be drawn again, the recorder does not call, the register stays as it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.reports.campaigns import spots
from jobmatch.reports.campaigns.models import SpotCheck, SpotCheckLine
from jobmatch.reports.campaigns.policies import visible_spot_checks
from jobmatch.reports.campaigns.services.spots import draw_spot_check, record_result, reveal_line
from jobmatch.reports.campaigns.states import SpotResult
from jobmatch.reports.campaigns.subjects import erase_person, export_person
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY
from tests.reports.help_campaigns import clerk_of, hired, make_offices


def lines(uow: UnitOfWork, check: SpotCheck) -> list[SpotCheckLine]:
    query = select(SpotCheckLine).where(SpotCheckLine.spot_check_id == check.id).order_by(SpotCheckLine.id)
    return list(uow.session.scalars(query))


@given(ids=st.sets(st.integers(1, 10**9), max_size=300), seed=st.integers(0, 2**31 - 1), size=st.integers(0, 400))
def test_a_draw_is_the_same_for_the_same_seed(ids: set[int], seed: int, size: int) -> None:
    drawn = spots.sample(ids, seed, size)
    assert drawn == spots.sample(sorted(ids, reverse=True), seed, size)
    assert len(drawn) == len(set(drawn)) == min(size, len(ids)) and set(drawn) <= ids


def test_another_seed_draws_others() -> None:
    assert len({tuple(spots.sample(range(1000), seed, 10)) for seed in range(20)}) == 20


@pytest.mark.parametrize(
    ("claimed", "size"), [(0, 0), (3, 3), (10, 10), (11, 10), (200, 10), (201, 11), (1000, 50), (1001, 51)]
)
def test_five_percent_and_at_least_ten_and_fewer_than_ten_are_all(claimed: int, size: int) -> None:
    assert spots.sample_size(claimed, 5, 10) == size


def test_only_confirmed_work_of_the_station_s_own_people_is_drawn_from(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    claimed = {hired(uow).id for _n in range(3)}
    hired(uow, path=PATH_B)
    hired(uow, proof=False)
    hired(uow, since=date(2026, 12, 1))
    ended = hired(uow)
    uow.session.execute(
        update(EmploymentSpell).where(EmploymentSpell.id == ended.id).values(ended_on=date(2026, 11, 10))
    )
    check = draw_spot_check(offices.county, offices.town_station)
    assert {line.spell_id for line in lines(uow, check)} == claimed
    assert (check.claimed_count, check.share_percent, check.drawn_on) == (3, 5, uow.today)


def test_the_stored_seed_draws_the_same_sample_again(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    ids = [hired(uow).id for _n in range(30)]
    check = draw_spot_check(offices.county, offices.town_station)
    drawn = [line.spell_id for line in lines(uow, check)]
    assert len(drawn) == 10
    assert drawn == spots.sample(ids, check.seed, 10)


def test_a_second_press_is_the_same_sample_and_nobody_draws_until_it_pleases(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    hired(uow)
    check = draw_spot_check(offices.county, offices.town_station)
    assert draw_spot_check(offices.county, offices.town_station) is check
    check.drawn_on = uow.today - timedelta(days=1)
    uow.session.flush()
    with pytest.raises(Conflict, match="还有 1 个没打"):
        draw_spot_check(offices.county, offices.town_station)
    record_result(offices.county, check, lines(uow, check)[0].public_id, result="true")
    assert draw_spot_check(offices.county, offices.town_station) is not check


def test_a_station_draws_not_among_its_own_and_does_not_see_who_is_called(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    hired(uow)
    with pytest.raises(NotAllowed):
        draw_spot_check(offices.town, offices.town_station)
    with pytest.raises(NotAllowed):
        draw_spot_check(offices.other, offices.town_station)
    check = draw_spot_check(offices.county, offices.town_station)
    assert offices.county.rows(visible_spot_checks(offices.county.actor, spots.spot_checks())) == [check]
    assert offices.town.rows(visible_spot_checks(offices.town.actor, spots.spot_checks())) == []
    with pytest.raises(NotAllowed):
        record_result(offices.town, check, lines(uow, check)[0].public_id, result="true")


def test_where_nothing_is_claimed_nothing_is_drawn(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    with pytest.raises(Invalid):
        draw_spot_check(offices.county, offices.town_station)
    assert uow.session.scalars(select(SpotCheck)).all() == []


@pytest.mark.parametrize("who", ["recorder", "confirmer"])
def test_whoever_recorded_or_confirmed_the_job_does_not_call(uow: UnitOfWork, who: str) -> None:
    offices = make_offices(uow)
    hired(uow, **{who: offices.county.actor.user_id})
    check = draw_spot_check(offices.county, offices.town_station)
    [line] = lines(uow, check)
    for act in (
        lambda: record_result(offices.county, check, line.public_id, result="true"),
        lambda: reveal_line(offices.county, check, line.public_id),
    ):
        with pytest.raises(NotAllowed, match="换一位同事"):
            act()
    assert line.result is None
    colleague = acting(uow, clerk_of(uow, offices.stations[PATH_COUNTY]))
    assert reveal_line(colleague, check, line.public_id).phone
    assert record_result(colleague, check, line.public_id, result="true").result is SpotResult.TRUE


def test_the_rate_is_false_over_reached_and_who_was_not_reached_stays_visible(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    for _n in range(6):
        hired(uow)
    check = draw_spot_check(offices.county, offices.town_station)
    results = ("true", "true", "false", "changed", "not_reached")
    for line, result in zip(lines(uow, check), results, strict=False):
        record_result(offices.county, check, line.public_id, result=result, note="没上过班" if result != "true" else "")
    tally = spots.tallies(uow.session, [check.id])[check.id]
    assert (tally.lines, tally.called, tally.reached, tally.false) == (6, 5, 4, 1)
    assert (tally.waiting, tally.not_reached, tally.percent) == (1, 1, 25.0)
    for path, found in ((PATH_COUNTY, (1, 4)), (PATH_A, (1, 4)), (PATH_B, (0, 0))):
        assert spots.falsity(uow.session, path, date(2026, 11, 1), uow.today) == found
    assert spots.falsity(uow.session, PATH_COUNTY, date(2026, 12, 1), date(2026, 12, 31)) == (0, 0)
    by_station = spots.falsity_by_station(uow.session, PATH_COUNTY, [PATH_COUNTY, PATH_A, PATH_B], uow.today, uow.today)
    assert by_station == {PATH_COUNTY: (1, 4), PATH_A: (1, 4), PATH_B: (0, 0)}
    assert spots.SpotTally(3, 3, 0, 0).percent is None


def test_a_false_job_opens_a_task_and_changes_nothing_in_the_register(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    spell = hired(uow)
    check = draw_spot_check(offices.county, offices.town_station)
    [line] = lines(uow, check)
    office_task = uow.session.scalars(select(Task).where(Task.once == f"spot-check:{check.public_id}")).one()
    assert (office_task.region_path, office_task.kind) == (PATH_COUNTY, TaskKind.SPOT_CHECK)
    before = (spell.status_code, spell.ended_on, spell.superseded_at, spell.version)
    with pytest.raises(Invalid):
        record_result(offices.county, check, line.public_id, result="false")
    with pytest.raises(Invalid):
        record_result(offices.county, check, line.public_id, result="nonsense")
    record_result(offices.county, check, line.public_id, result="not_reached")
    record_result(offices.county, check, line.public_id, result="false", note="单位说没有这个人")
    record_result(offices.county, check, line.public_id, result="false", note="第二次按")
    uow.session.refresh(spell)
    assert (spell.status_code, spell.ended_on, spell.superseded_at, spell.version) == before
    assert line.note == "单位说没有这个人"
    mend = uow.session.scalars(select(Task).where(Task.once == f"spot-line:{line.public_id}")).one()
    assert (mend.person_id, mend.region_path, mend.state) == (spell.person_id, PATH_A, TaskState.OPEN)
    assert office_task.state is TaskState.DONE
    with pytest.raises(Conflict, match="不能再改"):
        record_result(offices.county, check, line.public_id, result="true")


def test_what_a_person_said_is_exported_and_erased_and_the_count_stays(uow: UnitOfWork) -> None:
    offices = make_offices(uow)
    spell = hired(uow)
    check = draw_spot_check(offices.county, offices.town_station)
    [line] = lines(uow, check)
    record_result(offices.county, check, line.public_id, result="false", note="说没去上班")
    person = uow.session.get_one(Person, spell.person_id)
    [row] = export_person(uow, person.id)["spot_check_line"]
    assert row["note"] == "说没去上班" and "called_by_id" not in row
    assert erase_person(uow, person.id) == {"spot_check_line": 1}
    assert line.note == "" and line.result is SpotResult.FALSE
