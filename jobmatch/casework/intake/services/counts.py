"""Counts that should agree (底数核对) and files that lack something: every difference becomes a task."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.models import BaseCount
from jobmatch.casework.intake.policies import can_count_station
from jobmatch.casework.intake.queries.counts import below, files_by_path, missing_conditions, with_parts
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import add_working_days, rule_value

UNIT_PEOPLE = 500
UNIT_STATIONS = 100
MOST = 1_000_000
MISSING_JOB = "intake.missing_fields"
SIDES = ("superior", "village")


# ---------- base counts ----------


def save_base_count(
    uow: UnitOfWork,
    station: Organization,
    *,
    superior_count: int | None,
    village_count: int | None,
    version: int | None = None,
) -> BaseCount:
    """What the superior's list and the villages' own count say for ``station``; differences open tasks at once.

    Raises ``Invalid``, and ``Conflict`` where somebody else counted in between (``version`` is 0 for a first count).
    """
    require(can_count_station(uow.actor, station))
    fields = {}
    for name, value in (("superior_count", superior_count), ("village_count", village_count)):
        if value is not None and not 0 <= value <= MOST:
            fields[name] = _("请填写人数，0 到 %(n)s", n=MOST)
    if superior_count is None and village_count is None:
        fields["superior_count"] = _("请至少填一个人数")
    if fields:
        raise Invalid(fields=fields)
    row = uow.session.scalars(select(BaseCount).where(BaseCount.station_id == station.id)).one_or_none()
    if version is not None and version != (row.version if row else 0):
        raise Conflict
    if row is None:
        row = BaseCount(station_id=station.id, occasion=0)
        uow.session.add(row)
    else:
        for side in SIDES:
            close_task(uow, once=_base_key(row, side), outcome=_("已重新填写"), state=TaskState.DROPPED)
    row.superior_count, row.village_count = superior_count, village_count
    row.occasion = (row.occasion or 0) + 1
    row.counted_at, row.counted_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("intake.base_count", station, superior=superior_count, village=village_count)
    _compare(uow, station, row, below(files_by_path(uow), station.region_path))
    return row


def _base_key(row: BaseCount, side: str) -> str:
    return f"intake:base:{row.station_id}:{side}:{row.occasion}"


def _compare(uow: UnitOfWork, station: Organization, row: BaseCount, files: int) -> None:
    """Open a task for each count that the files do not reach or exceed, and close those that agree now."""
    titles = {
        "superior": _("底数核对：%(station)s，上级底册 %(n)s 人，已建档 %(files)s 人"),
        "village": _("底数核对：%(station)s，村级统计 %(n)s 人，已建档 %(files)s 人"),
    }
    for side in SIDES:
        count = getattr(row, f"{side}_count")
        if count is None or count == files:
            close_task(uow, once=_base_key(row, side), outcome=_("人数已经对上"))
            continue
        days = int(rule_value(uow.session, "base_count_days", uow.today))
        open_task(
            uow,
            once=_base_key(row, side),
            kind=TaskKind.BASE_COUNT,
            title=titles[side] % {"station": station.name, "n": count, "files": files},
            due_on=add_working_days(uow.session, uow.today, days)[0],
            organization=station,
            link="/staff/intake/counts",
        )


def compare_base_counts(uow: UnitOfWork, *, after_id: int = 0) -> int:
    """Compare the counts of up to 100 stations after row ``after_id`` again; the last row's id, 0 at the end."""
    require(uow.actor.is_system)
    pairs = uow.session.execute(
        select(BaseCount, Organization)
        .join(Organization, Organization.id == BaseCount.station_id)
        .where(BaseCount.id > after_id)
        .order_by(BaseCount.id)
        .limit(UNIT_STATIONS)
    ).all()
    files = files_by_path(uow)
    for row, station in pairs:
        _compare(uow, station, row, below(files, station.region_path))
    return pairs[-1][0].id if pairs else 0


# ---------- what files lack ----------


@dataclass(frozen=True, slots=True)
class Checked:
    """What one part of the check did; ``last_id`` is the last file looked at, 0 where there was none."""

    last_id: int
    opened: int
    closed: int


def missing_key(person: Person, year: int) -> str:
    """The occasion of the task about what a file lacks: at most one for a person and year."""
    return f"intake:missing:{person.public_id}:{year}"


def ask_missing_check(uow: UnitOfWork) -> int:
    """Have the files of the actor's subtree looked through in the background; returns the job's row id."""
    require(uow.actor.can("case.work") and bool(uow.actor.region_path))
    uow.audit("intake.missing_asked")
    return uow.enqueue(MISSING_JOB, path=uow.actor.region_path)


def check_missing(uow: UnitOfWork, *, path: str = "", after_id: int = 0) -> Checked:
    """Look through up to 500 files below ``path`` after row ``after_id``.

    A file that lacks something gets one task, unless one is open; the task of a file that is complete now is closed.
    """
    require(uow.actor.is_system)
    conditions = missing_conditions(uow)
    rows = uow.session.execute(
        with_parts(select(Person, *conditions.values()))
        .where(Person.id > after_id, Person.region_path.startswith(path, autoescape=True))
        .order_by(Person.id)
        .limit(UNIT_PEOPLE)
    ).all()
    ids = [row[0].id for row in rows]
    known = {
        task.person_id: task
        for task in uow.session.scalars(
            select(Task).where(
                Task.person_id.in_(ids), Task.kind == TaskKind.MISSING_FIELDS, Task.state == TaskState.OPEN
            )
        )
    }
    days = int(rule_value(uow.session, "missing_fields_days", uow.today))
    due_on = add_working_days(uow.session, uow.today, days)[0]
    opened = closed = 0
    for person, *lacks in rows:
        missing = [name for name, lacking in zip(conditions, lacks, strict=True) if lacking]
        task = known.get(person.id)
        if missing and task is None:
            made = open_task(
                uow,
                once=missing_key(person, uow.today.year),
                kind=TaskKind.MISSING_FIELDS,
                title=_("还缺：%(fields)s", fields=_("、").join(name.label for name in missing)),
                due_on=due_on,
                person=person,
                link=f"/staff/people/{person.public_id}",
            )
            opened += made.created_at == uow.now
        elif task is not None and not missing:
            close_task(uow, once=task.once, outcome=_("已补全"))
            closed += 1
    return Checked(ids[-1] if ids else 0, opened, closed)
