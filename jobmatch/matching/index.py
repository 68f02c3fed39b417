"""The pools that are ranked and searched: the index proposes, the database disposes.

A base lies in immutable files in the data directory, built by whoever holds a lock, renamed in place and mapped by
every process. Each process reads what changed since (``changed_at`` with an overlap of 60 s, because a unit of work
commits up to 30 s after the moment it writes) at most once a second, into a small index of its own. What a pool
returns are ids, which are read again through a ``visible_…`` policy before anybody sees them.

A session that belongs to no installation (a test, a bench) gets a pool of its own in memory.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day, utcnow
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.matching.queries import is_open_person, is_open_posting
from jobmatch.people.models import Person
from ml.matching import PersonIndex, Pool, PostingIndex
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

log = logging.getLogger(__name__)

OVERLAP = timedelta(seconds=60)
REFRESH_SECONDS = 1.0
MANY_CHANGES = 1000
"""From this many changed rows on a new base is worth its seconds."""
CHUNK = 500
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that is indexed: where its rows stand, which of them count, how they are read and built."""

    kind: str
    root: Any
    is_open: Callable[[], ColumnElement[bool]]
    read: Callable[..., list[Any]]
    index: Any

    def rows(self, *columns: Any) -> Select[Any]:
        """A select over all rows, on which ``is_open`` can be said."""
        query = select(*columns)
        return query.join(Employer, Posting.employer_id == Employer.id) if self.root is Posting else query

    @property
    def mark(self) -> tuple[Any, ...]:
        """Columns that differ after every change that counts."""
        mark = (self.root.changed_at, self.root.version)
        return (*mark, Employer.changed_at) if self.root is Posting else mark

    def changed_since(self, moment: datetime) -> ColumnElement[bool]:
        """Condition: the row, or the employer that a posting stands under, has changed after ``moment``."""
        changed: ColumnElement[bool] = self.root.changed_at > moment
        if self.root is not Posting:
            return changed
        return or_(changed, Posting.employer_id.in_(select(Employer.id).where(Employer.changed_at > moment)))


POSTINGS = Source("postings", Posting, is_open_posting, read_postings, PostingIndex)
PEOPLE = Source("people", Person, is_open_person, read_people, PersonIndex)


def _key(document: Any) -> str:
    return document[0].key if isinstance(document, tuple) else document.key


@dataclass(slots=True)
class Base:
    """An index of all rows that counted at ``stamp``. ``name`` is its folder, empty for one in memory."""

    index: Any
    stamp: datetime
    name: str = ""


@dataclass(slots=True)
class _State:
    base: Base
    since: datetime
    today: date
    documents: dict[str, Any] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    marks: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    pool: Pool[Any] | None = None
    read_at: float = 0.0


