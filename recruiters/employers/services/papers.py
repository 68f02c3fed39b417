"""Papers of an employer: handed in by the employer or by staff, looked at by the office."""

from __future__ import annotations

import base64

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import clean_line
from jobmatch.reference.models import Reason
from jobmatch.reference.states import ReasonKind
from recruiters.employers import notices
from recruiters.employers.models import Employer, EmployerPaper
from recruiters.employers.policies import can_hand_in_paper, can_read_paper, can_vet_employer
from recruiters.employers.queries import is_public_record
from recruiters.employers.services.vetting import vet_employer
from recruiters.employers.states import PaperKind, PaperVerdict, PaperWay, VettingState

KINDS = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 20


def check_may_hand_in(uow: UnitOfWork, employer: Employer) -> None:
    """Raise ``NotAllowed``, or ``Limited`` beyond the hourly number."""
    require(can_hand_in_paper(uow.actor, employer))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "employer.paper", UPLOADS_PER_HOUR)


def hand_in_paper(
    uow: UnitOfWork, employer: Employer, *, kind: PaperKind, upload: Upload, picture: str
) -> EmployerPaper:
    """Keep a paper; it replaces the one of its kind and waits to be looked at.

    ``picture`` is what the office looks at, as base64: made from the paper, so that nothing of a foreign file runs.
    """
    check_may_hand_in(uow, employer)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    shown = store_file(uow, base64.b64decode(picture), name="picture.jpg", mimetype=Kind.JPEG.mimetype)
    paper = _replace(uow, employer, EmployerPaper(kind=kind, way=PaperWay.UPLOAD, file_id=file.id))
    paper.picture_id = shown.id
    uow.session.flush()
    uow.audit("employer.paper", employer, kind=kind.value)
    return paper


def record_seen_licence(uow: UnitOfWork, employer: Employer, *, way: PaperWay, note: str) -> EmployerPaper:
    """Note that staff saw the original, or the register on an official site, of a public body or an imported one.

    Raises ``Conflict`` for other employers: they hand their licence in.
    """
    require(can_vet_employer(uow.actor, employer))
    if not is_public_record(employer):
        raise Conflict(_("这家单位要上传证照，不能只记录核对情况"))
    words = clean_line(note)[:300]
    if len(words) < 4:
        raise Invalid(fields={"note": _("请写明看了什么、在哪里看的，至少 4 个字")})
    if way is PaperWay.UPLOAD:
        raise Invalid(fields={"way": _("请选怎么核对的")})
    paper = EmployerPaper(kind=PaperKind.LICENCE, way=way, note=words, verdict=PaperVerdict.LEGIBLE)
    paper.seen_at, paper.seen_by_id = uow.now, uow.actor.user_id
    _replace(uow, employer, paper)
    uow.session.flush()
    uow.audit("employer.paper_seen", employer, kind=PaperKind.LICENCE.value, way=way.value)
    return paper


def _replace(uow: UnitOfWork, employer: Employer, paper: EmployerPaper) -> EmployerPaper:
    current = (
        EmployerPaper.employer_id == employer.id,
        EmployerPaper.kind == paper.kind,
        EmployerPaper.replaced_at.is_(None),
    )
    uow.session.execute(update(EmployerPaper).where(*current).values(replaced_at=uow.now))
    paper.employer_id, paper.created_at, paper.created_by_id = employer.id, uow.now, uow.actor.user_id
    uow.session.add(paper)
    return paper


def find_paper(uow: UnitOfWork, employer: Employer, public_id: str) -> EmployerPaper:
    """A paper of ``employer``, also one that was replaced. Raises ``NotFound``."""
    query = select(EmployerPaper).where(EmployerPaper.employer_id == employer.id, EmployerPaper.public_id == public_id)
    paper = uow.session.scalars(query.options(joinedload(EmployerPaper.file))).one_or_none()
    if paper is None:
        raise NotFound
    return paper


def read_paper(uow: UnitOfWork, employer: Employer, paper: EmployerPaper) -> bytes:
    """The paper as it was handed in. Raises ``NotFound`` for one without a file."""
    require(can_read_paper(uow.actor, employer))
    if paper.file is None:
        raise NotFound
    return read_file(uow, paper.file)


def read_picture(uow: UnitOfWork, employer: Employer, paper: EmployerPaper) -> bytes:
    """The picture of a paper. Raises ``NotFound`` for one without a file."""
    require(can_read_paper(uow.actor, employer))
    if paper.picture_id is None:
        raise NotFound
    return read_file(uow, uow.session.get_one(StoredFile, paper.picture_id))


def judge_paper(
    uow: UnitOfWork,
    employer: Employer,
    paper: EmployerPaper,
    *,
    is_legible: bool,
    reason_code: str | None = None,
    note: str = "",
) -> EmployerPaper:
    """Say that a paper is legible and matches, or not: then the employer is asked for more with the coded reason.

    Raises ``Conflict`` for a paper that was replaced meanwhile.
    """
    require(can_vet_employer(uow.actor, employer) and paper.employer_id == employer.id)
    if paper.replaced_at is not None:
        raise Conflict(_("单位刚换了一张，请刷新后再看"))
    reason = uow.session.get(Reason, reason_code) if reason_code and not is_legible else None
    if not is_legible and (reason is None or reason.kind != ReasonKind.EMPLOYER_MORE):
        raise Invalid(fields={"reason_code": _("请选一个原因")})
    paper.verdict = PaperVerdict.LEGIBLE if is_legible else PaperVerdict.UNREADABLE
    paper.reason_code = reason.code if reason else None
    paper.note = note.strip()[:300]
    paper.seen_at, paper.seen_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("employer.paper_seen", employer, kind=paper.kind.value, verdict=paper.verdict.value)
    if not is_legible:
        if employer.vetting is VettingState.WAITING:
            vet_employer(uow, employer, action="ask_more", reason_code=reason_code, note=note)
        else:
            notices.tell_unreadable(uow, employer, paper)
    return paper
