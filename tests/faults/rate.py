"""``python -m tests.faults.rate``: how many enrollments into one class are committed a second (G2), nobody lost.

Two processes with sixteen threads each enroll people through the service, each in a unit of its own with its audit
line, as the pages do. Everybody is synthetic. ``--url`` names an empty PostgreSQL database; SQLite without it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from jobmatch.core import crypto, migrate
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.people.models.person import Person
from jobmatch.reference.services import load_reference
from tests.factories import make_person
from tests.training.help_enrollment import make_session
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.services.enrolling import enroll

PROCESSES, THREADS = 2, 16
SYSTEM = system_actor("bench")


def _enroll(runtime: Runtime, session_id: int, person_id: int) -> float:
    begun = time.perf_counter()
    try:
        with runtime.unit(SYSTEM) as uow:
            course = uow.session.get_one(CourseSession, session_id)
            enroll(uow, course, uow.session.get_one(Person, person_id), consent=True)
    except Exception as error:  # told, and seen in the count of what is stored
        print(f"refused: {error!r:.200}", flush=True)
    return (time.perf_counter() - begun) * 1000


def _process(runtime: Runtime, session_id: int, people: list[int], gate: Any, answers: Any) -> None:
    runtime.after_fork()
    with ThreadPoolExecutor(THREADS) as pool:
        gate.wait()
        answers.put(list(pool.map(lambda person_id: _enroll(runtime, session_id, person_id), people)))


def measure(runtime: Runtime, number: int) -> int:
    """Print the rate and the times; 0 where every seat stands."""
    with runtime.unit(SYSTEM) as uow:
        load_reference(uow)
        session_id = make_session(uow, capacity=number).id
        people = [make_person(uow, with_user=False, living_region_code=None).id for _n in range(number)]
    runtime.database.engine.dispose()
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(PROCESSES + 1), context.Queue()
    workers = [
        context.Process(target=_process, args=(runtime, session_id, people[part::PROCESSES], gate, answers))
        for part in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    begun = time.perf_counter()
    spent = [each for _worker in workers for each in answers.get()]
    seconds = time.perf_counter() - begun
    for worker in workers:
        worker.join()
    with runtime.unit(SYSTEM, writing=False) as uow:
        taken = uow.session.get_one(CourseSession, session_id).taken
        stored = uow.session.scalar(select(func.count()).where(Enrollment.session_id == session_id))
    print(f"{number} enrollments, {PROCESSES}x{THREADS} at once, load {os.getloadavg()[0]:.1f}: ", end="")
    print(f"{number / seconds:.0f} a second, p50 {np.percentile(spent, 50):.0f}, p99 {np.percentile(spent, 99):.0f} ms")
    print(f"stored {stored}, seats taken {taken}: {'right' if stored == taken == number else 'WRONG'}")
    return int(not stored == taken == number)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2_000)
    parser.add_argument("--url", default="", help="an empty PostgreSQL database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        settings = Settings(data_dir=Path(folder), database_url=given.url, keys_dir=Path(folder, "keys"))
        migrate.upgrade(settings.url)
        runtime = Runtime(settings, keys, Database(settings.url))
        try:
            return measure(runtime, given.number)
        finally:
            runtime.database.engine.dispose()


if __name__ == "__main__":
    raise SystemExit(main())
