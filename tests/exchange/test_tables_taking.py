"""Tables taken out: short ones at once, long ones by a job that may be cut short, and nothing beyond one's rights."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from jobmatch.core import sheets
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Invalid, NotAllowed, NotFound
from jobmatch.core.files import StoredFile
from jobmatch.core.long_sheets import write_long_workbook
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import Sheet, read_lines, write_workbook
from jobmatch.exchange.models import TableExport
from jobmatch.exchange.states import TakenKind, TakingState
from jobmatch.exchange.subjects import erase_person
from jobmatch.exchange.tables import taking
from jobmatch.exchange.tables.jobs import take_out
from jobmatch.exchange.tables.kinds import TAKEN
from jobmatch.people.models.person import Person
from tests.exchange.test_people_import_pages import work
from tests.factories import PATH_COUNTY, PATH_OTHER, make_employer, make_person, make_posting, make_staff
from tests.people.help import make_world, sign_in

SYSTEM = system_actor("tests")
PEOPLE = TAKEN[TakenKind.PEOPLE]
REASON = "季度走访核对"


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def clerk(runtime: Runtime) -> Actor:
    with runtime.unit(SYSTEM) as uow:
        return make_staff(uow, path=PATH_COUNTY)


def people(runtime: Runtime, count: int, path: str = PATH_COUNTY) -> list[str]:
    with runtime.unit(SYSTEM) as uow:
        return [make_person(uow, name=f"示例{n:04d}", path=path).public_id for n in range(count)]


def begun(runtime: Runtime, actor: Actor, kind: TakenKind = TakenKind.PEOPLE, **asked: str) -> int:
    with runtime.unit(actor) as uow:
        return taking.begin_export(uow, TAKEN[kind], reason=REASON, asked=asked).id


def stored(runtime: Runtime, export_id: int) -> TableExport:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.get_one(TableExport, export_id)


def content(runtime: Runtime, actor: Actor, export_id: int) -> list[list[Any]]:
    with runtime.unit(actor) as uow:
        return list(read_lines(taking.read_export(uow, uow.session.get_one(TableExport, export_id))[1]))


def test_a_long_table_holds_every_row_of_the_subtree_once_and_no_number_in_full(
    runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "CHUNK", 3)
    people(runtime, 8)
    people(runtime, 2, PATH_OTHER)
    with runtime.unit(SYSTEM, writing=False) as uow:
        phones = {str(one.phone) for one in uow.session.scalars(select(Person)) if one.phone}
    seen: list[int] = []
    real = taking._progress
    monkeypatch.setattr(taking, "_progress", lambda unit, key, done: (seen.append(done), real(unit, key, done)))
    key = begun(runtime, clerk)
    taking.run_export(partial(runtime.unit, clerk), key)
    done = stored(runtime, key)
    assert (done.state, done.row_count, done.done_count, seen) == (TakingState.DONE, 8, 8, [3, 6, 8])
    note, head, *rows = content(runtime, clerk, key)
    assert head == [column.title for column in PEOPLE.columns] and len(head) == 12
    assert sorted(row[0] for row in rows) == [f"示例{n:04d}" for n in range(8)]
    assert REASON in note[0] and "不得外传" in note[0]
    assert phones and not [cell for row in rows for cell in row if cell in phones]
    with runtime.unit(SYSTEM, writing=False) as uow:
        trail = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "export.table")).all()
        assert [(one.reason, one.detail["rows"], one.detail["kind"]) for one in trail] == [(REASON, 8, "people")]
        assert uow.session.scalar(select(AuditEntry.action).where(AuditEntry.action == "export.table_opened"))


def test_a_short_and_a_long_table_say_the_same(runtime: Runtime, clerk: Actor) -> None:
    with runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow)
        for n in range(3):
            make_posting(uow, employer, title=f"=岗位{n}")
        make_posting(uow, make_employer(uow, path=PATH_OTHER), title="远处", region_path=PATH_OTHER)
    for kind in (TakenKind.POSTINGS, TakenKind.EMPLOYERS, TakenKind.PEOPLE):
        key = begun(runtime, clerk, kind)
        taking.run_export(partial(runtime.unit, clerk), key)
        with runtime.unit(clerk) as uow:
            short = write_workbook(taking.export_sheet(uow, TAKEN[kind], reason=REASON))
        long = content(runtime, clerk, key)
        assert [row[: len(long[1])] for row in long[1:]] == list(read_lines(short))[1:]
    assert len(content(runtime, clerk, begun_done(runtime, clerk, TakenKind.POSTINGS))) == 5


def begun_done(runtime: Runtime, actor: Actor, kind: TakenKind, **asked: str) -> int:
    key = begun(runtime, actor, kind, **asked)
    taking.run_export(partial(runtime.unit, actor), key)
    return key


def test_only_what_the_list_was_narrowed_to_goes_out(runtime: Runtime, clerk: Actor) -> None:
    people(runtime, 4)
    with runtime.unit(SYSTEM) as uow:
        uow.session.execute(update(Person).where(Person.name == "示例0001").values(verification="refused"))
    key = begun_done(runtime, clerk, TakenKind.PEOPLE, verification="refused")
    assert [row[0] for row in content(runtime, clerk, key)[2:]] == ["示例0001"]
    assert taking.asked_of(PEOPLE, {"verification": "refused", "q": "示例", "kind": ""}) == {"verification": "refused"}


def test_an_interrupted_job_begins_again_and_a_lost_right_ends_it(
    runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(runtime, 3)
    key = begun(runtime, clerk)

    def cut(*_args: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(taking, "_progress", cut)
        with pytest.raises(RuntimeError):
            taking.run_export(partial(runtime.unit, clerk), key)
    assert stored(runtime, key).state is TakingState.RUNNING
    taking.run_export(partial(runtime.unit, clerk), key)
    assert stored(runtime, key).state is TakingState.DONE
    taking.run_export(partial(runtime.unit, clerk), key)
    assert stored(runtime, key).row_count == 3
    lost = begun(runtime, clerk)
    with runtime.unit(SYSTEM) as uow:
        from jobmatch.accounts.models import User

        uow.session.get_one(User, clerk.user_id).is_active = False
    take_out(Context(runtime), export_id=lost)
    assert stored(runtime, lost).state is TakingState.FAILED


class Context:
    """What a job needs of its surroundings."""

    def __init__(self, runtime: Runtime) -> None:
        self.database = runtime.database
        self.runtime = runtime

    def unit(self, *, writing: bool = True) -> Any:
        return self.runtime.unit(SYSTEM, writing=writing)


def test_rights_reason_and_length_are_checked(runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    people(runtime, 3)
    for words in ("", "走访", "字" * 101):
        with pytest.raises(Invalid), runtime.unit(clerk) as uow:
            taking.begin_export(uow, PEOPLE, reason=words)
    monkeypatch.setattr(taking, "MOST_OUT", 2)
    with pytest.raises(Invalid, match="2 行"), runtime.unit(clerk) as uow:
        taking.begin_export(uow, PEOPLE, reason=REASON)
    monkeypatch.setattr(taking, "AT_ONCE", 2)
    with pytest.raises(Invalid, match="后台"), runtime.unit(clerk) as uow:
        taking.export_sheet(uow, PEOPLE, reason=REASON)
    monkeypatch.setattr(taking, "MOST_OUT", 200)
    key = begun_done(runtime, clerk, TakenKind.PEOPLE)
    with runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed), runtime.unit(far) as uow:
        taking.read_export(uow, uow.session.get_one(TableExport, key))


def test_erasing_somebody_deletes_what_was_taken_out_around_them(runtime: Runtime, clerk: Actor) -> None:
    people(runtime, 2)
    ready, waiting = begun_done(runtime, clerk, TakenKind.PEOPLE), begun(runtime, clerk)
    other = begun_done(runtime, clerk, TakenKind.EMPLOYERS)
    with runtime.unit(SYSTEM) as uow:
        gone = uow.session.scalars(select(Person)).first()
        assert gone is not None
        assert erase_person(uow, gone.id)["table_export"] == 2
    assert (stored(runtime, ready).state, stored(runtime, ready).file_id) == (TakingState.GONE, None)
    assert stored(runtime, waiting).state is TakingState.FAILED
    assert stored(runtime, other).state is TakingState.DONE
    taking.run_export(partial(runtime.unit, clerk), waiting)
    assert stored(runtime, waiting).file_id is None
    with pytest.raises(NotFound), runtime.unit(clerk) as uow:
        taking.read_export(uow, uow.session.get_one(TableExport, ready))


def test_a_table_is_kept_for_a_day(runtime: Runtime, clerk: Actor) -> None:
    people(runtime, 1)
    fresh, old = begun_done(runtime, clerk, TakenKind.PEOPLE), begun_done(runtime, clerk, TakenKind.PEOPLE)
    with runtime.unit(SYSTEM) as uow:
        uow.session.get_one(TableExport, old).created_at = uow.now - timedelta(hours=25)
    with runtime.unit(SYSTEM) as uow:
        assert taking.drop_old_exports(uow) == 1
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert len(uow.session.scalars(select(StoredFile)).all()) == 1
    assert (stored(runtime, fresh).state, stored(runtime, old).state) == (TakingState.DONE, TakingState.GONE)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.text(max_size=12), st.integers(-(10**9), 10**9), st.none(), st.booleans(), st.dates()),
            min_size=1,
            max_size=5,
        ),
        max_size=12,
    )
)
def test_the_long_writer_writes_what_the_other_does(rows: list[list[Any]]) -> None:
    sheet = Sheet("表&<1>", ["甲", "乙", "丙", "丁", "戊"], rows, note="说明 <&>")
    assert cells_of(write_long_workbook(sheet)) == cells_of(write_workbook(sheet))


def cells_of(made: bytes) -> list[list[Any]]:
    found = [list(line) for line in read_lines(made)]
    while not any(cell != "" for cell in found[-1]):
        found.pop()
    width = max(len(line) for line in found)
    return [line + [""] * (width - len(line)) for line in found]


def test_a_long_workbook_opens_no_formula_and_is_well_formed() -> None:
    from lxml import etree

    moment = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    nasty = [
        "=1+1",
        "＋1",
        "\tx",
        "a\x0bb",
        "]]>",
        "<b>&",
        "行一\n行二",
        moment,
        date(2026, 11, 23),
        -5,
        "43038219900101001X",
    ]
    made = write_long_workbook(Sheet("表", [f"列{n}" for n in range(30)], [nasty + [""] * 19]))
    pages = zipfile.ZipFile(io.BytesIO(made))
    for name in pages.namelist():
        etree.fromstring(pages.read(name))
    page = pages.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and 'r="AD1"' in page
    line = list(read_lines(made))[1]
    assert line[:4] == ["'=1+1", "'＋1", "'x", "ab"]
    assert line[6:11] == ["行一\n行二", "2026-11-23 12:00", "2026-11-23", -5, "43038219900101001X"]


def test_most_texts_take_the_short_way_and_it_says_the_same() -> None:
    import sys
    import unicodedata

    for number in range(0, sys.maxunicode + 1, 3):
        sign = chr(number)
        if sign.isalnum() and sign.isprintable():
            assert sheets.cell(sign) == sign
            assert unicodedata.normalize("NFKC", sign).lstrip()[:1] not in set("=+-@|")


def test_the_pages_lead_from_the_list_to_the_file(
    client: FlaskClient, sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(sqlite_runtime, 5)
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    listed = client.get("/staff/people?verification=verified&q=示例").get_data(as_text=True)
    link = re.search(r'href="(/staff/exports/tables/people[^"]*)"', listed)
    assert link and "verification=verified" in link[1] and "q=" not in link[1]
    at_once = client.post(link[1], data={"reason": REASON})
    assert at_once.mimetype.endswith("sheet")
    assert client.post(link[1], data={"reason": ""}).status_code == 422
    monkeypatch.setattr(taking, "AT_ONCE", 2)
    assert "后台" in client.get(link[1]).get_data(as_text=True)
    where = client.post(link[1], data={"reason": REASON}).headers["Location"]
    shown = client.get(where)
    assert "hx-get" in shown.get_data(as_text=True)
    assert client.get(f"{where}/file.xlsx").status_code == 404
    work(sqlite_runtime)
    assert "hx-get" not in client.get(where, headers={"HX-Request": "true"}).get_data(as_text=True)
    made = client.get(f"{where}/file.xlsx")
    assert made.status_code == 200 and any("示例0004" in line for line in read_lines(made.data))
    assert where in client.get("/staff/imports/tables").get_data(as_text=True)
