"""Frozen figures: equal to the live table when frozen, never changed after, signed by two, compared by person."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from jobmatch.casework.intake.states import RosterState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.reports.figures.year_table import LETTERS, REMOVED, UNVERIFIED, UNWILLING, year_table
from jobmatch.reports.filing import subjects
from jobmatch.reports.filing.commands import diff_for_cli, freeze_for_cli, verify_for_cli
from jobmatch.reports.filing.inputs import Inputs, Row, count, digest, moves, pack, unpack
from jobmatch.reports.filing.models import Snapshot, SubjectNumber
from jobmatch.reports.filing.queries import differences, named_moves
from jobmatch.reports.filing.services.freezing import confirm_snapshot, drop_snapshot, freeze_year_table, problems_of
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_staff
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.test_year_table import ALWAYS, DAY, LAPSED, STATUSES, YEAR, line, returnee, roster
from tests.tampering import behind_the_back

HISTORIES = int(os.environ.get("JOBMATCH_TEST_HISTORIES", "60"))
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def freeze(uow: UnitOfWork, reason: str = "", path: str = PATH_COUNTY) -> Snapshot:
    return freeze_year_table(uow, year=YEAR, path=path, day=DAY, reason=reason)


def signed(uow: UnitOfWork, reason: str = "") -> Snapshot:
    snapshot = freeze(acting(uow, make_staff(uow)), reason)
    return confirm_snapshot(acting(uow, make_staff(uow)), snapshot)


def history(uow: UnitOfWork, rng: random.Random) -> list[Any]:
    people = []
    for _number in range(rng.randint(0, 6)):
        person = returnee(uow, rng.choice([PATH_A, PATH_B]))
        since = date(2025, 9, 2)
        for _line in range(rng.randint(0, 3)):
            until = since + timedelta(days=rng.randint(5, 200))
            line(uow, person, rng.choice(STATUSES), since, until, rng.choice([None, ALWAYS, LAPSED]))
            since = until + timedelta(days=1)
        if rng.random() < 0.7:
            line(uow, person, rng.choice(STATUSES), since, None, rng.choice([None, ALWAYS, LAPSED]))
        people.append(person)
    return people


@pytest.mark.parametrize("part", range(4))
def test_what_is_frozen_is_the_live_table_and_counts_again_byte_for_byte(uow: UnitOfWork, part: int) -> None:
    for seed in range(part, HISTORIES, 4):
        with uow.session.begin_nested() as point:
            history(uow, random.Random(seed))
            staff = acting(uow, make_staff(uow))
            live = year_table(staff, YEAR, day=DAY, path=PATH_COUNTY)
            snapshot = freeze(staff)
            frozen = json.loads(snapshot.table)
            for key in (*LETTERS, REMOVED, UNVERIFIED, UNWILLING):
                assert frozen["total"][key] == live.total[key]
                assert {row["path"]: row[key] for row in frozen["rows"]} == {row.path: row[key] for row in live.rows}
            assert problems_of(snapshot) == []
            point.rollback()
        uow.session.expire_all()


ROW = st.builds(
    Row,
    st.integers(1, 500),
    st.sampled_from([PATH_A, PATH_B, PATH_COUNTY]),
    st.sampled_from(["B", "C", "E", "G", "I", "J", "K", "L", "out"]),
    st.sampled_from(["", "F", "M", "MN", "u", "w", "Mu"]),
)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(ROW, max_size=40, unique_by=lambda row: row.number), order=st.randoms())
def test_packing_does_not_depend_on_the_order_and_sums_hold(rows: list[Row], order: random.Random) -> None:
    inputs = Inputs("year_table", YEAR, DAY.isoformat(), PATH_COUNTY, tuple(rows))
    mixed = list(rows)
    order.shuffle(mixed)
    again = Inputs("year_table", YEAR, DAY.isoformat(), PATH_COUNTY, tuple(mixed))
    assert pack(inputs) == pack(again) and digest(pack(inputs)) == digest(pack(again))
    assert sorted(unpack(pack(inputs)).rows, key=lambda row: row.number) == sorted(rows, key=lambda row: row.number)
    assert count(unpack(pack(inputs))) == count(inputs)
    total = json.loads(count(inputs))["total"]
    assert total["A"] == total["B"] + total["C"] + total["D"] + total["L"] == len(rows) - total["out"]
    assert total["D"] == total["E"] + total["G"] + total["H"] and total["H"] == total["I"] + total["J"] + total["K"]
    assert moves(inputs, again) == []


def test_nothing_changes_a_frozen_table_and_a_correction_is_a_new_revision(uow: UnitOfWork) -> None:
    person = returnee(uow)
    line(uow, person, "E1", date(2026, 1, 1), None, ALWAYS)
    first = signed(uow)
    before = (first.table, first.inputs, first.inputs_sha256)
    with pytest.raises(Conflict, match="没有要更正"):
        freeze(acting(uow, make_staff(uow)), "再来一次看看")
    uow.session.execute(update(EmploymentSpell).values(superseded_at=uow.now))
    with pytest.raises(Invalid) as caught:
        freeze(acting(uow, make_staff(uow)))
    assert "reason" in caught.value.fields
    second = signed(uow, "劳动合同是假的，更正")
    uow.session.refresh(first)
    assert (first.table, first.inputs, first.inputs_sha256) == before
    assert (second.revision, json.loads(second.table)["total"]["L"]) == (2, 1)
    found = differences(uow, first, second)
    assert [(move.before, move.after) for move in found] == [("E", "L")]
    named = named_moves(acting(uow, make_staff(uow)), found)
    assert named[0].person is not None and named[0].person.id == person.id


def test_two_persons_sign_and_the_second_sees_that_it_counts_again(uow: UnitOfWork) -> None:
    returnee(uow)
    one, other = acting(uow, make_staff(uow)), acting(uow, make_staff(uow))
    snapshot = freeze(one)
    with pytest.raises(Conflict, match="另一个人"):
        confirm_snapshot(one, snapshot)
    with pytest.raises(Conflict, match="还没有人复核"):
        freeze(other, "等不及了再封一次")
    snapshot.table = snapshot.table.replace('"A":1', '"A":2')
    with pytest.raises(Conflict, match="对不上"):
        confirm_snapshot(other, snapshot)
    snapshot.table = snapshot.table.replace('"A":2', '"A":1')
    confirm_snapshot(other, snapshot)
    assert confirm_snapshot(other, snapshot).confirmed_by_id == other.actor.user_id
    with pytest.raises(Conflict):
        drop_snapshot(one, snapshot)


def test_a_version_without_a_second_signature_can_be_dropped(uow: UnitOfWork) -> None:
    returnee(uow)
    drop_snapshot(acting(uow, make_staff(uow)), freeze(acting(uow, make_staff(uow))))
    assert uow.session.scalars(select(Snapshot)).all() == []


def test_other_places_freeze_and_sign_nothing(uow: UnitOfWork) -> None:
    returnee(uow)
    snapshot = freeze(acting(uow, make_staff(uow)))
    stranger = acting(uow, make_staff(uow, path=PATH_OTHER))
    for act in (lambda: freeze(stranger), lambda: confirm_snapshot(stranger, snapshot)):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("year", "day"), [(1999, DAY), (2099, DAY), (YEAR, date(2024, 1, 1)), (YEAR, date(2030, 1, 1))]
)
def test_a_year_or_day_that_cannot_be_is_refused(uow: UnitOfWork, year: int, day: date) -> None:
    with pytest.raises(Invalid):
        freeze_year_table(acting(uow, make_staff(uow)), year=year, path=PATH_COUNTY, day=day)


def test_erasing_takes_the_name_and_leaves_the_totals(uow: UnitOfWork) -> None:
    person = returnee(uow)
    first = signed(uow)
    assert subjects.export_person(uow, person.id)["subject_number"]
    assert subjects.erase_person(uow, person.id) == {"subject_number": 1}
    assert problems_of(first) == [] and json.loads(first.table)["total"]["A"] == 1
    found = moves(unpack(first.inputs), Inputs("year_table", YEAR, "", PATH_COUNTY, ()))
    assert [(one.person, one.entry) for one in named_moves(acting(uow, make_staff(uow)), found)] == [(None, None)]


def test_a_merged_file_takes_the_number_along_where_the_other_has_none(uow: UnitOfWork) -> None:
    person, other = returnee(uow), make_person(uow)
    freeze(acting(uow, make_staff(uow)))
    assert len(subjects.move_person(uow, person.id, other.id)) == 1
    assert subjects.move_person(uow, person.id, other.id) == []


def test_who_gets_a_file_later_keeps_the_number_of_the_roster(uow: UnitOfWork) -> None:
    roster(uow, PATH_A, state=RosterState.EXPECTED)
    first = signed(uow)
    person = returnee(uow, PATH_A)
    from jobmatch.casework.intake.models import RosterEntry

    uow.session.execute(update(RosterEntry).values(person_id=person.id, state=RosterState.REGISTERED))
    line(uow, person, "E1", date(2026, 1, 1), None, ALWAYS)
    second = signed(uow, "报到以后更正去向")
    assert [(move.before, move.after) for move in differences(uow, first, second)] == [("L", "E")]
    assert uow.session.scalars(select(SubjectNumber.person_id)).all() == [person.id]


def test_only_the_same_table_can_be_compared(uow: UnitOfWork) -> None:
    returnee(uow)
    one, other = freeze(acting(uow, make_staff(uow))), freeze(acting(uow, make_staff(uow)), path=PATH_A)
    with pytest.raises(Invalid):
        differences(uow, one, other)


def test_damaged_inputs_are_found(uow: UnitOfWork) -> None:
    returnee(uow)
    snapshot = freeze(acting(uow, make_staff(uow)))
    good = snapshot.inputs
    snapshot.inputs = good[:-3]
    assert problems_of(snapshot) == ["inputs"]
    changed = Inputs("year_table", YEAR, DAY.isoformat(), PATH_COUNTY, (Row(1, PATH_A, "E"),))
    snapshot.inputs = pack(changed)
    assert problems_of(snapshot) == ["sha256", "table"]


def test_commands_freeze_compare_and_verify(office: Office) -> None:
    with office.unit() as uow:
        person = returnee(uow)
    first = freeze_for_cli(office.runtime, YEAR, "430382", day=DAY, reason="")
    assert verify_for_cli(office.runtime) == (1, {})
    with office.unit() as uow:
        confirm_snapshot(acting(uow, make_staff(uow)), uow.session.scalars(select(Snapshot)).one())
        line(uow, person, "J", date(2026, 1, 1), None, ALWAYS)
    second = freeze_for_cli(office.runtime, YEAR, "430382", day=DAY, reason="补了营业执照")
    found = diff_for_cli(office.runtime, first, second)
    assert [(move["before"], move["after"]) for move in found] == [("L", "J")]
    tampering = update(Snapshot).where(Snapshot.public_id == second).values(table="{}")
    with pytest.raises(IntegrityError, match="only ever added"), office.unit() as uow:
        uow.session.execute(tampering)
    with behind_the_back(office.runtime.database) as connection:
        connection.execute(tampering)
        connection.commit()
    assert verify_for_cli(office.runtime) == (2, {second: ["table"]})


def test_the_pages_freeze_sign_compare_and_keep_the_stamped_paper(office: Office) -> None:
    with office.unit() as uow:
        person = returnee(uow)
        second = make_staff(uow).user_id
    assert "还没有封存过报表" in text_of(office.clerk.get("/staff/snapshots"))
    asked = {"year": "2025", "day": "2026-11-21"}
    url = office.clerk.post("/staff/snapshots", data=asked).headers["Location"]
    assert "请另一个人登录来复核签字" in text_of(office.clerk.get(url))
    assert office.clerk.post(f"{url}/confirm").status_code in {409, 422}
    assert office.client(second).post(f"{url}/confirm").status_code == 303
    assert office.clerk.post("/staff/snapshots", data=asked).status_code == 422
    with office.unit() as uow:
        line(uow, person, "J", date(2026, 1, 1), None, ALWAYS)
    again = office.clerk.post("/staff/snapshots", data={**asked, "reason": "补了营业执照"}).headers["Location"]
    page = text_of(office.clerk.get(f"{again}/diff/{url.rsplit('/', 1)[1]}"))
    assert "变了 1 人" in page and person.name in page
    assert office.clerk.get(f"{url}/form.xlsx").status_code == 200
    assert office.clerk.post(f"{again}/scan", data={}).status_code in {409, 422}
    file = {"file": (io.BytesIO(PDF), "盖章.pdf")}
    assert office.clerk.post(f"{url}/scan", data=file, content_type="multipart/form-data").status_code == 303
    assert office.clerk.get(f"{url}/scan/file").data == PDF
    assert office.clerk.post(f"{again}/drop").status_code == 303
    with office.unit() as uow:
        stranger = make_staff(uow, path=PATH_OTHER).user_id
    assert office.client(stranger).get(url).status_code == 404
