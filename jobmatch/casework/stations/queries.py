"""Reads of the register of stations: workers, duty, what each answers for; and the quality of the data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from jobmatch.accounts.models import Organization
from jobmatch.accounts.policies import stations_below
from jobmatch.accounts.states import OrganizationState
from jobmatch.casework.stations.models import DutySlot, StationWorker
from jobmatch.casework.stations.states import WORKING_WEEK, Weekday, WorkerKind
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.policies import visible_tasks
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import visible_people
from jobmatch.people.states import VETERAN_KINDS, VerificationState


@dataclass(slots=True)
class StationLine:
    """One station of the register."""

    station: Organization
    depth: int
    workers: Counter[WorkerKind] = field(default_factory=Counter)
    days: set[Weekday] = field(default_factory=set)
    people: int = 0
    late_tasks: int = 0

    @property
    def open_days(self) -> list[Weekday]:
        """Working days without anybody on duty."""
        return [day for day in WORKING_WEEK if day not in self.days]


def _present(day: date) -> ColumnElement[bool]:
    return and_(StationWorker.since <= day, or_(StationWorker.until.is_(None), StationWorker.until >= day))


def register(uow: UnitOfWork) -> list[StationLine]:
    """Every station of the actor's subtree in the order of the tree: five statements whatever the number."""
    stations = [one for one in uow.rows(stations_below(uow.actor)) if one.state is OrganizationState.ACTIVE]
    lines = {one.id: StationLine(one, one.region_path.strip("/").count("/")) for one in stations}
    least = min((line.depth for line in lines.values()), default=0)
    for line in lines.values():
        line.depth -= least
    for station_id, kind, count in uow.rows(
        select(StationWorker.station_id, StationWorker.kind, func.count())
        .where(StationWorker.station_id.in_(lines), _present(uow.today))
        .group_by(StationWorker.station_id, StationWorker.kind)
    ):
        lines[station_id].workers[kind] = count
    for station_id, day in uow.rows(
        select(StationWorker.station_id, DutySlot.weekday)
        .join(DutySlot, DutySlot.worker_id == StationWorker.id)
        .where(StationWorker.station_id.in_(lines), _present(uow.today))
        .distinct()
    ):
        lines[station_id].days.add(day)
    people = select(Person.station_id, func.count(Person.id)).group_by(Person.station_id)
    for station_id, count in uow.rows(visible_people(uow.actor, people)):
        if station_id in lines:
            lines[station_id].people = count
    late = (
        select(Task.region_path, func.count(Task.id))
        .where(Task.state == TaskState.OPEN, Task.due_on < uow.today)
        .group_by(Task.region_path)
    )
    by_path = {line.station.region_path: line for line in lines.values()}
    for path, count in uow.rows(visible_tasks(uow.actor, late)):
        if path in by_path:
            by_path[path].late_tasks = count
    return list(lines.values())


def workers_of(session: Session, station_id: int, day: date) -> Sequence[StationWorker]:
    """Those who work at a station now, full-time people first."""
    order = case({WorkerKind.FULL_TIME: 0, WorkerKind.PART_TIME: 1}, value=StationWorker.kind, else_=2)
    return session.scalars(
        select(StationWorker)
        .where(StationWorker.station_id == station_id, _present(day))
        .order_by(order, StationWorker.name, StationWorker.id)
    ).all()


def duty_of(session: Session, station_id: int, day: date) -> dict[Weekday, list[tuple[DutySlot, str]]]:
    """Slots with the name of who is on duty, by day of the week."""
    found: dict[Weekday, list[tuple[DutySlot, str]]] = defaultdict(list)
    for slot, name in session.execute(
        select(DutySlot, StationWorker.name)
        .join(StationWorker, StationWorker.id == DutySlot.worker_id)
        .where(StationWorker.station_id == station_id, _present(day))
        .order_by(DutySlot.weekday, DutySlot.starts, DutySlot.id)
    ):
        found[slot.weekday].append((slot, name))
    return found


def hours_text(session: Session, station_id: int, day: date) -> str:
    """The hours of a station in words, for people: days of the same hours stand together; empty where none are kept."""
    spans: dict[tuple[tuple[str, str], ...], list[Weekday]] = defaultdict(list)
    for weekday, slots in duty_of(session, station_id, day).items():
        spans[_joined([(slot.starts, slot.ends) for slot, _name in slots])].append(weekday)
    return _("；").join(
        _(
            "%(days)s %(hours)s",
            days=_days(days),
            hours=_("、").join(f"{first}–{last}" for first, last in hours),
        )
        for hours, days in spans.items()
    )


