"""Work on everybody is split by county, shared by workers, done once, and taken over from a worker that was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from jobmatch.accounts.models import Organization
from jobmatch.core import crypto, jobs
from jobmatch.core.actors import system_actor
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import JobContext, beat, run_job, sweep_jobs
from jobmatch.core.queue import Queue, Timed
from jobmatch.core.region_paths import in_share, share_of
from jobmatch.core.runtime import Runtime
from tests.core.test_queue import redis_url  # noqa: F401 - a fixture
from tests.servers import until

SYSTEM = system_actor("tests")
PATHS = (
    "/43/",
    "/43/4301/",
    "/43/4301/430102/",
    "/43/4301/430102/430102001/",
    "/43/4301/430102/430102001/430102001003/",
    "/43/4301/430103/",
    "/43/4301/4301029/",
    "/44/4403/440305/",
    "/44/4403/440305/440305004/",
)
SHARES = ("/43/", "/43/4301/", "/43/4301/430102/", "/43/4301/4301029/", "/43/4301/430103/", "/44/4403/440305/")
WORKER = """
import os, sys, time
from pathlib import Path
from jobmatch import worker
from jobmatch.core import crypto
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings

def work(context, place=""):
    if not place:
        return context.spread(sys.argv[2].split())
    with open(sys.argv[1], "a") as log:
        log.write(f"{os.getpid()} began {place}\\n")
    while Path(sys.argv[1] + ".hold").exists() and place == sys.argv[3]:
        time.sleep(0.02)
    time.sleep(0.05)
    with open(sys.argv[1], "a") as log:
        log.write(f"{os.getpid()} ended {place}\\n")

