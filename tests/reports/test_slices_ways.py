"""Seasons, the way to work, supply and demand, and the table of two dimensions, on rows made for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

from sqlalchemy import update

from jobmatch.applications.models import Application
from jobmatch.core.sheets import read_lines
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person
from jobmatch.people.states import Season
from jobmatch.reports.figures.readings import rows_behind_figure
from jobmatch.reports.indicators.base import Figure, Scope, count
from jobmatch.reports.slices import cohorts, funnel
from jobmatch.reports.slices.catalog import EVERYBODY
from jobmatch.reports.slices.cohorts import Cohort, cohort_figure, point, points
from jobmatch.reports.slices.crosstab import OTHERS, crosstab, crosstab_workbook
from jobmatch.reports.slices.dimensions import BY_KEY, UNKNOWN
from jobmatch.reports.slices.drawings import cohort_finding, cohort_line, funnel_finding, supply_finding
from jobmatch.reports.slices.supply import places_of, seekers_of, supply
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_posting, make_staff
from tests.reports.help_indicators import application, line, noon, support
from tests.reports.help_slices import of_kind, served, some_people, superior, wants, year

AUTUMN = Cohort(2025, Season.AUTUMN)


def behind(staff: UnitOfWork, figure: Figure, scope: Scope) -> int:
    _kind, query = rows_behind_figure(scope, figure)
    return sum(row[-1] for row in staff.rows(query))


def returned(uow: UnitOfWork, day: date = date(2025, 9, 1), path: str = PATH_A) -> Person:
    return served(uow, make_person(uow, with_user=False, path=path), discharged_on=day, enlisted_on=date(2020, 9, 1))


# ---------- seasons ----------


def test_a_season_is_counted_on_its_days_by_the_proofs_of_those_days(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    stayed, left, unproved, student = (returned(uow) for _ in range(4))
    returned(uow, date(2025, 3, 1))
    returned(uow, path=PATH_OTHER)
    line(uow, stayed, since=date(2025, 10, 1), proof=(date(2025, 10, 1), date(2027, 1, 1)))
    days = (date(2025, 9, 20), date(2025, 12, 31))
    line(uow, left, since=date(2025, 9, 20), until=date(2025, 12, 1), proof=days)
    line(uow, unproved, since=date(2025, 9, 20), proof=None)
    line(uow, student, "C", since=date(2025, 9, 2), proof=days)
    found = [point(staff, PATH_COUNTY, AUTUMN, months) for months in (1, 3, 6, 12)]
    assert [one.day for one in found] == [date(2025, 10, 1), date(2025, 12, 1), date(2026, 3, 1), date(2026, 9, 1)]
    assert [(one.employed, one.ever, one.whole) for one in found] == [(2, 2, 3), (2, 2, 3), (1, 2, 3), (1, 2, 3)]
    assert [one.percent() for one in found] == [66.7, 66.7, 33.3, 33.3]
    for one in found:
        scope = Scope(staff, PATH_COUNTY, one.day, one.day)
        for side in cohorts.SIDES:
            figure = cohort_figure(AUTUMN, one.months, side)
            assert count(scope, figure) == behind(staff, figure, scope) == one.count(side)
    assert cohort_finding(found, exact=True) == ("退役 12 个月时就业 33.3%（1/3），比 1 个月时降了 33.4 个百分点")
    assert cohort_finding(found, exact=False) == "还没有能统计的时间点"


def test_a_day_to_come_has_no_number_and_february_ends_the_month(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    now = Cohort(uow.today.year, Season.AUTUMN if uow.today.month >= 9 else Season.SPRING)
    later = point(staff, PATH_COUNTY, now, 12)
    assert later.is_future and later.percent() is None
    assert cohort_line([later], exact=True).marks == ()
    assert Cohort(2027, Season.AUTUMN).day(6) == date(2028, 3, 1)
    assert [one.key for one in cohorts.cohorts(date(2028, 2, 29), 3)] == ["2027-autumn", "2027-spring", "2026-autumn"]
    assert [one.key for one in cohorts.cohorts(date(2028, 3, 1), 1)] == ["2028-spring"]
    assert all(one.percent() is None for one in points(staff, PATH_COUNTY)[0])


def test_a_season_costs_one_statement_a_point_and_another_county_nobody(uow: UnitOfWork) -> None:
    returned(uow)
    staff = acting(uow, make_staff(uow, path=PATH_OTHER))
    assert point(staff, PATH_COUNTY, AUTUMN, 1).whole == 0


# ---------- the way to work ----------


def test_the_way_counts_steps_days_and_those_who_are_not_lost(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    people = [make_person(uow, with_user=False, path=PATH_A if n < 3 else PATH_B) for n in range(6)]
    make_person(uow, with_user=False, path=PATH_OTHER)
    for person in people:
        uow.session.execute(update(Person).where(Person.id == person.id).values(created_at=noon(date(2026, 1, 10))))
        intended = update(JobIntention).where(JobIntention.person_id == person.id)
        uow.session.execute(intended.values(stated_on=date(2026, 1, 12)))
    support(uow, people[0], date(2026, 1, 20))
    support(uow, people[1], date(2026, 1, 14))
    first = application(uow, people[0], day=date(2026, 1, 25), started=date(2026, 3, 1))
    uow.session.execute(
        update(Application)
        .where(Application.id == first.id)
        .values(interview_at=noon(date(2026, 2, 1)), offered_at=noon(date(2026, 2, 11)))
    )
    line(uow, people[0], since=date(2026, 3, 1))
    application(uow, people[2], day=date(2026, 1, 22))
    application(uow, people[3], day=date(2026, 9, 1), started=date(2026, 10, 1))
    scope = Scope(staff, PATH_COUNTY, date(2026, 1, 1), date(2026, 11, 21))
    found = funnel.funnel(scope)
    reached = [(stage.key, stage.reached, stage.recorded, stage.days) for stage in found.whole.stages]
    assert reached == [
        ("registered", 6, 6, None),
        ("intent", 6, 6, 2.0),
        ("suggested", 4, 2, 5.0),
        ("applied", 3, 3, 10.0),
        ("interview", 2, 1, 7.0),
        ("offer", 2, 2, 20.0),
        ("start", 2, 2, 9.0),
        ("stayed", 1, 1, None),
    ]
    assert found.pending == 1
    assert funnel_finding(found) == "从“登记求职意向”到“推荐或邀请”掉得最多：6 人里只有 4 人走到"
    assert [(place.path, place.stages[0].reached, place.stages[-1].reached) for place in found.places] == [
        (PATH_A, 3, 1),
        (PATH_B, 3, 0),
    ]
    for n, stage in enumerate(found.whole.stages):
        figure = funnel.funnel_figure(n)
        assert count(scope, figure) == behind(staff, figure, scope) == stage.reached
    assert sum(place.stages[3].reached for place in found.places) == found.whole.stages[3].reached


def test_the_way_begins_at_midnight_in_shanghai(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for hour, minute in ((15, 59), (16, 0)):
        person = make_person(uow, with_user=False)
        at = datetime(2026, 2, 28, hour, minute, tzinfo=UTC)
        uow.session.execute(update(Person).where(Person.id == person.id).values(created_at=at))
    before, after = date(2026, 2, 28), date(2026, 3, 1)
    for day in (before, after):
        assert funnel.funnel(Scope(staff, PATH_COUNTY, day, day)).whole.stages[0].reached == 1


def test_a_period_in_which_nobody_came_has_no_way(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    found = funnel.funnel(Scope(staff, PATH_COUNTY, date(1999, 1, 1), date(1999, 12, 31)))
    assert [stage.reached for stage in found.whole.stages] == [0] * len(funnel.STEPS)
    assert funnel_finding(found) == "这段时间没有人建档"


def test_places_with_few_people_at_a_step_are_hidden_with_one_more(uow: UnitOfWork) -> None:
    for n in range(14):
        person = make_person(uow, with_user=False, path=PATH_A if n < 6 else PATH_B)
        if n < 2:
            application(uow, person, day=uow.today)
    reader = superior(uow)
    found = funnel.funnel(year(reader))
    assert [place.is_small for place in found.places] == [True, False]
    assert funnel.hidden_places(found) == {PATH_A, PATH_B}


# ---------- supply and demand ----------


def test_supply_and_demand_meet_in_the_occupation(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    driver, welder, both, nothing = (make_person(uow, with_user=False) for _ in range(4))
    wants(uow, welder, "6-18-02-04")
    wants(uow, both, "4-02-02-02", "6-18-02-04", "4-02-02-01")
    wants(uow, nothing)
    wants(uow, make_person(uow, with_user=False, path=PATH_OTHER), "4-02-02-02")
    make_posting(uow, vacancy_count=7)
    make_posting(uow, vacancy_count=2, occupation_code="5-05-01-02")
    make_posting(uow, vacancy_count=1, occupation_code=None)
    scope = year(staff)
    found = supply(scope, "group")
    assert {one.code: (one.seekers, one.places, one.ratio) for one in found.trades} == {
        "4-02": (2, 7, 3.5),
        "6-18": (2, 0, 0.0),
        "5-05": (0, 2, None),
        UNKNOWN: (1, 1, 1.0),
    }
    assert (found.seekers, found.places, found.ratio) == (4, 10, 2.5)
    assert found.trades[-1].code == UNKNOWN
    exact = {one.code: one.seekers for one in supply(scope, "code", "-places").trades}
    assert exact == {"4-02-02-02": 2, "4-02-02-01": 1, "6-18-02-04": 2, "5-05-01-02": 0, UNKNOWN: 1}
    for one in found.trades:
        assert behind(staff, seekers_of(one.code), scope) == one.seekers
        assert behind(staff, places_of(one.code), scope) == one.places
    assert supply_finding(found).startswith("最缺人的是") and "招 7 人，2 人想做" in supply_finding(found)
    assert driver.id
    empty = supply(Scope(staff, PATH_B, date(2026, 1, 1), date(2026, 1, 2)), "group")
    assert empty.trades == () and empty.ratio is None


# ---------- two dimensions ----------


def test_two_dimensions_add_up_to_the_population(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    some_people(uow)
    scope = year(staff)
    whole = count(scope, EVERYBODY)
    keys = [key for key, one in BY_KEY.items() if one.person is not None]
    for down, across in pairwise(keys):
        found = crosstab(scope, EVERYBODY, BY_KEY[down], BY_KEY[across])
        assert found.whole == whole
        assert sum(sum(row[:-1]) for row in found.counts[:-1]) == whole


def test_small_cells_are_neither_on_the_page_nor_in_the_workbook(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for n in range(40):
        person = make_person(uow, with_user=False, path=PATH_A if n % 2 else PATH_B, sex="male")
        if n < 2:
            of_kind(uow, person, "SJJS")
    found = crosstab(year(staff), EVERYBODY, BY_KEY["kind"], BY_KEY["place"])
    assert found.counts == ((19, 19, 38), (1, 1, 2), (20, 20, 40))
    assert [[found.shown(r, c) for c in range(3)] for r in range(3)] == [[None] * 3, [None] * 3, [20, 20, 40]]
    content = crosstab_workbook(found, "测试县", "今年")
    assert content[:2] == b"PK"
    lines = list(read_lines(content))
    assert lines[2:] == [["退役军人", "×", "×", "×"], ["随军家属", "×", "×", "×"], ["合计", 20, 20, 40]]


def test_fewer_than_five_people_are_not_shown_at_all(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for _ in range(3):
        make_person(uow, with_user=False)
    found = crosstab(year(staff), EVERYBODY, BY_KEY["kind"], BY_KEY["sex"])
    assert found.is_hidden and found.shown(1, 1) is None
    assert crosstab(year(staff, PATH_B), EVERYBODY, BY_KEY["kind"], BY_KEY["sex"]).whole == 0


def test_too_many_columns_go_together(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for n in range(20):
        served(uow, make_person(uow, with_user=False), discharged_on=date(2000 + n, 12, 1), enlisted_on=None)
    found = crosstab(year(staff), EVERYBODY, BY_KEY["kind"], BY_KEY["year"])
    assert len(found.columns) == 12 and found.columns[-1][0] == OTHERS
    assert found.counts[-1][-2] == 9 and found.whole == 20
