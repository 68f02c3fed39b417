"""Many at once on real threads: one mark for each person, and no number given twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict
from jobmatch.core.runtime import Runtime
from tests.applications.test_storms import storm
from tests.factories import actor_of_person
from tests.training.help_classroom import make_class, make_enrollment, make_meeting
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import named
from training.courses.classes.states import SessionState
from training.courses.classroom.codes import code_text
from training.courses.classroom.models import Attendance, CourseCertificate
from training.courses.classroom.services.certificates import issue_completions
from training.courses.classroom.services.scanning import scan_code
from training.courses.enrollment.states import EnrollmentState

SYSTEM = system_actor("tests")
PEOPLE, CLASSES = 8, 4


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def test_everybody_scans_twice_at_once_and_is_marked_once(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        held = make_class(uow)
        meeting = make_meeting(uow, held)
        people = [make_enrollment(uow, held) for _ in range(PEOPLE)]
        actors = [actor_of_person(uow, one.person) for one in people if one.person is not None]
        text = code_text(meeting.public_id, meeting.code_secret, uow.now)

    def scan(number: int) -> str:
        with runtime.unit(actors[number % PEOPLE]) as uow:
            mark = scan_code(uow, text).mark
            return mark.value if mark else ""

    assert set(storm(scan, list(range(2 * PEOPLE)), 2 * PEOPLE)) == {"present"}
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Attendance)) == PEOPLE


def test_classes_of_one_course_number_their_certificates_in_turn(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        classes = [make_class(uow, state=SessionState.ENDED) for _ in range(CLASSES)]
        for held in classes:
            for _ in range(3):
                make_enrollment(uow, held, state=EnrollmentState.COMPLETED)
        ids = [held.public_id for held in classes]

    def issue(number: int) -> str:
        with runtime.unit(SYSTEM) as uow:
            held: CourseSession = uow.session.execute(named(ids[number % CLASSES])).scalar_one()
            try:
                return str(issue_completions(uow, held, issued_on=uow.today))
            except Conflict:
                return "refused"

    assert sorted(storm(issue, list(range(2 * CLASSES)), 2 * CLASSES)) == ["0"] * CLASSES + ["3"] * CLASSES
    with runtime.unit(SYSTEM, writing=False) as uow:
        found = sorted(uow.session.scalars(select(CourseCertificate.number)))
    assert [int(number.rsplit("-", 1)[1]) for number in found] == list(range(1, 3 * CLASSES + 1))
