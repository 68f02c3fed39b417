"""Prints how long the figures of training take: 500 classes of 40 people in a throwaway SQLite database."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from jobmatch.accounts.models import Organization
from jobmatch.cli.bench import fill, say
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.ids import new_public_id
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from jobmatch.reference.models import Course
from training.courses.catalog.models import Provider
from training.courses.catalog.states import ProviderState
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import CourseCertificate
from training.courses.classroom.states import CourseCertificateKind
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState
from training.courses.results.queries import ClassHead, added_up, figures_of, heads_query

SYSTEM = system_actor("bench")
FIRST = date(2025, 1, 6)
TODAY = date(2026, 11, 21)


def hold_classes(runtime: Runtime, classes: int, size: int) -> None:
    """Ended classes; of five who completed four found work, which is confirmed for three of them."""
    with runtime.unit(SYSTEM) as uow:
        session = uow.session
        people = list(session.scalars(select(Person.id).order_by(Person.id)))
        office = session.scalars(select(Organization.id)).first()
        school = {"organization_id": office, "region_path": "/", "state": ProviderState.LISTED}
        stamps = {"applied_at": uow.now, "listed_at": uow.now, "changed_at": uow.now}
        session.execute(insert(Provider), [{**school, **stamps, "public_id": new_public_id(), "version": 1}])
        provider, course = session.scalars(select(Provider.id)).one(), session.scalars(select(Course.code)).first()
        rows: list[dict[str, Any]] = []
        for n in range(classes):
            begins = FIRST + timedelta(days=n % 360)
            rows.append(
                {"organization_id": office, "region_path": "/", "provider_id": provider, "course_code": course}
                | {"state": SessionState.CLOSED, "title": f"合成班 {n}", "starts_on": begins, "capacity": size}
                | {"ends_on": begins + timedelta(days=30), "sign_up_from": begins, "sign_up_until": begins}
                | {"target_count": size, "created_at": uow.now, "changed_at": uow.now, "approved_at": uow.now}
                | {"closed_on": TODAY, "public_id": new_public_id(), "version": 1}
            )
        session.execute(insert(CourseSession), rows)
        heads = session.execute(select(CourseSession.id, CourseSession.starts_on, CourseSession.ends_on)).all()
        session.execute(
            insert(Enrollment),
            [
                {"session_id": one, "person_id": people[(n * size + k) % len(people)], "region_path": "/"}
                | {"state": EnrollmentState.COMPLETED, "enrolled_at": uow.now, "arrived_on": begins}
                | {"ended_on": ends, "was_employed": k % 20 == 0, "public_id": new_public_id(), "version": 1}
                for n, (one, begins, ends) in enumerate(heads)
                for k in range(size)
            ],
        )
        given = session.execute(select(Enrollment.id, Enrollment.person_id, Enrollment.ended_on)).all()
        session.execute(
            insert(CourseCertificate),
            [
                {"enrollment_id": one, "kind": CourseCertificateKind.SKILL_LEVEL, "number": f"B{one}", "name": "合成"}
                | {"issued_on": ends, "recorded_at": uow.now, "public_id": new_public_id()}
                for one, _person, ends in given
                if one % 10
            ],
        )
        _find_work(uow, given)


def _find_work(uow: UnitOfWork, given: Sequence[Any]) -> None:
    """Work for four of five, confirmed for three of four."""
    session = uow.session
    known = set(session.scalars(select(EmploymentSpell.person_id)))
    spells = {person: ends for one, person, ends in given if ends and one % 5 and person not in known}
    session.execute(
        insert(EmploymentSpell),
        [
            {"person_id": person, "status_code": "E1", "started_on": ends + timedelta(days=20)}
            | {
                "source": next(iter(RegisterSource)),
                "recorded_at": uow.now,
                "public_id": new_public_id(),
                "version": 1,
            }
            for person, ends in spells.items()
        ],
    )
    evidence = next(kind for kind in EvidenceKind if kind is not EvidenceKind.NONE)
    session.execute(
        insert(Confirmation),
        [
            {"spell_id": one, "evidence": evidence, "way": next(iter(ConfirmationWay)), "confirmed_on": since}
            | {"valid_until": since + timedelta(days=400), "recorded_at": uow.now, "public_id": new_public_id()}
            for one, since in session.execute(select(EmploymentSpell.id, EmploymentSpell.started_on))
            if one % 4
        ],
    )


def measure(runtime: Runtime) -> None:
    """The figures of all classes, five times; the processor time of one core is what counts."""
    for turn in range(5):
        with runtime.unit(SYSTEM, writing=False) as uow:
            wall, cpu = time.perf_counter(), time.process_time()
            heads = [ClassHead(*row) for row in uow.session.execute(heads_query())]
            found = figures_of(uow.session, heads, months=6, today=TODAY)
            total = added_up(list(found.values()))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say(
            f"turn {turn + 1}: {len(heads)} classes, {len(total.arrived)} people, "
            f"{len(total.employed)} of {len(total.base)} employed: {cpu:.2f} s of processor, {wall:.2f} s"
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m jobmatch.cli.bench_classes", description=__doc__)
    parser.add_argument("--classes", type=int, default=500)
    parser.add_argument("--size", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        settings = Settings(data_dir=data, keys_dir=Path(folder, "keys"))  # type: ignore[call-arg]
        runtime = Runtime(settings, keys, Database(settings.url))
        fill(runtime, postings=10, people=given.classes * given.size)
        hold_classes(runtime, given.classes, given.size)
        measure(runtime)
        runtime.database.engine.dispose()


if __name__ == "__main__":
    main()
