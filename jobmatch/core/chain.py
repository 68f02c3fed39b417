"""The chain of seals over the audit trail, and what makes a change behind the product's back visible (R15).

Every entry gets a seal: a keyed hash over the seal before and every column of the entry. On SQLite, where writing
units come one by one, a unit seals its own entries before it commits. On PostgreSQL they commit in any order, so a
sealer does it every half second. Heads of the chain are noted outside of the database, the anchor: without it, whoever
holds the database could cut off its end or put an older copy in its place.
"""

from __future__ import annotations

import hmac
import json
import logging
import logging.handlers
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry, AuditSeal
from jobmatch.core.clock import utcnow
from jobmatch.core.db import Database
from jobmatch.core.errors import Conflict, SetupError, Unavailable
from jobmatch.core.seals import COLUMNS, ENTRIES, GENESIS, Head, head, link, seal
from jobmatch.core.uow import unit_of_work

log = logging.getLogger(__name__)
BATCH = 2000
OVERLAP = 100_000
"""How far behind the newest sealed entry a late commit may still bring a lower number (PostgreSQL)."""
SEAL_EVERY = 0.5
SEALED_WITHIN = timedelta(seconds=60)
_LOCK = 0x6A6D6175
"""One sealer at a time, whatever the number of machines (PostgreSQL's advisory lock)."""


def _unsealed(since: int) -> Any:
    sealed = select(AuditSeal.entry_id).where(AuditSeal.entry_id == AuditEntry.id)
    return ENTRIES.where(AuditEntry.id > since, ~sealed.exists()).order_by(AuditEntry.id)


def seal_pending(database: Database, *, everything: bool = False) -> int:
    """Seal committed entries that have no seal yet, at most ``BATCH``; returns how many.

    ``everything`` looks at the whole trail, for entries of a time before there were seals. Another sealer at work means
    none to do.
    """
    with unit_of_work(database, system_actor("sealer"), writing=True) as uow:
        session = uow.session
        if not database.is_sqlite and not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
            return 0
        newest = 0 if everything else session.scalar(select(func.max(AuditSeal.entry_id))) or 0
        return seal(session, session.execute(_unsealed(newest - OVERLAP).limit(BATCH)).all(), uow.now)


def seal_all(database: Database) -> int:
    """Seal every entry without a seal; returns how many. Called after an upgrade."""
    total = 0
    while done := seal_pending(database, everything=True):
        total += done
    return total


def keep_sealing(database: Database, stop: threading.Event) -> None:
    """Seal every half second until ``stop`` is set; for PostgreSQL, in each worker."""
    while not stop.wait(SEAL_EVERY):
        try:
            while seal_pending(database) == BATCH:
                pass
        except (Unavailable, Conflict, OSError) as error:
            log.warning("sealing waits: %s", type(error).__name__)
        except Exception:  # the thread must outlive whatever the database says; readyz tells how far it is behind
            log.exception("sealing failed")


def lag(session: Session) -> timedelta | None:
    """How long the oldest entry without a seal has been waiting; None where all are sealed."""
    newest = session.scalar(select(func.max(AuditSeal.entry_id))) or 0
    waiting = _unsealed(newest - OVERLAP).with_only_columns(AuditEntry.at).limit(1)
    oldest = session.scalar(waiting)
    return utcnow() - oldest if oldest is not None else None


@dataclass(slots=True)
class Report:
    """What verifying found: ``faults`` in words with the first broken place, none where all is right."""

    entries: int = 0
    sealed: int = 0
    anchors: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "right": self.is_right}


def verify(database: Database, anchor: Path | None = None, *, progress: Callable[[int], Any] | None = None) -> Report:
    """Walk the whole chain and hold it against the entries and the anchor; stops at the first broken link."""
    report = Report()
    anchors = _read_anchor(anchor, report) if anchor is not None else []
    with unit_of_work(database, system_actor("verify"), writing=False) as uow:
        report.entries = uow.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        known = {one.seq: one.hmac for one in anchors}
        last = _walk(uow.session, report, known, progress)
        if report.is_right:
            _check_ends(uow.session, report, last, anchors, is_sqlite=database.is_sqlite)
    report.anchors = len(anchors)
    return report


