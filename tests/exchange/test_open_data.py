"""Open data: what is counted, what is not given out, and that nobody gets other numbers than the public."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.runtime import Runtime
from jobmatch.exchange.open_data import counting, rates, sets
from jobmatch.exchange.open_data.counting import county_of, months_before
from jobmatch.exchange.open_data.rates import FiledLine, hidden_lines, rate_rows
from jobmatch.fairs.planning.states import FairState
from jobmatch.reference import queries as reference
from jobmatch.reports.filing.models import Snapshot, Submission
from jobmatch.reports.filing.states import FormKind, SubmissionState
from recruiters.postings.states import PostingState
from tests.factories import PATH_COUNTY, PATH_OTHER, make_employer, make_posting, make_staff
from tests.fairs.help import make_fair
from tests.people.help import make_world, sign_in

SYSTEM = system_actor("tests")
ATOM = "{http://www.w3.org/2005/Atom}"
NEXT_COUNTY = "/43/4303/430321/"


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "SECONDS", -1)


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def post(
    runtime: Runtime, count: int, *, path: str = PATH_COUNTY, trade: str = "6", days: int = 45, **given: Any
) -> None:
    """Postings that were published ``days`` ago and hold until next week."""
    with runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow)
        for number in range(count):
            one = make_posting(uow, employer, title=f"岗位{number}", region_path=path, vacancy_count=3, **given)
            one.occupation_code = f"{trade}-00-00-00"
            one.published_at = uow.now - timedelta(days=days)
            one.valid_through = uow.today + timedelta(days=7)


def rows(runtime: Runtime, name: str) -> list[dict[str, Any]]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return sets.rows_of(uow, sets.get_set(name))


def last_month(found: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    month = str(months_before(local_day(utcnow()))[0])
    return {(row["region_code"], row["occupation_code"]): row["postings"] for row in found if row["month"] == month}


def test_postings_are_counted_in_every_month_they_were_open_by_county_and_trade(runtime: Runtime) -> None:
    post(runtime, 6)
    post(runtime, 7, path=NEXT_COUNTY, trade="4")
    post(runtime, 2, state=PostingState.DRAFT)
    found = rows(runtime, "postings")
    cells = last_month(found)
    assert cells == {
        ("430382", "6-00-00-00"): 6,
        ("430321", "4-00-00-00"): 7,
        ("430382", ""): 6,
        ("430321", ""): 7,
        ("", "6-00-00-00"): 6,
        ("", "4-00-00-00"): 7,
        ("", ""): 13,
    }
    whole = [row for row in found if not row["region_code"] and not row["occupation_code"]]
    assert {row["heads"] for row in whole} == {39} and whole[0]["month"] == max(row["month"] for row in whole)
    assert len(whole) in (1, 2)


def test_a_small_cell_is_not_given_out_and_cannot_be_worked_out(runtime: Runtime) -> None:
    post(runtime, 3, trade="6")
    post(runtime, 9, trade="4")
    post(runtime, 8, path=NEXT_COUNTY, trade="6")
    post(runtime, 12, path=NEXT_COUNTY, trade="4")
    found = rows(runtime, "postings")
    cells = last_month(found)
    assert cells["430382", "6-00-00-00"] is None and cells["", ""] == 32
    for line in ({"430382", "430321", ""}, {"6-00-00-00", "4-00-00-00", ""}):
        for kept in line:
            hidden = [key for key, value in cells.items() if kept in key and value is None and kept]
            assert len(hidden) != 1, kept
    assert all((row["postings"] is None) == (row["heads"] is None) for row in found)


def test_who_signs_in_gets_the_same_numbers(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    post(sqlite_runtime, 6)
    begin = datetime.combine(months_before(local_day(utcnow()))[0].since, datetime.min.time(), UTC) + timedelta(days=3)
    with sqlite_runtime.unit(SYSTEM) as uow:
        for state in (FairState.PUBLISHED, FairState.DRAFT):
            fair = make_fair(uow, region_path=PATH_COUNTY)
            fair.state, fair.opens_at, fair.closes_at = state, begin, begin + timedelta(hours=3)
    public = {
        name: client.get(f"/open-data/{name}.json").get_json()["rows"] for name in ("postings", "fairs", "classes")
    }
    sign_in(client, make_world(sqlite_runtime).staff_id)
    for name, found in public.items():
        assert client.get(f"/open-data/{name}.json").get_json()["rows"] == found
    assert [row["fairs"] for row in public["fairs"]] == [1]


def test_files_name_their_columns_and_are_fetched_once(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    post(sqlite_runtime, 6)
    for one in sets.SETS:
        made = client.get(f"/open-data/{one.name}.json")
        body = made.get_json()
        assert [c["name"] for c in body["columns"]] == [c.name for c in one.columns]
        assert all(c["title"] and c["description"] for c in body["columns"]) and "来源" in body["license"]
        table = client.get(f"/open-data/{one.name}.csv")
        lines = list(csv.reader(io.StringIO(table.get_data().decode("utf-8-sig"))))
        assert lines[0] == [c.name for c in one.columns] and len(lines) == len(body["rows"]) + 1
        for answer, url in ((made, "json"), (table, "csv")):
            again = client.get(f"/open-data/{one.name}.{url}", headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304 and "public" in answer.headers["Cache-Control"]
    for wrong in ("people.json", "people.csv", "postings.xlsx", "x"):
        assert client.get(f"/open-data/{wrong}").status_code == 404


def test_the_feed_tells_each_month_once_and_pages_lead_to_it(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    post(sqlite_runtime, 6, days=70)
    answer = client.get("/open-data/feed.atom")
    root = ElementTree.fromstring(answer.get_data())
    ids = [one.findtext(f"{ATOM}id") for one in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) >= 2
    days = [one.findtext(f"{ATOM}updated") or "" for one in root.iter(f"{ATOM}entry")]
    assert all(left >= right for left, right in pairwise(days)) and root.findtext(f"{ATOM}updated") == days[0]
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/open-data/feed.atom", headers=etag).status_code == 304
    shown = client.get("/open-data").get_data(as_text=True)
    assert "/open-data/feed.atom" in shown and "每月在招的岗位" in shown
    assert "/open-data" in client.get("/").get_data(as_text=True)
    assert "/open-data" in client.get("/sitemap-0.xml").get_data(as_text=True)
    assert "Allow: /open-data" in client.get("/robots.txt").get_data(as_text=True)


def test_fairs_have_a_feed_that_their_page_names(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        seen = make_fair(uow, region_path=PATH_COUNTY, title="公开的招聘会<1>").public_id
        make_fair(uow, region_path=PATH_COUNTY, title="草稿").state = FairState.DRAFT
    sign_in(client, make_world(sqlite_runtime).staff_id)
    root = ElementTree.fromstring(client.get("/fairs/feed.atom").get_data())
    found = [(one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}id")) for one in root.iter(f"{ATOM}entry")]
    assert [title for title, _url in found] == ["公开的招聘会<1>"] and str(found[0][1]).endswith(f"/fairs/{seen}")
    assert "/fairs/feed.atom" in client.get("/fairs").get_data(as_text=True)


# ---------- rates ----------


def line(path: str, a: int, d: int, *, b: int = 0, year: int = 2025) -> FiledLine:
    counts = {"A": a, "B": b, "C": 0, "D": d, "L": a - b - d}
    return FiledLine(path, year, date(2026, 6, 30), datetime(2026, 7, 1, tzinfo=UTC), counts)


def test_a_small_line_takes_another_one_along(monkeypatch: pytest.MonkeyPatch) -> None:
    city, one, two, three = (
        line("/43/4303/", 160, 120),
        line("/43/4303/430382/", 20, 17),
        line("/43/4303/430321/", 90, 60),
        line("/43/4303/430302/", 50, 43),
    )
    assert hidden_lines([city, one, two, three]) == [one, three]
    assert hidden_lines([city, two, three]) == []
    assert hidden_lines([city, one]) == [one, city]
    assert hidden_lines([one, replace(city, year=2024)]) == [one]


def test_no_rate_is_above_a_hundred_and_none_stands_over_nobody(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line("/43/4303/", 0, 0), line("/13/1301/", 30, 30), line("/13/1302/", 40, 20, b=10)]
    monkeypatch.setattr(rates, "_asked", [lambda _uow: lines])
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        found = {row["region_code"]: (row["employment_rate"], row["settled_rate"]) for row in rate_rows(uow)}
    assert found == {"4303": (None, None), "1301": (100.0, 100.0), "1302": (66.7, 75.0)}


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8))
def test_what_is_hidden_below_a_shown_sum_is_never_one_line_nor_few_people(parts: list[tuple[int, int]]) -> None:
    below = [line(f"/43/4303/4303{n:02d}/", d + rest, d) for n, (d, rest) in enumerate(parts)]
    city = line("/43/4303/", sum(one.counts["A"] for one in below), sum(one.counts["D"] for one in below))
    hidden = hidden_lines([city, *below])
    assert all(one in hidden for one in [city, *below] if rates._is_small(one))
    gone = [one for one in below if one in hidden]
    if city not in hidden and gone:
        assert len(gone) > 1 and not 0 < sum(one.counts["A"] for one in gone) < 5


def test_only_accepted_tables_with_two_signatures_are_told(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        staff, other = make_staff(uow, path=PATH_COUNTY), make_staff(uow, path=PATH_COUNTY)
        for number, (confirmed, state) in enumerate(
            (
                (True, None),
                (False, None),
                (True, SubmissionState.ACCEPTED),
                (True, SubmissionState.REVIEWED),
                (True, SubmissionState.RETURNED),
            )
        ):
            year = 2020 + number
            submission = None
            if state is not None:
                submission = Submission(
                    form=FormKind.YEAR_TABLE,
                    station_id=staff.organization_id,
                    region_path=PATH_COUNTY,
                    period_from=date(year, 1, 1),
                    period_to=date(year, 12, 31),
                    cut_off_on=date(year + 1, 6, 30),
                    due_on=date(year + 1, 7, 10),
                    state=state,
                    created_at=uow.now,
                    submitted_at=uow.now,
                    accepted_at=uow.now if state is SubmissionState.ACCEPTED else None,
                )
                uow.session.add(submission)
                uow.session.flush()
            total = {"A": 30, "B": 5, "C": 0, "D": 15, "L": 10}
            uow.session.add(
                Snapshot(
                    form=FormKind.YEAR_TABLE,
                    region_path=PATH_COUNTY,
                    submission_id=submission.id if submission else None,
                    period_from=date(year, 1, 1),
                    period_to=date(year, 12, 31),
                    cut_off_on=date(year + 1, 6, 30),
                    definition_version="1",
                    inputs=b"",
                    inputs_sha256="",
                    table=json.dumps({"path": PATH_COUNTY, "rows": [], "total": total}),
                    frozen_at=uow.now,
                    frozen_by_id=staff.user_id,
                    confirmed_at=uow.now if confirmed else None,
                    confirmed_by_id=other.user_id if confirmed else None,
                )
            )
    found = rows(sqlite_runtime, "rates")
    assert [row["year"] for row in found] == [2022, 2020]
    assert (found[0]["employment_rate"], found[0]["employed_base"], found[0]["settled_rate"]) == (60.0, 25, 66.7)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert {one.words for one in sets.editions(uow) if one.of.name == "rates"} == {"2020", "2022"}
        assert uow.session.scalar(select(Snapshot.id).limit(1))


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 23), "2026-10", "2025-11"),
        (date(2026, 1, 1), "2025-12", "2025-01"),
        (date(2024, 3, 31), "2024-02", "2023-03"),
        (date(2024, 2, 29), "2024-01", "2023-02"),
    ],
)
def test_months_are_whole_ones_by_shanghai(today: date, first: str, last: str) -> None:
    found = months_before(today)
    assert (str(found[0]), str(found[-1]), len(found)) == (first, last, counting.MONTHS)
    assert all(older.until == newer.since for newer, older in pairwise(found))
    assert found[0].begins_at.astimezone(UTC).hour == 16


def test_a_place_is_told_down_to_the_county() -> None:
    assert [county_of(path) for path in ("/43/4303/430382/430382100/", "/43/4303/430382/", "/43/4303/", "")] == [
        "430382",
        "430382",
        "4303",
        "",
    ]
    assert PATH_OTHER.count("/") > 3
