"""Keeping the register of stations: workers, duty, merging and splitting."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import responsible_station
from jobmatch.accounts.services.organizations import add_station, record_station_merged
from jobmatch.accounts.states import OrganizationState
from jobmatch.casework.stations.models import DutySlot, StationWorker
from jobmatch.casework.stations.policies import can_keep_workers
from jobmatch.casework.stations.states import Weekday, WorkerKind
from jobmatch.casework.tasks.models import Task
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import Findings, clean_line, clean_person_name
from jobmatch.people.services.people import check_mobile
from jobmatch.reference.models import Region

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def add_worker(
    uow: UnitOfWork,
    station: Organization,
    *,
    name: str,
    kind: str,
    duty: str = "",
    phone: str = "",
    since: date | None = None,
) -> StationWorker:
    """Note somebody who works at a station. Raises ``Invalid`` with every finding."""
    require(can_keep_workers(uow.actor, station))
    found = Findings()
    found.check(0 < len(clean_person_name(name)) <= 60, "name", _("请填写姓名"))
    found.check(kind in set(WorkerKind), "kind", _("请选专职、兼职还是志愿者"))
    number = check_mobile(found, phone) if phone.strip() else ""
    found.check(since is None or since <= uow.today, "since", _("开始的日期不能晚于今天"))
    found.stop()
    worker = StationWorker(
        station_id=station.id,
        name=clean_person_name(name),
        kind=WorkerKind(kind),
        duty=clean_line(duty)[:120],
        since=since or uow.today,
    )
    worker.phone = number or None
    uow.session.add(worker)
    uow.session.flush()
    uow.audit("station.worker", station, kind=worker.kind.value)
    return worker


def end_worker(uow: UnitOfWork, station: Organization, worker: StationWorker) -> StationWorker:
    """Somebody works there no longer, from today; twice changes nothing. Their times of duty go."""
    require(can_keep_workers(uow.actor, station) and worker.station_id == station.id)
    if worker.until is None:
        worker.until = max(uow.today, worker.since)
        for slot in uow.session.scalars(select(DutySlot).where(DutySlot.worker_id == worker.id)).all():
            uow.session.delete(slot)
        uow.session.flush()
        uow.audit("station.worker_end", station)
    return worker


def set_duty(
    uow: UnitOfWork, station: Organization, worker: StationWorker, *, days: list[str], starts: str, ends: str
) -> int:
    """The weekly times of one worker, replacing those before; no day means none. Returns the number of days.

    Raises ``Invalid`` for a time that is none, or an end before the start.
    """
    require(can_keep_workers(uow.actor, station) and worker.station_id == station.id)
    found = Findings()
    found.check(set(days) <= set(Weekday), "days", _("请从列表里选"))
    for name, value in (("starts", starts), ("ends", ends)):
        found.check(not days or CLOCK.fullmatch(value.strip()) is not None, name, _("请按 09:00 这样填写"))
    found.check(not days or starts.strip() < ends.strip(), "ends", _("下班要晚于上班"))
    found.stop()
    for slot in uow.session.scalars(select(DutySlot).where(DutySlot.worker_id == worker.id)).all():
        uow.session.delete(slot)
    uow.session.flush()
    uow.session.add_all(
        DutySlot(worker_id=worker.id, weekday=Weekday(day), starts=starts.strip(), ends=ends.strip())
        for day in dict.fromkeys(days)
    )
    uow.session.flush()
    uow.audit("station.duty", station)
    return len(set(days))


def merge_stations(uow: UnitOfWork, station: Organization, into: Organization) -> int:
    """Let ``into`` answer for the people, tasks, workers and accounts of ``station``; returns the number of people.

    Raises ``Conflict`` where one of them no longer works, ``Invalid`` for merging a station into itself or into one
    below it.
    """
    require(can_keep_workers(uow.actor, station) and can_keep_workers(uow.actor, into))
    if station.state is not OrganizationState.ACTIVE or into.state is not OrganizationState.ACTIVE:
        raise Conflict
    if into.region_path.startswith(station.region_path):
        raise Invalid(fields={"into": _("不能并到自己或下级，请选同级或上级的站")})
    people = uow.session.execute(
        update(Person)
        .where(Person.station_id == station.id)
        .values(station_id=into.id, region_path=into.region_path, changed_at=uow.now, version=Person.version + 1)
    )
    _take_tasks(uow, station.region_path, into.region_path)
    uow.session.execute(update(StationWorker).where(StationWorker.station_id == station.id).values(station_id=into.id))
    record_station_merged(uow, station, into)
    uow.session.expire_all()
    return int(getattr(people, "rowcount", 0))


def _take_tasks(uow: UnitOfWork, old: str, new: str) -> None:
    uow.session.execute(update(Task).where(Task.region_path == old).values(region_path=new))


def split_station(
    uow: UnitOfWork, station: Organization, *, name: str, level: str, region_code: str, phone: str = ""
) -> tuple[Organization, int]:
    """Open a station for a place below ``station`` and let it take over the people who live there.

    Returns the new station and the number of people. Raises ``Invalid`` for a place that has one already or lies
    elsewhere.
    """
    require(can_keep_workers(uow.actor, station))
    region = uow.session.get(Region, region_code.strip())
    if region is None or not region.path.startswith(station.region_path) or region.path == station.region_path:
        raise Invalid(fields={"region_code": _("请选这个站范围里的下级地方")})
    known = responsible_station(uow.session, region.path)
    if known is not None and known.region_path == region.path:
        raise Invalid(fields={"region_code": _("这个地方已经有站了")})
    made = add_station(uow, name=name, level=level, region_code=region.code, parent=station, phone=phone)
    living = select(Region.code).where(Region.path.startswith(made.region_path, autoescape=True))
    taken = uow.session.execute(
        update(Person)
        .where(Person.station_id == station.id, Person.living_region_code.in_(living))
        .values(station_id=made.id, region_path=made.region_path, changed_at=uow.now, version=Person.version + 1)
    )
    moved = select(Person.id).where(Person.station_id == made.id)
    uow.session.execute(update(Task).where(Task.person_id.in_(moved)).values(region_path=made.region_path))
    uow.session.expire_all()
    return made, int(getattr(taken, "rowcount", 0))