def _walk(session: Session, report: Report, known: dict[int, bytes], progress: Callable[[int], Any] | None) -> int:
    """Check every link; returns the number of the last one."""
    last, before = 0, GENESIS
    for seq, entry_id, sealed_at, found, entry in _links(session):
        if seq != last + 1:
            report.faults.append(f"seals {last + 1} to {seq - 1} are missing")
        elif entry is None:
            report.faults.append(f"entry {entry_id} was deleted (seal {seq})")
        elif not hmac.compare_digest(link(before, seq, sealed_at, entry), found):
            report.faults.append(f"entry {entry_id} or its seal {seq} was changed, or stands in another place")
        elif seq in known and not hmac.compare_digest(known[seq], found):
            report.faults.append(f"seal {seq} is not the one that the anchor noted: the chain was made anew")
        if report.faults:
            return last
        last, before = seq, found
        if progress is not None and seq % 50_000 == 0:
            progress(seq)
    report.sealed = last
    return last


def _links(session: Session) -> Iterator[tuple[int, int, datetime, bytes, Sequence[Any] | None]]:
    """Every seal with its entry, in order, some thousands at a time."""
    last = 0
    query = select(AuditSeal.seq, AuditSeal.entry_id, AuditSeal.sealed_at, AuditSeal.hmac, *COLUMNS).outerjoin(
        AuditEntry, AuditEntry.id == AuditSeal.entry_id
    )
    while rows := session.execute(query.where(AuditSeal.seq > last).order_by(AuditSeal.seq).limit(BATCH)).all():
        for row in rows:
            yield row[0], row[1], row[2], row[3], None if row[4] is None else row[4:]
        last = rows[-1][0]


def _check_ends(session: Session, report: Report, last: int, anchors: list[Anchored], *, is_sqlite: bool) -> None:
    """Nothing is missing at the end, and nothing stands beside the chain."""
    if is_sqlite:
        given = _sqlite_sequence(session)
        if given > last:
            report.faults.append(f"seals {last + 1} to {given} were cut off")
    grace = timedelta(0) if is_sqlite else SEALED_WITHIN
    stray = session.execute(_unsealed(0).where(AuditEntry.at <= utcnow() - grace).limit(1)).first()
    if stray is not None:
        report.faults.append(f"entry {stray[0]} has no seal: it was not written by this product")
    for one in anchors:
        if one.seq > last:
            report.faults.append(
                f"the anchor of {one.at} knows seal {one.seq}, the chain ends at {last}: its end was cut off, or this"
                " is an older copy (after a restore: jobmatch audit anchor --restored REASON)"
            )
            return


def _sqlite_sequence(session: Session) -> int:
    query = "SELECT seq FROM sqlite_sequence WHERE name = 'audit_seal'"
    return session.connection().exec_driver_sql(query).scalar() or 0


@dataclass(frozen=True, slots=True)
class Anchored:
    """A head of the chain that was noted outside of the database."""

    at: str
    seq: int
    hmac: bytes


def _read_anchor(path: Path, report: Report) -> list[Anchored]:
    """Heads by time. A copy that was put back on purpose takes away what stood beyond it."""
    found: list[Anchored] = []
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            row = json.loads(line)
            one = Anchored(row["at"], int(row["seq"]), bytes.fromhex(row["hmac"]))
        except (ValueError, KeyError, TypeError):
            report.faults.append(f"line {number} of the anchor cannot be read")
            return found
        if row.get("restored"):
            found = [older for older in found if older.seq <= one.seq]
        elif found and one.seq < found[-1].seq:
            report.faults.append(f"line {number} of the anchor goes back to seal {one.seq}")
            return found
        found.append(one)
    return found


def write_anchor(database: Database, path: Path, *, restored: str = "", syslog: str = "") -> Head:
    """Note the head of the chain in the file ``path`` and, where asked, in the system's log; returns it.

    ``restored`` says why an older copy was put back. Raises ``SetupError`` where the file cannot be written.
    """
    with unit_of_work(database, system_actor("anchor"), writing=False) as uow:
        found = head(uow.session)
    row: dict[str, Any] = {"at": utcnow().isoformat(), "seq": found.seq, "hmac": found.hmac.hex()}
    if restored:
        row["restored"] = restored[:200]
    line = json.dumps(row, ensure_ascii=False)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as target:
            target.write(line + "\n")
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise SetupError(f"The anchor {path} cannot be written: {error.strerror}") from None
    if syslog:
        _tell_syslog(line, syslog)
    return found


def _tell_syslog(line: str, address: str) -> None:
    host, _colon, port = address.partition(":")
    where: Any = (host, int(port)) if port.isdecimal() else address
    try:
        handler = logging.handlers.SysLogHandler(where, facility="authpriv")
    except OSError as error:
        log.warning("the system's log does not take the anchor: %s", error.strerror)
        return
    handler.emit(logging.makeLogRecord({"msg": f"jobmatch audit anchor {line}", "levelno": logging.INFO}))
    handler.close()
