"""``jobmatch check``: counts again what the product counts as it goes, and reports where the two differ (R6).

It changes nothing: a difference has a reason, and whoever mends the number without it hides the fault.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click
from sqlalchemy import ColumnElement, Select, func, select

from jobmatch.applications.models import Application, InterviewSlot
from jobmatch.applications.states import ApplicationState
from jobmatch.cli.base import give_json, say, with_runtime
from jobmatch.core import chain
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.crypto import Secret, keyring
from jobmatch.core.db import Base
from jobmatch.core.files import StoredFile, sealed_files
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import LEASE
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import BoothDesk, FairResume, QueueNumber
from jobmatch.fairs.day.states import QueueState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration, Shuttle, ShuttleStop
from jobmatch.fairs.visitors.services.waiting import SEATLESS
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.reports.filing.commands import verify_for_cli
from recruiters.postings.models import Posting
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState

SAMPLE = 500
"""How many sealed values of each column are opened and held against their blind index, the newest first."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A column that is kept up to date by guarded statements, and how many rows it must say."""

    kept: Any
    counted: Select[Any]

    @property
    def name(self) -> str:
        return f"{self.kept.class_.__tablename__}.{self.kept.key}"


def _rows(key: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(func.count(key)).where(*where)


_SEATS = (
    EnrollmentState.SEATED,
    EnrollmentState.ATTENDING,
    EnrollmentState.LEFT,
    EnrollmentState.COMPLETED,
    EnrollmentState.NOT_COMPLETED,
)
_FILLS = (ApplicationState.HIRED, ApplicationState.STARTED)
COUNTERS: tuple[Counter, ...] = (
    Counter(
        CourseSession.taken,
        _rows(Enrollment.id, Enrollment.session_id == CourseSession.id, Enrollment.state.in_(_SEATS)),
    ),
    Counter(
        JobFair.taken,
        _rows(
            FairRegistration.id,
            FairRegistration.fair_id == JobFair.id,
            FairRegistration.state == RegistrationState.SEATED,
            FairRegistration.way.not_in(SEATLESS),
        ),
    ),
    Counter(
        Shuttle.taken,
        _rows(
            FairRegistration.id,
            FairRegistration.stop_id == ShuttleStop.id,
            ShuttleStop.shuttle_id == Shuttle.id,
            FairRegistration.state == RegistrationState.SEATED,
        ),
    ),
    Counter(InterviewSlot.taken, _rows(Application.id, Application.slot_id == InterviewSlot.id)),
    Counter(
        Posting.filled_count,
        _rows(Application.id, Application.posting_id == Posting.id, Application.state.in_(_FILLS)),
    ),
    Counter(
        BoothDesk.waiting_count,
        _rows(
            QueueNumber.id, QueueNumber.exhibitor_id == BoothDesk.exhibitor_id, QueueNumber.state == QueueState.WAITING
        ),
    ),
    Counter(BoothDesk.resume_count, _rows(FairResume.id, FairResume.exhibitor_id == BoothDesk.exhibitor_id)),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not say what the rows say."""

    what: str
    row: str
    kept: Any
    counted: Any


def _counters(uow: UnitOfWork) -> Iterator[Difference]:
    for one in COUNTERS:
        model = one.kept.class_
        key = model.__table__.primary_key.columns[0]
        counted = one.counted.correlate(model).scalar_subquery()
        query = select(key, one.kept, counted).where(one.kept != counted).order_by(key)
        for row in uow.session.execute(query):
            yield Difference(one.name, str(row[0]), row[1], row[2])


def _indexes(uow: UnitOfWork) -> Iterator[Difference]:
    """Blind indexes that are not those of the value beside them."""
    for mapper in Base.registry.mappers:
        for name, secret in vars(mapper.class_).items():
            if not (isinstance(secret, Secret) and (secret.blind or secret.tail)):
                continue
            sealed = getattr(mapper.class_, f"{name}_sealed")
            query = select(mapper.class_).where(sealed.is_not(None)).order_by(mapper.class_.id.desc()).limit(SAMPLE)
            for row in uow.session.scalars(query):
                wanted = secret.indexes(getattr(row, name), keyring())
                for column, index in wanted.items():
                    if getattr(row, column) != index:
                        yield Difference(f"{mapper.class_.__tablename__}.{column}", str(row.id), "another", "computed")


def _files(uow: UnitOfWork) -> Iterator[Difference]:
    """Rows of stored files whose content is gone."""
    there = {path.name for path in sealed_files(uow)}
    for number, name in uow.session.execute(select(StoredFile.id, StoredFile.public_id).order_by(StoredFile.id)):
        if name not in there:
            yield Difference("stored_file", str(number), "a row", "no content")


def _work(uow: UnitOfWork) -> Iterator[Difference]:
    """Background work that has run for longer than anybody may, and was not put back."""
    before = utcnow() - 2 * LEASE
    query = select(Job.id, Job.name).where(Job.state == JobState.RUNNING, Job.started_at < before).order_by(Job.id)
    for number, name in uow.session.execute(query):
        yield Difference("job", str(number), "running", f"{name} stands since more than {2 * LEASE}")


CHECKS: dict[str, Callable[[UnitOfWork], Iterator[Difference]]] = {
    "counters": _counters,
    "blind indexes": _indexes,
    "stored files": _files,
    "background work": _work,
}


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def check(runtime: Runtime, as_json: bool) -> None:
    """Count every counter again, look at indexes, files, frozen figures and the chain; exit code 1 if any differs.

    Nothing is changed.
    """
    found: list[Difference] = []
    for name, look in CHECKS.items():
        say(f"{name} …")
        with runtime.unit(system_actor("check"), writing=False) as uow:
            found += look(uow)
    say("frozen figures …")
    _number, wrong = verify_for_cli(runtime)
    found += [Difference("snapshot", name, "frozen", ", ".join(parts)) for name, parts in wrong.items()]
    say("audit chain …")
    found += [
        Difference("audit_entry", "", "the trail", fault)
        for fault in chain.verify(runtime.database, runtime.settings.anchor_path).faults
    ]
    if as_json:
        give_json([{"what": one.what, "row": one.row, "kept": one.kept, "counted": one.counted} for one in found])
    else:
        for one in found:
            click.echo(f"{one.what} {one.row}: {one.kept}, counted {one.counted}")
        click.echo(f"{len(found)} differences.")
    if found:
        sys.exit(1)
