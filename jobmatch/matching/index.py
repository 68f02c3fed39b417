"""The pools that are ranked and searched: the index proposes, the database disposes.

A base lies in immutable files in the data directory, built by whoever holds a lock and mapped by every process. Each
process reads what changed since at most once a second, into a small index of its own. What a pool returns are ids,
which are read again through a ``visible_…`` policy before anybody sees them.

A session that belongs to no installation (such as a test's) gets pools of its own in memory.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.row_security import everywhere
from jobmatch.matching.index_files import OVERLAP, PEOPLE, POSTINGS, Base, Bases, Source, key_of
from ml.matching import Pool

REFRESH_SECONDS = 1.0
MANY_CHANGES = 1000
"""From this many changed rows on a new base is worth its seconds."""
CHUNK = 500


@dataclass(slots=True)
class _State:
    """What a process knows beside its base: documents of changed rows by key, keys that no longer count, marks read."""

    base: Base
    since: datetime
    today: date
    documents: dict[str, Any] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    marks: dict[int, tuple[Any, ...]] = field(default_factory=dict)


def _take_time(session: Session) -> None:
    """Where there is no base yet, somebody builds one and the others wait, each in a transaction that asks nothing
    meanwhile; PostgreSQL ended it after 15 seconds."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10min'"))


class LivePool:
    """The pool of one kind in this process. Any thread may call ``get``."""

    def __init__(self, source: Source, folder: Path | None) -> None:
        self.source = source
        self.bases = Bases(source, folder)
        self._lock = threading.Lock()
        self._state: _State | None = None
        self._pool: Pool[Any] | None = None
        self._read_at = 0.0

    def get(self, session: Session) -> Pool[Any]:
        """The pool as the database stood at most a second ago; the first need builds the base.

        While one thread reads changes the others go on with the pool there is.
        """
        pool = self._pool
        if pool is not None and (self._is_fresh() or self._lock.locked()):
            return pool
        if pool is None:
            _take_time(session)
        with self._lock:
            if self._pool is None or not self._is_fresh():
                with everywhere(session):
                    self._pool = self._refresh(session)
                self._read_at = time.monotonic()
            return self._pool

    @property
    def change_count(self) -> int:
        """Rows that differ from the base."""
        state = self._state
        return len(state.documents) + len(state.hidden) if state else 0

    def rebuild(self, open_unit: Callable[[], Any], *, anyway: bool = False) -> bool:
        """Build a new base where something has changed, unless another process does; returns whether it was built.

        ``open_unit`` opens a reading unit of work; it is closed before the long building starts. ``anyway`` waits for
        the other process and builds even where nothing seems to have changed.
        """
        with self.bases.building(wait=anyway) as is_mine:
            if not is_mine:
                return False
            with open_unit() as uow:
                base = None if anyway else self.bases.load(uow.session)
                if base and not self.bases.has_changed(uow.session, base):
                    return False
                read = self.bases.read(uow.session)
            self.bases.write(read)
            return True

    def _is_fresh(self) -> bool:
        return self.bases.folder is not None and time.monotonic() - self._read_at < REFRESH_SECONDS

    def _refresh(self, session: Session) -> Pool[Any]:
        now = utcnow()
        # Until everything is read, nothing is known: after an error the next reader starts again from the base.
        state, self._state = self._state, None
        newest = self.bases.newest()
        is_new = state is None or newest not in ("", state.base.name) or now < state.base.stamp - OVERLAP
        if state is None or is_new:
            state = self._open(session, now)
        if is_new or state.today != local_day(now):
            self._reconcile(session, state)
            state.today, is_new = local_day(now), True
        has_changes = self._read_changes(session, state, now)
        self._state = state
        if self._pool is not None and not has_changes and not is_new:
            return self._pool
        delta = self.source.index.build(state.documents.values(), today=state.today) if state.documents else None
        return Pool(state.base.index, delta, frozenset(state.hidden))

    def _open(self, session: Session, now: datetime) -> _State:
        """A state over the newest usable base; a damaged, foreign or too new one is built again."""
        base = self.bases.load(session)
        if base is None:
            with self.bases.building(wait=True):
                base = self.bases.load(session) or self.bases.write(self.bases.read(session))
        return _State(base, since=base.stamp, today=local_day(now), marks=dict(base.recent))

    def _reconcile(self, session: Session, state: _State) -> None:
        """Compare the base with the database once: what ended by itself is hidden, what is unknown is read."""
        query = self.source.rows(self.source.root.id).where(self.source.is_open())
        opened = {str(one) for one in session.scalars(query)}
        based = {key.decode() for key in state.base.index.keys.tolist()}
        state.hidden |= based - opened
        for key in set(state.documents) - opened:
            del state.documents[key]
        self._take(session, state, [int(key) for key in opened - based - set(state.documents)])

    def _read_changes(self, session: Session, state: _State, now: datetime) -> bool:
        """Take in what changed since the last time; returns whether anything did."""
        query = self.source.rows(self.source.root.id, self.source.is_open(), *self.source.mark)
        found = session.execute(query.where(self.source.changed_since(state.since - OVERLAP))).all()
        marks = {row_id: tuple(mark) for row_id, _, *mark in found}
        # A standing clock gives several changes one moment, so what changed just now is always read again.
        new = [row for row in found if now in marks[row[0]] or state.marks.get(row[0]) != marks[row[0]]]
        for row_id, is_open, *_ in new:
            state.documents.pop(str(row_id), None)
            state.hidden.discard(str(row_id))
            if not is_open:
                state.hidden.add(str(row_id))
        self._take(session, state, [row[0] for row in new if row[1]])
        state.marks, state.since = marks, now
        return bool(new)

    def _take(self, session: Session, state: _State, ids: list[int]) -> None:
        for start in range(0, len(ids), CHUNK):
            for document in self.source.read(session, self.source.root.id.in_(ids[start : start + CHUNK])):
                state.documents[key_of(document)] = document


class Pools:
    """Both pools of one database."""

    def __init__(self, folder: Path | None) -> None:
        self.postings = LivePool(POSTINGS, folder)
        self.people = LivePool(PEOPLE, folder)

    def all(self) -> tuple[LivePool, LivePool]:
        return self.postings, self.people


_known: dict[tuple[str, str], Pools] = {}


def pools(session: Session) -> Pools:
    """The pools behind this session."""
    folder: Path | None = session.info.get("data_dir")
    if folder is None:
        own: Pools = session.info.setdefault("matching.pools", Pools(None))
        return own
    key = (str(folder.resolve()), session.info["database"])
    # setdefault is one step of the interpreter, so two threads get the same pools.
    return _known.get(key) or _known.setdefault(key, Pools(folder / "index"))


def forget_pools() -> None:
    """Drop what this process holds; a forked child starts with its own, since a lock may have been held."""
    _known.clear()


os.register_at_fork(after_in_child=forget_pools)
