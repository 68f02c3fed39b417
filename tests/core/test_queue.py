"""The queue carries ids: each job runs once, over a file and over Redis, and a foreign message runs nothing."""

from __future__ import annotations

import pickle
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import JobContext
from jobmatch.core.queue import Queue
from jobmatch.core.runtime import Runtime

SYSTEM = system_actor("tests")


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A real Redis of this test."""
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("redis-server is not installed; get it with: apt install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    server.kill()
    server.wait(10)


@pytest.fixture(params=["file", "redis"])
def runtime(request: pytest.FixtureRequest, sqlite_runtime: Runtime) -> Runtime:
    if request.param == "redis":
        sqlite_runtime.settings.redis_url = request.getfixturevalue("redis_url")
    return sqlite_runtime


def _enqueue(runtime: Runtime, number: int) -> list[int]:
    with runtime.unit(SYSTEM) as uow:
        return [uow.enqueue("tests.count", n=n) for n in range(number)]


def test_every_job_runs_once_though_two_machines_take_from_the_queue(runtime: Runtime) -> None:
    done: list[int] = []

    def count(_context: JobContext, n: int) -> dict[str, Any]:
        done.append(n)
        return {}

    machines = [Queue(runtime, {"tests.count": count}, ()) for _number in range(2)]
    jobs = _enqueue(runtime, 40)
    machines[0].announce(jobs)
    machines[1].announce(jobs)  # told twice

    def work(queue: Queue) -> None:
        while (task := queue.huey.dequeue()) is not None:
            queue.huey.execute(task)

    workers = [threading.Thread(target=work, args=(queue,)) for queue in machines for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == list(range(40))
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert set(uow.session.scalars(select(Job.state).where(Job.id.in_(jobs)))) == {JobState.DONE}


def test_a_message_that_the_installation_has_not_signed_is_not_opened(runtime: Runtime, tmp_path: Path) -> None:
    class Attack:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "attacked",)

    queue = Queue(runtime, {}, ())
    hostile = pickle.dumps(Attack())
    queue.huey.storage.enqueue(hostile)
    with pytest.raises(ValueError, match=r"Separator|Signature"):
        queue.huey.dequeue()
    assert not (tmp_path / "attacked").exists()
    pickle.loads(hostile)
    assert (tmp_path / "attacked").exists()


def test_what_was_promised_while_redis_was_away_is_done_by_the_sweep(
    sqlite_runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_runtime.settings.redis_url = "redis://127.0.0.1:1/0"
    done: list[int] = []

    def count(_context: JobContext, n: int) -> dict[str, Any]:
        done.append(n)
        return {}

    queue = Queue(sqlite_runtime, {"tests.count": count}, ())
    queue.announce(_enqueue(sqlite_runtime, 3))
    assert "queue is away; 3 jobs wait for the sweep" in caplog.text
    assert done == []
    queue.sweep()
    assert sorted(done) == [0, 1, 2]
