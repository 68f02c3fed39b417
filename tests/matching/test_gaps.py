"""What one thing more would open: for one person, and summed for an office without names."""

from __future__ import annotations

from typing import Any

import pytest

from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import NotAllowed, NotFound
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import run_job
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching import gaps, kept
from jobmatch.matching.gaps import GAP_JOBS, last_summary, people_of_need, person_gaps, read_office, start_summary
from jobmatch.matching.models import MatchChoice
from jobmatch.matching.room import ROOM
from jobmatch.people.states import JobSearchState
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.states import RequirementKind
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_OTHER, actor_of_person, make_person, make_posting, make_staff
from tests.matching.help import body, counted, rollback, settle, sign_in


def certified(uow: UnitOfWork, **values: Any) -> Posting:
    posting = make_posting(uow, **values)
    needed = PostingRequirement(
        posting_id=posting.id, kind=RequirementKind.CERTIFICATE, code="CE024", is_must=True, label="应急救援员证"
    )
    uow.session.add(needed)
    uow.session.flush()
    return posting


def test_a_gap_says_what_it_opens_and_where_the_best_would_stand(uow: UnitOfWork) -> None:
    person, best = make_person(uow), certified(uow)
    certified(uow, title="押运员", occupation_code="4-07-05-04")
    [gap] = person_gaps(uow, person)
    assert (gap.words, gap.opens, gap.best_place, gap.best_public_id) == ("考取应急救援员", 2, 1, best.public_id)
    assert 0 <= gap.suitable <= gap.opens


def test_nobody_else_reads_them(uow: UnitOfWork) -> None:
    person = make_person(uow)
    with pytest.raises(NotAllowed):
        person_gaps(acting(uow, actor_of_person(uow, make_person(uow))), person)
    assert person_gaps(acting(uow, make_staff(uow)), person) == []
    with pytest.raises(NotAllowed):
        person_gaps(acting(uow, make_staff(uow, path=PATH_OTHER)), person)


