"""Prints how long courses against postings take: the count of an office as its job runs it, and a person's own page.

The installation is that of ``jobmatch.cli.bench``: synthetic, temporary, made with a fixed seed; nobody in it exists.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.app import create_app
from jobmatch.cli.bench import fill, once, say
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.job_rows import Job
from jobmatch.core.jobs import run_job
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.matching.index import pools
from jobmatch.pathways.demand import CHUNK, DEMAND_JOBS, JOB
from jobmatch.pathways.queries import courses_of, effects_of
from jobmatch.people.models.person import Person
from ml.matching import (
    CourseCounter,
    Pool,
    PostingIndex,
    opened_by_courses,
    synthetic_people,
    synthetic_postings,
)

READERS = 20


def run(*, people: int, postings: int) -> None:
    """Fill, index, count the office and ask for the page."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        settings = Settings(data_dir=data, keys_dir=Path(folder, "keys"), https=False)  # type: ignore[call-arg]
        runtime = Runtime(settings, keys, Database(settings.url))
        once(f"fill with {postings} postings, {people} people", lambda: fill(runtime, postings=postings, people=people))
        with runtime.unit(system_actor("bench"), writing=False) as uow:
            once("index of the postings", lambda: pools(uow.session).postings.get(uow.session))
        count_office(runtime)
        ways(runtime, people, postings)
        read_page(runtime)


def count_office(runtime: Runtime) -> None:
    """The job of the demand list, from its first statement to its stored result."""
    with runtime.unit(system_actor("bench")) as uow:
        office = Organization(
            kind=OrganizationKind.STATION,
            state=OrganizationState.ACTIVE,
            name="合成省站",
            region_path="/",
            created_at=uow.now,
            changed_at=uow.now,
        )
        uow.session.add(office)
        uow.session.flush()
        uow.enqueue(JOB, organization_id=office.id)
        [job_id] = uow.enqueued
    began, worked = time.perf_counter(), time.process_time()
    run_job(runtime.database, DEMAND_JOBS, job_id)
    took, used = time.perf_counter() - began, time.process_time() - worked
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        job = uow.session.get_one(Job, job_id)
        result = job.result
        openings = sum(row["openings"] for row in result["rows"])
        say(
            f"job: {result['seen']} people, {result['pool']} postings, {len(result['rows'])} courses with openings, "
            f"{openings} openings: {took:.1f} s, {used:.1f} s of one core"
        )


def ways(runtime: Runtime, people: int, postings: int) -> None:
    """The counting alone, over synthetic rows with all kinds of papers: all at once, in portions, one at a time."""
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        today = uow.today
        effects = effects_of(courses_of(uow.session))
    pool = Pool(PostingIndex.build(synthetic_postings(postings, today=today), today=today))
    drawn = synthetic_people(people, today=today)
    for words, size in (("all at once", people), (f"{CHUNK} at once", CHUNK), ("one by one", 1)):
        counter, began = CourseCounter(pool, effects, today=today), time.perf_counter()
        for start in range(0, people, size):
            counter.add(drawn[start : start + size])
        total = sum(int(one.counts.sum()) for one in counter.openings())
        say(f"counting {words}: {time.perf_counter() - began:.2f} s, {total} openings")
    once("the first 100 people", lambda: opened_by_courses(pool, drawn[:100], effects, today=today))


def read_page(runtime: Runtime) -> None:
    """The own page of several people, each for the first time and once more."""
    app = create_app(runtime)
    first: list[float] = []
    with runtime.unit(system_actor("bench")) as uow:
        chosen = uow.session.scalars(select(Person).where(Person.user_id.is_(None)).limit(READERS + 1)).all()
        tokens = []
        for number, person in enumerate(chosen):
            user = make_user(uow, name=person.name, phone=f"199{number:08d}", roles=[(Role.VETERAN, None)])
            person.user_id = user.id
            membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
            tokens.append(start_session(uow, user, membership, by_password=False))
    for token in tokens:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        began = time.perf_counter()
        answer = client.get("/my/courses")
        first.append((time.perf_counter() - began) * 1000)
        if answer.status != "200 OK":
            raise RuntimeError(answer.status)
    # The first reader of a process pays for templates and code tables.
    took = first[1:]
    say(f"/my/courses: p50 {np.percentile(took, 50):.0f} ms, p95 {np.percentile(took, 95):.0f} ms ({len(took)} people)")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--postings", type=int, default=2_000)
    given = parser.parse_args()
    run(people=given.people, postings=given.postings)


if __name__ == "__main__":
    main()
