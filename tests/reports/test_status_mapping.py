"""States that the year table has no cell for: put into one by the office, said below the table, listed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from jobmatch.core.errors import Conflict, Invalid, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reference.services import save_status_cell
from jobmatch.reports.figures.year_table import counts_by_status, people_with_status, year_table
from jobmatch.reports.filing.services.freezing import freeze_year_table, problems_of
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_staff
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.test_year_table import ALWAYS, DAY, YEAR, line, returnee

PARTNER = "H2"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def partner(uow: UnitOfWork) -> Any:
    person = returnee(uow, PATH_A)
    line(uow, person, PARTNER, date(2025, 10, 1), None, ALWAYS)
    return person


def test_a_state_moves_to_another_cell_and_what_was_frozen_stays(uow: UnitOfWork) -> None:
    partner(uow)
    staff = acting(uow, make_staff(uow))
    assert year_table(staff, YEAR, day=DAY, path=PATH_COUNTY).total["I"] == 1
    frozen = freeze_year_table(staff, year=YEAR, path=PATH_COUNTY, day=DAY)
    before = frozen.table
    save_status_cell(staff, PARTNER, column="E", footnote="合伙企业归入城镇就业（E）", seen="I")
    total = year_table(staff, YEAR, day=DAY, path=PATH_COUNTY).total
    assert (total["I"], total["E"], total["D"]) == (0, 1, 1)
    assert frozen.table == before and problems_of(frozen) == []
    save_status_cell(staff, PARTNER, column="L", footnote="合伙企业暂按待就业（L）")
    assert year_table(staff, YEAR, day=DAY, path=PATH_COUNTY).total["L"] == 1
    assert counts_by_status(staff, YEAR, path=PATH_COUNTY) == {PARTNER: 1}
    people = people_with_status(staff, YEAR, PARTNER, path=PATH_COUNTY)
    assert uow.session.scalar(select(func.count()).select_from(people.subquery())) == 1


def test_only_states_without_a_cell_of_their_own_are_moved(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for code in ("E1", "B", "nobody"):
        with pytest.raises(NotFound):
            save_status_cell(staff, code, column="E", footnote="归入城镇就业（E）")
    with pytest.raises(Invalid) as error:
        save_status_cell(staff, PARTNER, column="B", footnote="x")
    assert set(error.value.fields) == {"column", "footnote"}
    with pytest.raises(Conflict):
        save_status_cell(staff, PARTNER, column="E", footnote="归入城镇就业（E）", seen="J")


def test_the_page_the_list_and_the_footnote_of_the_form(office: Office) -> None:
    with office.unit() as uow:
        name = partner(uow).name
        far = make_staff(uow, path=PATH_OTHER).user_id
    page = text_of(office.clerk.get("/staff/status-mapping"))
    assert "合伙企业" in page and "村（社区）干部" in page
    people = f"/staff/status-mapping/{PARTNER}/people"
    assert name in text_of(office.clerk.get(people))
    assert name not in text_of(office.client(far).get(people))
    assert office.clerk.get("/staff/status-mapping/E1/people").status_code == 404
    url = f"/staff/status-mapping/{PARTNER}"
    assert "印在年度表下面" in text_of(office.clerk.post(url, data={"column": "E", "footnote": ""}), 422)
    assert office.clerk.post(url, data={"column": "E", "footnote": "合伙企业归入城镇就业"}).status_code == 303
    assert "合伙企业归入城镇就业" in text_of(office.clerk.get("/staff/year-table"))
    content = office.clerk.get("/staff/year-table.xlsx").get_data()
    cells = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert any("合伙企业归入城镇就业" in str(cell) for row in cells for cell in row)
    with office.unit() as uow:
        state = uow.session.get_one(EmploymentStatusKind, PARTNER)
        assert (state.official_column, state.is_local) == ("E", True)