def test_gaps_are_kept_while_nothing_changes(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person(uow)
    settle(uow, certified(uow))
    first = person_gaps(uow, person)
    monkeypatch.setattr(kept, "find_gaps", lambda *_all, **_named: pytest.fail("counted again"))
    assert person_gaps(uow, person) == first


def test_more_gaps_cost_no_more_statements(uow: UnitOfWork) -> None:
    person = make_person(uow)

    def cost() -> int:
        rollback(uow)
        own = uow.session.get_one(type(person), person.id)
        person_gaps(uow, own)
        rollback(uow)
        with counted(uow.session.get_bind()) as seen:
            person_gaps(uow, uow.session.get_one(type(person), person.id))
        return len(seen)

    for _ in range(2):
        certified(uow)
    few = cost()
    for _ in range(18):
        certified(uow)
    assert cost() == few


def test_an_office_counts_its_own_people_who_look_and_let_it(uow: UnitOfWork) -> None:
    staff = make_staff(uow, path=PATH_A)
    here = make_person(uow, path=PATH_A)
    make_person(uow, path=PATH_B)
    make_person(uow, path=PATH_A, search_state=JobSearchState.NOT_LOOKING)
    silent = make_person(uow, path=PATH_A)
    uow.session.add(MatchChoice(person_id=silent.id, is_personal=False, changed_at=uow.now))
    uow.session.flush()
    assert staff.organization_id is not None
    people, count = read_office(acting(uow, system_actor("tests")), staff.organization_id)
    assert ([profile.key for profile, _ in people], count) == ([str(here.id)], 1)


@pytest.fixture
def office(sqlite_runtime: Runtime) -> tuple[Actor, Actor, int]:
    """A township's staff, the next township's, and a person who lacks one certificate."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        mine, theirs = make_staff(uow, path=PATH_A), make_staff(uow, path=PATH_B)
        person = make_person(uow, path=PATH_A, name="测试丁")
        for _ in range(3):
            certified(uow)
        return mine, theirs, person.id


def count(runtime: Runtime, actor: Actor) -> None:
    with runtime.unit(actor) as uow:
        start_summary(uow)
        start_summary(uow)
        [job_id] = uow.enqueued
    assert run_job(runtime.database, GAP_JOBS, job_id)
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        job = uow.session.get_one(Job, job_id)
        assert (job.state, job.error) == (JobState.DONE, "")


def test_a_count_is_kept_with_its_job_and_belongs_to_its_office(
    sqlite_runtime: Runtime, office: tuple[Actor, Actor, int]
) -> None:
    mine, theirs, person_id = office
    count(sqlite_runtime, mine)
    with sqlite_runtime.unit(mine, writing=False) as uow:
        summary = last_summary(uow)
        assert summary is not None
        assert (summary.seen, summary.all_people, summary.pool) == (1, 1, 3)
        [row] = summary.rows
        assert (row.name, row.people, row.postings) == ("应急救援员", 1, 3)
        name, query = people_of_need(uow, summary.public_id, 1)
        assert (name, [one.id for one in uow.rows(query)]) == ("应急救援员", [person_id])
        with pytest.raises(NotFound):
            people_of_need(uow, summary.public_id, 2)
    with sqlite_runtime.unit(theirs, writing=False) as uow:
        assert last_summary(uow) is None
        with pytest.raises(NotFound):
            people_of_need(uow, summary.public_id, 1)


def test_a_count_stops_in_time_and_says_so(
    sqlite_runtime: Runtime, office: tuple[Actor, Actor, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _theirs, _person = office
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        for _ in range(3):
            make_person(uow, path=PATH_A)
    monkeypatch.setattr(gaps, "BUDGET_SECONDS", -1.0)
    count(sqlite_runtime, mine)
    with sqlite_runtime.unit(mine, writing=False) as uow:
        summary = last_summary(uow)
        assert summary is not None
        assert (summary.seen, summary.all_people) == (1, 4)


def test_the_pages_show_counts_and_only_the_list_has_names(
    client: Any, sqlite_runtime: Runtime, office: tuple[Actor, Actor, int]
) -> None:
    mine, theirs, _person = office
    assert mine.user_id and theirs.user_id
    sign_in(client, sqlite_runtime, mine.user_id)
    assert "还没有算过" in body(client.get("/staff/gaps"))
    assert client.post("/staff/gaps").status_code == 303
    assert "请稍等" in body(client.get("/staff/gaps"))
    with sqlite_runtime.unit(mine, writing=False) as uow:
        [job] = uow.session.scalars(gaps.jobs_of(uow)).all()
        job_id, public_id = job.id, job.public_id
    assert run_job(sqlite_runtime.database, GAP_JOBS, job_id)
    html = body(client.get("/staff/gaps"))
    assert "应急救援员" in html
    assert "测试丁" not in html
    assert "测试丁" in body(client.get(f"/staff/gaps/{public_id}/1"))
    assert client.get(f"/staff/gaps/{public_id}/9").status_code == 404
    sign_in(client, sqlite_runtime, theirs.user_id)
    assert client.get(f"/staff/gaps/{public_id}/1").status_code == 404


def test_a_person_and_their_office_read_the_same_gaps(
    client: Any, sqlite_runtime: Runtime, office: tuple[Actor, Actor, int]
) -> None:
    mine, theirs, person_id = office
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        person = uow.session.get_one(gaps.Person, person_id)
        user_id, public_id = person.user_id, person.public_id
    assert user_id and mine.user_id and theirs.user_id
    sign_in(client, sqlite_runtime, user_id)
    own = body(client.get("/me/jobs/gaps"))
    assert "考取应急救援员" in own
    assert "多 3 个岗位可投" in own
    assert "<h1" not in body(client.get("/me/jobs/gaps", headers={"HX-Request": "true"}))
    sign_in(client, sqlite_runtime, mine.user_id)
    assert "多 3 个岗位可投" in body(client.get(f"/staff/people/{public_id}/gaps"))
    sign_in(client, sqlite_runtime, theirs.user_id)
    assert client.get(f"/staff/people/{public_id}/gaps").status_code == 404


def test_the_job_hangs_on_the_room() -> None:
    assert GAP_JOBS.items() <= ROOM.jobs.items()
