"""The fair's file (一会一档): papers handed in and read, and the number of the police permit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.fairs.planning.models import FairPaper, JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, can_work_fair
from jobmatch.fairs.planning.states import LEGAL_PAPERS, FairPaperKind, FairState
from jobmatch.people.services.common import clean_line

KINDS = frozenset({Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 60
ONE_ONLY = (*LEGAL_PAPERS, FairPaperKind.PERMIT, FairPaperKind.SCHEME)
"""Of these a newer one replaces the older."""


def check_may_hand_in(uow: UnitOfWork, fair: JobFair) -> None:
    """Raise ``NotAllowed``, ``Conflict`` for a fair that is filed or canceled, ``Limited`` beyond the hourly number."""
    require(can_edit_fair(uow.actor, fair))
    if fair.state in {FairState.ARCHIVED, FairState.CANCELED}:
        raise Conflict(_("这场招聘会%(state)s，不能再改", state=fair.state.label))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "fair.paper", UPLOADS_PER_HOUR)


def hand_in_paper(uow: UnitOfWork, fair: JobFair, *, kind: FairPaperKind, upload: Upload, note: str = "") -> FairPaper:
    """Keep a paper of the fair; of the plans and the permit it replaces the one before."""
    check_may_hand_in(uow, fair)
    if kind in ONE_ONLY:
        current = (FairPaper.fair_id == fair.id, FairPaper.kind == kind, FairPaper.replaced_at.is_(None))
        uow.session.execute(update(FairPaper).where(*current).values(replaced_at=uow.now))
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    paper = FairPaper(
        fair_id=fair.id,
        kind=kind,
        file_id=file.id,
        note=clean_line(note)[:200],
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(paper)
    uow.session.flush()
    uow.audit("fair.paper", fair, kind=kind.value)
    return paper


def remove_paper(uow: UnitOfWork, fair: JobFair, paper: FairPaper) -> None:
    """Take a paper out that does not belong there; its file stays in the history. A published fair keeps its plans."""
    check_may_hand_in(uow, fair)
    require(paper.fair_id == fair.id)
    if paper.replaced_at is not None:
        raise Conflict(_("这份材料已经换过或者拿掉了"))
    if fair.state is not FairState.DRAFT and paper.kind in ONE_ONLY:
        raise Invalid(_("公布以后这份材料不能拿掉，只能换新的"))
    paper.replaced_at = uow.now
    uow.session.flush()
    uow.audit("fair.paper_removed", fair, kind=paper.kind.value)


def find_paper(uow: UnitOfWork, fair: JobFair, public_id: str) -> FairPaper:
    """A paper of ``fair``, also one that was replaced. Raises ``NotFound``."""
    query = select(FairPaper).where(FairPaper.fair_id == fair.id, FairPaper.public_id == public_id)
    paper = uow.session.scalars(query.options(joinedload(FairPaper.file))).one_or_none()
    if paper is None:
        raise NotFound
    return paper


def read_paper(uow: UnitOfWork, fair: JobFair, paper: FairPaper) -> bytes:
    """The paper as it was handed in, for those who work for the fair."""
    require(can_work_fair(uow.actor, fair) and paper.fair_id == fair.id)
    return read_file(uow, paper.file)


def set_permit(uow: UnitOfWork, fair: JobFair, *, number: str, permit_on: date | None) -> JobFair:
    """Note the number and the day of the police permit. Raises ``Invalid`` on a field."""
    check_may_hand_in(uow, fair)
    words = clean_line(number)[:60]
    if not words:
        raise Invalid(fields={"permit_number": _("请填安全许可的文号")})
    if permit_on is None or permit_on > uow.today:
        raise Invalid(fields={"permit_on": _("请填许可的日期，不晚于今天")})
    fair.permit_number, fair.permit_on, fair.changed_at = words, permit_on, uow.now
    uow.session.flush()
    uow.audit("fair.permit", fair)
    return fair