def _days(days: list[Weekday]) -> str:
    """Days in their order; three or more that follow each other as from and to."""
    first, last = int(days[0].value), int(days[-1].value)
    if len(days) > 2 and last - first == len(days) - 1:
        return _("%(first)s到%(last)s", first=days[0].label, last=days[-1].label)
    return _("、").join(one.label for one in days)


def _joined(slots: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Slots of one day as the hours in which anybody is there: what overlaps or meets is one."""
    found: list[tuple[str, str]] = []
    for starts, ends in sorted(slots):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return tuple(found)


# ---------- 数据质量 ----------


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong with a file: what it is, and why it matters."""

    code: str
    name: str
    why: str
    is_wrong: ColumnElement[bool]


def checks(today: date) -> list[Check]:
    """Every check as a condition over ``Person``, the gravest first."""
    # Lists are made once for a statement; EXISTS would look into a row of each person.
    service = select(ServiceRecord.person_id)
    has_method = Person.id.in_(service.where(ServiceRecord.resettlement_code.is_not(None)))
    has_discharge = Person.id.in_(service.where(ServiceRecord.discharged_on.is_not(None)))
    served = Person.id.in_(select(PersonKind.person_id).where(PersonKind.kind_code.in_(VETERAN_KINDS)))
    year_ago = datetime(today.year - 1, today.month, min(today.day, 28), tzinfo=UTC)
    unverified = Person.verification == VerificationState.UNVERIFIED
    wish = exists().where(JobIntention.person_id == Person.id)
    spell = exists().where(EmploymentSpell.person_id == Person.id)
    no_phone = and_(Person.phone_blind.is_(None), Person.user_id.is_(None))
    return [
        Check("no_id", N_("没有身份证号"), N_("查重和部门比对都靠它"), Person.id_number_blind.is_(None)),
        Check("no_phone", N_("没有电话"), N_("联系不上，也登录不了"), no_phone),
        Check("no_method", N_("退役军人没有安置方式"), N_("进不了年报"), served & ~has_method),
        Check("no_discharge", N_("退役军人没有退役时间"), N_("进不了年报，政策也判断不了"), served & ~has_discharge),
        Check("no_resettled", N_("没有安置地"), N_("统计归不到地方"), served & Person.resettled_region_code.is_(None)),
        Check("no_living", N_("没有现居住地"), N_("岗位按距离推荐不了"), Person.living_region_code.is_(None)),
        Check("no_education", N_("没有学历"), N_("很多岗位判断不了够不够"), Person.education_code.is_(None)),
        Check("no_wish", N_("没有求职意向"), N_("推荐不准，也进不了供求对比"), ~wish),
        Check("no_register", N_("台账里没有就业情况"), N_("统计里算情况未掌握"), ~spell),
        Check("unverified", N_("身份还没核验"), N_("单位看不到已核验"), unverified),
        Check("stale", N_("一年没更新"), N_("情况可能早变了"), Person.changed_at < year_ago),
    ]


@dataclass(frozen=True, slots=True)
class Finding:
    """A check with the number of files it finds, of all that were looked at."""

    code: str
    name: str
    why: str
    count: int


def quality(uow: UnitOfWork, path: str = "") -> tuple[list[Finding], int]:
    """Every check's count below ``path`` (the actor's reach where empty) and the number of files: one statement."""
    found = checks(uow.today)
    counting = select(func.count(Person.id), *(func.sum(case((check.is_wrong, 1), else_=0)) for check in found))
    if path:
        counting = counting.where(Person.region_path.startswith(path, autoescape=True))
    total, *counts = uow.rows(visible_people(uow.actor, counting))[0]
    return [Finding(c.code, _(c.name), _(c.why), int(n or 0)) for c, n in zip(found, counts, strict=True)], int(total)


def people_found(uow: UnitOfWork, code: str) -> tuple[Check, Select[*tuple[Any, ...]]] | None:
    """The files a check finds, to be read page by page; None for an unknown check."""
    check = next((one for one in checks(uow.today) if one.code == code), None)
    if check is None:
        return None
    query = (
        select(Person).options(selectinload(Person.kinds)).where(check.is_wrong).order_by(Person.region_path, Person.id)
    )
    return check, visible_people(uow.actor, query)
