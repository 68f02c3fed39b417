"""The unit of work: one request, command or background job is one transaction.

Returning commits, raising rolls back. It is opened at the edge; nobody else commits.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import FromClause, Join, Select, Subquery, Table, insert, inspect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import visitors

from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.db import Database
from jobmatch.core.errors import Conflict, NotFound, Unavailable
from jobmatch.core.job_rows import Job
from jobmatch.core.row_security import name_region, region_of
from jobmatch.core.seals import seal_own

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

SCOPED = {"scoped": True}
"""``__table_args__ = {"info": SCOPED}`` marks a root table whose rows belong to somebody."""


def visible(select: S, *tables: str) -> S:
    """Mark ``select`` as narrowed by a policy for the scoped ``tables``; only ``visible_…`` policies call it."""
    known = select.get_execution_options().get("visible", frozenset())
    return select.execution_options(visible=known | set(tables))


_known_shapes: dict[Any, frozenset[str]] = {}
_MOST_SHAPES = 2000


def _scoped_tables(select: Select[*tuple[Any, ...]]) -> frozenset[str]:
    """Names of scoped tables that the statement returns or joins (subqueries inside WHERE are conditions).

    Finding out compiles the statement (20 ms where entities are joined), so it is done once for each shape: the key
    under which SQLAlchemy itself keeps compiled statements, which holds no values.
    """
    shape = select._generate_cache_key()
    key = shape.key if shape else None
    found = _known_shapes.get(key) if key else None
    if found is None:
        tables = (table for source in select.get_final_froms() for table in _tables_of(source))
        found = frozenset(table.name for table in tables if table.info.get("scoped"))
        if key:
            if len(_known_shapes) >= _MOST_SHAPES:
                _known_shapes.clear()
            _known_shapes[key] = found
    return found


def _tables_of(source: FromClause) -> Iterator[Table]:
    """The tables a FROM element reads: both sides of a join, and of a subquery what stands in its own FROM."""
    if isinstance(source, Join):
        yield from _tables_of(source.left)
        yield from _tables_of(source.right)
    elif isinstance(source, Subquery) and isinstance(source.element, Select):
        for inner in source.element.get_final_froms():
            yield from _tables_of(inner)
    else:
        yield from (element for element in visitors.iterate(source) if isinstance(element, Table))


class UnitOfWork:
    """What a service needs: the session, the actor, the time, and doors for audit and background work."""

    def __init__(self, session: Session, actor: Actor, *, writing: bool) -> None:
        self.session = session
        self.actor = actor
        self.writing = writing
        self.now: datetime = utcnow()
        self.today: date = local_day(self.now)
        self.enqueued: list[int] = []
        self.on_commit: list[Callable[[], None]] = []

    def bind_to(self, actor: Actor) -> None:
        """Put the unit into the hands of ``actor`` for good, and on PostgreSQL under the net of their subtree."""
        self.actor = actor
        name_region(self.session, region_of(actor, writing=self.writing))

    def acting_as(self, actor: Actor) -> UnitOfWork:
        """The same unit in other hands: one transaction, time and queue, another actor."""
        other = copy(self)
        other.actor = actor
        return other

    def rows(self, select: Select[*tuple[Any, ...]], values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """The rows of a ``Select`` that a policy returned; entities come as objects, several columns as rows.

        ``values`` fill the parameters of a statement that was made once. Raises ``LookupError`` (a bug, not an
        answer) for a scoped table that no ``visible_…`` policy narrowed.
        """
        self._guard(select)
        result = self.session.execute(select, values)
        return result.scalars().all() if len(select.column_descriptions) == 1 else result.all()

    def each(self, select: Select[*tuple[Any, ...]], *, size: int) -> Iterator[Sequence[Any]]:
        """The rows of ``rows``, ``size`` at a time, so that a long table is never held whole."""
        self._guard(select)
        found = self.session.execute(select, execution_options={"yield_per": size})
        yield from (found.scalars() if len(select.column_descriptions) == 1 else found).partitions()

    def one(self, select: Select[*tuple[Any, ...]]) -> Any:
        """The single row of a ``Select`` that a policy returned. Raises ``NotFound`` where there is none."""
        found = self.rows(select.limit(2))
        if len(found) != 1:
            raise NotFound
        return found[0]

    def _guard(self, select: Select[*tuple[Any, ...]]) -> None:
        open_tables = _scoped_tables(select) - set(select.get_execution_options().get("visible", ()))
        if open_tables:
            raise LookupError(f"no policy narrowed {sorted(open_tables)}: pass the Select through its visible_… policy")

    def audit(
        self,
        action: str,
        thing: Any = None,
        *,
        result: str = "done",
        reason: str = "",
        **detail: str | int | float | bool | None,
    ) -> None:
        """Record that the actor did ``action`` to ``thing`` (a row with a public id); ids and codes only."""
        entry = AuditEntry(**self._trail(action, thing, detail), result=result, reason=reason[:200])
        self.session.add(entry)
        self.session.info.setdefault("audited", []).append(entry)

    def audit_each(self, action: str, things: Sequence[Any], **detail: str | int | float | bool | None) -> None:
        """Record that the actor did ``action`` to each of ``things``: the rows of ``audit``, in one statement."""
        if things:
            entries = [self._trail(action, thing, detail) for thing in things]
            made = self.session.scalars(insert(AuditEntry).returning(AuditEntry.id), entries)
            self.session.info.setdefault("audited", []).extend(made)

    def _trail(self, action: str, thing: Any, detail: dict[str, Any]) -> dict[str, Any]:
        return {
            "at": self.now,
            "actor_user_id": self.actor.user_id,
            "actor_label": self.actor.label[:80],
            "role": ",".join(sorted(self.actor.roles))[:80],
            "action": action,
            "object_type": getattr(thing, "__tablename__", ""),
            "object_id": str(getattr(thing, "public_id", getattr(thing, "id", "")) or ""),
            "scope": self.actor.region_path,
            "ip": self.actor.ip,
            "detail": detail,
        }

    def enqueue(self, name: str, **arguments: str | int) -> int:
        """Write a background job in this transaction; the queue hears of it after the commit. Returns its row id."""
        job = Job(name=name, arguments=arguments, created_at=self.now, created_by_id=self.actor.user_id)
        self.session.add(job)
        self.session.flush()
        self.enqueued.append(job.id)
        return job.id


_after_commit: list[Callable[[list[int]], object]] = []


def after_commit(listener: Callable[[list[int]], object]) -> None:
    """Tell ``listener`` the ids of jobs enqueued by each committed unit; called once at assembly."""
    _after_commit[:] = [listener]


@contextmanager
def unit_of_work(database: Database, actor: Actor, *, writing: bool, fresh: bool = True) -> Iterator[UnitOfWork]:
    """Open a unit; commit when the block returns, roll back when it raises.

    A reading one that need not be ``fresh`` may read a replica, where there is one.
    A row changed by somebody else since it was read is ``Conflict``; a database that stays busy is ``Unavailable``.
    A unit that a view asked to abandon (``uow.session`` already rolled back) commits nothing.
    """
    try:
        if not writing:
            with database.session(writing=False, fresh=fresh) as session:
                name_region(session, region_of(actor, writing=False))
                yield UnitOfWork(session, actor, writing=False)
            return
        with database.gate(), database.session(writing=True) as session:
            name_region(session, region_of(actor, writing=True))
            uow = UnitOfWork(session, actor, writing=True)
            yield uow
            if database.is_sqlite:
                _seal_entries(session, uow.now)
            session.commit()
    except StaleDataError:
        raise Conflict from None
    except IntegrityError as error:
        if _is_unique_violation(error):
            raise Conflict from error
        raise
    except OperationalError as error:
        if not fresh and database.replica:
            database.replica.distrust()
        if _is_busy(error):
            raise Unavailable from error
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise Unavailable from error
        raise
    if uow.enqueued:
        for listener in _after_commit:
            listener(uow.enqueued)
    for act in uow.on_commit:
        act()


def _seal_entries(session: Session, now: datetime) -> None:
    """Seal what this unit wrote into the trail; what a savepoint took back is not there any more."""
    written = session.info.pop("audited", None)
    if written:
        session.flush()
        ids = [
            one if isinstance(one, int) else one.id
            for one in written
            if isinstance(one, int) or inspect(one).persistent
        ]
        seal_own(session, ids, now)


def _is_unique_violation(error: IntegrityError) -> bool:
    text = str(error.orig)
    return "UNIQUE constraint failed" in text or getattr(error.orig, "sqlstate", "") == "23505"


_BUSY_WORDS = ("database is locked", "disk is full", "disk I/O error", "unable to open database", "connection")
"""What SQLite says of a held database and a disk that takes nothing, and psycopg of a server that is away."""
_BUSY_CODES = frozenset({"40001", "40P01", "55P03", "57014", "25P03", "57P01", "57P03", "53100", "53300"})
"""PostgreSQL: clashes, time-outs (57014, 25P03), shutting down, disk full, too many connections."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def _is_busy(error: OperationalError) -> bool:
    text = str(error.orig)
    code = getattr(error.orig, "sqlstate", "") or ""
    return any(words in text for words in _BUSY_WORDS) or code in _BUSY_CODES
