"""What courses would open to an office's people: the count, its lists, calling them, and people against places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from jobmatch.casework.surveys.models import Survey, SurveyAnswer
from jobmatch.casework.surveys.states import Via
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, NotAllowed, NotFound
from jobmatch.core.jobs import run_job
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.models import MatchChoice
from jobmatch.pathways import demand, services
from jobmatch.pathways.balance import balance
from jobmatch.pathways.demand import DEMAND_JOBS, last_demand, people_of_course, start_count
from jobmatch.pathways.room import ROOM
from jobmatch.pathways.services import call_people, when_called
from jobmatch.people.models.person import PersonCertificate
from jobmatch.people.states import JobSearchState
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of_person,
    make_person,
    make_posting,
    make_staff,
)
from tests.matching.help import body, counted, rollback, sign_in
from tests.training.help_pathways import COURSE, PAPER, count, enroll, make_class, needing
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState


@pytest.fixture
def called() -> Iterator[list[tuple[int, list[tuple[int, int]]]]]:
    """What went to the lists of classes, instead of who keeps them."""
    before, seen = list(services._calling), []

    def take(_uow: UnitOfWork, session: CourseSession, rows: Sequence[tuple[int, int]]) -> int:
        seen.append((session.id, list(rows)))
        return len(rows)

    when_called(take)
    yield seen
    services._calling[:] = before


def wish(uow: UnitOfWork, person_id: int) -> None:
    survey = Survey(
        title="测试问卷",
        region_path=PATH_A,
        opens_on=uow.today,
        closes_on=uow.today,
        created_at=uow.now,
    )
    uow.session.add(survey)
    uow.session.flush()
    answer = SurveyAnswer(
        survey_id=survey.id, person_id=person_id, via=Via.CLERK, certificate_codes=[PAPER], answered_at=uow.now
    )
    uow.session.add(answer)
    uow.session.flush()


@pytest.fixture
def office(sqlite_runtime: Runtime) -> tuple[Actor, Actor, list[int]]:
    """A township's staff and the next one's; two people lack the certificate of three postings, one of them asked."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        mine, theirs = make_staff(uow, path=PATH_A), make_staff(uow, path=PATH_B)
        people = [make_person(uow, path=PATH_A, name=name) for name in ("测试丁", "测试戊")]
        holder = make_person(uow, path=PATH_A, name="测试持证")
        uow.session.add(PersonCertificate(person_id=holder.id, certificate_code=PAPER))
        make_person(uow, path=PATH_B)
        make_person(uow, path=PATH_A, search_state=JobSearchState.NOT_LOOKING)
        silent = make_person(uow, path=PATH_A)
        uow.session.add(MatchChoice(person_id=silent.id, is_personal=False, changed_at=uow.now))
        for _ in range(3):
            needing(uow, occupation_code="6-31-01-03")
        wish(uow, people[1].id)
        return mine, theirs, [one.id for one in people]


def test_a_count_is_kept_with_its_job_and_belongs_to_its_office(
    sqlite_runtime: Runtime, office: tuple[Actor, Actor, list[int]]
) -> None:
    mine, theirs, ids = office
    count(sqlite_runtime, mine)
    with sqlite_runtime.unit(mine, writing=False) as uow:
        found = last_demand(uow)
        assert found is not None
        assert (found.seen, found.all_people, found.pool) == (3, 3, 3)
        [row] = [one for one in found.rows if one.code == COURSE]
        assert (row.people, row.postings, row.openings, row.wished) == (2, 3, 6, 1)
        assert row.occupations
        name, listed = people_of_course(uow, COURSE)
        assert name == "低压电工作业取证"
        assert [(one.person_id, one.opened, one.has_wished) for one in listed] == [
            (ids[0], 3, False),
            (ids[1], 3, True),
        ]
        with pytest.raises(NotFound):
            people_of_course(uow, "TR99")
    with sqlite_runtime.unit(theirs, writing=False) as uow:
        assert last_demand(uow) is None
        with pytest.raises(NotFound):
            people_of_course(uow, COURSE)


