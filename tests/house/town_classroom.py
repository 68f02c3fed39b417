"""A class of one side of the town that runs today: the person of the town in it, with everything that happens there."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.core.files import store_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.training.help_classroom import make_class, make_enrollment, make_mark, make_meeting, make_provider
from training.courses.classroom.models import (
    ClassNotice,
    ClassNoticeReader,
    CourseCertificate,
    Inspection,
    LeaveRequest,
)
from training.courses.classroom.states import CourseCertificateKind, LeaveState

_NAMES = {
    "public_id": "run class",
    "meeting_id": "class meeting",
    "leave_id": "class leave",
    "notice_id": "class notice",
    "inspection_id": "class visit",
    "certificate_id": "class certificate",
}
_PARTS = ("meetings", "leaves", "notices", "inspections", "results", "complete", "certificates", "dossier")
CLASSROOM_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    *((f"/{side}/classes/<public_id>/{part}", _NAMES) for side in ("staff", "provider") for part in _PARTS),
    *(
        (f"/my/classes/<enrollment_id>{part}", {**_NAMES, "enrollment_id": "class enrollment"})
        for part in ("/leave", "/notices", "/certificates")
    ),
    ("/my/classes/<enrollment_id>", {"enrollment_id": "class enrollment"}),
    ("/c/", {"token": "=zz22zz22zz22zz22"}),
    ("/verify/", {"public_id": "class certificate"}),
)


def classroom_rows(uow: UnitOfWork, station: Organization, person: Person, bird: str) -> dict[str, str]:
    """One meeting, one mark, one request, one notice, one visit and one certificate."""
    provider = make_provider(uow, path=station.region_path)
    held = make_class(uow, organization=station, provider=provider, region_path=station.region_path)
    meeting, enrollment = make_meeting(uow, held), make_enrollment(uow, held, person=person)
    make_mark(uow, meeting, enrollment)
    photo = store_file(uow, b"\xff\xd8\xff synthetic", name="测试.jpg", mimetype="image/jpeg")
    leave = LeaveRequest(
        enrollment_id=enrollment.id,
        from_on=uow.today,
        until_on=uow.today,
        reason=f"{bird}-LEAVE",
        state=LeaveState.ASKED,
        asked_at=uow.now,
    )
    notice = ClassNotice(session_id=held.id, title="测试通知", words="测试内容", sent_at=uow.now)
    visit = Inspection(
        session_id=held.id, happened_at=uow.now, roll_count=1, head_count=1, note="测试", file_id=photo.id
    )
    certificate = CourseCertificate(
        enrollment_id=enrollment.id,
        kind=CourseCertificateKind.COMPLETION,
        number=f"T{held.public_id}",
        name=person.name,
        issued_on=uow.today,
        recorded_at=uow.now,
    )
    uow.session.add_all([leave, notice, visit, certificate])
    uow.session.flush()
    uow.session.add(ClassNoticeReader(notice_id=notice.id, enrollment_id=enrollment.id))
    uow.session.flush()
    return {
        "run class": held.public_id,
        "class meeting": meeting.public_id,
        "class enrollment": enrollment.public_id,
        "class leave": leave.public_id,
        "class notice": notice.public_id,
        "class visit": visit.public_id,
        "class certificate": certificate.public_id,
    }
