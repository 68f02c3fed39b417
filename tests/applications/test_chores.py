"""Tasks that applications give rise to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.applications.services.chores import announce_interviews, chase_unanswered, settle_chores
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import NotAllowed
from jobmatch.core.uow import UnitOfWork
from tests.applications.test_stuck import looking, postings, unanswered
from tests.factories import make_staff


def tasks(uow: UnitOfWork) -> list[tuple[TaskKind, TaskState]]:
    return [(task.kind, task.state) for task in uow.session.scalars(select(Task).order_by(Task.id))]


def test_a_silent_employer_is_chased_once_until_it_answers(uow: UnitOfWork) -> None:
    person, (first, second) = looking(uow, 5), postings(uow, 2)
    late = unanswered(uow, person, first)
    unanswered(uow, person, second, answer_due_on=uow.today - timedelta(days=1))
    assert chase_unanswered(uow) == 1
    assert chase_unanswered(uow) == 0
    assert settle_chores(uow) == 0
    late.state = ApplicationState.SCREENING
    uow.session.flush()
    assert settle_chores(uow) == 1
    assert tasks(uow) == [(TaskKind.UNANSWERED, TaskState.DONE)]


@pytest.mark.parametrize(("hours", "count"), [(24, 1), (3, 0), (60, 0)])
def test_an_interview_tomorrow_is_announced_the_day_before(uow: UnitOfWork, hours: int, count: int) -> None:
    person, (posting,) = looking(uow, 5), postings(uow, 1)
    unanswered(
        uow,
        person,
        posting,
        state=ApplicationState.INTERVIEW,
        interview_at=uow.now + timedelta(hours=hours),
        answered_at=uow.now,
    )
    assert announce_interviews(uow) == count
    assert announce_interviews(uow) == 0
    uow.today += timedelta(days=1)
    assert settle_chores(uow) == count


def test_only_the_system_makes_them(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    with pytest.raises(NotAllowed):
        chase_unanswered(uow)
