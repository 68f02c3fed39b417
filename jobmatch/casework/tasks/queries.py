"""Reads of tasks and of who is responsible: lists with what they show, counts, colleagues."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.queries import get_organization_name
from jobmatch.accounts.states import Role
from jobmatch.casework.tasks.models import CaseOwner, Task
from jobmatch.casework.tasks.policies import visible_tasks
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import Actor
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.reference.queries import calendar_is_known

NOBODY = "none"
CLOSED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the list. ``person_url_id`` is empty where the file is out of the reader's reach.

    ``assignee`` is who does it: whoever it was given to, else whoever is responsible; empty is the station.
    """

    task: Task
    person_name: str
    person_url_id: str
    assignee: str
    days_late: int
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Open tasks by how far one looks, and how many of one's own are late."""

    mine: int = 0
    late: int = 0
    station: int = 0
    below: int = 0


# ---------- who is responsible ----------


def on_duty(day: date) -> ColumnElement[int]:
    """The account that answers for the person of a ``CaseOwner`` row on ``day``: the stand-in until they end."""
    return case((CaseOwner.stand_in_until >= day, CaseOwner.stand_in_id), else_=CaseOwner.user_id)


def works_here(user_id: Any) -> ColumnElement[bool]:
    """Whether the account still works at a station; who left answers for nobody."""
    return exists().where(
        User.id == user_id,
        User.is_active,
        Membership.user_id == User.id,
        Membership.role == Role.STATION_STAFF,
        Membership.is_active,
    )


def has_owner() -> ColumnElement[bool]:
    """Whether somebody who still works here is responsible for the person of the surrounding statement."""
    return exists().where(CaseOwner.person_id == Person.id, CaseOwner.until.is_(None), works_here(CaseOwner.user_id))


def current_owner(session: Session, person_id: int) -> CaseOwner | None:
    """The open row of a person."""
    query = select(CaseOwner).where(CaseOwner.person_id == person_id, CaseOwner.until.is_(None))
    return session.scalars(query).one_or_none()


def responsible_user(session: Session, person_id: int, day: date) -> User | None:
    """Who answers for the person on ``day``, or None where nobody who still works here does."""
    query = (
        select(User)
        .join(CaseOwner, User.id == on_duty(day))
        .where(CaseOwner.person_id == person_id, CaseOwner.until.is_(None), works_here(User.id))
    )
    return session.scalars(query).one_or_none()


def owner_history(session: Session, person_id: int) -> list[tuple[CaseOwner, str, str]]:
    """Every row of a person, the newest first, with the names of the owner and of the stand-in."""
    owner, stand_in = aliased(User), aliased(User)
    found = session.execute(
        select(CaseOwner, owner.name, func.coalesce(stand_in.name, ""))
        .join(owner, owner.id == CaseOwner.user_id)
        .outerjoin(stand_in, stand_in.id == CaseOwner.stand_in_id)
        .where(CaseOwner.person_id == person_id)
        .order_by(CaseOwner.id.desc())
    )
    return [(row, name, other) for row, name, other in found]


def owner_names(session: Session, person_ids: Collection[int], day: date) -> dict[int, str]:
    """The name of whoever answers for each person on ``day``; people without one are left out."""
    found = session.execute(
        select(CaseOwner.person_id, User.name)
        .join(User, User.id == on_duty(day))
        .where(CaseOwner.person_id.in_(person_ids), CaseOwner.until.is_(None), works_here(User.id))
    )
    return dict(found.all())


def owned_people(uow: UnitOfWork, *, path: str = "", owner: str = "") -> Select[*tuple[Any, ...]]:
    """People in reach below ``path``, of one owner (a public id), of nobody (``none``), or all."""
    query = visible_people(uow.actor, select(Person))
    if path:
        query = query.where(Person.region_path.startswith(path, autoescape=True))
    if owner == NOBODY:
        query = query.where(~has_owner())
    elif owner:
        mine = exists().where(
            CaseOwner.person_id == Person.id,
            CaseOwner.until.is_(None),
            CaseOwner.user_id == User.id,
            User.public_id == owner,
        )
        query = query.where(mine)
    ordered: Select[*tuple[Any, ...]] = query.order_by(Person.region_path, Person.name, Person.id)
    return ordered


def clerks(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Colleagues of the actor's subtree who still work there: public id, and name with station."""
    query = (
        select(User.public_id, User.name, Organization.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            Membership.role == Role.STATION_STAFF,
            Membership.is_active,
            User.is_active,
            Organization.region_path.startswith(uow.actor.region_path, autoescape=True),
        )
        .order_by(Organization.region_path, User.id)
    )
    return list({key: _("%(name)s，%(place)s", name=n, place=p) for key, n, p in uow.session.execute(query)}.items())


def find_clerk(uow: UnitOfWork, public_id: str) -> User | None:
    """The colleague of the actor's subtree with this public id; the system's subtree is the whole country."""
    reach = Organization.region_path.startswith(uow.actor.region_path, autoescape=True)
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            User.public_id == public_id,
            User.is_active,
            Membership.role == Role.STATION_STAFF,
            Membership.is_active,
            reach,
        )
    )
    return uow.session.scalars(query).first()


