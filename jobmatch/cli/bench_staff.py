"""Prints how long the pages of the office take over 100,000 people with registers, tasks and contacts, on SQLite.

The people are those of ``bench_people``; what is known of them is drawn here from a fixed seed and stored in bulk (only
here: everything else writes through services). Nobody in it exists.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, insert, select, text, update

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import Role
from jobmatch.app import create_app
from jobmatch.casework.tasks.models import CaseOwner, Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.cli.bench_people import CITY, peopled, say, staff_of, timed
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.ids import new_public_id
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from jobmatch.reports.figures.queries import rate
from jobmatch.reports.indicators.rates import RATES

STATUS = ("E1", "E1", "E2", "E3", "E5", "G", "J", "L1", "L2", "L3", "X2", "B", "R1")
TASKS_FOR_100, CONTACTS_FOR_1, PEOPLE_OF_1 = 20, 3, 1000
AT_ONCE = 10_000
PAGES = (
    "/",
    "/staff/screen",
    "/staff/rates",
    "/staff/rates?rate=new-returnees",
    "/staff/rates/registered-seekers/unknown",
    "/staff/tasks",
    "/staff/tasks?scope=station",
    "/staff/tasks?scope=below",
    "/staff/tasks?scope=below&state=done",
    "/staff/tasks?scope=below&q=建国",
    "/staff/silent",
    "/staff/silent?days=90",
    "/staff/silent?days=90&owner=none",
    "/staff/quality",
    "/staff/quality/no_register",
    "/staff/quality/stale",
    "/staff/stations",
    "/staff/people",
    "/staff/people?work=employed",
)


def _spells(draw: random.Random, people: Sequence[Any], today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """Four of five people have a line that is open; half of those had another one before."""
    for person in people:
        if draw.random() < 0.2:
            continue
        began = today - timedelta(days=draw.randrange(30, 1500))
        lines: list[tuple[date, date | None]] = [(began, None)]
        if draw.random() < 0.5:
            lines.append((began - timedelta(days=draw.randrange(300, 900)), began - timedelta(days=1)))
        for started, ended in lines:
            yield {
                "public_id": new_public_id(),
                "person_id": person.id,
                "status_code": draw.choice(STATUS),
                "started_on": started,
                "ended_on": ended,
                "evidence": EvidenceKind.NONE,
                "source": RegisterSource.IMPORT,
                "recorded_at": now,
            }


def _confirmations(draw: random.Random, spells: Sequence[Any], today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """One to four for each line, on days since it began; some hold today, most have lapsed."""
    for spell in spells:
        days = max(1, ((spell.ended_on or today) - spell.started_on).days)
        for _round in range(draw.randrange(1, 5)):
            day = spell.started_on + timedelta(days=draw.randrange(days))
            yield {
                "public_id": new_public_id(),
                "spell_id": spell.id,
                "evidence": EvidenceKind.PLEDGE,
                "way": ConfirmationWay.PHONE,
                "confirmed_on": day,
                "valid_until": day + timedelta(days=draw.choice((91, 182, 365))),
                "recorded_at": now,
            }


def _tasks(draw: random.Random, people: Sequence[Any], today: date, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(len(people) * TASKS_FOR_100 // 100):
        person, is_open = draw.choice(people), draw.random() < 0.7
        yield {
            "public_id": new_public_id(),
            "once": f"bench:{number}",
            "kind": draw.choice((TaskKind.CONTACT_DUE, TaskKind.CONFIRM_EMPLOYMENT, TaskKind.MISSING_FIELDS)),
            "state": TaskState.OPEN if is_open else TaskState.DONE,
            "title": "联系",
            "person_id": person.id,
            "region_path": person.region_path,
            "due_on": today + timedelta(days=draw.randrange(-60, 60)),
            "created_at": now,
            "closed_at": None if is_open else now - timedelta(days=draw.randrange(60)),
        }


def _contacts(draw: random.Random, people: Sequence[Any], today: date, now: datetime) -> Iterator[dict[str, Any]]:
    ways, outcomes = list(ContactWay), list(ContactOutcome)
    for _number in range(len(people) * CONTACTS_FOR_1):
        yield {
            "public_id": new_public_id(),
            "person_id": draw.choice(people).id,
            "done_on": today - timedelta(days=draw.randrange(400)),
            "way": draw.choice(ways),
            "outcome": draw.choice(outcomes),
            "recorded_at": now,
        }


def _colleagues(uow: UnitOfWork, count: int) -> list[int]:
    station = uow.session.scalars(select(Organization).where(Organization.region_path == CITY)).one()
    roles = [(Role.STATION_STAFF, station)]
    return [make_user(uow, name="合成同事", phone=f"1992{n:07d}", roles=roles).id for n in range(count)]


def _store(uow: UnitOfWork, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    found = list(rows)
    for first in range(0, len(found), AT_ONCE):
        uow.session.execute(insert(model), found[first : first + AT_ONCE])
    say(f"{len(found):8} {model.__tablename__}")


def furnish(runtime: Runtime, seed: int = 3, *, ages: bool = True) -> None:
    """Wishes, registers with confirmations, owners, tasks and contacts for every person, once.

    With ``ages`` (SQLite only) the files also become as old as the trends look back.
    """
    draw, now = random.Random(seed), utcnow()
    _actor, _token = staff_of(runtime)
    with runtime.unit(system_actor("bench")) as uow:
        if uow.session.scalar(select(EmploymentSpell.id).limit(1)):
            return
        today = uow.today
        people = uow.session.execute(select(Person.id, Person.region_path)).all()
        _store(uow, EmploymentSpell, _spells(draw, people, today, now))
        columns = select(EmploymentSpell.id, EmploymentSpell.started_on, EmploymentSpell.ended_on)
        _store(uow, Confirmation, _confirmations(draw, uow.session.execute(columns).all(), today, now))
        has_wish = set(uow.session.scalars(select(JobIntention.person_id)))
        wanting = (p.id for p in people if p.id % 3 == 0 and p.id not in has_wish)
        wishes = ((key, today - timedelta(days=draw.randrange(500))) for key in wanting)
        _store(uow, JobIntention, ({"person_id": key, "stated_on": day} for key, day in wishes))
        owners = [uow.session.scalars(select(User.id)).first(), *_colleagues(uow, len(people) // PEOPLE_OF_1)]
        owned = ((p.id, draw.choice(owners)) for p in people if p.id % 5)
        row = {"since": today, "created_at": now}
        _store(uow, CaseOwner, ({"person_id": key, "user_id": user, **row} for key, user in owned))
        _store(uow, Task, _tasks(draw, people, today, now))
        _store(uow, Contact, _contacts(draw, people, today, now))
        last_year = date(today.year - 1, 9, 1)
        uow.session.execute(
            update(ServiceRecord)
            .where(ServiceRecord.person_id % 20 == 0)
            .values(discharged_on=last_year, resettlement_code="ZZJY")
        )
        if ages:
            _age(uow)


def _age(uow: UnitOfWork) -> None:
    # People have been veterans for longer than the trends look back, or past months would count nobody.
    uow.session.execute(text("UPDATE person_kind SET valid_from = date(valid_from, '-1500 days')"))
    # The files were opened over the last three years.
    uow.session.execute(
        text("UPDATE person SET created_at = datetime(created_at, '-' || (id * 7907 % 1000) || ' days')")
    )


def _statements(runtime: Runtime) -> list[tuple[float, str]]:
    """Listens to the database from now on; the list it returns fills with (ms, statement)."""
    heard: list[tuple[float, str]] = []
    starts: list[float] = []
    engine = runtime.database.engine

    def before(*_given: Any) -> None:
        starts.append(time.perf_counter())

    def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(((time.perf_counter() - starts.pop()) * 1000, statement))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    return heard


def bench_rates(runtime: Runtime, rounds: int) -> None:
    """Each rate of the city's office: one statement on one day."""
    actor, _token = staff_of(runtime)
    for kind in RATES.values():
        with runtime.unit(actor, writing=False) as uow:
            counted = rate(uow, kind, uow.today, path=CITY)
            middle, p95 = timed(partial(rate, uow, kind, uow.today, path=CITY), rounds)
        cells = ", ".join(f"{count} {cell.value}" for cell, count in sorted(counted.cells.items()))
        say(f"rate {kind.code}: median {middle:.0f} ms, p95 {p95:.0f} ms ({cells})")


