"""Rows of training and start-ups in the town, for the pages of every role."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.files import store_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.house.town_classroom import CLASSROOM_SUBJECTS, classroom_rows
from tests.house.town_enrollment import ENROLLMENT_SUBJECTS, enrollment_rows
from tests.house.town_parks import PARK_SUBJECTS, park_rows
from tests.house.town_school import SCHOOL_SUBJECTS, school_rows
from tests.house.town_support import SUPPORT_SUBJECTS, support_rows
from tests.house.town_ventures import VENTURE_SUBJECTS, venture_rows
from training.courses.catalog.models import Provider, ProviderPaper
from training.courses.catalog.states import ProviderPaperKind
from training.courses.classes.models import CourseMeeting, CourseSession, SessionPaper
from training.courses.classes.states import SessionPaperKind
from training.courses.enrollment.models import Enrollment
from training.courses.payments.models import PaySheet, PaySheetLine
from training.courses.payments.queries import rules_as_they_stood
from training.courses.payments.states import PaySheetKind, PaySheetState

_CLASSES = {
    "public_id": "joined class",
    "meeting_id": "planned lesson",
    "paper_id": "class paper",
    "provider_id": "provider",
    "code": "=TR05",
    "kind": "=teachers",
    "sheet_id": "pay sheet",
    "form": "=xlsx",
}
_PROVIDERS = {"public_id": "provider", "paper_id": "provider paper", "code": "=TR05", "kind": "=licence"}
TRAINING_SUBJECTS = (
    *PARK_SUBJECTS,
    *CLASSROOM_SUBJECTS,
    *ENROLLMENT_SUBJECTS,
    *VENTURE_SUBJECTS,
    *SUPPORT_SUBJECTS,
    *SCHOOL_SUBJECTS,
    ("/staff/classes/<public_id>/outcome", {**_CLASSES, "form": "=pdf"}),
    ("/staff/classes/", _CLASSES),
    ("/notices/training/", _CLASSES),
    ("/staff/training-demand/", {"course_code": "=TR05", "public_id": "joined class"}),
    ("/my/courses/", {"course_code": "=TR05"}),
    ("/provider/classes/", _CLASSES),
    ("/classes/<public_id>", {"public_id": "offered class"}),
    ("/courses/", _CLASSES),
    ("/staff/providers/", _PROVIDERS),
    ("/provider/", _PROVIDERS),
)


def training_rows(uow: UnitOfWork, station: Organization, person: Person, path: str, bird: str) -> dict[str, str]:
    """Classes with their lessons and people, an incubator with its tenants, a venture; the ids by what they name."""
    ids = park_rows(uow, person, path, bird) | classroom_rows(uow, station, person, bird)
    ids |= enrollment_rows(uow, station, person, bird) | venture_rows(uow, person, bird)
    ids |= support_rows(uow, person, path, bird) | school_rows(uow, person, bird)
    return ids | _class_rows(uow, ids["joined class"], bird)


def _class_rows(uow: UnitOfWork, class_id: str, bird: str) -> dict[str, str]:
    """A lesson to come and a paper of the class, and a paper of its provider."""
    session = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == class_id)).one()
    provider = uow.session.get_one(Provider, session.provider_id)
    provider.region_path = session.region_path
    lesson = CourseMeeting(
        session_id=session.id,
        starts_at=uow.now + timedelta(days=20),
        ends_at=uow.now + timedelta(days=20, hours=1),
        hours=1,
        topic=f"{bird}-LESSON",
        code_secret=bytes(16),
    )
    files = [store_file(uow, b"%PDF-1.7\n", name="a.pdf", mimetype="application/pdf") for _turn in range(2)]
    paper = SessionPaper(session_id=session.id, kind=SessionPaperKind.TEACHERS, file_id=files[0].id, created_at=uow.now)
    own = ProviderPaper(
        provider_id=provider.id, kind=ProviderPaperKind.LICENCE, file_id=files[1].id, created_at=uow.now
    )
    sheet = PaySheet(
        session_id=session.id,
        kind=PaySheetKind.FIRST_PART,
        state=PaySheetState.NOTICED if bird == "KANARI" else PaySheetState.DRAFT,
        total_yuan=600,
        rules=rules_as_they_stood(uow.session, ["training_notice_days"], uow.today),
        made_at=uow.now,
        noticed_from=uow.today,
        noticed_until=uow.today + timedelta(days=7),
    )
    uow.session.add_all([lesson, paper, own, sheet])
    uow.session.flush()
    enrollment = select(Enrollment.id).where(Enrollment.session_id == session.id).limit(1)
    line = PaySheetLine(sheet_id=sheet.id, enrollment_id=uow.session.scalars(enrollment).one(), amount_yuan=600)
    uow.session.add(line)
    uow.session.flush()
    return {
        "planned lesson": lesson.public_id,
        "pay sheet": sheet.public_id,
        "class paper": paper.public_id,
        "provider paper": own.public_id,
        "provider": provider.public_id,
    }
