"""The administrator's page of background work: everything has words, what failed is tried again once, old rows go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from jobmatch.accounts.job_words import JOB_WORDS
from jobmatch.accounts.states import Role
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import drop_old_jobs
from jobmatch.core.uow import UnitOfWork
from jobmatch.rooms import job_functions
from tests.factories import make_user
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def put(uow: UnitOfWork, state: JobState, **values: Any) -> Job:
    job = Job(name="tables.take", state=state, created_at=uow.now, **values)
    uow.session.add(job)
    uow.session.flush()
    return job


def test_every_kind_of_work_has_words_and_no_word_is_left_over() -> None:
    assert set(JOB_WORDS) == set(job_functions())


def test_what_failed_is_tried_again_once_and_nobody_else_sees_it(office: Office) -> None:
    with office.unit() as uow:
        admin = make_user(uow, Role.SYSTEM_ADMIN).id
        failed = put(uow, JobState.FAILED, attempt_count=3, error="names of people", created_by_id=office.clerk_id)
        number, name = failed.public_id, failed.id
        put(uow, JobState.RUNNING, done_count=3, total_count=9, started_at=uow.now)
    assert office.clerk.get("/admin/background").status_code == 403
    client = office.client(admin)
    shown = text_of(client.get("/admin/background"))
    assert "1 件后台任务没有完成" in shown and "试了 3 次" in shown and "3 / 9" in shown
    assert "names of people" not in shown
    assert client.post("/admin/background/23456789abcdefgh/retry").status_code == 404
    for _n in range(2):
        assert client.post(f"/admin/background/{number}/retry").status_code == 303
    with office.unit() as uow:
        job = uow.session.get_one(Job, name)
        assert (job.state, job.attempt_count, job.error) == (JobState.QUEUED, 0, "")
    assert "没有这样的后台任务" in text_of(client.get("/admin/background?state=failed"))


def test_the_page_costs_the_same_for_two_and_for_twenty(office: Office) -> None:
    with office.unit() as uow:
        admin = make_user(uow, Role.SYSTEM_ADMIN).id
    client, costs = office.client(admin), []
    for more in (2, 18):
        with office.unit() as uow:
            for _n in range(more):
                put(uow, JobState.DONE, started_at=uow.now, finished_at=uow.now, created_by_id=office.clerk_id)
        with counted(office.runtime.database.engine) as seen:
            assert client.get("/admin/background").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_work_of_the_timer_is_forgotten_after_a_month_and_nothing_else(uow: UnitOfWork) -> None:
    old = uow.now - timedelta(days=31)
    gone = put(uow, JobState.DONE, finished_at=old)
    kept = [
        put(uow, JobState.DONE, finished_at=uow.now),
        put(uow, JobState.DONE, finished_at=old, created_by_id=1),
        put(uow, JobState.FAILED, finished_at=old),
    ]
    assert drop_old_jobs(uow) == 1
    uow.session.expire_all()
    assert uow.session.get(Job, gone.id) is None
    assert all(uow.session.get(Job, job.id) is not None for job in kept)
