"""Which ages shut out how many people, for the office."""

from __future__ import annotations

from datetime import date
from typing import Any

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.age_limits import age_limits, beyond, people_by_age
from jobmatch.people.states import JobSearchState
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_employer, make_person, make_posting, make_staff
from tests.matching.help import body, counted, rollback, sign_in


def born(uow: UnitOfWork, years: int, *, days: int = 0, **values: Any) -> None:
    """Somebody who turned ``years`` today, or will in ``days``."""
    day = date.fromordinal(uow.today.toordinal() + days)
    make_person(uow, birth_on=day.replace(year=day.year - years), **values)


def test_people_are_counted_by_full_years_below_the_office(uow: UnitOfWork) -> None:
    born(uow, 45)
    born(uow, 45, days=1)
    born(uow, 50, path=PATH_B)
    born(uow, 30, search_state=JobSearchState.NOT_LOOKING)
    make_person(uow, birth_on=None)
    assert people_by_age(acting(uow, make_staff(uow, path=PATH_A))) == {45: 1, 44: 1}
    assert people_by_age(acting(uow, make_staff(uow, path=PATH_COUNTY))) == {45: 1, 44: 1, 50: 1}


def test_beyond_counts_both_ends() -> None:
    assert [beyond({17: 1, 18: 2, 45: 4, 46: 8}, *ends) for ends in ((18, 45), (None, 45), (18, None))] == [9, 8, 1]


def test_lawful_and_hoped_limits_stand_apart_and_the_worst_comes_first(uow: UnitOfWork) -> None:
    staff, employer = acting(uow, make_staff(uow)), make_employer(uow)
    for years in (30, 40, 50, 52, 54, 55, 60):
        born(uow, years)
    make_posting(uow, employer, title="不写年龄")
    make_posting(uow, employer, title="保安", min_age=18, max_age=60, age_basis="某条例", hoped_max_age=45)
    make_posting(uow, employer, title="还没发布", hoped_max_age=20, state=PostingState.DRAFT)
    make_posting(uow, employer, title="普工", hoped_max_age=54)
    assert [(one.title, one.is_lawful, one.ages, one.people, one.is_small) for one in age_limits(staff)] == [
        ("保安", False, "45 岁以下", 5, False),
        ("普工", False, "54 岁以下", 2, True),
        ("保安", True, "18–60 岁", 0, False),
    ]


def test_more_postings_cost_no_more_statements(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))

    def cost() -> int:
        rollback(uow)
        with counted(uow.session.get_bind()) as seen:
            age_limits(staff)
        return len(seen)

    for _ in range(2):
        make_posting(uow, hoped_max_age=30)
        born(uow, 40)
    few = cost()
    for _ in range(18):
        make_posting(uow, hoped_max_age=30)
        born(uow, 40)
    assert cost() == few == 2


def test_the_page_hides_small_numbers(client: Any, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        staff = make_staff(uow)
        make_posting(uow, title="普工", hoped_max_age=45)
        make_posting(uow, title="保安", hoped_max_age=30)
        for years in (35, 36, 37, 38, 50):
            born(uow, years)
    assert staff.user_id
    sign_in(client, sqlite_runtime, staff.user_id)
    html = body(client.get("/staff/age-limits"))
    assert html.index("保安") < html.index("普工")
    assert "少于 5" in html
    assert "合计 5 人次" in html
