"""The queue of background work: huey over SQLite by default, over Redis for several machines.

It carries job ids only; the rows in the database are the truth, so a queue that is lost costs a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from huey import RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import JobFunction, run_job, sweep_jobs
from jobmatch.core.runtime import Runtime

log = logging.getLogger(__name__)
_LOCK = 0x6A6D7377
"""One sweep at a time enqueues timed work (PostgreSQL's advisory lock)."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Work that comes back: ``job`` is enqueued every ``minutes``."""

    job: str
    minutes: int


class Queue:
    """huey with its two tasks: ``run(job_id)``, and the sweep that re-enqueues what a killed worker left."""

    def __init__(self, runtime: Runtime, functions: Mapping[str, JobFunction], timed: tuple[Timed, ...]) -> None:
        self.runtime = runtime
        self.functions = functions
        self.timed = timed
        settings = runtime.settings
        # Messages are pickled, so one that this installation has not signed is not opened: it could run anything.
        signed = SignedSerializer(secret=runtime.keys.cookie, salt="jobmatch.queue")
        if settings.redis_url:
            self.huey: Any = RedisHuey("jobmatch", url=settings.redis_url, serializer=signed)
        else:
            place = str(settings.data_dir / "queue.db")
            self.huey = SqliteHuey("jobmatch", filename=place, fsync=False, serializer=signed)
        self._run_task = self.huey.task(name="run")(self.run)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)

    def announce(self, job_ids: list[int]) -> bool:
        """Tell the workers of committed jobs; False where the queue is away: the sweep finds them within a minute."""
        try:
            for job_id in job_ids:
                self._run_task(job_id)
        except Exception:  # whatever the backend raises, the committed rows are not lost and the request is answered
            log.warning("queue is away; %d jobs wait for the sweep", len(job_ids), exc_info=True)
            return False
        return True

    def _is_known(self, job_ids: list[int]) -> bool:
        try:
            return int(self.huey.pending_count()) >= len(job_ids)
        except Exception:  # whatever the backend raises
            return False

    def run(self, job_id: int) -> bool:
        """Run one job row now; False where somebody else has it."""
        return run_job(self.runtime.database, self.functions, job_id)

    def sweep(self) -> int:
        """Enqueue timed work that is due and see that the workers know of everything that waits; returns how much."""
        with self.runtime.unit(system_actor("timer")) as uow:
            if not self.runtime.database.is_sqlite:  # there the writing gate does it: two sweeps must not both enqueue
                uow.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            for item in self.timed:
                recent = select(Job.id).where(
                    Job.name == item.job,
                    (Job.created_at > uow.now - timedelta(minutes=item.minutes)) | (Job.state == JobState.QUEUED),
                )
                if uow.session.scalar(recent.limit(1)) is None:
                    uow.enqueue(item.job)
        waiting = sweep_jobs(self.runtime.database)
        # What the queue holds already is announced again only when it lost some of it.
        if waiting and not (self._is_known(waiting) or self.announce(waiting)):
            for job_id in waiting:
                self.run(job_id)
        return len(waiting)
