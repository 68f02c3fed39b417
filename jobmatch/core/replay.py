"""One-time keys of forms and API calls: a resent request gets the first answer and does nothing twice (R7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.crypto import keyring
from jobmatch.core.db import Base
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

KEEP = timedelta(hours=48)


class FormKey(Base):
    """A key that an actor has used, with the hash of what was sent and where the answer led."""

    __tablename__ = "form_key"
    __table_args__ = (UniqueConstraint("actor_key", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_key: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int] = mapped_column(default=0)
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)


def _claim(insert: Any) -> Any:
    fields = ("actor_key", "key", "body_sha256", "created_at")
    values = {name: bindparam(name) for name in fields} | {"status": 0, "location": ""}
    return (
        insert(FormKey).values(values).on_conflict_do_nothing(index_elements=["actor_key", "key"]).returning(FormKey.id)
    )


_CLAIM = {"sqlite": _claim(sqlite_insert), "postgresql": _claim(pg_insert)}
"""Statements of every form, made once: making them took longer than running them."""
_SETTLE = (
    update(FormKey)
    .where(FormKey.actor_key == bindparam("of_actor"), FormKey.key == bindparam("of_key"))
    .values(status=bindparam("status"), location=bindparam("location"))
)


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer that was given to the first request with this key."""

    status: int
    location: str


def digest(path: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """Keyed hash of what a request asks for, since a phone alone is guessed; the order of fields does not matter."""
    body = "\x00".join(f"{name}\x01{value}" for name, value in sorted(fields))
    return keyring().fingerprint(f"{path}\x02{body}", purpose="replay")


def claim_key(uow: UnitOfWork, actor_key: str, key: str, body: bytes) -> Answered | None:
    """Take ``key`` for this request, or return the answer it already got.

    A second request waits for the first one's transaction. Raises ``Invalid`` where the same key comes with another
    body.
    """
    given = {"actor_key": actor_key, "key": key, "body_sha256": body, "created_at": uow.now}
    taken = uow.session.connection().execute(_CLAIM[uow.session.get_bind().dialect.name], given).first()
    if taken is not None:
        return None
    row = uow.session.scalars(select(FormKey).where(FormKey.actor_key == actor_key, FormKey.key == key)).one()
    if row.body_sha256 != body:
        raise Invalid(_("这张表已经提交过，内容和现在的不一样。请返回刷新后再填"))
    return Answered(row.status, row.location)


def settle_key(uow: UnitOfWork, actor_key: str, key: str, *, status: int, location: str) -> None:
    """Store the answer that ``claim_key`` will repeat."""
    found = {"of_actor": actor_key, "of_key": key, "status": status, "location": location[:500]}
    uow.session.connection().execute(_SETTLE, found)


def drop_old_keys(uow: UnitOfWork) -> int:
    """Delete keys older than 48 hours; returns how many."""
    dropped = delete(FormKey).where(FormKey.created_at < uow.now - KEEP).returning(FormKey.id)
    return len(uow.session.scalars(dropped).all())
