"""Rows of people in classes for one side of the town: a class, its provider, who is in it and whom to call."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.training.help_enrollment import make_session
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import CourseCall
from training.courses.enrollment.services.enrolling import enroll

_NAMES = {
    "public_id": "joined class",
    "enrollment_id": "enrollment",
    "call_id": "course call",
}
ENROLLMENT_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/classes/<public_id>/enroll", {"public_id": "offered class"}),
    ("/my/classes/", _NAMES),
    ("/provider/classes/<public_id>/people", _NAMES),
    ("/staff/classes/<public_id>/people", _NAMES),
    ("/staff/classes/<public_id>/calls", _NAMES),
)


def enrollment_rows(uow: UnitOfWork, station: Organization, person: Person, bird: str) -> dict[str, str]:
    """An approved class of the station with one seat taken, one more that is approved near and a draft far, a call."""
    path = station.region_path
    session = make_session(uow, region_path=path, organization=station, title="测试已报名的班", capacity=20)
    done = enroll(uow, session, person, consent=True)
    state = SessionState.APPROVED if bird == "KANARI" else SessionState.DRAFT
    offered = make_session(uow, region_path=path, organization=station, title="测试能报名的班", days=40, state=state)
    call = CourseCall(
        session_id=session.id, person_id=person.id, station_id=station.id, region_path=person.region_path, note=""
    )
    uow.session.add(call)
    uow.session.flush()
    return {
        "joined class": session.public_id,
        "offered class": offered.public_id,
        "enrollment": done.enrollment.public_id,
        "course call": call.public_id,
    }
