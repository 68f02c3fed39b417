"""Files that people hand in: encrypted on disk under names of our own, and a row that says whose room they belong to.

The content is written before the row, so that no row points at a missing file; a file whose unit rolled back is
removed by the sweep. Display names stay as people gave them (in Chinese too), without control characters.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.audit import AuditEntry
from jobmatch.core.crypto import keyring
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.errors import Limited, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

NAME_LENGTH = 120


class StoredFile(PublicIdMixin, Base):
    """One stored file. The room that owns it holds its id and shows it through a view of its own."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), info={"data": "contact"})
    mimetype: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None]


def display_name(name: str) -> str:
    """The client's file name as it may be shown: the last part, composed, no control characters, at most 120."""
    text = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C").strip().lstrip(".")
    stem, dot, suffix = text.rpartition(".")
    if len(text) > NAME_LENGTH:
        text = f"{stem[: NAME_LENGTH - len(suffix) - 1]}{dot}{suffix[:20]}"[:NAME_LENGTH]
    return text or "文件"


def _folder(uow: UnitOfWork) -> Path:
    return Path(uow.session.info["data_dir"]) / "files"


def _path(uow: UnitOfWork, public_id: str) -> Path:
    return _folder(uow) / public_id[:2] / public_id


def file_place(public_id: str) -> str:
    """What the sealed content of a file is bound to."""
    return f"file|{public_id}"


def sealed_files(uow: UnitOfWork) -> list[Path]:
    """Paths of every stored content that a row names; the name of the file is the row's public id."""
    known = set(uow.session.scalars(select(StoredFile.public_id)))
    return sorted(path for path in _contents(_folder(uow)) if path.name in known)


def store_file(uow: UnitOfWork, content: bytes, *, name: str, mimetype: str) -> StoredFile:
    """Keep ``content`` encrypted and return its row; the caller has checked what it is and that it may come in."""
    row = StoredFile(
        name=display_name(name),
        mimetype=mimetype,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    path = _path(uow, row.public_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(keyring().seal_bytes(content, place=file_place(row.public_id)))
        target.flush()
        os.fsync(target.fileno())
    partial.rename(path)
    uow.session.add(row)
    uow.session.flush()
    return row


def read_file(uow: UnitOfWork, row: StoredFile) -> bytes:
    """The content of a stored file. Raises ``NotFound`` where it is gone from the disk."""
    try:
        sealed = _path(uow, row.public_id).read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    return keyring().open_bytes(sealed, place=file_place(row.public_id))


def remove_file(uow: UnitOfWork, row: StoredFile) -> None:
    """Forget a file: the row now, the content once the unit is committed."""
    path = _path(uow, row.public_id)
    uow.session.delete(row)
    uow.on_commit.append(lambda: path.unlink(missing_ok=True))


def sweep_files(uow: UnitOfWork, *, older_than: timedelta = timedelta(hours=1)) -> int:
    """Remove contents that no row names (their unit rolled back); returns how many."""
    known = set(uow.session.scalars(select(StoredFile.public_id)))
    before = uow.now.timestamp() - older_than.total_seconds()
    stale = [path for path in _contents(_folder(uow)) if path.stem not in known and path.stat().st_mtime < before]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _contents(folder: Path) -> Iterator[Any]:
    return (path for path in folder.glob("*/*") if path.is_file()) if folder.exists() else iter(())


def check_hourly_uploads(uow: UnitOfWork, action: str, most: int) -> None:
    """Raise ``Limited`` where the actor's audited uploads (``action``) of the last hour reach ``most``."""
    recent = uow.session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.action == action,
            AuditEntry.actor_user_id == uow.actor.user_id,
            AuditEntry.at > uow.now - timedelta(hours=1),
        )
    )
    if (recent or 0) >= most:
        raise Limited(_("这一小时上传的次数太多了，请过一会儿再试"), retry_after=3600)
