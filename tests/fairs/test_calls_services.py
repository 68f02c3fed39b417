"""The mobilisation: targets in proportion, lists by ranking, and what calls led to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Invalid, NotAllowed, NotFound
from jobmatch.core.job_rows import Job
from jobmatch.core.jobs import run_job
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors import calls_queries as queries
from jobmatch.fairs.visitors.models import FairCall
from jobmatch.fairs.visitors.plans_jobs import JOBS
from jobmatch.fairs.visitors.services import calls
from jobmatch.fairs.visitors.states import CallState
from jobmatch.people.models.person import PersonLicence
from jobmatch.people.states import JobSearchState
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_posting, make_staff, make_station
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.matching.help import counted


def driver_fair(uow: UnitOfWork) -> JobFair:
    """A fair of the county where somebody looks for a driver."""
    fair = make_fair(uow)
    exhibitor = make_exhibitor(uow, fair)
    make_fair_posting(uow, exhibitor, posting=make_posting(uow, exhibitor.employer))
    return fair


def list_all(uow: UnitOfWork, fair: JobFair) -> list[FairCall]:
    """What the job does, in one unit."""
    given = calls.read_portion(uow, fair.id, calls.people_to_ask(uow, fair.id))
    found = calls.fitting_people(given)
    calls.store_calls(uow, fair.id, found, calls.stations_of(uow, fair.id))
    calls.drop_calls(uow, fair.id, {one.person_id for one in found})
    return list(uow.session.scalars(select(FairCall).where(FairCall.fair_id == fair.id).order_by(FairCall.id)))


@given(st.dictionaries(st.integers(1, 50), st.integers(1, 5000), min_size=1, max_size=20), st.integers(1, 9999))
def test_shares_add_up_and_are_never_a_whole_one_away(weights: dict[int, int], total: int) -> None:
    found = calls.shares(weights, total)
    assert sum(found.values()) == total
    whole = sum(weights.values())
    assert all(abs(found[key] - total * weight / whole) < 1 for key, weight in weights.items())


def test_targets_follow_the_people_who_look_for_work(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    east, west = (make_station(uow, path=path, name=name) for path, name in ((PATH_A, "东镇站"), (PATH_B, "西镇站")))
    for path, count in ((PATH_A, 3), (PATH_B, 1), (PATH_OTHER, 5)):
        for _n in range(count):
            make_person(uow, path=path, with_user=False)
    make_person(uow, path=PATH_B, with_user=False, search_state=JobSearchState.NOT_LOOKING)
    assert calls.propose_targets(uow, fair, people_count=40) == {east.id: 30, west.id: 10}
    assert calls.save_targets(uow, fair, {east.id: 35}) == {east.id: 35}
    lines = {line.station.id: line.target for line in queries.station_lines(uow, fair)}
    assert (lines[east.id], lines[west.id]) == (35, 10)
    with pytest.raises(NotFound):
        calls.save_targets(uow, fair, {make_station(uow, path=PATH_OTHER).id: 3})
    with pytest.raises(Invalid):
        calls.save_targets(uow, fair, {east.id: -1})


def test_nobody_looking_gives_no_targets_but_a_sentence(uow: UnitOfWork) -> None:
    with pytest.raises(Invalid):
        calls.propose_targets(uow, make_fair(uow), people_count=10)


def test_the_list_holds_who_fits_something_best_first_at_the_nearest_station(uow: UnitOfWork) -> None:
    fair = driver_fair(uow)
    east = make_station(uow, path=PATH_A, name="东镇站")
    fits = make_person(uow)
    lacks = make_person(uow, name="测试无证")
    uow.session.query(PersonLicence).filter_by(person_id=lacks.id).delete()
    make_person(uow, name="测试远人", path=PATH_OTHER)
    make_person(uow, name="测试不找", search_state=JobSearchState.NOT_LOOKING)
    [row] = list_all(uow, fair)
    assert (row.person_id, row.station_id, row.fitting_count) == (fits.id, east.id, 1)
    assert row.score >= calls.FITS
    assert [one.id for one in list_all(uow, fair)] == [row.id]


def test_a_new_list_keeps_what_calls_led_to_and_drops_who_fits_no_more(uow: UnitOfWork) -> None:
    fair = driver_fair(uow)
    called, listed = make_person(uow), make_person(uow, name="测试乙")
    rows = {row.person_id: row for row in list_all(uow, fair)}
    calls.record_call(uow, fair, rows[called.id], state=CallState.COMING)
    for person in (called, listed):
        person.search_state = JobSearchState.NOT_LOOKING
    uow.session.flush()
    [kept] = list_all(uow, fair)
    assert (kept.person_id, kept.state) == (called.id, CallState.COMING)


def test_a_tap_can_be_taken_back_and_a_second_one_changes_nothing(uow: UnitOfWork) -> None:
    fair = driver_fair(uow)
    make_person(uow)
    [row] = list_all(uow, fair)
    staff = uow.acting_as(make_staff(uow))
    calls.record_call(staff, fair, row, state=CallState.TOLD)
    first = row.called_at
    calls.record_call(staff, fair, row, state=CallState.TOLD)
    assert (row.state, row.called_at, row.called_by_id) == (CallState.TOLD, first, staff.actor.user_id)
    calls.record_call(staff, fair, row, state=CallState.LISTED)
    assert (row.state, row.called_at, row.called_by_id) == (CallState.LISTED, None, None)
    assert calls.note_call(staff, fair, row, note="  晚上 再打  ").note == "晚上 再打"


def test_a_station_calls_its_own_people_only(uow: UnitOfWork) -> None:
    fair = driver_fair(uow)
    make_person(uow, path=PATH_A)
    [row] = list_all(uow, fair)
    for path, allowed in ((PATH_A, True), (PATH_COUNTY, True), (PATH_B, False), (PATH_OTHER, False)):
        staff = uow.acting_as(make_staff(uow, path=path))
        if allowed:
            calls.record_call(staff, fair, row, state=CallState.TOLD)
            continue
        with pytest.raises(NotAllowed):
            calls.record_call(staff, fair, row, state=CallState.COMING)


def test_the_table_counts_each_step_and_takes_who_came_from_above(uow: UnitOfWork) -> None:
    fair = driver_fair(uow)
    east = make_station(uow, path=PATH_A, name="东镇站")
    people = [make_person(uow, with_user=False) for _n in range(4)]
    rows = {row.person_id: row for row in list_all(uow, fair)}
    states = (CallState.TOLD, CallState.COMING, CallState.NOT_REACHED)
    for person, state in zip(people, states, strict=False):
        calls.record_call(uow, fair, rows[person.id], state=state)
    make_registration(uow, fair, person_id=people[1].id)
    line = {one.station.id: one for one in queries.station_lines(uow, fair, ({PATH_A: 2}, {PATH_A: 1}))}[east.id]
    assert (line.listed, line.told, line.coming, line.registered) == (4, 2, 1, 1)
    assert (line.came, line.meant) == (2, 1)


def growth(uow: UnitOfWork, station: Organization, count: int) -> int:
    fair = driver_fair(uow)
    for _n in range(count):
        make_person(uow, with_user=False)
    list_all(uow, fair)
    station_id = station.id
    uow.session.expire_all()
    uow.session.refresh(fair)
    with counted(uow.session.get_bind()) as seen:
        found = uow.rows(queries.visible_calls(uow.actor, queries.calls_at(fair, station_id)))
        assert len(queries.call_lines(uow, fair, found)) == count
        queries.station_lines(uow, fair)
    return len(seen)


def test_lists_of_two_and_twenty_cost_the_same(uow: UnitOfWork) -> None:
    station = make_station(uow, path=PATH_A)
    few = growth(uow, station, 2)
    for row in uow.session.scalars(select(FairCall)).all():
        uow.session.delete(row)
    for person in uow.session.scalars(select(queries.Person)).all():
        person.search_state = JobSearchState.NOT_LOOKING
    uow.session.flush()
    assert growth(uow, station, 20) == few


def test_the_job_lists_in_portions_and_says_how_many(sqlite_runtime: Any) -> None:
    system = system_actor("tests")
    with sqlite_runtime.unit(system) as uow:
        fair = driver_fair(uow)
        for _n in range(3):
            make_person(uow)
        make_registration(uow, fair, person_id=make_person(uow).id)
        ids = [uow.enqueue(calls.LIST_JOB, fair_id=fair.id), uow.enqueue("visitors.plan", fair_id=fair.id, anew=1)]
        ids.append(uow.enqueue("visitors.replan"))
    for job_id in ids:
        assert run_job(sqlite_runtime.database, JOBS, job_id)
    with sqlite_runtime.unit(system, writing=False) as uow:
        listed, planned, again = (uow.session.get_one(Job, one) for one in ids)
        assert (listed.error, listed.result, listed.done_count) == ("", {"people": 4, "listed": 4, "removed": 0}, 4)
        assert (planned.error, planned.result["changed"]) == ("", 1)
        assert (again.error, again.result) == ("", {"fairs": 0, "changed": 0})