worker.job_functions = lambda: {"tests.walk": work}
worker.timed_work = lambda: ()
settings = Settings()
keys = crypto.read_keys(settings.keys_path)
crypto.use_keys(keys)
worker.run_worker(Runtime(settings, keys, Database(settings.url)), threads=1)
"""


@pytest.fixture(params=["SQLite", "PostgreSQL and Redis"])
def place(request: pytest.FixtureRequest) -> Iterator[tuple[Runtime, str]]:
    """An installation on either set-up, and the address of its Redis."""
    if request.param == "SQLite":
        yield request.getfixturevalue("sqlite_runtime"), ""
        return
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed; get it with: apt install redis-server")
    runtime = request.getfixturevalue("postgres_runtime")
    runtime.settings.redis_url = request.getfixturevalue("redis_url")
    yield runtime, runtime.settings.redis_url


def test_every_place_belongs_to_exactly_one_share(place: tuple[Runtime, str]) -> None:
    runtime, _redis = place
    assert tuple(sorted({share_of(path) for path in PATHS})) == SHARES
    with runtime.unit(SYSTEM) as uow:
        for number, path in enumerate(PATHS):
            row = {"public_id": f"share{number:011}", "kind": "station", "name": f"站{number}", "state": "active"}
            uow.session.execute(
                insert(Organization).values(region_path=path, created_at=uow.now, changed_at=uow.now, **row)
            )
        found = [
            path
            for share in SHARES
            for path in uow.session.scalars(
                select(Organization.region_path)
                .where(in_share(Organization.region_path, share), Organization.public_id.startswith("share"))
                .order_by(Organization.region_path)
            )
        ]
        every = select(Organization.id).where(
            in_share(Organization.region_path, ""), Organization.public_id.startswith("share")
        )
        assert len(uow.session.scalars(every).all()) == len(PATHS)
    assert Counter(found) == Counter(PATHS)


def test_a_place_that_waits_or_runs_is_not_enqueued_again(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        parent = uow.enqueue("tests.walk")
    context = JobContext(sqlite_runtime.database, parent, "tests.walk")
    assert context.spread(SHARES) == {"places": len(SHARES)}
    assert context.spread(SHARES) == {"places": 0}
    with sqlite_runtime.unit(SYSTEM) as uow:
        one = select(Job).where(Job.name == "tests.walk", Job.id != parent).order_by(Job.id)
        first, second = uow.session.scalars(one.limit(2)).all()
        first.state, second.state = JobState.DONE, JobState.RUNNING
    assert context.spread(SHARES) == {"places": 1}


def test_a_long_job_that_is_still_worked_on_is_not_given_to_another(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        job_id = uow.enqueue("tests.walk")
    seen: list[list[int]] = []

    def work(_context: JobContext) -> dict[str, Any]:
        with sqlite_runtime.unit(SYSTEM) as uow:
            long_ago = uow.now - timedelta(hours=1)
            uow.session.execute(update(Job).values(started_at=long_ago, beat_at=long_ago))
        beat(sqlite_runtime.database)
        seen.append(sweep_jobs(sqlite_runtime.database))
        return {"by": "the first"}

    run_job(sqlite_runtime.database, {"tests.walk": work}, job_id)
    assert seen == [[]]
    assert jobs._running == set()


def test_who_was_taken_for_dead_does_not_overwrite_what_the_other_wrote(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        job_id = uow.enqueue("tests.walk")

    def second(_context: JobContext) -> dict[str, Any]:
        return {"by": "the second"}

    def first(_context: JobContext) -> dict[str, Any]:
        with sqlite_runtime.unit(SYSTEM) as uow:
            uow.session.execute(update(Job).values(beat_at=uow.now - timedelta(hours=1)))
        assert sweep_jobs(sqlite_runtime.database) == [job_id]
        assert run_job(sqlite_runtime.database, {"tests.walk": second}, job_id)
        return {"by": "the first"}

    run_job(sqlite_runtime.database, {"tests.walk": first}, job_id)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.get_one(Job, job_id).result == {"by": "the second"}


def test_two_sweeps_at_once_enqueue_timed_work_once(postgres_runtime: Runtime) -> None:
    from concurrent.futures import ThreadPoolExecutor

    queues = [Queue(postgres_runtime, {}, (Timed("tests.walk", 60),)) for _n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: one.sweep(), queues))
    with postgres_runtime.unit(SYSTEM, writing=False) as uow:
        assert len(uow.session.scalars(select(Job.id).where(Job.name == "tests.walk")).all()) == 1


def _lines(log: Path, what: str) -> list[tuple[int, str]]:
    """Process and place of each line of ``what`` in the log."""
    if not log.exists():
        return []
    rows = [line.split() for line in log.read_text().splitlines()]
    return [(int(pid), share) for pid, word, share in rows if word == what]


def _states(runtime: Runtime) -> Counter[JobState]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return Counter(uow.session.scalars(select(Job.state).where(Job.name == "tests.walk")))


def test_two_workers_share_the_counties_and_one_takes_over_from_the_other(
    place: tuple[Runtime, str], tmp_path: Path
) -> None:
    runtime, redis = place
    log, held = tmp_path / "walk.log", SHARES[2]
    hold = Path(f"{log}.hold")
    hold.touch()
    settings = runtime.settings
    crypto.make_keys(settings.keys_path)
    environment = os.environ | {
        "JOBMATCH_DATA_DIR": str(settings.data_dir),
        "JOBMATCH_KEYS_DIR": str(settings.keys_path),
        "JOBMATCH_DATABASE_URL": settings.database_url,
        "JOBMATCH_REDIS_URL": redis,
    }
    command = [sys.executable, "-c", WORKER, str(log), " ".join(SHARES), held]
    with runtime.unit(SYSTEM) as uow:
        uow.enqueue("tests.walk")
    workers = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _n in range(2)]
    try:
        assert until(lambda: len(_lines(log, "ended")) == len(SHARES) - 1, 30)
        began = {share: pid for pid, share in _lines(log, "began")}
        stuck = next(one for one in workers if one.pid == began[held])
        stuck.send_signal(signal.SIGKILL)
        stuck.wait(10)
        hold.unlink()
        with runtime.unit(SYSTEM) as uow:
            long_ago = uow.now - timedelta(hours=1)
            uow.session.execute(update(Job).where(Job.state == JobState.RUNNING).values(beat_at=long_ago))
        Queue(Runtime(settings, crypto.read_keys(settings.keys_path), runtime.database), {}, ()).sweep()
        assert until(lambda: _states(runtime) == {JobState.DONE: len(SHARES) + 1}, 30), _states(runtime)
    finally:
        for one in workers:
            one.kill()
            one.wait(10)
    ended, began_all = _lines(log, "ended"), _lines(log, "began")
    assert Counter(share for _pid, share in ended) == Counter(SHARES)
    assert Counter(share for _pid, share in began_all) == Counter([*SHARES, held])
    assert {pid for pid, share in began_all if share == held} == {one.pid for one in workers}
