"""Background work: a row written in the same transaction says what is to be done; huey runs it.

huey alone loses a task when its worker is killed, so a sweep puts rows back that nobody finished.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from jobmatch.core import logs
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.db import Database
from jobmatch.core.errors import Unavailable, trace_of
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.metrics import WORK
from jobmatch.core.uow import UnitOfWork, unit_of_work

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 3
LEASE = timedelta(minutes=10)
"""A worker that has not said for so long that it still has a job is dead."""
BEAT = 60.0
"""Seconds between two times that it says so."""
KEEP = timedelta(days=30)
_running: set[int] = set()
"""The rows this process works on."""


class JobContext:
    """What a job function gets: a way to open its units of work and to report progress."""

    def __init__(self, database: Database, job_id: int, name: str) -> None:
        self.database = database
        self.job_id = job_id
        self.name = name
        self.actor = system_actor(f"job:{name}")

    def unit(self, *, writing: bool = True, fresh: bool = True) -> Any:
        """A unit of work of the system actor, as a context manager."""
        return unit_of_work(self.database, self.actor, writing=writing, fresh=fresh)

    def until_done(self, service: Callable[[UnitOfWork], int]) -> int:
        """Call ``service`` in units of its own until it finds nothing more to do; returns how much it did in all."""
        total = 0
        while True:
            with self.unit() as uow:
                done = service(uow)
            total += done
            if not done:
                return total

    def progress(self, done: int, total: int | None = None) -> None:
        """Show how far the work is; ``total`` may stay unknown."""
        with self.unit() as uow:
            uow.session.execute(update(Job).where(Job.id == self.job_id).values(done_count=done, total_count=total))

    def spread(self, places: Iterable[str]) -> dict[str, int]:
        """Enqueue this work once for each place, where it neither waits nor runs; workers share the places."""
        with self.unit() as uow:
            same = select(Job.arguments).where(
                Job.name == self.name, Job.state.in_((JobState.QUEUED, JobState.RUNNING))
            )
            at_work = {arguments.get("place") for arguments in uow.session.scalars(same)}
            fresh = [place for place in places if place not in at_work]
            for place in fresh:
                uow.enqueue(self.name, place=place)
        return {"places": len(fresh)}


JobFunction = Callable[..., dict[str, Any] | None]
"""``function(context, **arguments)`` opens units and calls services; what it returns is stored as the result."""


def run_job(database: Database, functions: Mapping[str, JobFunction], job_id: int) -> bool:
    """Run one job row if it is due; returns whether it ran. It is tried three times, then shown as failed."""
    actor = system_actor("jobs")
    with unit_of_work(database, actor, writing=True) as uow:
        claimed = uow.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.QUEUED)
            .values(state=JobState.RUNNING, started_at=uow.now, beat_at=uow.now, attempt_count=Job.attempt_count + 1)
            .returning(Job.name, Job.arguments, Job.attempt_count)
        ).first()
    if claimed is None:
        return False
    name, arguments, attempt = claimed
    logs.job_id.set(job_id)
    _running.add(job_id)
    try:
        result = functions[name](JobContext(database, job_id, name), **arguments) or {}
        values: dict[str, Any] = {"state": JobState.DONE, "result": result, "error": ""}
    except Exception as error:  # the edge of background work: everything is recorded on the row and logged
        log.error("job %s (%s) raised %s", job_id, name, trace_of(error))
        again = attempt < MAX_ATTEMPTS
        values = {
            "state": JobState.QUEUED if again else JobState.FAILED,
            "error": trace_of(error)[-2000:],
        }
    finally:
        _running.discard(job_id)
    mine = (Job.id == job_id, Job.state == JobState.RUNNING, Job.attempt_count == attempt)
    with unit_of_work(database, actor, writing=True) as uow:  # somebody else may have it who took this worker for dead
        uow.session.execute(update(Job).where(*mine).values(finished_at=uow.now, **values))
    WORK.labels(name, values["state"].value).inc()
    logs.job_id.set(0)
    return True


def keep_beating(database: Database, stop: threading.Event) -> None:
    """Say every ``BEAT`` seconds that the jobs of this process are still worked on, until told to stop."""
    while not stop.wait(BEAT):
        try:
            beat(database)
        except Unavailable:
            log.warning("could not say that %d jobs are worked on", len(_running))


def beat(database: Database) -> None:
    """Say it once."""
    if here := list(_running):
        with unit_of_work(database, system_actor("jobs"), writing=True) as uow:
            uow.session.execute(update(Job).where(Job.id.in_(here)).values(beat_at=uow.now))


def retry_job(uow: UnitOfWork, job: Job) -> bool:
    """Put work that failed back into the queue with all its tries; False where somebody did so before."""
    again = (
        update(Job)
        .where(Job.id == job.id, Job.state == JobState.FAILED)
        .values(state=JobState.QUEUED, attempt_count=0, error="", finished_at=None)
        .returning(Job.id)
    )
    if uow.session.scalar(again) is None:
        return False
    uow.enqueued.append(job.id)
    uow.audit("job.retried", job)
    return True


def drop_old_jobs(uow: UnitOfWork) -> int:
    """Delete work of the timer that was done more than ``KEEP`` ago; returns how many rows."""
    old = delete(Job).where(Job.state == JobState.DONE, Job.created_by_id.is_(None), Job.finished_at < uow.now - KEEP)
    return len(uow.session.scalars(old.returning(Job.id)).all())


def sweep_jobs(database: Database, *, lease: timedelta = LEASE) -> list[int]:
    """Put running rows whose worker died back into the queue and return every queued id, oldest first."""
    with unit_of_work(database, system_actor("sweep"), writing=True) as uow:
        _return_abandoned(uow, utcnow() - lease)
        return list(uow.session.scalars(select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(500)))


def _return_abandoned(uow: UnitOfWork, before: datetime) -> None:
    stale = (Job.state == JobState.RUNNING, func.coalesce(Job.beat_at, Job.started_at) < before)
    uow.session.execute(update(Job).where(*stale, Job.attempt_count >= MAX_ATTEMPTS).values(state=JobState.FAILED))
    uow.session.execute(update(Job).where(*stale, Job.attempt_count < MAX_ATTEMPTS).values(state=JobState.QUEUED))
