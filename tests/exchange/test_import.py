"""Imports: real posting tables, bad rows, the same file twice, a mapping of one's own."""

from __future__ import annotations

import csv
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Invalid
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import decode, read_table
from jobmatch.exchange import services
from jobmatch.exchange.formats import education_need, find_mapping, years_need
from jobmatch.exchange.models import ImportRowError, ImportRun
from recruiters.employers.models import Employer
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

HEADER = (
    "year,level,agency,title,post_code,headcount,age,education,degree,majors,"
    "work_experience,other,physical_standard,fitness_test,remark"
)
ROWS = [
    "2026,,安禾县人民法院,一级科员,10001,2,18周岁以上、38周岁以下,本科及以上,学士,法学,无,限男性,通用,否,",
    "2026,,安禾县人民法院,一级科员,10002,1,18周岁以上、38周岁以下,大专及以上,无要求,不限,两年以上基层工作经历,退役士兵,通用,否,",
    "2024,,安禾县人民法院,一级科员,10001,1,18周岁以上、35周岁以下,本科及以上,学士,法学,无,,通用,否,",
    "2026,,安禾县公安局,,10003,1,,,,,,,,,",
    "2026,,安禾县公安局,警员,10004,几个,,,,,,,,,",
]
SHARED = Path(os.environ.get("JOBMATCH_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
HENAN = SHARED / "postings" / "civil_service_henan.csv.gz"


def run(runtime: Runtime, path: Path, **options: Any) -> services.ImportResult:
    return services.import_postings(lambda: runtime.unit(system_actor("import")), path, **options)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_text("\n".join([HEADER, *ROWS]), encoding="gb18030")
    return path


def test_good_rows_are_stored_unpublished_and_bad_ones_are_named(sqlite_runtime: Runtime, table: Path) -> None:
    result = run(sqlite_runtime, table)
    assert (result.stored, result.same, result.refused) == (3, 0, 2)
    with sqlite_runtime.unit(system_actor("t"), writing=False) as uow:
        postings = list(uow.session.scalars(select(Posting).order_by(Posting.source_key)))
        assert {posting.state for posting in postings} == {PostingState.IMPORTED}
        blocked = next(posting for posting in postings if posting.source_key == "civil_service:2026:10001")
        assert "pay" in blocked.missing and "valid_until" in blocked.missing
        assert "R01" in {finding["rule"] for finding in blocked.findings}
        reserved = next(posting for posting in postings if posting.source_key == "civil_service:2026:10002")
        assert reserved.is_reserved and reserved.vacancy_count == 1
        employer = uow.session.scalars(select(Employer)).one()
        assert employer.kind is EmployerKind.PUBLIC_BODY
        assert employer.vetting is not VettingState.VETTED
        errors = list(uow.session.scalars(select(ImportRowError).order_by(ImportRowError.row_number)))
        assert [error.row_number for error in errors] == [4, 5]
        assert "几个" in errors[1].message


def test_a_title_without_doubt_is_coded_and_any_other_is_left_to_people(
    sqlite_runtime: Runtime, tmp_path: Path
) -> None:
    path = tmp_path / "posts.csv"
    rows = [ROWS[0], ROWS[0].replace("10001", "10009").replace("一级科员", "保安员")]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    run(sqlite_runtime, path)
    with sqlite_runtime.unit(system_actor("t"), writing=False) as uow:
        coded = {one.title: one.occupation_code for one in uow.session.scalars(select(Posting))}
    assert coded == {"一级科员": None, "保安员": "4-07-05-01"}


def test_a_second_run_doubles_nothing(sqlite_runtime: Runtime, table: Path) -> None:
    run(sqlite_runtime, table)
    again = run(sqlite_runtime, table)
    assert (again.stored, again.same, again.refused) == (0, 3, 2)
    with sqlite_runtime.unit(system_actor("t"), writing=False) as uow:
        assert uow.session.scalar(select(func.count(Posting.id))) == 3
        assert uow.session.scalar(select(func.count(Employer.id))) == 1


def test_an_interrupted_run_goes_on_where_it_stopped(
    sqlite_runtime: Runtime, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "UNIT_ROWS", 1)
    seen: list[int] = []

    def stop(done: int) -> None:
        seen.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(sqlite_runtime, table, progress=stop)
    result = run(sqlite_runtime, table)
    assert (result.stored, result.refused) == (3, 2)
    with sqlite_runtime.unit(system_actor("t"), writing=False) as uow:
        assert uow.session.scalar(select(func.count(ImportRun.id))) == 1


def test_a_mapping_of_ones_own_reads_any_table(sqlite_runtime: Runtime, tmp_path: Path) -> None:
    table, mapping = tmp_path / "jobs.csv", tmp_path / "mine.json"
    table.write_text("公司;职位;人数;要求\n甲物流;货车司机;3;须持 B2 驾驶证\n", encoding="utf-8-sig")
    columns = {"employer": "公司", "title": "职位", "headcount": "人数", "requirements": "要求"}
    mapping.write_text(json.dumps(columns), encoding="utf-8")
    assert run(sqlite_runtime, table, mapping=str(mapping)).stored == 1


@pytest.mark.parametrize(
    ("content", "mapping"),
    [("", None), ("a,b\n1,2\n", None), ("a,b\n1,2\n", "civil_service"), ("a,b\n1,2\n", "no-such-file.json")],
)
def test_a_table_nobody_can_read_is_refused_before_anything_is_stored(
    sqlite_runtime: Runtime, tmp_path: Path, content: str, mapping: str | None
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid):
        run(sqlite_runtime, path, mapping=mapping)
    with sqlite_runtime.unit(system_actor("t"), writing=False) as uow:
        assert uow.session.scalar(select(func.count(ImportRun.id))) == 0


def test_short_long_and_packed_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\r\n1\r\n1,2,3\r\n"))
    header, rows = read_table(path)
    assert header == ["a", "b"]
    assert list(rows) == [{"a": "1", "b": ""}, {"a": "1", "b": "2"}]


def test_an_xlsx_table_is_read(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        path = tmp_path / "x.xlsx"
        path.write_bytes(b"PK\x03\x04 no workbook")
        read_table(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert decode("职位名称，招聘人数".encode(encoding)) == "职位名称，招聘人数"


def test_words_of_education_and_experience_become_needs() -> None:
    assert education_need("不限") is None
    need = education_need("大专或本科")
    assert need is not None and (need.code, need.level) == ("31", 5)
    years = years_need("具有两年以上基层工作经历")
    assert years is not None and years.years == 2
    assert years_need("无要求") is None


@pytest.mark.skipif(not HENAN.exists(), reason="the shared data is not here; set JOBMATCH_SHARED_DATA to its folder")
def test_the_header_of_the_real_table_is_recognised_and_its_rows_are_read() -> None:
    header, rows = read_table(HENAN)
    kind = find_mapping(header, None)
    read = [kind.read(row) for row in rows]
    assert len(read) == 13_740
    assert len({row.key for row in read}) == len(read)


def test_a_table_made_with_csv_writer_survives_the_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    values = [["甲,乙", "丙\n丁"], ['"引号"', "=1+1"]]
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([["a", "b"], *values])
    _header, rows = read_table(path)
    assert [[row["a"], row["b"]] for row in rows] == values
