"""The bases of the pools as files: immutable, renamed in place whole, checked when they are opened."""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day, utcnow
from jobmatch.matching.documents import read_people, read_postings
from jobmatch.matching.queries import is_open_person, is_open_posting
from jobmatch.people.models.person import Person
from ml.matching import PersonIndex, PostingIndex
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

log = logging.getLogger(__name__)

OVERLAP = timedelta(seconds=60)
"""A unit of work commits up to 30 s after the moment it writes, so reading since a moment starts this much earlier."""
MANIFEST, RECENT = "manifest.json", "recent.json"


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that is indexed: where its rows stand, which of them count, how they are read and built."""

    kind: str
    root: Any
    is_open: Callable[[], ColumnElement[bool]]
    read: Callable[..., list[Any]]
    index: Any

    def rows(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        """A select over all rows, on which ``is_open`` can be said."""
        query = select(*columns)
        return query.join(Employer, Posting.employer_id == Employer.id) if self.root is Posting else query

    @property
    def mark(self) -> tuple[Any, ...]:
        """Columns that differ after every change that counts."""
        mark = (self.root.changed_at, self.root.version)
        return (*mark, Employer.changed_at) if self.root is Posting else mark

    def marks(self, session: Session, moment: datetime) -> dict[int, tuple[Any, ...]]:
        """The marks, by row, of what changed so shortly before ``moment`` that its commit may have come later."""
        found = session.execute(self.rows(self.root.id, *self.mark).where(self.changed_since(moment - OVERLAP)))
        return {row_id: tuple(mark) for row_id, *mark in found}

    def changed_since(self, moment: datetime) -> ColumnElement[bool]:
        """Condition: the row, or the employer that a posting stands under, has changed after ``moment``."""
        changed: ColumnElement[bool] = self.root.changed_at > moment
        if self.root is not Posting:
            return changed
        return or_(changed, Posting.employer_id.in_(select(Employer.id).where(Employer.changed_at > moment)))


POSTINGS = Source("postings", Posting, is_open_posting, read_postings, PostingIndex)
PEOPLE = Source("people", Person, is_open_person, read_people, PersonIndex)


def _plain(value: datetime | int) -> str | int:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(value: str | int) -> datetime | int:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def key_of(document: Any) -> str:
    """The key of a posting's document or of a person's pair of values."""
    return document[0].key if isinstance(document, tuple) else document.key


@dataclass(slots=True)
class Base:
    """An index of all rows that counted at ``stamp``. ``name`` is its folder, empty for one in memory.

    ``recent`` holds the marks, by row, of what had changed so shortly before that it would be read again.
    """

    index: Any
    stamp: datetime
    name: str = ""
    recent: dict[int, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """All documents that counted at ``stamp``, and a mark of the database they came from."""

    documents: list[Any]
    stamp: datetime
    origin: str
    recent: dict[int, tuple[Any, ...]]


class Bases:
    """The base indexes of one kind in one directory; with ``folder`` None they live in memory only."""

    def __init__(self, source: Source, folder: Path | None) -> None:
        self.source = source
        self.folder = folder

    def newest(self) -> str:
        """Name of the newest base, empty where there is none."""
        return next((path.name for path in self._folders()), "")

    def load(self, session: Session) -> Base | None:
        """The newest base whose files are whole and that was read from this database, not in the future.

        Those that cannot be used are removed.
        """
        for folder in self._folders():
            try:
                base, origin = self._open(folder)
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning("index %s cannot be used: %s", folder.name, error)
            else:
                last, _, public_id = origin.partition(":")
                if base.stamp <= utcnow() + OVERLAP and self._public_id(session, int(last)) == public_id:
                    return base
            shutil.rmtree(folder, ignore_errors=True)
        return None

    def read(self, session: Session) -> Read:
        """Everything that counts now."""
        stamp = utcnow()
        # Marks before documents: what changes in between has another mark, and is read again.
        recent = self.source.marks(session, stamp)
        documents = self.source.read(session, self.source.is_open())
        last = max((int(key_of(document)) for document in documents), default=0)
        return Read(documents, stamp, f"{last}:{self._public_id(session, last)}", recent)

    def write(self, read: Read) -> Base:
        """Build a base and put it in place whole; it stays in memory where the directory cannot be written."""
        index = self.source.index.build(read.documents, today=local_day(read.stamp))
        if self.folder is None:
            return Base(index, read.stamp, recent=read.recent)
        name = f"{self.source.kind}-{read.stamp.astimezone(UTC):%Y%m%dT%H%M%S}-{time.time_ns()}"
        part, place = self.folder / f"new-{name}", self.folder / name
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            index.save(part)
            recent = [[row_id, *map(_plain, mark)] for row_id, mark in read.recent.items()]
            (part / RECENT).write_text(json.dumps(recent), encoding="utf-8")
            sums = {path.name: zlib.crc32(path.read_bytes()) for path in part.iterdir()}
            manifest = {"stamp": read.stamp.isoformat(), "origin": read.origin, "sums": sums}
            (part / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            part.rename(place)
            self._sweep(name)
            return Base(self.source.index.load(place), read.stamp, name, read.recent)
        except OSError as error:
            log.warning("the %s index stays in memory: %s", self.source.kind, error)
            shutil.rmtree(part, ignore_errors=True)
            return Base(index, read.stamp, recent=read.recent)

    def has_changed(self, session: Session, base: Base) -> bool:
        """Whether the database differs from ``base``, as far as stamps and the number of rows tell."""
        root = self.source.root
        changed = session.scalar(self.source.rows(root.id).where(self.source.changed_since(base.stamp)).limit(1))
        count = session.scalar(self.source.rows(func.count(root.id)).where(self.source.is_open()))
        return changed is not None or count != len(base.index)

    @contextmanager
    def building(self, *, wait: bool) -> Iterator[bool]:
        """Hold the right to build on this machine; gives False where another has it and ``wait`` is off."""
        handle = None
        if self.folder is not None:
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = (self.folder / f"{self.source.kind}.lock").open("a")
            except OSError as error:
                log.warning("no lock for the %s index: %s", self.source.kind, error)
        if handle is None:
            yield True
            return
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _folders(self) -> list[Path]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted(self.folder.glob(f"{self.source.kind}-*"), reverse=True)

    def _open(self, folder: Path) -> tuple[Base, str]:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for file, expected in manifest["sums"].items():
            if zlib.crc32((folder / file).read_bytes()) != expected:
                raise ValueError(f"{file} is damaged")
        stamp = datetime.fromisoformat(manifest["stamp"])
        known = json.loads((folder / RECENT).read_text(encoding="utf-8"))
        recent = {row_id: tuple(map(_moment, mark)) for row_id, *mark in known}
        return Base(self.source.index.load(folder), stamp, folder.name, recent), manifest["origin"]

    def _public_id(self, session: Session, row_id: int) -> str:
        return session.scalar(select(self.source.root.public_id).where(self.source.root.id == row_id)) or ""

    def _sweep(self, keep: str) -> None:
        """Remove older bases and what a killed builder left; processes that map them keep reading."""
        for pattern in (f"{self.source.kind}-*", f"new-{self.source.kind}-*"):
            for path in (self.folder or Path()).glob(pattern):
                if path.name != keep:
                    shutil.rmtree(path, ignore_errors=True)
