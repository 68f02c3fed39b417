"""The nightly count of how employers answer: what counts, least numbers, objections, and the ranking's share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.applications.models import Application
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.reputation import count_employers, county_means, is_misfit, store_counts
from jobmatch.applications.states import Move
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import posting_document
from recruiters.employers.models import Employer, EmployerReputation
from recruiters.employers.reputation import LEAST_APPLICATIONS, reputation_of, shrunk
from recruiters.employers.services.reputation import decide_objection, object_to_reputation
from recruiters.postings.models import Posting
from tests.applications.browser import SYSTEM, words
from tests.applications.conftest import World
from tests.applications.samples import apply, employer_of, go
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer, make_posting, make_staff


def move_on(uow: UnitOfWork, days: int) -> None:
    uow.now += timedelta(days=days)
    uow.today = local_day(uow.now)


def count(uow: UnitOfWork) -> None:
    counts = count_employers(uow)
    store_counts(uow, sorted(counts.items()), county_means(counts))


def row_of(uow: UnitOfWork, employer: Employer) -> EmployerReputation:
    return uow.session.scalars(select(EmployerReputation).where(EmployerReputation.employer_id == employer.id)).one()


def received(uow: UnitOfWork, answered: int, silent: int) -> tuple[Employer, Posting]:
    """An employer that answered some applications after two days and left others lying for eight."""
    employer = make_employer(uow)
    posting = make_posting(uow, employer, vacancy_count=90)
    sent = [apply(uow, posting=posting) for _n in range(answered + silent)]
    move_on(uow, 2)
    for one in sent[:answered]:
        go(uow, one, Move.SCREEN)
    move_on(uow, 6)
    return employer, posting


def test_the_share_stands_on_ten_applications_and_says_how_fast(uow: UnitOfWork) -> None:
    employer, _posting = received(uow, answered=7, silent=2)
    count(uow)
    assert reputation_of(uow.session, employer.id, uow.today).rate is None
    fast = apply(uow, posting=_posting)
    move_on(uow, 0)
    go(uow, fast, Move.SCREEN)
    count(uow)
    found = reputation_of(uow.session, employer.id, uow.today)
    assert (found.rate, found.due_count) == (0.8, LEAST_APPLICATIONS)
    assert found.answer_days == 2.0


def test_what_the_employer_owes_no_answer_is_left_out(uow: UnitOfWork) -> None:
    employer, posting = received(uow, answered=1, silent=1)
    for change in ("misfit", "withdrawn", "fresh"):
        sent = apply(uow, posting=posting)
        if change == "misfit":
            sent.fit = [{"kind": "licence", "must": True, "status": "missing"}]
            sent.answer_due_on = uow.today - timedelta(days=1)
        if change == "withdrawn":
            sent.answer_due_on = uow.today - timedelta(days=1)
            go(uow, sent, Move.WITHDRAW)
    uow.session.flush()
    count(uow)
    row = row_of(uow, employer)
    assert (row.due_count, row.answered_count) == (2, 1)


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ({"kind": "licence", "must": True, "status": "missing"}, True),
        ({"kind": "licence", "must": False, "status": "missing"}, False),
        ({"kind": "skill", "must": True, "status": "missing"}, False),
        ({"kind": "education", "must": True, "status": "met"}, False),
    ],
)
def test_only_a_missing_hard_must_is_a_misfit(line: dict[str, Any], counts: bool) -> None:
    assert is_misfit([line]) is counts
    assert not is_misfit([])


def test_old_applications_fall_out_and_counting_twice_changes_nothing(uow: UnitOfWork) -> None:
    employer, _posting = received(uow, answered=3, silent=1)
    count(uow)
    first = row_of(uow, employer)
    before = (first.due_count, first.answered_count, first.answer_days, first.shrunk_rate)
    uow.session.refresh(employer)
    changed_at = employer.changed_at
    move_on(uow, 1)
    count(uow)
    uow.session.refresh(employer)
    assert (first.due_count, first.answered_count, first.answer_days, first.shrunk_rate) == before
    assert employer.changed_at == changed_at
    move_on(uow, 200)
    count(uow)
    assert (first.due_count, first.answered_count, first.answer_days, first.shrunk_rate) == (0, 0, None, None)


def test_interviews_lead_to_hires_and_no_shows_count_for_nobody(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = make_posting(uow, employer, vacancy_count=90)
    for result in ("passed", "absent", "came"):
        sent = go(uow, apply(uow, posting=posting), Move.INVITE)
        uow.now += timedelta(days=3)
        go_result(uow, sent, result)
        uow.now -= timedelta(days=3)
        if result == "passed":
            go(uow, sent, Move.OFFER, Move.ACCEPT)
    move_on(uow, 4)
    count(uow)
    row = row_of(uow, employer)
    assert (row.interview_count, row.hired_count) == (2, 1)
    assert reputation_of(uow.session, employer.id, uow.today).hire_share is None


def go_result(uow: UnitOfWork, sent: Application, result: str) -> None:
    move_application(uow, sent, Move.RECORD_RESULT, result=result)


def test_few_applications_are_drawn_toward_the_countys_mean(uow: UnitOfWork) -> None:
    good, _p = received(uow, answered=18, silent=2)
    poor, posting = received(uow, answered=0, silent=2)
    count(uow)
    mean = 18 / 22
    assert row_of(uow, good).shrunk_rate == pytest.approx((18 + 10 * mean) / 30)
    assert row_of(uow, poor).shrunk_rate == pytest.approx(10 * mean / 12)
    assert posting_document(uow.session, posting).employer_answer_rate == row_of(uow, poor).shrunk_rate
    assert shrunk(0, 0, 0.5) is None
    assert shrunk(3, 4, None) is None


def test_an_objection_is_a_task_and_a_right_one_hides_the_figures(uow: UnitOfWork) -> None:
    employer, posting = received(uow, answered=2, silent=10)
    count(uow)
    theirs, office = acting(uow, actor_of_employer(uow, employer)), acting(uow, make_staff(uow))
    with pytest.raises(Invalid):
        object_to_reputation(theirs, employer, words="不对")
    object_to_reputation(theirs, employer, words="那 10 份是当面答复的")
    with pytest.raises(Conflict):
        object_to_reputation(theirs, employer, words="那 10 份是当面答复的")
    task = uow.session.scalars(select(Task).where(Task.once.startswith("reputation:"))).one()
    with pytest.raises(NotAllowed):
        decide_objection(theirs, employer, said="yes", note="核实过")
    with pytest.raises(Invalid):
        decide_objection(office, employer, said="", note="核实过")
    decide_objection(office, employer, said="yes", note="核实过")
    uow.session.refresh(task)
    assert task.state is TaskState.DONE
    count(uow)
    assert reputation_of(uow.session, employer.id, uow.today).is_empty
    assert posting_document(uow.session, posting).employer_answer_rate is None
    with pytest.raises(Conflict):
        decide_objection(office, employer, said="no", note="核实过")
    later = uow.today + timedelta(days=200)
    assert not reputation_of(uow.session, employer.id, later).is_empty


def test_an_employer_without_figures_has_nothing_to_object_to(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    with pytest.raises(Conflict):
        object_to_reputation(acting(uow, actor_of_employer(uow, employer)), employer, words="数字不对，请核实")


def test_pages_show_what_may_be_shown(world: World) -> None:
    def pages() -> tuple[str, str, str, str]:
        with world.app.runtime.unit(SYSTEM, writing=False) as uow:
            posting = uow.session.query(Posting).filter_by(public_id=world.posting).one()
            employer = uow.session.get_one(Employer, posting.employer_id)
        return (
            words(world.nobody.get("posting", public_id=world.posting)),
            words(world.nobody.client.get(f"/employers/{employer.public_id}")),
            words(world.employer.client.get("/employer/reputation")),
            words(world.staff.client.get(f"/staff/employers/{employer.public_id}")),
        )

    seen = pages()
    assert "回复率" not in seen[0] + seen[1]
    assert "还没有数字" in seen[2]
    with world.app.runtime.unit(SYSTEM) as uow:
        sent = uow.session.query(Posting).filter_by(public_id=world.posting).one()
        for n in range(LEAST_APPLICATIONS):
            one = apply(uow, posting=sent)
            if n:
                go(uow, one, Move.SCREEN)
            else:
                one.answer_due_on = uow.today - timedelta(days=1)
        uow.session.flush()
        count(uow)
        assert employer_of(uow, one).id
    seen = pages()
    assert "近半年收到 10 份，回复了 90%" in seen[0]
    assert "近半年收到 10 份，回复了 90%" in seen[1]
    assert "回复率 90%" in seen[2]
    assert "10 份到期，回复 9 份" in seen[3]
    answer = world.employer.client.post("/employer/reputation", data={"words": "有一份是打电话答复的"})
    assert answer.status_code == 303
    assert "正在核实" in words(world.employer.client.get("/employer/reputation"))
