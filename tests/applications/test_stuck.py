"""People whose search goes nowhere: who counts, what is advised, and that the task goes when they move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.applications.models import Application
from jobmatch.applications.services.stuck import close_unstuck, find_stuck, tell_stuck
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.states import GrantPurpose, JobSearchState
from recruiters.postings.models import Posting
from tests.factories import make_employer, make_person, make_posting, make_staff
from tests.people.help import make_world, sign_in


def looking(uow: UnitOfWork, days: int, **values: object) -> Person:
    person = make_person(uow, **values)
    person.created_at = uow.now - timedelta(days=days)
    uow.session.flush()
    return person


def unanswered(uow: UnitOfWork, person: Person, posting: Posting, **values: object) -> Application:
    employer = posting.employer
    grant = Grant(
        person_id=person.id,
        organization_id=employer.organization_id,
        purpose=GrantPurpose.APPLICATION,
        created_at=uow.now,
        valid_until=uow.today + timedelta(days=90),
    )
    uow.session.add(grant)
    uow.session.flush()
    row = Application(
        **{
            "person_id": person.id,
            "posting_id": posting.id,
            "organization_id": employer.organization_id,
            "region_path": person.region_path,
            "grant_id": grant.id,
            "answer_due_on": uow.today - timedelta(days=5),
            "created_at": uow.now - timedelta(days=10),
            "state_since": uow.now,
            **values,
        }
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def postings(uow: UnitOfWork, count: int) -> list[Posting]:
    made = []
    for _number in range(count):
        employer = make_employer(uow)
        posting = make_posting(uow, employer)
        posting.employer = employer
        made.append(posting)
    return made


def test_no_open_posting_is_stuck_after_thirty_days(uow: UnitOfWork) -> None:
    old, _new = looking(uow, 45), looking(uow, 10)
    looking(uow, 90, search_state=JobSearchState.NOT_LOOKING)
    found, last = find_stuck(uow)
    assert [(one.person_id, one.days, one.can_apply) for one in found] == [(old.id, 45, False)]
    assert last == 0
    assert "45 天" in found[0].advice


def test_three_unanswered_are_stuck_and_two_are_not(uow: UnitOfWork) -> None:
    person = looking(uow, 45)
    offered = postings(uow, 5)
    rows = [unanswered(uow, person, posting) for posting in offered[:2]]
    assert find_stuck(uow)[0] == []
    rows.append(unanswered(uow, person, offered[2]))
    (one,) = find_stuck(uow)[0]
    assert (one.unanswered, one.can_apply) == (3, True)
    assert "3 份没人答复" in one.advice
    rows[0].answered_at = uow.now
    uow.session.flush()
    assert find_stuck(uow)[0] == []


def test_who_is_invited_to_an_interview_moves(uow: UnitOfWork) -> None:
    person = looking(uow, 45)
    offered = postings(uow, 4)
    for posting in offered[:3]:
        unanswered(uow, person, posting)
    unanswered(uow, person, offered[3], state=ApplicationState.INTERVIEW, interview_at=uow.now, answered_at=uow.now)
    assert find_stuck(uow)[0] == []


def test_the_task_is_opened_once_and_closed_when_they_move(uow: UnitOfWork) -> None:
    person = looking(uow, 45)
    found, _last = find_stuck(uow)
    assert (tell_stuck(uow, found), person.id) == (1, found[0].person_id)
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.NO_WAY_FORWARD)).one()
    assert task.link == f"/staff/people/{person.public_id}/jobs"
    tell_stuck(uow, found)
    assert len(uow.session.scalars(select(Task)).all()) == 1
    assert close_unstuck(uow, {person.id}) == 0
    assert close_unstuck(uow, set()) == 1
    assert task.state is TaskState.DONE


def test_chunks_go_on_where_they_ended(uow: UnitOfWork) -> None:
    people = [looking(uow, 45) for _number in range(3)]
    first, last = find_stuck(uow, limit=2)
    second, end = find_stuck(uow, after_id=last, limit=2)
    assert [one.person_id for one in first + second] == [person.id for person in people]
    assert end == 0


def test_only_the_system_looks(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    with pytest.raises(NotAllowed):
        find_stuck(uow)


@pytest.mark.parametrize("is_open", [True, False])
def test_staff_see_what_a_person_is_recommended(client: FlaskClient, sqlite_runtime: Runtime, is_open: bool) -> None:
    world = make_world(sqlite_runtime)
    if is_open:
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            make_posting(uow, make_employer(uow), title="测试货车司机")
    sign_in(client, world.staff_id)
    text = client.get(f"/staff/people/{world.public_id}/jobs").text
    assert ("测试货车司机" in text, "现在没有能推荐的岗位" in text) == (is_open, not is_open)
