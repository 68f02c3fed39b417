"""Prints how long the pages take that take numbers apart, over 100,000 people with 400,000 lines, on SQLite.

The people and their lines are those of ``bench_figures``, discharged over twelve years, with wishes, slips and
applications drawn from a fixed seed and stored in bulk; nobody in it exists.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.app import create_app
from jobmatch.applications.models import Application
from jobmatch.casework.plans.models import Support
from jobmatch.casework.plans.states import SupportKind
from jobmatch.cli.bench_figures import AT_ONCE, furnish
from jobmatch.cli.bench_people import CITY, COUNTY, peopled, say, staff_of, timed
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.ids import new_public_id
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import JobIntention, Person, ServiceRecord
from jobmatch.people.states import GrantPurpose
from jobmatch.reference.models import Occupation
from jobmatch.reports.slices.dimensions import DIMENSIONS
from recruiters.employers.models import Employer
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

YEARS = 12
POSTINGS = 2_000
EVERY = 4
"""One person of so many applied once, one of so many was recommended."""
NUMBERS = ("files", "registered-seekers", "I01", "dependants", "I21", "helped")
PAGES = (
    "/staff/crosstab?code=files&down=place&across=age",
    "/staff/crosstab?code=files&down=occupation&across=year",
    "/staff/cohorts",
    "/staff/funnel?period=days&since=1990-01-01",
    "/staff/supply",
    "/staff/supply?level=code",
)
LISTS = (
    "/staff/slices/list?code=files&by=age&row=35",
    "/staff/slices/list?code=files&by=occupation&row=4-02",
    "/staff/slices/list?code=registered-seekers&side=denominator&by=education&row=3",
    "/staff/slices/list?code=I01&side=denominator&by=kind&row=veteran",
    "/staff/funnel/list?step=applied&period=days&since=1990-01-01",
    "/staff/supply/list?occupation=4-02&side=seekers",
    "/staff/supply/list?occupation=4-02&side=places",
)


def _store(runtime: Runtime, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    with runtime.unit(system_actor("bench")) as uow:
        for first in range(0, len(rows), AT_ONCE):
            uow.session.execute(insert(model), rows[first : first + AT_ONCE])
    say(f"{len(rows):8} {model.__tablename__}")


def enrich(runtime: Runtime, seed: int = 8) -> None:
    """Years of discharge, wishes, postings, slips and applications for everybody, once."""
    draw, now, today = random.Random(seed), utcnow(), utcnow().date()
    with runtime.unit(system_actor("bench")) as uow:
        if uow.session.scalar(select(Posting.id).limit(1)):
            return
        people = uow.session.scalars(select(Person.id)).all()
        codes = uow.session.scalars(select(Occupation.code).where(Occupation.level == 4)).all()
        for back in range(YEARS):
            day = date(today.year - back, 3 if back % 2 else 9, 1)
            mine = ServiceRecord.person_id % YEARS == back
            uow.session.execute(update(ServiceRecord).where(mine).values(discharged_on=min(day, today)))
        uow.session.execute(update(JobIntention).values(occupation_codes=[]))
        known = set(uow.session.scalars(select(JobIntention.person_id)))
    wishes = [
        {"person_id": key, "occupation_codes": draw.sample(codes, draw.choice((1, 1, 2, 3))), "stated_on": today}
        for key in people
        if key not in known
    ]
    _store(runtime, JobIntention, wishes)
    keys = _postings(runtime, draw, codes)
    slips = [
        {"person_id": key, "kind": SupportKind.RECOMMENDATION, "happened_on": today, "recorded_at": now}
        for key in people[::EVERY]
    ]
    _store(runtime, Support, [row | {"public_id": new_public_id()} for row in slips])
    _applications(runtime, draw, people[::EVERY], keys)


def _postings(runtime: Runtime, draw: random.Random, codes: Sequence[str]) -> list[int]:
    """Open postings of one employer; their ids."""
    with runtime.unit(system_actor("bench")) as uow:
        organization = Organization(
            kind=OrganizationKind.EMPLOYER,
            state=OrganizationState.ACTIVE,
            name="合成单位",
            region_path=f"{CITY}{COUNTY}/",
            created_at=uow.now,
            changed_at=uow.now,
        )
        uow.session.add(organization)
        uow.session.flush()
        employer = Employer(
            organization_id=organization.id,
            region_path=CITY,
            kind=EmployerKind.PRIVATE,
            vetting=VettingState.VETTED,
            created_at=uow.now,
            changed_at=uow.now,
        )
        uow.session.add(employer)
        uow.session.flush()
        uow.session.add_all(
            Posting(
                employer_id=employer.id,
                title="合成岗位",
                occupation_code=draw.choice(codes),
                vacancy_count=draw.randrange(1, 9),
                region_path=f"{CITY}{COUNTY}/",
                state=PostingState("open"),
                valid_through=uow.today + timedelta(days=60),
                published_at=uow.now,
                created_at=uow.now,
                changed_at=uow.now,
            )
            for _ in range(POSTINGS)
        )
        uow.session.flush()
        return list(uow.session.scalars(select(Posting.id)))


def _applications(runtime: Runtime, draw: random.Random, people: Sequence[int], postings: Sequence[int]) -> None:
    now, today = utcnow(), utcnow().date()
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        office = uow.session.scalars(select(Employer.organization_id)).first()
    grants = [
        {
            "public_id": new_public_id(),
            "person_id": key,
            "organization_id": office,
            "purpose": GrantPurpose.APPLICATION,
            "created_at": now,
            "valid_until": today,
        }
        for key in people
    ]
    _store(runtime, Grant, grants)
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        granted = {row.person_id: row.id for row in uow.session.execute(select(Grant.person_id, Grant.id))}
    rows = [
        {
            "public_id": new_public_id(),
            "person_id": key,
            "posting_id": draw.choice(postings),
            "organization_id": office,
            "region_path": CITY,
            "grant_id": granted[key],
            "answer_due_on": today,
            "created_at": now,
            "state_since": now,
        }
        for key in people
    ]
    _store(runtime, Application, rows)


def bench(runtime: Runtime, rounds: int) -> None:
    """Every page and the first page of lists, through a browser without a network."""
    _actor, token = staff_of(runtime)
    client: FlaskClient = create_app(runtime).test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True

    def read(address: str) -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")

    sliced = [f"/staff/slices?code={code}&by={one.key}" for code in NUMBERS for one in DIMENSIONS if one.person]
    for words, goal, addresses in (("slices", 2000, sliced), ("pages", 2000, PAGES), ("lists", 200, LISTS)):
        worst = 0.0
        for address in addresses:
            read(address)
            worked = time.process_time()
            middle, p95 = timed(partial(read, address), rounds)
            worked = (time.process_time() - worked) / rounds * 1000
            worst = max(worst, p95)
            say(f"{address:80} median {middle:5.0f} ms, p95 {p95:5.0f} ms, processor {worked:5.0f} ms")
        say(f"worst p95 of {words}: {worst:.0f} ms (goal {goal})")


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="Folder that keeps the installation, to measure again on it.")
    given = parser.parse_args()
    with peopled(given.keep, given.people) as runtime:
        furnish(runtime, utcnow().year - 1)
        enrich(runtime)
        bench(runtime, given.rounds)


if __name__ == "__main__":
    main()
