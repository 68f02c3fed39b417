"""Papers of a support: handed in by its people or the office."""

from __future__ import annotations

from jobmatch.core.errors import Conflict, require
from jobmatch.core.files import check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import clean_line
from training.incubation.support.models import SupportPaper, VentureSupport
from training.incubation.support.queries import papers_of
from training.incubation.support.states import OPEN_STATES
from training.incubation.ventures.policies import can_edit_venture

KINDS = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
MOST_PAPERS, UPLOADS_PER_HOUR = 20, 60


def check_may_hand_in(uow: UnitOfWork, support: VentureSupport) -> None:
    """Raise ``Conflict`` once everything is settled or there are too many, ``Limited`` beyond the hourly number."""
    require(can_edit_venture(uow, support.venture))
    if support.state not in OPEN_STATES:
        raise Conflict(_("这笔扶持%(state)s，不能再交材料", state=support.state.label))
    if len(papers_of(uow.session, support)) >= MOST_PAPERS:
        raise Conflict(_("已经有 %(n)s 份材料，先拿掉不用的", n=MOST_PAPERS))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "support.paper", UPLOADS_PER_HOUR)


def hand_in_paper(uow: UnitOfWork, support: VentureSupport, *, upload: Upload, note: str = "") -> SupportPaper:
    """Keep a paper. Raises as ``check_may_hand_in``."""
    check_may_hand_in(uow, support)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    row = SupportPaper(
        support_id=support.id,
        file_id=file.id,
        note=clean_line(note)[:200],
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("support.paper", support)
    return row


def read_paper(uow: UnitOfWork, support: VentureSupport, paper: SupportPaper) -> bytes:
    """The content of a paper, for the support's people and the office."""
    require(can_edit_venture(uow, support.venture) and paper.support_id == support.id)
    return read_file(uow, paper.file)
