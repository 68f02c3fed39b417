"""Opening and closing tasks, and saying who is responsible for whom.

Rooms above call ``open_task`` and ``close_task`` for their own work; only the room that opened a task closes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from jobmatch.accounts.models import Organization, User
from jobmatch.casework.tasks.models import CaseOwner, Task
from jobmatch.casework.tasks.policies import can_set_owner, can_transfer_people, can_work_task
from jobmatch.casework.tasks.queries import current_owner, find_clerk, owned_people
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import AppError, Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_served_people
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out

TITLE_LENGTH = 120
LONGEST_STAND_IN = 366
CHUNK = 500


def open_task(
    uow: UnitOfWork,
    *,
    once: str,
    kind: TaskKind,
    title: str,
    due_on: date,
    person: Person | None = None,
    organization: Organization | None = None,
    region_path: str = "",
    assignee_id: int | None = None,
    link: str = "",
) -> Task:
    """Open a task, or return the one that the same occasion (``once``) opened before, whatever became of it.

    It belongs to ``region_path``, else to the person's station or the organization's place. Raises ``ValueError``
    where none of them is given: a task that nobody sees would be lost.
    """
    known = uow.session.scalars(select(Task).where(Task.once == once)).one_or_none()
    if known is not None:
        return known
    path = region_path or (person.region_path if person else "") or (organization.region_path if organization else "")
    if not path:
        raise ValueError("a task needs a place")
    task = Task(
        once=once,
        kind=kind,
        title=title[:TITLE_LENGTH],
        person_id=person.id if person else None,
        organization_id=organization.id if organization else None,
        region_path=path,
        assignee_id=assignee_id,
        due_on=due_on,
        link=link[:200],
        created_at=uow.now,
    )
    uow.session.add(task)
    uow.session.flush()
    return task


def close_task(uow: UnitOfWork, *, once: str, outcome: str = "", state: TaskState = TaskState.DONE) -> Task | None:
    """Close the task of an occasion because its matter is settled; None where there is none, or it was closed."""
    task = uow.session.scalars(select(Task).where(Task.once == once, Task.state == TaskState.OPEN)).one_or_none()
    if task is not None:
        _close(uow, task, state, outcome)
    return task


def finish_task(uow: UnitOfWork, task: Task, *, outcome: str = "", state: TaskState = TaskState.DONE) -> Task:
    """Staff settle a task by hand; twice changes nothing. Raises ``Conflict`` where it was settled otherwise."""
    require(can_work_task(uow.actor, task))
    if task.state is state:
        return task
    if task.state is not TaskState.OPEN:
        raise Conflict
    _close(uow, task, state, outcome)
    uow.audit("task.finish", task, state=state.value)
    return task


def _close(uow: UnitOfWork, task: Task, state: TaskState, outcome: str) -> None:
    task.state, task.closed_at, task.closed_by_id = state, uow.now, uow.actor.user_id
    task.outcome = outcome[:200]
    uow.session.flush()


def close_kinds(uow: UnitOfWork, person: Person, kinds: Collection[TaskKind], *, outcome: str = "") -> int:
    """Close every open task of ``kinds`` about a person because their matter is settled; returns how many."""
    found = uow.session.scalars(
        select(Task).where(Task.person_id == person.id, Task.kind.in_(kinds), Task.state == TaskState.OPEN)
    ).all()
    for task in found:
        _close(uow, task, TaskState.DONE, outcome)
    return len(found)


def settle_task(uow: UnitOfWork, task: Task, *, outcome: str, is_dropped: bool = False) -> Task:
    """Staff settle a task and say how it ended. Raises ``Invalid`` without words, or with words that must not be."""
    require(can_work_task(uow.actor, task))
    words = _outcome(outcome)
    return finish_task(uow, task, outcome=words, state=TaskState.DROPPED if is_dropped else TaskState.DONE)


def _outcome(text: str) -> str:
    found = Findings()
    words = clean_line(text)[:200]
    found.check(bool(words), "outcome", _("请写一句办得怎么样"))
    keep_secrets_out(found, {"outcome": words}, accept_masked=False)
    found.stop()
    return words


def assign_task(uow: UnitOfWork, task: Task, *, to: str) -> Task:
    """Give an open task to a colleague (public id), or to whoever is responsible where ``to`` is empty."""
    require(can_work_task(uow.actor, task))
    if task.state is not TaskState.OPEN:
        raise Conflict
    clerk = find_clerk(uow, to) if to else None
    if to and clerk is None:
        raise Invalid(fields={"to": _("请从列表里选一位同事")})
    task.assignee_id = clerk.id if clerk else None
    uow.session.flush()
    uow.audit("task.assign", task, to=clerk.public_id if clerk else "")
    return task


def settle_tasks(uow: UnitOfWork, found: Sequence[Task], *, outcome: str) -> tuple[int, int]:
    """Settle many tasks with the same words; returns how many were settled, and how many were not open any more.

    Raises ``Invalid`` for words that cannot be kept.
    """
    words = _outcome(outcome)
    done = 0
    for task in found:
        try:
            was_open = task.state is TaskState.OPEN
            finish_task(uow, task, outcome=words)
            done += was_open
        except AppError:
            continue
    return done, len(found) - done


# ---------- who is responsible ----------


def set_owner(uow: UnitOfWork, person: Person, *, to: str) -> CaseOwner:
    """Make a colleague (public id) responsible for a person from today on; the same one again changes nothing."""
    require(can_set_owner(uow.actor, person))
    clerk = find_clerk(uow, to)
    if clerk is None:
        raise Invalid(fields={"to": _("请从列表里选一位同事")})
    row = current_owner(uow.session, person.id)
    if row is not None and row.user_id == clerk.id and row.stand_in_id is None:
        return row
    return _replace(uow, person, row, user_id=clerk.id)


def hand_over(uow: UnitOfWork, person: Person, *, to: str, until: date | None) -> CaseOwner:
    """Let a colleague stand in until a day (the last one they answer for); then the person goes back by itself."""
    require(can_set_owner(uow.actor, person))
    row = current_owner(uow.session, person.id)
    found = Findings()
    found.check(row is not None, "to", _("这个人还没有责任人，请先指定责任人"))
    clerk = find_clerk(uow, to)
    found.check(clerk is not None, "to", _("请从列表里选一位同事"))
    found.check(
        row is None or clerk is None or clerk.id != row.user_id, "to", _("这位同事就是责任人，请选另一位来代管")
    )
    _check_until(uow, found, until)
    clerk, row = found.need(clerk), found.need(row)
    return _replace(uow, person, row, user_id=row.user_id, stand_in_id=clerk.id, stand_in_until=until)


def _check_until(uow: UnitOfWork, found: Findings, until: date | None) -> None:
    last = uow.today + timedelta(days=LONGEST_STAND_IN)
    found.check(until is not None and uow.today <= until <= last, "until", _("交回的日期要在今天到一年以内"))


def _replace(uow: UnitOfWork, person: Person, row: CaseOwner | None, **values: Any) -> CaseOwner:
    """Close ``row`` and open another one with ``values``."""
    if row is not None:
        row.until = uow.today
        uow.session.flush()
    fresh = CaseOwner(
        person_id=person.id,
        since=uow.today,
        replaces_id=row.id if row else None,
        set_by_id=uow.actor.user_id,
        created_at=uow.now,
        **values,
    )
    uow.session.add(fresh)
    uow.session.flush()
    uow.audit("owner.set", person, user=fresh.user_id, stand_in=fresh.stand_in_id)
    return fresh


def transfer_people(
    uow: UnitOfWork, *, path: str, owner: str, to: str, until: date | None = None, expected: int | None = None
) -> tuple[str, int]:
    """Give everybody whom ``owned_people(path, owner)`` finds to a colleague; with ``until`` only as a stand-in.

    Returns the name of the act, by which ``undo_transfer`` takes it back, and how many people moved: those who are
    with the colleague already stay, and nobody can stand in where nobody is responsible. Raises ``Conflict`` where
    ``expected``, the number that was shown before, is no longer right; ``Invalid`` with every finding.
    """
    require(can_transfer_people(uow.actor))
    found = Findings()
    clerk = find_clerk(uow, to)
    found.check(clerk is not None, "to", _("请从列表里选一位同事"))
    if until is not None:
        _check_until(uow, found, until)
    clerk = found.need(clerk)
    moves = _moves(uow, path, owner, clerk, until)
    if expected is not None and expected != len(moves):
        raise Conflict(_("人数变了，现在是 %(n)s 人。请返回再看一遍", n=len(moves)))
    batch = new_public_id()
    _write_rows(uow, moves, batch)
    uow.audit("owner.transfer", clerk, batch=batch, count=len(moves), until=until.isoformat() if until else "")
    return batch, len(moves)


def count_transfer(uow: UnitOfWork, *, path: str, owner: str, to: str, until: date | None = None) -> int:
    """How many people ``transfer_people`` would move."""
    require(can_transfer_people(uow.actor))
    clerk = find_clerk(uow, to)
    return len(_moves(uow, path, owner, clerk, until)) if clerk else 0


def _moves(uow: UnitOfWork, path: str, owner: str, clerk: User, until: date | None) -> list[dict[str, Any]]:
    """The new rows: person, owner, stand-in and the row each of them takes over from."""
    people = visible_served_people(uow.actor, owned_people(uow, path=path, owner=owner))
    people = people.with_only_columns(Person.id).order_by(None)
    current = uow.session.execute(
        select(Person.id, CaseOwner.id, CaseOwner.user_id, CaseOwner.stand_in_id)
        .outerjoin(CaseOwner, (CaseOwner.person_id == Person.id) & CaseOwner.until.is_(None))
        .where(Person.id.in_(people))
        .order_by(Person.id)
    )
    moves = []
    for person_id, row_id, user_id, stand_in_id in current:
        if until is not None and (user_id is None or user_id == clerk.id):
            continue
        if until is None and user_id == clerk.id and stand_in_id is None:
            continue
        moves.append(
            {
                "person_id": person_id,
                "replaces_id": row_id,
                "user_id": clerk.id if until is None else user_id,
                "stand_in_id": clerk.id if until is not None else None,
                "stand_in_until": until,
            }
        )
    return moves


def _write_rows(uow: UnitOfWork, moves: Sequence[dict[str, Any]], batch: str) -> None:
    """Close the rows that are taken over from and write the new ones."""
    common = {"since": uow.today, "batch": batch, "set_by_id": uow.actor.user_id, "created_at": uow.now}
    for begin in range(0, len(moves), CHUNK):
        part = moves[begin : begin + CHUNK]
        old = [move["replaces_id"] for move in part if move["replaces_id"]]
        uow.session.execute(update(CaseOwner).where(CaseOwner.id.in_(old)).values(until=uow.today))
        uow.session.execute(insert(CaseOwner), [{**move, **common} for move in part])
    uow.session.flush()
    uow.session.expire_all()


def undo_transfer(uow: UnitOfWork, batch: str) -> tuple[int, int]:
    """Give the people of an act back to those who had them; returns how many went back and how many did not.

    People who were given to somebody else since stay there. Raises ``NotFound`` for an act that is not in reach.
    """
    require(can_transfer_people(uow.actor))
    reach = visible_served_people(uow.actor, select(Person.id))
    rows = uow.session.scalars(
        select(CaseOwner).where(CaseOwner.batch == batch, CaseOwner.batch != "", CaseOwner.person_id.in_(reach))
    ).all()
    if not rows:
        raise NotFound
    before = {
        row.id: row
        for begin in range(0, len(rows), CHUNK)
        for row in uow.session.scalars(
            select(CaseOwner).where(CaseOwner.id.in_([r.replaces_id for r in rows[begin : begin + CHUNK]]))
        )
    }
    moves, undone = [], 0
    for row in rows:
        if row.until is not None:
            continue
        row.until = uow.today
        undone += 1
        old = before.get(row.replaces_id or 0)
        if old is not None:
            moves.append(
                {
                    "person_id": row.person_id,
                    "replaces_id": row.id,
                    "user_id": old.user_id,
                    "stand_in_id": old.stand_in_id,
                    "stand_in_until": old.stand_in_until,
                }
            )
    kept = len(rows) - undone
    uow.session.flush()
    _write_rows(uow, moves, "")
    uow.audit("owner.undo", None, batch=batch, count=undone)
    return undone, kept
