"""Providers in the catalogue, and classes from draft to their end: what is refused, and by which rule."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from tests.conftest import acting
from tests.factories import PATH_OTHER, make_staff
from tests.training.help_classes import lay_timetable, make_draft, make_open, make_provider, member_of, plan
from training.courses.catalog.services.providers import check_provider, move_provider
from training.courses.catalog.states import ProviderCheckResult, ProviderState
from training.courses.classes.lacks import lacks_of
from training.courses.classes.models import CourseMeeting
from training.courses.classes.services import deciding, planning
from training.courses.classes.services.happenings import when_canceled
from training.courses.classes.services.numbers import record_freed, record_next, record_taken
from training.courses.classes.states import SessionState


def test_a_provider_is_listed_only_with_a_course_and_by_staff_of_its_place(uow: UnitOfWork) -> None:
    provider = make_provider(uow, is_listed=False)
    with pytest.raises(NotAllowed):
        move_provider(acting(uow, member_of(uow, provider)), provider, "list")
    with pytest.raises(NotAllowed):
        move_provider(acting(uow, make_staff(uow, path=PATH_OTHER)), provider, "list")
    move_provider(acting(uow, make_staff(uow)), provider, "list")
    assert provider.state is ProviderState.LISTED
    assert provider.next_check_on is not None and (provider.next_check_on - uow.today).days in {365, 366}
    with pytest.raises(Conflict):
        move_provider(uow, provider, "list")
    with pytest.raises(Invalid):
        move_provider(uow, provider, "suspend")


def test_a_failed_yearly_check_suspends_and_a_year_is_checked_once(uow: UnitOfWork) -> None:
    provider = make_provider(uow)
    values: dict[str, Any] = {"year": uow.today.year, "checked_on": uow.today}
    with pytest.raises(Invalid) as wrong:
        check_provider(uow, provider, result=ProviderCheckResult.FAILED, **values)
    assert "原因" in wrong.value.fields["note"]
    check_provider(uow, provider, result=ProviderCheckResult.FAILED, note="没有按课表上课", **values)
    assert provider.state is ProviderState.SUSPENDED and provider.state_note == "没有按课表上课"
    with pytest.raises(Invalid) as wrong:
        check_provider(uow, provider, result=ProviderCheckResult.PASSED, **values)
    assert "已经考核过" in wrong.value.fields["year"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": -1}, "ends_on"),
        ({"sign_up_until": 1}, "sign_up_until"),
        ({"capacity": 0}, "capacity"),
        ({"starts_on": -11}, "starts_on"),
        ({"min_age": 40, "max_age": 30}, "max_age"),
        ({"certificate_code": "CE999"}, "certificate_code"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"title": " "}, "title"),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused_at_its_field(
    uow: UnitOfWork, change: dict[str, Any], field: str
) -> None:
    starts_on = uow.today + timedelta(days=10)
    days = {name: starts_on + timedelta(days=n) for name, n in change.items() if name.endswith(("_on", "_until"))}
    staff = make_staff(uow)
    provider = make_provider(uow)
    draft = make_draft(uow, provider)
    with pytest.raises(Invalid) as wrong:
        planning.edit_session(acting(uow, staff), draft, plan(uow.today, **{**change, **days}))
    assert field in wrong.value.fields


def test_an_application_says_everything_it_lacks_and_is_decided_once(uow: UnitOfWork) -> None:
    provider = make_provider(uow)
    member = member_of(uow, provider)
    draft = make_draft(uow, provider, teachers="", safety="", place="")
    assert {lack.part for lack in lacks_of(uow.session, draft)} == {"timetable", "teachers", "safety", "place"}
    with pytest.raises(Invalid) as wrong:
        deciding.submit_session(acting(uow, member), draft)
    assert set(wrong.value.fields) == {"timetable", "teachers", "safety", "place"}
    planning.edit_session(acting(uow, member), draft, plan(uow.today))
    lay_timetable(acting(uow, member), draft)
    deciding.submit_session(acting(uow, member), draft)
    deciding.submit_session(acting(uow, member), draft)
    tasks = select(Task).where(Task.kind == TaskKind.CLASS_STEP, Task.link.endswith(draft.public_id))
    (task,) = uow.session.scalars(tasks).all()
    assert task.state is TaskState.OPEN and task.due_on > uow.today
    with pytest.raises(Conflict):
        planning.edit_session(acting(uow, member), draft, plan(uow.today))
    with pytest.raises(NotAllowed):
        deciding.approve_session(acting(uow, member), draft)
    with pytest.raises(NotAllowed):
        deciding.approve_session(acting(uow, make_staff(uow, path=PATH_OTHER)), draft)
    deciding.return_session(acting(uow, make_staff(uow)), draft, reason="课表要排到周末")
    assert draft.state is SessionState.RETURNED and task.state is TaskState.DONE
    told = select(Message.body).where(Message.link.endswith(draft.public_id), Message.user_id == member.user_id)
    assert uow.session.scalars(told).all() == ["课表要排到周末"]
    deciding.submit_session(acting(uow, member), draft)
    deciding.approve_session(acting(uow, make_staff(uow)), draft)
    assert draft.state is SessionState.APPROVED and draft.approved_at == uow.now
    with pytest.raises(Conflict):
        deciding.return_session(uow, draft, reason="太晚了")


def test_a_suspended_provider_gets_no_class(uow: UnitOfWork) -> None:
    provider = make_provider(uow)
    draft = make_draft(uow, provider)
    lay_timetable(uow, draft)
    move_provider(uow, provider, "suspend", note="安全检查没过")
    with pytest.raises(Invalid) as wrong:
        deciding.submit_session(uow, draft)
    assert "暂停" in wrong.value.fields["provider"]


def test_the_timetable_lies_inside_the_class_without_overlaps_and_is_laid_whole_or_not(uow: UnitOfWork) -> None:
    draft = make_draft(uow)
    first = planning.MeetingPlan(
        on=draft.starts_on,
        from_time=time(9),
        until_time=time(11),
        hours=2,
        topic="测试",
        weekdays=(0, 1, 2, 3, 4, 5, 6),
    )
    planning.add_meeting(uow, draft, first)
    for change, field in (
        ({"on": draft.ends_on + timedelta(days=1)}, "on"),
        ({"from_time": time(10), "until_time": time(12)}, "from_time"),
        ({"from_time": time(13), "until_time": time(12)}, "until_time"),
        ({"hours": 0}, "hours"),
        ({"topic": ""}, "topic"),
    ):
        values = {name: getattr(first, name) for name in planning.MeetingPlan.__dataclass_fields__} | change
        with pytest.raises(Invalid) as wrong:
            planning.add_meeting(uow, draft, planning.MeetingPlan(**values))
        assert field in wrong.value.fields
    with pytest.raises(Invalid), uow.session.begin_nested():
        planning.add_series(uow, draft, first, until=draft.starts_on + timedelta(days=3))
    count = select(func.count()).where(CourseMeeting.session_id == draft.id)
    assert uow.session.scalar(count) == 1
    with pytest.raises(Invalid) as wrong:
        planning.edit_session(uow, draft, plan(uow.today, starts_on=draft.starts_on + timedelta(days=1)))
    assert "课表" in wrong.value.fields["ends_on"]


def test_seats_do_not_fall_below_those_taken_and_are_counted_by_the_database(uow: UnitOfWork) -> None:
    made = make_open(uow, capacity=2)
    assert record_taken(uow, made.id) and record_taken(uow, made.id) and not record_taken(uow, made.id)
    uow.session.refresh(made, ["taken"])
    with pytest.raises(Invalid) as wrong:
        planning.edit_session(acting(uow, make_staff(uow)), made, plan(uow.today, capacity=1))
    assert "2" in wrong.value.fields["capacity"]
    record_freed(uow, made.id)
    assert record_taken(uow, made.id)
    assert [record_next(uow, made.id, "waiting_last") for _turn in range(2)] == [1, 2]


def test_canceling_tells_the_rooms_above_and_only_before_the_start(uow: UnitOfWork) -> None:
    made, told = make_open(uow), []
    when_canceled(lambda _uow, session: told.append(session.id))
    try:
        with pytest.raises(Invalid):
            deciding.cancel_session(uow, made, reason="")
        with pytest.raises(NotAllowed):
            deciding.cancel_session(acting(uow, member_of(uow, made.provider)), made, reason="不办了")
        deciding.cancel_session(uow, made, reason="报名的人太少")
        assert told == [made.id]
        with pytest.raises(Conflict):
            deciding.cancel_session(uow, made, reason="再来一次")
    finally:
        import importlib

        import jobmatch.rooms

        importlib.reload(jobmatch.rooms)


def test_a_class_begins_and_ends_on_its_days(uow: UnitOfWork) -> None:
    made = make_open(uow)
    with pytest.raises(Invalid):
        deciding.start_session(uow, made)
    uow.today = made.starts_on
    deciding.start_session(uow, made)
    with pytest.raises(Invalid):
        deciding.end_session(uow, made)
    uow.today = made.ends_on
    deciding.end_session(uow, made)
    assert made.state is SessionState.ENDED
    deciding.record_closed(uow, made)
    deciding.record_closed(uow, made)
    assert made.state is SessionState.CLOSED and made.closed_on == made.ends_on


def test_the_next_class_has_the_same_timetable_on_its_own_days(uow: UnitOfWork) -> None:
    made = make_open(uow)
    with pytest.raises(Invalid):
        planning.clone_session(uow, made, starts_on=uow.today)
    shift = timedelta(days=28)
    other = planning.clone_session(uow, made, starts_on=made.starts_on + shift)
    assert other.state is SessionState.DRAFT and other.taken == 0 and other.cloned_from_id == made.id
    starts = [
        uow.session.scalars(
            select(CourseMeeting.starts_at).where(CourseMeeting.session_id == one.id).order_by(CourseMeeting.starts_at)
        ).all()
        for one in (made, other)
    ]
    assert len(starts[0]) > 5 and [day + shift for day in starts[0]] == starts[1]
    assert lacks_of(uow.session, other) == []