def bench_pages(runtime: Runtime, rounds: int, *, slowest: int = 0) -> None:
    """Every page through a browser without a network; with ``slowest`` also its longest statements."""
    _actor, token = staff_of(runtime)
    client: FlaskClient = create_app(runtime).test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    heard = _statements(runtime)
    for address in PAGES:

        def whole(address: str = address) -> None:
            assert client.get(address).status_code == 200  # noqa: S101

        whole()
        heard.clear()
        worked = time.process_time()
        middle, p95 = timed(whole, rounds)
        worked = (time.process_time() - worked) / rounds * 1000
        asked = len(heard) // rounds
        say(f"{address:42} median {middle:7.1f}, p95 {p95:7.1f}, processor {worked:7.1f} ms, {asked} statements")
        for took, statement in sorted(heard[:asked], reverse=True)[:slowest]:
            say(f"  {took:7.1f} ms {' '.join(statement.split())}")


def main() -> None:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--statements", type=int, default=0, help="How many long statements of a page to print.")
    parser.add_argument("--keep", type=Path, help="Folder that keeps the installation, to measure again on it.")
    given = parser.parse_args()
    with peopled(given.keep, given.people) as runtime:
        furnish(runtime)
        bench_rates(runtime, given.rounds)
        bench_pages(runtime, given.rounds, slowest=given.statements)


if __name__ == "__main__":
    main()