class LivePool:
    """The pool of one kind in this process. Any thread may call ``get``."""

    def __init__(self, source: Source, folder: Path | None) -> None:
        self.source = source
        self.folder = folder
        self._lock = threading.Lock()
        self._state: _State | None = None

    def get(self, session: Session) -> Pool[Any]:
        """The pool as the database stood at most a second ago; the first need builds the base."""
        state = self._state
        if state and state.pool and self._is_fresh(state):
            return state.pool
        if not self._lock.acquire(blocking=state is None):
            assert state and state.pool
            return state.pool
        try:
            if self._state is None or not self._is_fresh(self._state):
                self._state = self._refresh(session, self._state)
            assert self._state.pool
            return self._state.pool
        except BaseException:
            # Half of the changes may have been taken; the next reader starts again from the base.
            self._state = None
            raise
        finally:
            self._lock.release()

    @property
    def change_count(self) -> int:
        """Rows that differ from the base."""
        return len(self._state.documents) + len(self._state.hidden) if self._state else 0

    def _is_fresh(self, state: _State) -> bool:
        return self.folder is not None and time.monotonic() - state.read_at < REFRESH_SECONDS

    def _refresh(self, session: Session, state: _State | None) -> _State:
        now, changed = utcnow(), False
        newest = self._newest()
        if state is None or (newest and newest != state.base.name) or now < state.base.stamp - OVERLAP:
            state = self._open(session, now)
        elif state.today != local_day(now):
            self._reconcile(session, state)
            changed = True
        self._read_changes(session, state, now, changed)
        state.read_at = time.monotonic()
        return state

    def _open(self, session: Session, now: datetime) -> _State:
        """A state over the newest usable base; a damaged, foreign or too new one is built again."""
        base = self._load(session, now)
        if base is None:
            with self._building(wait=True):
                base = self._load(session, now) or self.write(self.read_base(session))
        state = _State(base, since=base.stamp, today=local_day(now))
        self._reconcile(session, state)
        return state

    def _reconcile(self, session: Session, state: _State) -> None:
        """Compare the base with the database once: what ended by itself is hidden, what is unknown is read."""
        opened = {str(one) for one in session.scalars(self.source.rows(self.source.root.id).where(self.source.is_open()))}
        based = {key.decode() for key in state.base.index.keys.tolist()}
        state.hidden |= based - opened
        for key in set(state.documents) - opened:
            del state.documents[key]
        self._take(session, state, [int(key) for key in opened - based - set(state.documents)])
        state.today = local_day(utcnow())

    def _read_changes(self, session: Session, state: _State, now: datetime, changed: bool) -> None:
        query = self.source.rows(self.source.root.id, self.source.is_open(), *self.source.mark)
        found = session.execute(query.where(self.source.changed_since(state.since - OVERLAP))).all()
        marks = {row_id: tuple(mark) for row_id, _, *mark in found}
        # A standing clock gives several changes one moment, so what changed just now is always read again.
        new = [row for row in found if now in marks[row[0]] or state.marks.get(row[0]) != marks[row[0]]]
        state.marks, state.since = marks, now
        for row_id, is_open, *_ in new:
            state.documents.pop(str(row_id), None)
            state.hidden.discard(str(row_id))
            if not is_open:
                state.hidden.add(str(row_id))
        self._take(session, state, [row[0] for row in new if row[1]])
        if new or changed or state.pool is None:
            delta = self.source.index.build(state.documents.values(), today=state.today) if state.documents else None
            state.pool = Pool(state.base.index, delta, frozenset(state.hidden))

    def _take(self, session: Session, state: _State, ids: list[int]) -> None:
        for start in range(0, len(ids), CHUNK):
            for document in self.source.read(session, self.source.root.id.in_(ids[start : start + CHUNK])):
                state.documents[_key(document)] = document

    # -- the base in files ------------------------------------------------------------------------------------------

    def read_base(self, session: Session) -> tuple[list[Any], datetime, str]:
        """Everything that counts now, the moment before it was read, and a mark of the database it came from."""
        stamp = utcnow()
        documents = self.source.read(session, self.source.is_open())
        last = max((int(_key(document)) for document in documents), default=0)
        return documents, stamp, f"{last}:{self._public_id(session, last)}"

    def write(self, read: tuple[list[Any], datetime, str]) -> Base:
        """Build a base and put it in place whole; it stays in memory where the directory cannot be written."""
        documents, stamp, origin = read
        index = self.source.index.build(documents, today=local_day(stamp))
        if self.folder is None:
            return Base(index, stamp)
        name = f"{self.source.kind}-{stamp.astimezone(UTC):%Y%m%dT%H%M%S}-{time.time_ns()}"
        part = self.folder / f"new-{name}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            index.save(part)
            sums = {path.name: zlib.crc32(path.read_bytes()) for path in part.iterdir()}
            manifest = {"stamp": stamp.isoformat(), "origin": origin, "sums": sums}
            (part / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            part.rename(self.folder / name)
            self._sweep(name)
            return Base(self.source.index.load(self.folder / name), stamp, name)
        except OSError as error:
            log.warning("the %s index stays in memory: %s", self.source.kind, error)
            shutil.rmtree(part, ignore_errors=True)
            return Base(index, stamp)

    def rebuild(self, open_unit: Callable[[], Any], *, anyway: bool = False) -> bool:
        """Build a new base where something has changed, unless another process does; returns whether it was built.

        ``open_unit`` opens a reading unit of work; it is closed before the long building starts.
        """
        with self._building(wait=anyway) as mine:
            if not mine:
                return False
            with open_unit() as uow:
                base = None if anyway else self._load(uow.session, utcnow())
                if base and not self._has_changed(uow.session, base):
                    return False
                read = self.read_base(uow.session)
            self.write(read)
            return True

    def _has_changed(self, session: Session, base: Base) -> bool:
        root = self.source.root
        changed = session.scalar(self.source.rows(root.id).where(self.source.changed_since(base.stamp)).limit(1))
        opened = session.scalar(self.source.rows(func.count(root.id)).where(self.source.is_open()))
        return changed is not None or opened != len(base.index)

    def _names(self) -> list[str]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted((one for one in os.listdir(self.folder) if one.startswith(f"{self.source.kind}-")), reverse=True)

    def _newest(self) -> str:
        return next(iter(self._names()), "")

    def _load(self, session: Session, now: datetime) -> Base | None:
        """The newest base whose files are whole and that was read from this database, not in the future."""
        for name in self._names():
            try:
                base, origin = self._load_folder(name)
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning("index %s cannot be used: %s", name, error)
            else:
                last, _, public_id = origin.partition(":")
                if base.stamp <= now + OVERLAP and self._public_id(session, int(last)) == public_id:
                    return base
            shutil.rmtree((self.folder or Path()) / name, ignore_errors=True)
        return None

    def _load_folder(self, name: str) -> tuple[Base, str]:
        assert self.folder
        folder = self.folder / name
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for file, expected in manifest["sums"].items():
            if zlib.crc32((folder / file).read_bytes()) != expected:
                raise ValueError(f"{file} is damaged")
        stamp = datetime.fromisoformat(manifest["stamp"])
        return Base(self.source.index.load(folder), stamp, name), manifest["origin"]

    def _public_id(self, session: Session, row_id: int) -> str:
        return session.scalar(select(self.source.root.public_id).where(self.source.root.id == row_id)) or ""

    def _sweep(self, keep: str) -> None:
        """Remove older bases and what a killed builder left; processes that map them keep reading."""
        assert self.folder
        for name in os.listdir(self.folder):
            if name != keep and name.startswith((f"{self.source.kind}-", f"new-{self.source.kind}-")):
                shutil.rmtree(self.folder / name, ignore_errors=True)

    @contextmanager
    def _building(self, *, wait: bool) -> Iterator[bool]:
        """Hold the right to build on this machine; gives False where another has it and ``wait`` is off."""
        handle = None
        try:
            if self.folder is not None:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = (self.folder / f"{self.source.kind}.lock").open("a")
        except OSError as error:
            log.warning("no lock for the %s index: %s", self.source.kind, error)
        try:
            if handle is not None:
                fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            if handle is not None:
                handle.close()


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
        found = session.info.get("matching.pools")
        if found is None:
            found = session.info["matching.pools"] = Pools(None)
        return found
    key = (str(folder.resolve()), str(session.get_bind().engine.url))
    # setdefault is one step of the interpreter, so two threads get the same pools.
    return _known.get(key) or _known.setdefault(key, Pools(folder / "index"))


def forget_pools() -> None:
    """Drop what this process holds; a forked child starts with its own, since a lock may have been held."""
    _known.clear()


os.register_at_fork(after_in_child=forget_pools)
