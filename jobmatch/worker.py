"""Background work: the queue (huey over SQLite by default, Redis for several machines) and the worker that empties it.

The queue carries job ids only; the rows in the database are the truth, so a queue that is lost costs a minute.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from huey import RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from jobmatch.core.actors import system_actor
from jobmatch.core.jobs import Job, JobFunction, JobState, run_job, sweep_jobs
from jobmatch.core.runtime import Runtime
from jobmatch.rooms import ROOMS
from jobmatch.web.room import Timed

log = logging.getLogger(__name__)
SWEEP_MINUTES = 1


def functions() -> Mapping[str, JobFunction]:
    """Every job function of the house by its name (``room.job``)."""
    return {name: function for room in ROOMS for name, function in room.jobs.items()}


def timed() -> tuple[Timed, ...]:
    """Every piece of work that comes back."""
    return tuple(item for room in ROOMS for item in room.timed)


class Queue:
    """huey with its two tasks: ``run(job_id)`` and the sweep that re-enqueues what a killed worker left."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        settings = runtime.settings
        if settings.redis_url:
            self.huey: Any = RedisHuey("jobmatch", url=settings.redis_url)
        else:
            self.huey = SqliteHuey("jobmatch", filename=str(settings.data_dir / "queue.db"), fsync=False)
        self.run = self.huey.task(name="run")(self._run)
        self.sweep = self.huey.periodic_task(crontab(minute=f"*/{SWEEP_MINUTES}"), name="sweep")(self._sweep)

    def announce(self, job_ids: list[int]) -> None:
        """Tell the worker of committed jobs; when the queue is away the sweep finds them within a minute."""
        with suppress(Exception):  # whatever the queue's backend raises, the committed row is not lost
            for job_id in job_ids:
                self.run(job_id)

    def _run(self, job_id: int) -> bool:
        return run_job(self.runtime.database, functions(), job_id)

    def _sweep(self) -> int:
        self._enqueue_timed()
        waiting = sweep_jobs(self.runtime.database)
        for job_id in waiting:
            self._run(job_id)
        return len(waiting)

    def _enqueue_timed(self) -> None:
        """Enqueue timed work that is due: at most one waiting or recent row a name."""
        from sqlalchemy import select

        with self.runtime.unit(system_actor("timer")) as uow:
            for item in timed():
                recent = select(Job.id).where(
                    Job.name == item.job,
                    (Job.created_at > uow.now - timedelta(minutes=item.minutes)) | (Job.state == JobState.QUEUED),
                )
                if uow.session.scalar(recent.limit(1)) is None:
                    uow.enqueue(item.job)


def queue_for(runtime: Runtime) -> Queue:
    """The queue of this process."""
    return Queue(runtime)


class EmbeddedConsumer(Consumer):
    """A consumer inside a server process: signals belong to the server."""

    def _set_signal_handlers(self) -> None:
        return


def start_embedded(queue: Queue) -> Consumer:
    """Start one worker thread and the scheduler inside this process; ``stop`` ends them."""
    consumer = EmbeddedConsumer(queue.huey, workers=1, worker_type="thread", check_worker_health=True)
    threading.Thread(target=queue._sweep, daemon=True, name="first-sweep").start()
    consumer.start()
    return consumer


def run_worker(runtime: Runtime) -> None:
    """Work until told to stop; for ``jobmatch worker``."""
    queue = queue_for(runtime)
    queue._sweep()
    Consumer(queue.huey, workers=2, worker_type="thread").run()
