"""The stamped paper of a frozen table."""

from __future__ import annotations

from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.reports.filing.models import Snapshot
from jobmatch.reports.filing.policies import can_freeze

KINDS = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 30


def check_may_attach(uow: UnitOfWork, snapshot: Snapshot) -> None:
    """Raise ``Conflict`` before both signed or where there is a scan already, ``Limited``."""
    require(can_freeze(uow.actor, snapshot.region_path))
    if snapshot.confirmed_at is None:
        raise Conflict(_("两个人都签字以后再传盖章件"))
    if snapshot.scan_file_id is not None:
        raise Conflict(_("已经有盖章件了"))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "snapshot.scan", UPLOADS_PER_HOUR)


def attach_scan(uow: UnitOfWork, snapshot: Snapshot, *, upload: Upload) -> Snapshot:
    """Keep the stamped paper with the table that it shows; once."""
    check_may_attach(uow, snapshot)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    snapshot.scan_file_id = file.id
    uow.session.flush()
    uow.audit("snapshot.scan", snapshot)
    return snapshot


def read_scan(uow: UnitOfWork, snapshot: Snapshot) -> tuple[str, bytes]:
    """Name and content of the stamped paper. Raises ``NotFound``."""
    file = uow.session.get(StoredFile, snapshot.scan_file_id) if snapshot.scan_file_id else None
    if file is None:
        raise NotFound
    return file.name, read_file(uow, file)
