"""The official year table against a count of its own, person by person, and the rulings it stands on."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from jobmatch.casework.intake.models import IntakeBatch, RosterEntry
from jobmatch.casework.intake.states import RosterState, Season
from jobmatch.casework.plans.models import Hardship, ServicePlan, Support
from jobmatch.casework.plans.states import HardshipKind, SupportKind
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from jobmatch.reports.figures.year_table import (
    LETTERS,
    REMOVED,
    UNVERIFIED,
    UNWILLING,
    YearTable,
    people_in,
    year_table,
)
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_person, make_staff, make_station

YEAR, DAY = 2025, date(2026, 11, 21)
EMPLOYED = {"E1": "E", "E2": "E", "E3": "E", "E6": "E", "G": "G", "I": "I", "J": "J", "K": "K", "H2": "I"}
SCHOOL = {"B": "B", "C": "C"}
ORDER = ["out", "B", "C", "I", "J", "K", "E", "G"]


def line(
    uow: UnitOfWork,
    person: Person,
    status: str,
    since: date,
    until: date | None = None,
    proof: tuple[date, date] | None = None,
) -> None:
    row = EmploymentSpell(
        person_id=person.id,
        status_code=status,
        started_on=since,
        ended_on=until,
        evidence=EvidenceKind.CONTRACT if proof else EvidenceKind.NONE,
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    if proof:
        uow.session.add(
            Confirmation(
                spell_id=row.id,
                evidence=EvidenceKind.CONTRACT,
                way=ConfirmationWay.PAPER,
                confirmed_on=proof[0],
                valid_until=proof[1],
                recorded_at=uow.now,
            )
        )
        uow.session.flush()


def returnee(uow: UnitOfWork, path: str = PATH_A, day: date = date(2025, 9, 1), method: str = "ZZJY") -> Person:
    person = make_person(uow, with_user=False, path=path, resettled_region_code=None)
    uow.session.execute(
        update(ServiceRecord)
        .where(ServiceRecord.person_id == person.id)
        .values(discharged_on=day, resettlement_code=method)
    )
    return person


ALWAYS = (date(2025, 9, 2), date(2027, 9, 2))
LAPSED = (date(2025, 9, 2), date(2026, 9, 2))


def table(uow: UnitOfWork, path: str = PATH_COUNTY) -> YearTable:
    return year_table(uow, YEAR, day=DAY, path=path)


def cells(found: YearTable) -> dict[str, int]:
    return {letter: count for letter, count in found.total.counts.items() if count}


STATUSES = ["B", "C", "E1", "E3", "E6", "G", "I", "J", "K", "H2", "L1", "L3", "X1", "X2", "R1"]
SPELL = st.tuples(
    st.sampled_from(STATUSES), st.integers(0, 400), st.one_of(st.none(), st.integers(0, 300)), st.integers(0, 3)
)
HISTORY = st.lists(st.tuples(st.sampled_from([PATH_A, PATH_B]), st.lists(SPELL, max_size=4)), max_size=8)


def expected_cell(spells: list[tuple[str, date, date | None, tuple[date, date] | None]]) -> tuple[str, bool]:
    """The cell by reading the rulings again, without SQL: the cell, and whether it is L 未核实."""
    covering = [s for s in spells if s[1] <= DAY and (s[2] is None or s[2] >= DAY)]
    places: list[str] = []
    said_out_of_work = False
    for status, _since, _until, proof in covering:
        if status in EMPLOYED and proof and proof[0] <= DAY <= proof[1]:
            places.append(EMPLOYED[status])
        elif status in SCHOOL and proof and proof[0] <= DAY:
            places.append(SCHOOL[status])
        elif status == "R1" and proof and proof[0] <= DAY:
            places.append("out")
        elif status in {"L1", "L3", "X1"}:
            said_out_of_work = True
    for place in ORDER:
        if place in places:
            return place, False
    lost = any(status == "X2" for status, *_rest in covering)
    return "L", not said_out_of_work or (lost and not said_out_of_work)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY)
def test_random_histories_fall_where_the_rulings_say(uow: UnitOfWork, history: Any) -> None:
    with uow.session.begin_nested() as point:
        staff = acting(uow, make_staff(uow))
        wanted: Counter[str] = Counter()
        for path, spells in history:
            person = returnee(uow, path)
            rows, has_open = [], False
            for status, start, length, proof in spells:
                since = date(2025, 9, 2) + timedelta(days=start)
                until = None if length is None and not has_open else since + timedelta(days=length or 30)
                has_open = has_open or until is None
                proof_days = [None, ALWAYS, LAPSED, (DAY + timedelta(days=1), DAY + timedelta(days=90))][proof]
                line(uow, person, status, since, until, proof_days)
                rows.append((status, since, until, proof_days))
            if len({status for status, *_rest in rows} & {"X2"}) and len(rows) > 1:
                # Lost touch beside another line of the same rank: both are L, which of them is said is not ruled.
                rows = [row for row in rows if row[0] != "X2"] or rows
            cell, _unverified = expected_cell(rows)
            wanted[cell] += 1
        found = table(staff)
        assert {key: found.total[key] for key in "BCEGIJKL"} == {key: wanted[key] for key in "BCEGIJKL"}
        assert found.total[REMOVED] == wanted["out"]
        check_identities(staff, found)
        point.rollback()


def check_identities(staff: UnitOfWork, found: YearTable) -> None:
    """Every identity in every line; lines add up; each number is the length of its list."""
    for row in (*found.rows, found.total):
        assert row.broken() == []
        assert row["A"] == row["B"] + row["C"] + row["E"] + row["G"] + row["I"] + row["J"] + row["K"] + row["L"]
        for percent in (row.employment_percent, row.settled_percent):
            assert percent is None or 0 <= percent <= 100
    for key in (*LETTERS, REMOVED, UNVERIFIED, UNWILLING):
        assert sum(row[key] for row in found.rows) == found.total[key]
        assert len(staff.rows(people_in(staff, YEAR, key, day=DAY, path=PATH_COUNTY))) == found.total[key]


def test_of_two_states_on_one_day_school_comes_before_business_before_work_before_farming(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for first, second in (("E1", "B"), ("J", "C"), ("E1", "J"), ("G", "E3")):
        person = returnee(uow)
        line(uow, person, first, date(2025, 10, 1), DAY, ALWAYS)
        line(uow, person, second, DAY, None, ALWAYS)
    assert cells(table(staff)) == {"A": 4, "B": 1, "C": 1, "D": 2, "E": 1, "H": 1, "J": 1}


def test_work_whose_proof_ran_out_stays_in_l_and_school_once_proved_does_not(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for status, proof in (("E1", LAPSED), ("B", LAPSED), ("C", None), ("X1", None)):
        line(uow, returnee(uow), status, date(2025, 10, 1), None, proof)
    assert cells(table(staff)) == {"A": 4, "B": 1, "L": 3, UNVERIFIED: 2, UNWILLING: 1}


def test_who_left_is_removed_only_with_proof(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    line(uow, returnee(uow), "R1", date(2026, 2, 1), None, ALWAYS)
    line(uow, returnee(uow), "R1", date(2026, 2, 1), None, None)
    assert cells(table(staff)) == {"A": 1, "L": 1, UNVERIFIED: 1, REMOVED: 1}


def test_hardship_counts_in_l_only_and_help_within_it(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    waiting, helped, working = returnee(uow), returnee(uow), returnee(uow)
    line(uow, working, "E1", date(2026, 1, 1), None, ALWAYS)
    for person in (waiting, helped, working):
        fact = Hardship(
            person_id=person.id,
            kind=HardshipKind.RECOGNIZED,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            recorded_at=uow.now,
        )
        fact.number = "人社认定 1 号"
        uow.session.add(fact)
    uow.session.add(ServicePlan(person_id=helped.id, opened_on=date(2026, 2, 1), review_on=date(2026, 5, 1)))
    uow.session.add(
        Support(
            person_id=helped.id,
            kind=next(iter(SupportKind)),
            happened_on=date(2026, 2, 2),
            recorded_at=uow.now,
        )
    )
    uow.session.flush()
    found = table(staff)
    assert cells(found) == {"A": 3, "D": 1, "E": 1, "L": 2, "M": 2, "N": 1, UNVERIFIED: 2}
    check_identities(staff, found)


def roster(uow: UnitOfWork, path: str, *, state: RosterState, person: Person | None = None, number: int = 1) -> None:
    station = make_station(uow, path=path)
    batch = IntakeBatch(
        station_id=station.id,
        region_path=path,
        year=YEAR,
        season=Season.AUTUMN,
        name="2025 年秋季",
        created_at=uow.now,
    )
    uow.session.add(batch)
    uow.session.flush()
    entry = RosterEntry(
        batch_id=batch.id,
        region_path=path,
        name="测试甲",
        method_code="ZZJY",
        discharged_on=date(2025, 9, 1),
        expected_region_code=path.strip("/").split("/")[-1],
        state=state,
        state_on=date(2025, 9, 1),
        person_id=person.id if person else None,
        created_at=uow.now,
    )
    entry.id_number = f"43030419990101{number:03d}X"
    uow.session.add(entry)
    uow.session.flush()


def test_a_comes_from_the_roster_and_not_from_who_came(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    came = returnee(uow, PATH_A)
    returnee(uow, PATH_A)  # came, and is not on the roster
    returnee(uow, PATH_B)  # the station of B has no roster: its files count
    roster(uow, PATH_A, state=RosterState.REGISTERED, person=came)
    found = table(staff)
    assert {row.path: row["A"] for row in found.rows} == {PATH_A: 1, PATH_B: 1}


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        (RosterState.EXPECTED, 1),
        (RosterState.OVERDUE, 1),
        (RosterState.ELSEWHERE, 0),
        (RosterState.CHANGED, 0),
    ],
)
def test_who_never_came_stays_in_l_and_who_moved_away_is_counted_there(
    uow: UnitOfWork, state: RosterState, counted: int
) -> None:
    staff = acting(uow, make_staff(uow))
    roster(uow, PATH_A, state=state)
    assert (table(staff).total["A"], table(staff).total["L"]) == (counted, counted)


def test_an_empty_place_has_no_rate(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    found = table(staff)
    assert found.rows == () and found.total["A"] == 0
    assert found.total.employment_percent is None and found.total.settled_percent is None


def test_nobody_counts_a_place_that_is_not_theirs(uow: UnitOfWork) -> None:
    returnee(uow, PATH_B)
    town = acting(uow, make_staff(uow, path=PATH_A))
    assert year_table(town, YEAR, day=DAY, path=PATH_B).total["A"] == 0
    assert town.rows(people_in(town, YEAR, "A", day=DAY, path=PATH_B)) == []


def test_the_cut_off_lies_at_the_end_of_the_year_and_never_ahead(uow: UnitOfWork) -> None:
    from jobmatch.reports.figures.year_table import default_day

    assert default_day(2024, DAY) == date(2025, 12, 31)
    assert default_day(2025, DAY) == DAY
    assert default_day(2023, date(2024, 2, 29)) == date(2024, 2, 29)


def test_the_workbook_has_the_forms_layout_and_every_number_in_its_cell(uow: UnitOfWork) -> None:
    import io
    import zipfile

    from jobmatch.core.sheets import read_lines
    from jobmatch.reports.figures.documents import year_table_workbook

    staff = acting(uow, make_staff(uow))
    for path, status in ((PATH_A, "E1"), (PATH_A, "J"), (PATH_B, "B"), (PATH_B, "L1")):
        line(uow, returnee(uow, path), status, date(2026, 1, 1), None, ALWAYS)
    found = table(staff)
    content = year_table_workbook(found, filler="甲", reviewer="乙", head="丙")
    rows = list(read_lines(content))
    assert rows[4][1:15] == list(LETTERS)
    lines = {row[0]: [int(value) for value in row[1:15]] for row in rows[5:8]}
    assert lines["合计"] == [found.total[letter] for letter in LETTERS]
    for row in found.rows:
        assert lines[row.name] == [row[letter] for letter in LETTERS]
    words = "\n".join(str(value) for row in rows for value in row if value)
    assert "2÷3＝66.7%" in words and "单位负责人：丙" in words and "填报人：甲" in words
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    for merged in ("C3:D3", "E3:O3", "A3:A5", "B3:B4"):
        assert f'<mergeCell ref="{merged}"/>' in sheet


def test_doubts_name_the_people_and_say_how_they_are_counted(uow: UnitOfWork) -> None:
    from jobmatch.reports.figures.checks import OFF_ROSTER, PROBLEMS, people_with, problem_counts

    staff = acting(uow, make_staff(uow))
    both = returnee(uow)
    line(uow, both, "E1", date(2026, 1, 1), DAY, ALWAYS)
    line(uow, both, "B", DAY, None, ALWAYS)
    line(uow, returnee(uow), "E1", date(2026, 1, 1), None, LAPSED)
    line(uow, returnee(uow), "R1", date(2026, 1, 1), None, None)
    line(uow, returnee(uow), "W2", date(2026, 1, 1), None, ALWAYS)
    returnee(uow)
    roster(uow, PATH_B, state=RosterState.EXPECTED)
    returnee(uow, PATH_B)
    counts = problem_counts(staff, YEAR, DAY, PATH_COUNTY)
    wanted = {"unproved": 1, "silent": 1, "no_file": 1, "two_states": 1, "left_unproved": 1, "placed": 1, OFF_ROSTER: 1}
    assert counts == {problem.code: 0 for problem in PROBLEMS} | wanted
    for code, count in counts.items():
        assert len(staff.rows(people_with(staff, YEAR, DAY, PATH_COUNTY, code))) == count


def test_readers_of_figures_alone_see_no_count_that_points_at_somebody() -> None:
    from jobmatch.reports.figures.masking import hidden_rows
    from jobmatch.reports.figures.year_table import YearRow

    def row(path: str, urban: int) -> YearRow:
        made = YearRow(path, path, path)
        made.counts |= {"A": urban, "D": urban, "E": urban}
        return made

    assert hidden_rows([row("a", 20), row("b", 30)]) == set()
    # One hidden line could be had from the total: the smallest other line goes too.
    assert hidden_rows([row("a", 3), row("b", 30), row("c", 20)]) == {"a", "c"}