def station_choices(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Stations of the actor's subtree: path and name."""
    query = (
        select(Organization.region_path, Organization.name)
        .where(Organization.kind == "station", Organization.region_path.startswith(uow.actor.region_path))
        .order_by(Organization.region_path, Organization.id)
    )
    return [(path, name) for path, name in uow.session.execute(query)]


# ---------- tasks ----------


def is_mine(user_id: int | None, day: date) -> ColumnElement[bool]:
    """Tasks given to the account, and those given to nobody about people it answers for on ``day``."""
    own = select(CaseOwner.person_id).where(
        CaseOwner.until.is_(None),
        or_(CaseOwner.user_id == user_id, CaseOwner.stand_in_id == user_id),
        on_duty(day) == user_id,
    )
    return or_(Task.assignee_id == user_id, and_(Task.assignee_id.is_(None), Task.person_id.in_(own)))


def tasks(uow: UnitOfWork, filters: Mapping[str, str]) -> Select[*tuple[Any, ...]]:
    """Tasks in reach: ``scope`` mine, station or below; ``kind``, ``state``, ``q`` (title or name). Late ones first."""
    query = visible_tasks(uow.actor, select(Task))
    state = filters.get("state") or TaskState.OPEN.value
    if state in set(TaskState):
        query = query.where(Task.state == state)
    scope = filters.get("scope") or "mine"
    if scope == "mine":
        query = query.where(is_mine(uow.actor.user_id, uow.today))
    elif scope == "station":
        query = query.where(Task.region_path == uow.actor.region_path)
    if (kind := filters.get("kind")) in set(TaskKind):
        query = query.where(Task.kind == kind)
    if words := (filters.get("q") or "").strip():
        named = exists().where(Person.id == Task.person_id, Person.name.contains(words, autoescape=True))
        query = query.where(or_(Task.title.contains(words, autoescape=True), named))
    if state != TaskState.OPEN.value:
        return query.order_by(Task.closed_at.desc(), Task.id.desc())
    return query.order_by(Task.due_on, Task.id)


def task_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The task with this public id."""
    return select(Task).where(Task.public_id == public_id)


def task_rows(uow: UnitOfWork, found: Sequence[Task]) -> list[TaskRow]:
    """What the list shows of each task: three statements, whatever the number of rows.

    The name is shown to everybody who sees the task, because a station that is asked to look for somebody needs it;
    the file opens only for those who answer for the person.
    """
    people = uow.session.execute(
        select(Person.id, Person.name, Person.public_id, Person.region_path).where(
            Person.id.in_({task.person_id for task in found if task.person_id})
        )
    )
    by_id = {row.id: row for row in people}
    users = uow.session.execute(select(User.id, User.name).where(User.id.in_({t.assignee_id for t in found})))
    names: dict[int | None, str] = dict(users.all())
    owners = owner_names(uow.session, by_id, uow.today)
    reach = uow.actor.region_path
    rows = []
    for task in found:
        person = by_id.get(task.person_id)
        in_reach = person is not None and bool(reach) and person.region_path.startswith(reach)
        rows.append(
            TaskRow(
                task,
                person.name if person else "",
                person.public_id if person and in_reach else "",
                names.get(task.assignee_id) or owners.get(task.person_id or 0, ""),
                max(0, (uow.today - task.due_on).days) if task.state is TaskState.OPEN else 0,
                not calendar_is_known(uow.session, task.due_on.year),
            )
        )
    return rows


def place_of(uow: UnitOfWork, task: Task) -> str:
    """The station whose task it is."""
    query = select(Organization.id).where(Organization.kind == "station", Organization.region_path == task.region_path)
    return get_organization_name(uow.session, uow.session.scalars(query.limit(1)).first())


def task_counts(uow: UnitOfWork) -> Counts:
    """Open tasks by scope: one statement."""
    mine = is_mine(uow.actor.user_id, uow.today)
    query = select(
        func.count(Task.id).filter(mine),
        func.count(Task.id).filter(mine, Task.due_on < uow.today),
        func.count(Task.id).filter(Task.region_path == uow.actor.region_path),
        func.count(Task.id),
    ).where(Task.state == TaskState.OPEN)
    return Counts(*uow.rows(visible_tasks(uow.actor, query))[0])


def open_count(session: Session, actor: Actor, day: date) -> int:
    """How many tasks wait for the reader: the number in the menu, one cheap statement."""
    if not actor.can("case.work") or not actor.region_path:
        return 0
    query = select(func.count(Task.id)).where(
        Task.state == TaskState.OPEN,
        Task.region_path.startswith(actor.region_path, autoescape=True),
        is_mine(actor.user_id, day),
    )
    return session.scalar(query) or 0


def tasks_of(session: Session, person_id: int) -> list[Task]:
    """A person's tasks: every open one by due date, then the last that were closed."""
    own = select(Task).where(Task.person_id == person_id)
    waiting = session.scalars(own.where(Task.state == TaskState.OPEN).order_by(Task.due_on, Task.id))
    closed = own.where(Task.state != TaskState.OPEN).order_by(Task.closed_at.desc(), Task.id.desc())
    return [*waiting, *session.scalars(closed.limit(CLOSED_SHOWN))]


def transfer_facts(uow: UnitOfWork, batch: str) -> tuple[int, str]:
    """How many people of an act are still where it put them, and with whom. Raises ``NotFound`` out of reach."""
    reach = visible_people(uow.actor, select(Person.id))
    query = (
        select(func.count(CaseOwner.id).filter(CaseOwner.until.is_(None)), func.min(User.name))
        .join(User, User.id == func.coalesce(CaseOwner.stand_in_id, CaseOwner.user_id))
        .where(CaseOwner.batch == batch, CaseOwner.batch != "", CaseOwner.person_id.in_(reach))
    )
    moved, name = uow.session.execute(query).one()
    if name is None:
        raise NotFound
    return moved, name
