"""Visits of the office to a class (巡课)."""

from __future__ import annotations

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import StoredFile, check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import clean_line
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import Inspection
from training.courses.classroom.policies import can_decide_class
from training.courses.classroom.queries import roll_count

KINDS = frozenset({Kind.JPEG, Kind.PNG})
VISITS_PER_HOUR = 60
MOST_HEADS = 1000


def check_may_inspect(uow: UnitOfWork, course_session: CourseSession) -> None:
    """Raise ``NotAllowed``, ``Conflict`` for a class that does not run, ``Limited`` beyond the hourly number."""
    require(can_decide_class(uow.actor, course_session))
    if course_session.state is not SessionState.RUNNING:
        raise Conflict(_("班次现在是“%(state)s”，开班中的才能巡课", state=course_session.state.label))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "class.inspected", VISITS_PER_HOUR)


def record_visit(
    uow: UnitOfWork, course_session: CourseSession, *, head_count: int | None, note: str, upload: Upload | None
) -> Inspection:
    """Keep a visit: the heads that were counted, beside how many must sit there. Raises ``Invalid`` on a field."""
    check_may_inspect(uow, course_session)
    if head_count is None or not 0 <= head_count <= MOST_HEADS:
        raise Invalid(fields={"head_count": _("请数一数教室里有几个学员，填 0 到 %(n)s", n=MOST_HEADS)})
    meeting, expected = roll_count(uow.session, course_session, uow.now)
    file = None
    if upload is not None:
        file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    row = Inspection(
        session_id=course_session.id,
        meeting_id=meeting.id if meeting is not None else None,
        happened_at=uow.now,
        roll_count=expected,
        head_count=head_count,
        note=clean_line(note)[:300],
        file_id=file.id if file is not None else None,
        inspected_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("class.inspected", row, short=expected - head_count)
    return row


def read_photo(uow: UnitOfWork, course_session: CourseSession, inspection: Inspection) -> bytes:
    """The photograph of a visit. Raises ``NotFound`` where there is none."""
    require(can_decide_class(uow.actor, course_session) and inspection.session_id == course_session.id)
    file = uow.session.get(StoredFile, inspection.file_id) if inspection.file_id is not None else None
    if file is None:
        raise NotFound
    return read_file(uow, file)
