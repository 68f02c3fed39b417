"""带动就业 and what became of ventures: the pure figures, by properties, and on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from jobmatch.accounts.models import User
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import finish_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import EvidenceKind, RegisterSource
from tests.factories import PATH_A, actor_of_person, make_employer, make_person, make_staff
from tests.training.help_parks import desks_of, make_incubator, make_tenancy
from tests.training.help_ventures import make_venture
from training.incubation.growth import making, queries
from training.incubation.growth.documents import write_report
from training.incubation.growth.figures import (
    Declared,
    Leaving,
    Life,
    Worker,
    expiry_rate,
    incubation_success,
    stock,
    survival,
)
from training.incubation.growth.models import VentureReport, VentureWorker
from training.incubation.growth.periods import last_quarter, quarter_end, quarter_key, read_quarter
from training.incubation.growth.services.reports import (
    ReportFacts,
    open_visits,
    remind_reports,
    repeat_report,
    save_report,
    visit_day,
)
from training.incubation.growth.services.workers import WorkerFacts, add_worker, end_worker
from training.incubation.growth.states import WorkerEvidence
from training.incubation.parks.models import SpaceLet
from training.incubation.parks.states import TenancyState
from training.incubation.ventures.states import VentureState

ON = date(2026, 9, 30)
days = st.dates(date(2025, 1, 1), date(2027, 1, 1))


@st.composite
def workers(draw: Any) -> list[Worker]:
    rows = []
    for number in range(draw(st.integers(0, 12))):
        begun = draw(days)
        rows.append(
            Worker(
                row_id=number,
                venture_id=draw(st.integers(1, 3)),
                person_id=draw(st.sampled_from([None, 1, 2, 3])),
                evidence=draw(st.sampled_from(WorkerEvidence)),
                is_veteran=draw(st.booleans()),
                started_on=begun,
                ended_on=draw(st.sampled_from([None, begun + timedelta(days=40)])),
                is_founder=draw(st.booleans()),
                is_placed=draw(st.booleans()),
            )
        )
    return rows


declared = st.lists(
    st.builds(
        lambda key, count, part, is_open: Declared(key, count, min(part, count), is_open),
        st.integers(1, 3),
        st.integers(0, 9),
        st.integers(0, 9),
        st.booleans(),
    ),
    max_size=5,
)


@given(workers(), declared, st.sets(st.integers(1, 3)))
def test_nobody_is_counted_twice_and_everybody_is_accounted_for(
    rows: list[Worker], said: list[Declared], alive: set[int]
) -> None:
    found = stock(rows, said, on=ON, alive=alive)
    here = [one for one in rows if one.venture_id in alive and one.works_on(ON)]
    people = [one.person_id for one in found.counted if one.person_id is not None]
    assert len(people) == len(set(people))
    assert not any(one.is_founder or one.is_placed for one in found.counted)
    left_out = found.left_out_founders + found.left_out_placed + found.left_out_twice
    assert len(found.counted) + left_out == len(here)
    assert found.total == sum(found.by_venture.values())
    assert found.total == sum(found.rows(kind) for kind in WorkerEvidence) + found.declared
    assert 0 <= found.veterans <= found.total
    # What was declared never makes more of a venture than the greater of declared and written down.
    for key, count in found.by_venture.items():
        known = sum(one.venture_id == key and not one.is_founder for one in here)
        assert count <= max([known, *(one.worker_count for one in said if one.venture_id == key)])


@given(workers(), declared)
def test_one_row_more_never_takes_away(rows: list[Worker], said: list[Declared]) -> None:
    more = [*rows, Worker(99, 1, None, WorkerEvidence.ROSTER, False, date(2026, 1, 1), None)]
    assert stock(more, said, on=ON, alive={1, 2, 3}).total >= stock(rows, said, on=ON, alive={1, 2, 3}).total


def test_the_stronger_evidence_counts_and_the_day_is_inclusive() -> None:
    rows = [
        Worker(1, 1, 7, WorkerEvidence.WORD, False, date(2026, 1, 1), ON),
        Worker(2, 2, 7, WorkerEvidence.INSURANCE, False, ON, None),
    ]
    found = stock(rows, [Declared(1, 3, 1)], on=ON, alive={1, 2})
    assert found.rows(WorkerEvidence.INSURANCE) == 1
    assert (found.rows(WorkerEvidence.WORD), found.declared, found.total, found.left_out_twice) == (0, 2, 3, 1)
    assert stock(rows, [], on=ON + timedelta(days=1), alive={1}).total == 0
    assert [one.row_id for one in found.started_since(date(2026, 7, 1))] == [2]


def test_survival_leaves_out_whose_time_is_not_up() -> None:
    lives = [
        Life(1, date(2026, 1, 31), None),
        Life(2, date(2026, 1, 31), date(2026, 7, 31)),
        Life(3, date(2026, 1, 31), date(2026, 8, 1)),
        Life(4, date(2026, 6, 1), None),
    ]
    rate = survival(lives, 6, on=ON)
    assert (rate.part, rate.whole, rate.open_count, rate.percent) == (2, 3, 1, 66.7)
    assert survival(lives, 12, on=ON).percent is None


def test_success_of_incubation_waits_for_the_time_of_observation() -> None:
    rows = [
        Leaving(1, date(2026, 1, 10), True, False, None, None),
        Leaving(2, date(2026, 1, 10), True, False, date(2026, 7, 10), None),
        Leaving(3, date(2026, 1, 10), True, False, None, date(2026, 5, 1)),
        Leaving(4, date(2026, 1, 10), False, True, None, None),
        Leaving(5, date(2026, 8, 1), True, False, None, None),
        Leaving(6, date(2026, 12, 1), True, False, None, None),
    ]
    rate = incubation_success(rows, 6, on=ON)
    assert (rate.part, rate.whole, rate.open_count) == (1, 4, 1)
    assert (expiry_rate(rows, on=ON).part, expiry_rate(rows, on=ON).whole) == (1, 5)


def test_quarters() -> None:
    assert last_quarter(date(2026, 1, 5)) == date(2025, 10, 1)
    assert quarter_end(date(2026, 7, 1)) == ON
    assert quarter_key(date(2026, 7, 1)) == "2026-3"
    assert read_quarter("2026-3", ON) == date(2026, 7, 1)
    for wrong in ("", "2026-5", "abcd-1", "0001-1", "２０２６-1"):
        assert read_quarter(wrong, ON) == date(2026, 4, 1)


# ---------- on the databases ----------


def test_a_report_is_kept_changed_and_repeated(uow: UnitOfWork) -> None:
    person = make_person(uow)
    venture = make_venture(uow, person, state=VentureState.OPERATING)
    uow.actor = actor_of_person(uow, person)
    with pytest.raises(Conflict):
        repeat_report(uow, venture)
    for facts, fields in (
        (ReportFacts(), {"is_operating", "worker_count"}),
        (ReportFacts(is_operating=True, worker_count=2, veteran_count=3), {"veteran_count"}),
        (ReportFacts(is_operating=True, worker_count=9999), {"worker_count"}),
    ):
        with pytest.raises(Invalid) as caught:
            save_report(uow, venture, facts)
        assert set(caught.value.fields) == fields
    uow.session.add(
        VentureReport(venture_id=venture.id, period_on=date(2026, 4, 1), worker_count=4, reported_at=uow.now)
    )
    uow.session.flush()
    row = repeat_report(uow, venture)
    assert repeat_report(uow, venture) is row
    assert (row.worker_count, row.is_unchanged, row.period_on) == (4, True, date(2026, 7, 1))
    assert save_report(uow, venture, ReportFacts(is_operating=True, worker_count=5)).id == row.id
    assert not row.is_unchanged
    uow.actor = actor_of_person(uow, make_person(uow))
    with pytest.raises(NotAllowed):
        repeat_report(uow, venture)


def test_a_venture_that_is_not_registered_does_not_report(uow: UnitOfWork) -> None:
    person = make_person(uow)
    for venture in (
        make_venture(uow, person),
        make_venture(uow, person, state=VentureState.REGISTERED, registered_on=date(2026, 11, 1)),
    ):
        with pytest.raises(Conflict):
            save_report(uow, venture, ReportFacts(is_operating=True, worker_count=0))


def test_founders_add_names_and_staff_find_the_file(uow: UnitOfWork) -> None:
    person, other = make_person(uow), make_person(uow, phone="19900007777", name="测试戊")
    venture = make_venture(uow, person, state=VentureState.OPERATING)
    uow.actor = actor_of_person(uow, person)
    facts = WorkerFacts(name="测试戊", evidence=WorkerEvidence.INSURANCE, started_on=uow.today, phone="19900007777")
    row = add_worker(uow, venture, facts)
    assert (row.person_id, row.evidence, row.is_veteran) == (None, WorkerEvidence.WORD, False)
    for name in ("测试戊", person.name, ""):
        with pytest.raises(Invalid) as caught:
            add_worker(uow, venture, WorkerFacts(name=name, started_on=uow.today))
        assert set(caught.value.fields) == {"name"}
    assert end_worker(uow, venture, row, on=uow.today).ended_on == uow.today
    uow.actor = make_staff(uow)
    row = add_worker(uow, venture, facts)
    assert (row.person_id, row.evidence, row.is_veteran) == (other.id, WorkerEvidence.INSURANCE, True)


def test_the_stock_leaves_out_founders_and_who_is_placed_elsewhere(uow: UnitOfWork) -> None:
    founder, placed, worker = make_person(uow), make_person(uow), make_person(uow)
    venture = make_venture(uow, founder, state=VentureState.OPERATING)
    for one in (founder, placed, worker):
        uow.session.add(
            VentureWorker(
                venture_id=venture.id,
                person_id=one.id,
                name=one.name,
                is_veteran=True,
                evidence=WorkerEvidence.ROSTER,
                started_on=date(2026, 2, 1),
                recorded_at=uow.now,
            )
        )
    uow.session.add(
        EmploymentSpell(
            person_id=placed.id,
            status_code="E",
            organization_id=make_employer(uow).organization_id,
            employer_name="测试公司",
            started_on=date(2026, 3, 1),
            ended_on=date(2026, 9, 30),
            evidence=EvidenceKind.CONTRACT,
            source=RegisterSource.HIRE,
            recorded_at=uow.now,
        )
    )
    uow.session.add(
        VentureReport(venture_id=venture.id, period_on=date(2026, 7, 1), worker_count=5, reported_at=uow.now)
    )
    uow.session.flush()
    found = queries.stock_on(uow.session, [venture.id], ON)
    assert (len(found.counted), found.left_out_placed, found.left_out_founders, found.declared) == (1, 1, 1, 3)
    assert queries.jobs_created(uow.session, [venture.id], ON) == 4
    # The day after the hire ended they work for the venture alone.
    after = queries.stock_on(uow.session, [venture.id], ON + timedelta(days=1))
    assert (len(after.counted), after.left_out_placed) == (2, 0)
    venture.state, venture.ended_on = VentureState.DEREGISTERED, ON
    uow.session.flush()
    assert queries.jobs_created(uow.session, [venture.id], ON) == 0


def test_founders_are_reminded_once_a_quarter_and_not_after_the_last_day(uow: UnitOfWork) -> None:
    person = make_person(uow)
    make_venture(uow, person, state=VentureState.OPERATING)
    assert remind_reports(uow, 0) == (0, 0)
    uow.today = date(2026, 10, 10)
    last, told = remind_reports(uow, 0)
    assert told == 1
    assert remind_reports(uow, last) == (0, 0)
    assert remind_reports(uow, 0)[1] == 0
    assert uow.session.scalars(select(Message)).one().user_id == uow.session.get_one(User, person.user_id).id


def test_visits_come_due_every_three_months_and_one_at_a_time(uow: UnitOfWork) -> None:
    venture = make_venture(uow, make_person(uow), state=VentureState.OPERATING)
    make_venture(uow, make_person(uow), state=VentureState.REGISTERED, registered_on=date(2026, 11, 1))
    assert open_visits(uow) == 1
    assert open_visits(uow) == 0
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.VENTURE_VISIT)).one()
    assert task.once == f"venture_visit:{venture.public_id}:2026-10-10"
    finish_task(uow, task)
    assert open_visits(uow) == 0
    assert visit_day(date(2026, 1, 31), 3, date(2026, 4, 29)) is None
    assert visit_day(date(2026, 1, 31), 3, date(2026, 4, 30)) == date(2026, 4, 30)


def test_the_year_is_told_in_the_words_of_the_trade(uow: UnitOfWork) -> None:
    make_venture(uow, make_person(uow), state=VentureState.OPERATING)
    made = making.year_report(uow.session, PATH_A, "测试县", 2026, today=uow.today)
    assert made.report.words == [
        "为0名有创业意愿的退役军人开展创业培训，帮助1名成功创业，带动就业0人（不含创业者本人）。"
    ]
    for number in made.report.numbers:
        if number.name and number.value.isdigit() and number.name not in {"jobs", "job_veterans"}:
            assert len(made.lists[number.name]().rows) == int(number.value), number
    assert {one.name for one in made.report.numbers} == set(made.lists)
    [lived] = made.lists["lived_6"]().rows
    assert lived[1][1:] == ["2026-01-10", "在"]
    for form in ("docx", "xlsx", "pdf"):
        assert write_report(made.report, form)
    assert uow.session.scalar(select(func.count()).select_from(VentureReport)) == 0


def test_every_number_of_an_incubator_but_the_money_opens_its_list(uow: UnitOfWork) -> None:
    park = make_incubator(uow, desks=3)
    inside = make_venture(uow, make_person(uow), state=VentureState.OPERATING)
    tenancy = make_tenancy(uow, park, inside, state=TenancyState.INCUBATED, desks=1, with_grant=False)
    tenancy.term_from = date(2026, 8, 1)
    for space in desks_of(uow, park):
        for one in uow.session.scalars(select(SpaceLet).where(SpaceLet.space_id == space.id)):
            one.from_on = date(2026, 8, 1)
    gone = make_venture(uow, make_person(uow), state=VentureState.OPERATING)
    out = make_tenancy(uow, park, gone, state=TenancyState.GRADUATED, with_grant=False)
    out.term_from, out.left_on = date(2026, 2, 1), date(2026, 9, 1)
    add_worker(uow, inside, WorkerFacts(name="测试己", evidence=WorkerEvidence.ROSTER, started_on=date(2026, 8, 2)))
    uow.session.flush()
    made = making.incubator_report(uow.session, park, date(2026, 7, 1))
    unnamed = [one.label for one in made.report.numbers if not one.name]
    assert unnamed == ["场租减免（元）", "推荐贷款（笔）", "推荐贷款（万元）"]
    rows = {name: make().rows for name, make in made.lists.items()}
    assert [row[1][2] for row in rows["desks"]] == [inside.name, "空", "空"]
    assert (len(rows["inside"]), len(rows["graduated"]), len(rows["watched"])) == (1, 1, 1)
    assert [row[1][0] for row in rows["by_roster"]] == ["测试己"]
    assert not rows["by_insurance"]
    for one in made.report.numbers:
        if one.name and one.value.isdigit():
            assert len(rows[one.name]) == int(one.value), one