def test_a_count_stops_in_time_and_says_so(
    sqlite_runtime: Runtime, office: tuple[Actor, Actor, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _theirs, _ids = office
    monkeypatch.setattr(demand, "BUDGET_SECONDS", -1.0)
    monkeypatch.setattr(demand, "CHUNK", 1)
    count(sqlite_runtime, mine)
    with sqlite_runtime.unit(mine, writing=False) as uow:
        found = last_demand(uow)
        assert found is not None
        assert (found.seen, found.all_people) == (1, 3)


def test_only_staff_who_plan_classes_count_and_read(uow: UnitOfWork) -> None:
    person = make_person(uow)
    for act in (start_count, last_demand, balance):
        with pytest.raises(NotAllowed):
            act(acting(uow, actor_of_person(uow, person)))
    with pytest.raises(NotAllowed):
        people_of_course(acting(uow, actor_of_person(uow, person)), COURSE)


def test_people_of_a_line_go_to_the_list_of_a_class_once_and_twice_alike(
    sqlite_runtime: Runtime,
    office: tuple[Actor, Actor, list[int]],
    called: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    mine, _theirs, ids = office
    count(sqlite_runtime, mine)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        session_id, other_id = make_class(uow).id, make_class(uow, code="TR13").id
        gone_id = make_class(uow, state=SessionState.CANCELED).id
        foreign_id = make_class(uow, path=PATH_OTHER).id
    with sqlite_runtime.unit(mine) as uow:
        session = uow.session.get_one(CourseSession, session_id)
        assert call_people(uow, COURSE, session) == 2
        assert call_people(uow, COURSE, session) == 2
        assert called == [(session_id, [(ids[0], 3), (ids[1], 3)])] * 2
        with pytest.raises(NotFound):
            call_people(uow, COURSE, uow.session.get_one(CourseSession, other_id))
        with pytest.raises(Conflict):
            call_people(uow, COURSE, uow.session.get_one(CourseSession, gone_id))
        with pytest.raises(NotAllowed):
            call_people(uow, COURSE, uow.session.get_one(CourseSession, foreign_id))
        assert len(called) == 2


def test_only_people_the_reader_may_still_see_are_listed_and_called(
    sqlite_runtime: Runtime,
    office: tuple[Actor, Actor, list[int]],
    called: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    mine, _theirs, ids = office
    count(sqlite_runtime, mine)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        moved = uow.session.get_one(demand.Person, ids[0])
        moved.region_path, moved.living_region_code = PATH_B, PATH_B.strip("/").split("/")[-1]
        session_id = make_class(uow).id
    with sqlite_runtime.unit(mine) as uow:
        assert [one.person_id for one in people_of_course(uow, COURSE)[1]] == [ids[1]]
        assert call_people(uow, COURSE, uow.session.get_one(CourseSession, session_id)) == 1
    assert called == [(session_id, [(ids[1], 3)])]


def test_a_list_without_people_and_a_house_without_lists_are_told_apart(
    sqlite_runtime: Runtime,
    office: tuple[Actor, Actor, list[int]],
    called: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    mine, _theirs, ids = office
    count(sqlite_runtime, mine)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        session_id = make_class(uow).id
    tied = list(services._calling)
    services._calling.clear()
    with sqlite_runtime.unit(mine) as uow, pytest.raises(Conflict, match="没有开通动员名单"):
        call_people(uow, COURSE, uow.session.get_one(CourseSession, session_id))
    services._calling[:] = tied
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        for key in ids:
            moved = uow.session.get_one(demand.Person, key)
            moved.region_path, moved.living_region_code = PATH_B, PATH_B.strip("/").split("/")[-1]
    with sqlite_runtime.unit(mine) as uow, pytest.raises(Conflict, match="不在您的范围内"):
        call_people(uow, COURSE, uow.session.get_one(CourseSession, session_id))
    assert called == []


def test_the_pages_count_list_and_call(
    client: Any,
    sqlite_runtime: Runtime,
    office: tuple[Actor, Actor, list[int]],
    called: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    mine, theirs, _ids = office
    assert mine.user_id
    assert theirs.user_id
    sign_in(client, sqlite_runtime, mine.user_id)
    assert "还没有算过" in body(client.get("/staff/training-demand"))
    assert client.get(f"/staff/training-demand/{COURSE}/people").status_code == 404
    assert client.post("/staff/training-demand").status_code == 303
    assert "请稍等" in body(client.get("/staff/training-demand"))
    with sqlite_runtime.unit(mine, writing=False) as uow:
        [job_id] = [job.id for job in uow.session.scalars(demand.jobs_of(uow))]
    assert client.post("/staff/training-demand").status_code == 303
    assert run_job(sqlite_runtime.database, DEMAND_JOBS, job_id)
    html = body(client.get("/staff/training-demand"))
    assert "低压电工作业取证" in html
    assert "2 人学了能投" in html
    assert "等 3 个岗位" in html
    assert "测试丁" not in html
    html = body(client.get(f"/staff/training-demand/{COURSE}/people"))
    assert "学了低压电工作业取证能多投岗位的人" in html
    assert "测试丁" in html
    assert "测试持证" not in html
    assert "还没有要开的班" in html
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        session = make_class(uow, title="测试低压电工班")
        public_id, session_id = session.public_id, session.id
    assert "加进动员名单" in body(client.get(f"/staff/training-demand/{COURSE}/people"))
    answer = client.post(f"/staff/training-demand/{COURSE}/call/{public_id}")
    assert answer.status_code == 303
    assert [one[0] for one in called] == [session_id]
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        done = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "class.call_demand")).all()
        assert len(done) == 1
    sign_in(client, sqlite_runtime, theirs.user_id)
    assert client.get(f"/staff/training-demand/{COURSE}/people").status_code == 404
    assert client.post(f"/staff/training-demand/{COURSE}/call/{public_id}").status_code == 404
    assert len(called) == 1


def test_a_longer_list_of_people_costs_no_more_statements(client: Any, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        mine = make_staff(uow, path=PATH_A)
        needing(uow)
    assert mine.user_id

    def cost(people: int, classes: int) -> int:
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _ in range(people):
                make_person(uow, path=PATH_A)
            for _ in range(classes):
                make_class(uow)
        count(sqlite_runtime, mine)
        sign_in(client, sqlite_runtime, mine.user_id or 0)
        body(client.get(f"/staff/training-demand/{COURSE}/people"))
        with counted(sqlite_runtime.database.engine) as seen:
            body(client.get(f"/staff/training-demand/{COURSE}/people"))
        return len(seen)

    assert cost(2, 1) == cost(18, 9)


def test_places_stand_against_people_who_want_can_and_learn(uow: UnitOfWork) -> None:
    staff = make_staff(uow, path=PATH_COUNTY)
    make_posting(uow, occupation_code="6-31-01-03", vacancy_count=5, filled_count=2)
    make_posting(uow, occupation_code="6-31-01-03", vacancy_count=1)
    make_posting(uow, occupation_code="6-31-01-03", vacancy_count=9, region_path=PATH_OTHER)
    person = make_person(uow)
    make_person(uow, path=PATH_OTHER)
    enroll(uow, person, make_class(uow))
    rows = {row.code: row for row in balance(acting(uow, staff))}
    electric = rows["6-31-01-03"]
    assert (electric.places, electric.postings, electric.wanting, electric.learning) == (4, 2, 0, 1)
    assert electric.short == 3
    assert (rows["4-02-02-02"].places, rows["4-02-02-02"].wanting) == (0, 1)


def test_more_occupations_cost_no_more_statements(uow: UnitOfWork) -> None:
    staff = make_staff(uow, path=PATH_COUNTY)

    def cost() -> int:
        for _ in range(2):
            rollback(uow)
            with counted(uow.session.get_bind()) as seen:
                balance(acting(uow, staff))
        return len(seen)

    for _ in range(2):
        enroll(uow, make_person(uow), make_class(uow))
        make_posting(uow)
    few = cost()
    for code in ("6-31-01-03", "4-07-05-01", "4-03-02-01") * 6:
        enroll(uow, make_person(uow), make_class(uow))
        make_posting(uow, occupation_code=code)
    assert cost() == few


def test_the_balance_is_drawn_listed_and_taken_along(
    client: Any, sqlite_runtime: Runtime, office: tuple[Actor, Actor, list[int]]
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        county = make_staff(uow, path=PATH_COUNTY)
        empty = make_staff(uow, path=PATH_OTHER)
    assert county.user_id
    assert empty.user_id
    sign_in(client, sqlite_runtime, county.user_id)
    html = body(client.get("/staff/supply-demand"))
    assert "想干和在学" in html
    answer = client.get("/staff/supply-demand.xlsx")
    assert answer.status_code == 200
    lines = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert lines[0][:3] == ["职业代码", "职业", "在招人数"]
    [electric] = [line for line in lines if line[0] == "6-31-01-03"]
    assert electric[2:4] == [6, 3]
    sign_in(client, sqlite_runtime, empty.user_id)
    assert "本地还没有公开岗位" in body(client.get("/staff/supply-demand"))


def test_the_job_hangs_on_the_room() -> None:
    assert DEMAND_JOBS.items() <= ROOM.jobs.items()
