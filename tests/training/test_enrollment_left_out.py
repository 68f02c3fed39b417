"""适应性培训: tasks for whoever was left out, opened and closed by themselves, and whole-person acts of enrollments."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.rules import add_months
from tests.factories import make_person
from tests.training.help_enrollment import ADAPTABILITY, leave_service, make_session
from training.courses.enrollment.models import CourseCall, Enrollment
from training.courses.enrollment.services.calls import record_calls
from training.courses.enrollment.services.enrolling import enroll
from training.courses.enrollment.services.moving import record_arrived
from training.courses.enrollment.services.reminding import close_left_out_tasks, open_left_out_tasks
from training.courses.enrollment.states import EnrollmentState
from training.courses.enrollment.subjects import erase_person, export_person, move_person


def returned(uow: UnitOfWork, day: date) -> Person:
    person = make_person(uow)
    leave_service(uow, person, day)
    return person


def tasks(uow: UnitOfWork) -> dict[int | None, TaskState]:
    query = select(Task.person_id, Task.state).where(Task.kind == TaskKind.TRAINING_LEFT_OUT)
    return dict(uow.session.execute(query).all())


def test_a_task_is_opened_with_three_months_left_and_closed_by_attending(uow: UnitOfWork) -> None:
    edge = add_months(uow.today, -9)
    due, early = returned(uow, edge), returned(uow, date.fromordinal(edge.toordinal() + 1))
    old, signed_up = returned(uow, date(2023, 1, 1)), returned(uow, edge)
    lesson = make_session(uow, course_code=ADAPTABILITY, capacity=9)
    enroll(uow, lesson, signed_up, consent=True)
    assert (open_left_out_tasks(uow), open_left_out_tasks(uow)) == (1, 0)
    assert tasks(uow) == {due.id: TaskState.OPEN}
    [task] = uow.session.scalars(select(Task).where(Task.kind == TaskKind.TRAINING_LEFT_OUT))
    assert task.due_on == add_months(edge, 12) and due.name not in task.title
    assert close_left_out_tasks(uow) == 0
    done = enroll(uow, lesson, due, consent=True).enrollment
    assert close_left_out_tasks(uow) == 0
    lesson.starts_on = uow.today
    uow.session.flush()
    record_arrived(uow, done)
    assert (close_left_out_tasks(uow), close_left_out_tasks(uow)) == (1, 0)
    assert tasks(uow) == {due.id: TaskState.DONE}
    assert early.id not in tasks(uow) and old.id not in tasks(uow)


def test_of_two_enrollments_in_one_class_the_further_one_stays_and_the_seat_goes_on(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=2)
    source, target, waiting = (make_person(uow, with_user=False) for _n in range(3))
    for person in (source, target, waiting):
        enroll(uow, session, person, consent=True)
    record_calls(uow, session, [(source.id, 3)])
    moved = move_person(uow, source.id, target.id)
    rows = {row.person_id: row.state for row in uow.session.scalars(select(Enrollment))}
    assert rows[target.id] is EnrollmentState.SEATED and rows[waiting.id] is EnrollmentState.SEATED
    assert rows[None] is EnrollmentState.CANCELED and source.id not in rows
    uow.session.refresh(session, ["taken"])
    assert session.taken == 2
    assert {row.table for row in moved} == {"enrollment", "course_call"}
    assert uow.session.scalars(select(CourseCall.person_id)).all() == [target.id]


def test_an_enrollment_without_a_clash_moves_and_the_queue_gives_way_to_a_seat(uow: UnitOfWork) -> None:
    session, other = make_session(uow, capacity=1), make_session(uow, days=40)
    target, source = (make_person(uow, with_user=False) for _n in range(2))
    enroll(uow, session, source, consent=True)
    enroll(uow, session, target, consent=True)
    enroll(uow, other, source, consent=True)
    move_person(uow, source.id, target.id)
    held = select(Enrollment.session_id, Enrollment.state).where(Enrollment.person_id == target.id)
    assert dict(uow.session.execute(held).all()) == {
        session.id: EnrollmentState.SEATED,
        other.id: EnrollmentState.SEATED,
    }


def test_erasing_leaves_a_number_gives_the_seat_on_and_takes_the_words(uow: UnitOfWork) -> None:
    session = make_session(uow, capacity=1)
    person, waiting = make_person(uow, with_user=False), make_person(uow, with_user=False)
    mine = enroll(uow, session, person, needs=["hearing"], consent=True).enrollment
    enroll(uow, session, waiting, consent=True)
    record_calls(uow, session, [(person.id, 3)])
    told = export_person(uow, person.id)
    assert told["enrollment"][0]["needs"] == ["hearing"] and len(told["course_call"]) == 1
    assert erase_person(uow, person.id) == {"enrollment": 1, "course_call": 1}
    assert (mine.person_id, mine.needs, mine.state) == (None, [], EnrollmentState.CANCELED)
    assert export_person(uow, waiting.id)["enrollment"][0]["state"] == "seated"
