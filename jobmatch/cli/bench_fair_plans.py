"""Prints how long personal plans for a fair take, what they keep, and how busy the busiest booth gets.

First the whole job on a temporary SQLite database (read, score, balance, store with reasons), in a new process and then
again; last the arithmetic alone on the generator of the ranking library. Nobody and nothing in it exists.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from jobmatch.accounts.models import Organization
from jobmatch.cli.bench import fill, say
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.ids import new_public_id
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.balancing import balance
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services import plans
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.people.models.person import Person
from ml.matching import PersonIndex, Ranker, score_people, synthetic_people, synthetic_postings
from recruiters.postings.models import Posting

TODAY = date(2026, 11, 21)
SYSTEM = system_actor("bench")


def alone(people: int, postings: int, booths: int) -> None:
    """Score and balance what the generator gives; postings are dealt out to booths one after another."""
    given = synthetic_people(people, today=TODAY), synthetic_postings(postings, today=TODAY)
    start = time.perf_counter()
    index = PersonIndex.build(given[0], today=TODAY)
    scores = score_people(Ranker.prior(), index, given[1], today=TODAY, threads=2)
    scored = time.perf_counter()
    worth = np.stack([scores[:, booth::booths].max(axis=1) for booth in range(booths)], axis=1)
    plan = balance(worth)
    done = time.perf_counter()
    best = np.argpartition(-worth, 4, axis=1)[:, :4]
    before = np.bincount(best.ravel(), minlength=booths)
    say(f"{people} people, {postings} postings at {booths} booths: scored {scored - start:.1f} s")
    say(f"balanced {done - scored:.2f} s, kept {100 * plan.kept:.2f} %, busiest / mean {plan.times_mean:.2f}")
    say(f"without balancing: busiest / mean {before.max() / before.mean():.2f}")


def hold_fair(runtime: Runtime, booths: int) -> int:
    """A fair at which every posting is offered and for which everybody has registered."""
    with runtime.unit(SYSTEM) as uow:
        people = uow.session.execute(select(Person.id, Person.region_path)).all()
        postings = list(uow.session.scalars(select(Posting.id).order_by(Posting.id)))
        fair = JobFair(
            organization_id=uow.session.scalars(select(Organization.id)).first(),
            region_path="/",
            state=FairState.PUBLISHED,
            title="合成招聘会",
            opens_at=uow.now + timedelta(days=1),
            closes_at=uow.now + timedelta(days=1, hours=6),
            capacity=len(people),
            taken=len(people),
            published_at=uow.now,
            created_at=uow.now,
            changed_at=uow.now,
        )
        uow.session.add(fair)
        uow.session.flush()
        exhibitors: list[dict[str, Any]] = [
            {"fair_id": fair.id, "employer_id": n, "region_path": "/", "sign_code": f"{n:06d}", "applied_at": uow.now}
            | {"public_id": new_public_id(), "state": ExhibitorState.ACCEPTED, "version": 1}
            for n in range(1, booths + 1)
        ]
        uow.session.execute(insert(Exhibitor), exhibitors)
        ids = list(uow.session.scalars(select(Exhibitor.id).order_by(Exhibitor.id)))
        offers: list[dict[str, Any]] = [
            {"fair_id": fair.id, "exhibitor_id": ids[n % booths], "posting_id": one, "title": "合成岗位"}
            | {"vacancy_count": 3, "created_at": uow.now, "public_id": new_public_id(), "version": 1}
            for n, one in enumerate(postings)
        ]
        uow.session.execute(insert(FairPosting), offers)
        seats: list[dict[str, Any]] = [
            {"fair_id": fair.id, "region_path": path, "person_id": one, "code": f"{one:08d}", "name": "合成"}
            | {"state": RegistrationState.SEATED, "registered_at": uow.now, "public_id": new_public_id(), "version": 1}
            for one, path in people
        ]
        uow.session.execute(insert(FairRegistration), seats)
        return fair.id


def whole_job(people: int, postings: int, booths: int) -> None:
    """The job as the worker runs it, step by step, then again, and one late registration."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        settings = Settings(data_dir=data, keys_dir=Path(folder, "keys"))  # type: ignore[call-arg]
        runtime = Runtime(settings, keys, Database(settings.url))
        fill(runtime, postings=postings, people=people)
        fair_id = hold_fair(runtime, booths)
        for turn in ("first", "again"):
            marks, processor = [time.perf_counter()], time.process_time()
            with runtime.unit(SYSTEM, writing=False) as uow:
                given = plans.read_plan_input(uow, fair_id, anew=True)
            marks.append(time.perf_counter())
            found, balanced = plans.make_plans(given)
            marks.append(time.perf_counter())
            ids, changed = list(found), 0
            for start in range(0, len(ids), plans.CHUNK):
                part = plans.with_reasons(given, {one: found[one] for one in ids[start : start + plans.CHUNK]})
                with runtime.unit(SYSTEM) as uow:
                    changed += plans.store_plans(uow, fair_id, part)
            marks.append(time.perf_counter())
            read, made, stored = (after - before for before, after in pairwise(marks))
            say(f"job, {turn}: read {read:.1f} s, scored and balanced {made:.1f} s, stored {stored:.1f} s;")
            say(f"  {sum((read, made, stored)):.1f} s in all, {time.process_time() - processor:.1f} s of processors")
            say(f"  {sum(map(len, found.values()))} visits, {changed} plans changed")
            if balanced is not None:
                say(f"  kept {100 * balanced.kept:.2f} %, busiest / mean {balanced.times_mean:.2f}")
        late(runtime)
        runtime.database.engine.dispose()


def late(runtime: Runtime) -> None:
    """One registration planned at once, after the pool of postings is there."""
    spent = []
    for number in range(1, 22):
        with runtime.unit(SYSTEM) as uow:
            registration = uow.session.get_one(FairRegistration, number)
            start = time.perf_counter()
            found = plans.plan_for(uow, registration)
            plans.store_plans(uow, registration.fair_id, {registration.id: found})
            spent.append((time.perf_counter() - start) * 1000)
    say(f"one late registration: p50 {np.percentile(spent[1:], 50):.0f} ms, most {max(spent[1:]):.0f} ms")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m jobmatch.cli.bench_fair_plans", description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--postings", type=int, default=1000)
    parser.add_argument("--booths", type=int, default=200)
    given = parser.parse_args()
    # The job comes first, so that its first turn is that of a new process.
    whole_job(given.people, given.postings, given.booths)
    alone(given.people, given.postings, given.booths)


if __name__ == "__main__":
    main()
