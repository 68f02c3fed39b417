"""Seals of the audit trail: what one is, where the chain ends, and sealing what a unit wrote (see ``chain.py``)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from jobmatch.core.audit import AuditEntry, AuditSeal
from jobmatch.core.crypto import keyring

GENESIS = b"\x00" * 32
_ENTRY, _SEAL = AuditEntry.__table__, AuditSeal.__table__
COLUMNS = list(_ENTRY.columns)
"""Every column of an entry, in the order in which a seal covers them; the number comes first."""
ENTRIES = select(*COLUMNS)
_NAMED = ENTRIES.where(_ENTRY.c.id.in_(bindparam("ids", expanding=True))).order_by(_ENTRY.c.id)
_HEAD = select(_SEAL.c.seq, _SEAL.c.hmac).order_by(_SEAL.c.seq.desc()).limit(1)
_ADD = insert(AuditSeal)
"""Statements of every unit, made once and below the mapper: so a seal costs half as much."""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def link(before: bytes, seq: int, sealed_at: datetime, entry: Sequence[Any]) -> bytes:
    """The seal of ``entry`` (its columns in their order) after ``before``."""
    body = json.dumps([seq, sealed_at.isoformat(), *map(_plain, entry)], sort_keys=True, ensure_ascii=False)
    return hmac.digest(keyring().audit, before + body.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal; ``seq`` 0 where there is none."""

    seq: int
    hmac: bytes


def head(session: Session) -> Head:
    """Where the chain ends now."""
    row = session.connection().execute(_HEAD).first()
    return Head(row[0], row[1]) if row else Head(0, GENESIS)


def seal(session: Session, entries: Sequence[Sequence[Any]], now: datetime) -> int:
    """Add a link for each of ``entries``, in their order; returns how many."""
    last = head(session)
    links, before = [], last.hmac
    for seq, entry in enumerate(entries, start=last.seq + 1):
        before = link(before, seq, now, entry)
        links.append({"seq": seq, "entry_id": entry[0], "sealed_at": now, "hmac": before})
    if links:
        session.connection().execute(_ADD, links)
    return len(links)


def seal_own(session: Session, entry_ids: Sequence[int], now: datetime) -> int:
    """Seal the entries that a unit wrote, before it commits; for SQLite, where nobody else writes meanwhile.

    Only these: an entry that came into the table in any other way stays without a seal, and is found.
    """
    found: list[Sequence[Any]] = []
    ids = sorted(entry_ids)
    for start in range(0, len(ids), 500):
        found += session.connection().execute(_NAMED, {"ids": ids[start : start + 500]}).all()
    return seal(session, found, now)
