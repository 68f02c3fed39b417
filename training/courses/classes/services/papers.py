"""The papers of a class (一班一档): handed in, read, taken out."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.files import check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import clean_line
from training.courses.classes.models import CourseSession, SessionPaper
from training.courses.classes.policies import can_run_session
from training.courses.classes.states import SessionPaperKind, SessionState

KINDS = frozenset({Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 60


def check_may_hand_in(uow: UnitOfWork, course_session: CourseSession) -> None:
    """Raise ``NotAllowed``, ``Conflict`` for a canceled class, ``Limited`` beyond the hourly number."""
    require(can_run_session(uow.actor, course_session))
    if course_session.state is SessionState.CANCELED:
        raise Conflict(_("这个班%(state)s，不能再改", state=course_session.state.label))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "class.paper", UPLOADS_PER_HOUR)


def hand_in_paper(
    uow: UnitOfWork, course_session: CourseSession, *, kind: SessionPaperKind, upload: Upload, note: str = ""
) -> SessionPaper:
    """Keep a paper of the class."""
    check_may_hand_in(uow, course_session)
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    paper = SessionPaper(
        session_id=course_session.id,
        kind=kind,
        file_id=file.id,
        note=clean_line(note)[:200],
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(paper)
    uow.session.flush()
    uow.audit("class.paper", course_session, kind=kind.value)
    return paper


def remove_paper(uow: UnitOfWork, course_session: CourseSession, paper: SessionPaper) -> None:
    """Take a paper out that does not belong there, as long as the class is not approved."""
    require(can_run_session(uow.actor, course_session) and paper.session_id == course_session.id)
    if course_session.state not in {SessionState.DRAFT, SessionState.RETURNED}:
        raise Conflict(_("交上去以后材料不能拿掉，可以再传新的"))
    uow.session.execute(delete(SessionPaper).where(SessionPaper.id == paper.id))
    uow.session.flush()
    uow.audit("class.paper_removed", course_session, kind=paper.kind.value)


def find_paper(uow: UnitOfWork, course_session: CourseSession, public_id: str) -> SessionPaper:
    """A paper of this class. Raises ``NotFound``."""
    query = select(SessionPaper).where(
        SessionPaper.session_id == course_session.id, SessionPaper.public_id == public_id
    )
    paper = uow.session.scalars(query.options(joinedload(SessionPaper.file))).one_or_none()
    if paper is None:
        raise NotFound
    return paper


def read_paper(uow: UnitOfWork, course_session: CourseSession, paper: SessionPaper) -> bytes:
    """The paper as it was handed in, for those who run the class."""
    require(can_run_session(uow.actor, course_session) and paper.session_id == course_session.id)
    return read_file(uow, paper.file)
