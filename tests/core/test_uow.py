"""The unit of work: commits on return, rolls back on raise, and reads only what a policy narrowed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.db import Database
from jobmatch.core.errors import Conflict, NotFound
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import JobContext, run_job, sweep_jobs
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork, unit_of_work, visible
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Region
from tests.factories import make_person

ACTOR = system_actor("tests")


def test_returning_commits_and_raising_rolls_back(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(ACTOR) as uow:
        uow.audit("kept")
    with pytest.raises(RuntimeError), sqlite_runtime.unit(ACTOR) as uow:
        uow.audit("lost")
        raise RuntimeError
    with sqlite_runtime.unit(ACTOR, writing=False) as uow:
        actions = set(uow.session.scalars(select(AuditEntry.action)))
        assert "kept" in actions
        assert "lost" not in actions


def test_many_things_are_audited_like_one(uow: UnitOfWork) -> None:
    people = [make_person(uow), make_person(uow)]
    uow.audit_each("many", [], batch="a")
    uow.audit_each("many", people, batch="a")
    uow.audit("one", people[0], batch="a")
    uow.session.flush()
    rows = uow.session.scalars(select(AuditEntry).where(AuditEntry.action.in_(("many", "one"))).order_by(AuditEntry.id))
    first, second, one = (
        {column.key: getattr(row, column.key) for column in AuditEntry.__table__.columns} for row in rows
    )
    assert second["object_id"] == people[1].public_id
    assert {**first, "id": one["id"], "action": "one"} == one


def test_a_scoped_table_is_not_read_without_a_policy(uow: UnitOfWork) -> None:
    make_person(uow)
    with pytest.raises(LookupError, match="person"):
        uow.rows(select(Person))
    with pytest.raises(LookupError, match="person"):
        uow.rows(select(Region.code).join(Person, Person.living_region_code == Region.code))
    assert len(uow.rows(visible(select(Person), "person"))) == 1


def test_a_scoped_table_is_a_condition_inside_where_and_a_source_inside_from(uow: UnitOfWork) -> None:
    lived_in = Region.code.in_(select(Person.living_region_code))
    assert uow.rows(select(func.count()).select_from(select(Region.code).where(lived_in).subquery())) == [0]
    with pytest.raises(LookupError, match="person"):
        uow.rows(select(func.count()).select_from(select(Person.id).subquery()))
    with pytest.raises(LookupError, match="person"):
        inner = select(Person.living_region_code).subquery()
        uow.rows(select(Region.code).join(inner, inner.c.living_region_code == Region.code))


def test_an_unscoped_table_is_read_freely_and_one_raises_for_none(uow: UnitOfWork) -> None:
    assert uow.rows(select(Region.code).limit(3))
    with pytest.raises(NotFound):
        uow.one(select(Region).where(Region.code == "nowhere"))


def test_a_stale_row_is_a_conflict(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(ACTOR) as uow:
        person_id = make_person(uow).id
    with pytest.raises(Conflict), sqlite_runtime.unit(ACTOR) as uow:
        person = uow.session.get_one(Person, person_id)
        uow.session.execute(
            update(Person).where(Person.id == person_id).values(version=9),
            execution_options={"synchronize_session": False},
        )
        person.name = "后来的人"


def test_writers_from_many_threads_lose_nothing(sqlite_runtime: Runtime) -> None:
    database = sqlite_runtime.database
    with sqlite_runtime.unit(ACTOR) as uow:
        uow.session.add(Job(name="count", arguments={}, created_at=uow.now))

    def add() -> None:
        for _ in range(10):
            with unit_of_work(database, ACTOR, writing=True) as uow:
                job = uow.session.scalars(select(Job)).one()
                job.done_count += 1

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite_runtime.unit(ACTOR, writing=False) as uow:
        assert uow.session.scalar(select(Job.done_count)) == 80


def test_the_same_writers_without_the_write_unit_do_lose_updates(tmp_path: Path) -> None:
    """The control: reading units that write through a deferred transaction fail or lose, so the test above can fail."""
    from jobmatch.tables import metadata

    database = Database(f"sqlite:///{tmp_path / 'control.db'}")
    metadata.create_all(database.engine)
    with unit_of_work(database, ACTOR, writing=True) as uow:
        uow.session.add(Job(name="count", arguments={}, created_at=uow.now))
    failures: list[Exception] = []
    barrier = threading.Barrier(8)

    def add() -> None:
        for _ in range(10):
            session: Session = database.session(writing=False)
            try:
                job = session.scalars(select(Job)).one()
                barrier.wait(timeout=10)
                job.done_count += 1
                session.commit()
            except Exception as error:
                failures.append(error)
            finally:
                session.close()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with unit_of_work(database, ACTOR, writing=False) as uow:
        assert failures or uow.session.scalar(select(Job.done_count)) < 80
    database.engine.dispose()


def test_a_job_runs_once_and_shows_its_result(sqlite_runtime: Runtime) -> None:
    seen: list[int] = []

    def work(context: JobContext, *, number: int) -> dict[str, int]:
        seen.append(number)
        context.progress(1, 2)
        return {"number": number}

    with sqlite_runtime.unit(ACTOR) as uow:
        job_id = uow.enqueue("room.work", number=7)
    assert run_job(sqlite_runtime.database, {"room.work": work}, job_id)
    assert not run_job(sqlite_runtime.database, {"room.work": work}, job_id)
    with sqlite_runtime.unit(ACTOR, writing=False) as uow:
        job = uow.session.get_one(Job, job_id)
        assert (job.state, job.result, job.done_count, seen) == (JobState.DONE, {"number": 7}, 1, [7])


def test_a_failing_job_is_tried_three_times_and_then_shown(
    sqlite_runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    def work(context: JobContext) -> None:
        raise OSError("printer on fire")

    with sqlite_runtime.unit(ACTOR) as uow:
        job_id = uow.enqueue("room.work")
    for _ in range(4):
        run_job(sqlite_runtime.database, {"room.work": work}, job_id)
    with sqlite_runtime.unit(ACTOR, writing=False) as uow:
        job = uow.session.get_one(Job, job_id)
        assert (job.state, job.attempt_count) == (JobState.FAILED, 3)
        assert "printer on fire" in job.error


def test_a_killed_worker_leaves_its_job_to_the_sweep(sqlite_runtime: Runtime) -> None:
    from datetime import timedelta

    with sqlite_runtime.unit(ACTOR) as uow:
        job_id = uow.enqueue("room.work")
        uow.session.flush()
        uow.session.execute(
            update(Job).values(state=JobState.RUNNING, started_at=uow.now - timedelta(hours=1), attempt_count=1)
        )
    assert sweep_jobs(sqlite_runtime.database) == [job_id]


def test_growth_of_the_job_table_does_not_grow_the_sweep(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(ACTOR) as uow:
        for number in range(20):
            uow.enqueue("room.work", number=number)
    assert len(sweep_jobs(sqlite_runtime.database)) == 20
    with sqlite_runtime.unit(ACTOR, writing=False) as uow:
        assert uow.session.scalar(select(func.count(Job.id))) == 20
