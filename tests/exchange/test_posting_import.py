"""Tables of postings: columns said once, checked, stored unpublished, each once; updated, closed, taken back."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import Sheet, write_csv, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange import batches
from jobmatch.exchange import posting_imports as services
from jobmatch.exchange.batches import OpenUnit
from jobmatch.exchange.models import PostingImport, PostingImportNote, PostingSource
from jobmatch.exchange.posting_columns import COLUMNS, PostingReader, guess_places, open_posting_table
from jobmatch.exchange.posting_files import posting_template_sheets
from jobmatch.exchange.states import ImportState, PostingRowNote
from recruiters.employers.models import Employer
from recruiters.employers.names import name_skeleton
from recruiters.postings.models import Posting
from recruiters.postings.services.moving import move_posting
from recruiters.postings.states import PostingState, YesWay
from tests.conftest import acting
from tests.factories import PATH_COUNTY, PATH_OTHER, make_employer, make_posting, make_staff

SYSTEM = system_actor("tests")
HEAD = (
    *("编号", "单位名称", "招聘岗位", "人数", "岗位职责", "任职要求", "学历", "工作地点", "工作地址"),
    *("薪资", "福利待遇", "上班时间", "用工形式", "截止日期"),
)


def row(number: int, **changes: str) -> list[str]:
    """A whole row; ``changes`` are other words under some titles."""
    usual = {
        "编号": f"A-{number}",
        "单位名称": "安禾示例机械有限公司",
        "招聘岗位": f"数控车工{number}号线",
        "人数": "3人",
        "岗位职责": "操作数控车床，做好首检和交接",
        "任职要求": "会看图纸",
        "学历": "中专",
        "工作地点": "湖南省湘潭市韶山市",
        "工作地址": "人民路 8 号",
        "薪资": "固定 5000-6000 元/月（应发）",
        "福利待遇": "包吃，不包住，五险",
        "上班时间": "白班，做六休一",
        "用工形式": "劳动合同",
        "截止日期": "",
    }
    return [(usual | changes)[title] for title in HEAD]


def as_csv(*rows: list[str], head: tuple[str, ...] = HEAD) -> bytes:
    return write_csv(head, rows)


@pytest.fixture
def clerk(sqlite_runtime: Runtime) -> Actor:
    with sqlite_runtime.unit(SYSTEM) as uow:
        return make_staff(uow, path=PATH_COUNTY)


def vetted(uow: UnitOfWork) -> Employer:
    """An employer that may publish."""
    employer = make_employer(uow, path=PATH_COUNTY)
    employer.name_skeleton = name_skeleton(employer.organization.name)
    return employer


def opener(runtime: Runtime, actor: Actor) -> OpenUnit:
    return partial(runtime.unit, actor)


def opened(runtime: Runtime, actor: Actor, content: bytes, **given: Any) -> int:
    with runtime.unit(actor) as uow:
        values = {"name": "征集表.csv", "source": "县人社局周报"} | given
        return services.open_posting_import(uow, content, open_posting_table(content), **values).id


def checked(runtime: Runtime, actor: Actor, content: bytes, **given: Any) -> PostingImport:
    import_id = opened(runtime, actor, content, **given)
    with runtime.unit(actor) as uow:
        batch = uow.session.get_one(PostingImport, import_id)
        services.map_columns(uow, batch, batch.mapping)
    services.run_check(opener(runtime, actor), import_id, content)
    return batch_of(runtime, import_id)


def brought_in(runtime: Runtime, actor: Actor, content: bytes, **given: Any) -> PostingImport:
    batch = checked(runtime, actor, content, **given)
    with runtime.unit(actor) as uow:
        services.confirm_posting_import(uow, uow.session.get_one(PostingImport, batch.id))
    services.run_import(opener(runtime, actor), batch.id, content)
    return batch_of(runtime, batch.id)


def batch_of(runtime: Runtime, import_id: int) -> PostingImport:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.get_one(PostingImport, import_id)


def counts(batch: PostingImport) -> tuple[int, int, int, int, int]:
    return batch.stored_count, batch.changed_count, batch.same_count, batch.duplicate_count, batch.refused_count


def notes(runtime: Runtime, batch: PostingImport) -> list[tuple[int, PostingRowNote, str, str]]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        found = select(PostingImportNote).where(PostingImportNote.import_id == batch.id).order_by(PostingImportNote.id)
        return [(n.row_number, n.kind, n.column, n.reason) for n in uow.session.scalars(found)]


def postings(runtime: Runtime) -> list[Posting]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return list(uow.session.scalars(select(Posting).order_by(Posting.id)))


@pytest.mark.parametrize("made", ["utf-8", "gbk", "xlsx", "titled xlsx"])
def test_every_usual_file_is_read_and_its_columns_are_recognised(
    sqlite_runtime: Runtime, clerk: Actor, made: str
) -> None:
    rows = [row(1), row(2)]
    content = {
        "utf-8": as_csv(*rows),
        "gbk": as_csv(*rows).decode("utf-8-sig").encode("gb18030"),
        "xlsx": write_workbook(Sheet("表", HEAD, rows)),
        "titled xlsx": write_workbook(Sheet("表", HEAD, rows, note="2026 年 11 月岗位征集表（合成）")),
    }[made]
    batch = brought_in(sqlite_runtime, clerk, content)
    assert counts(batch) == (2, 0, 0, 0, 0)
    assert batch.file_id is None and batch.samples == []
    one = postings(sqlite_runtime)[0]
    assert (one.title, one.vacancy_count, one.pay_low_yuan, one.pay_high_yuan) == ("数控车工1号线", 3, 5000, 6000)
    assert (one.shift, one.meals, one.housing, one.social_insurance) == ("day", "included", "none", "five")
    assert (one.region_code, one.employment_type, one.pay_kind, one.pay_basis) == (
        "430382",
        "contract",
        "fixed",
        "gross",
    )


def test_nothing_is_published_and_what_is_missing_or_blocked_is_named(sqlite_runtime: Runtime, clerk: Actor) -> None:
    content = as_csv(row(1), row(2, 任职要求="限男性，35 岁以下"))
    batch = checked(sqlite_runtime, clerk, content)
    assert (batch.state, counts(batch), batch.blocked_count) == (ImportState.CHECKED, (2, 0, 0, 0, 0), 1)
    assert postings(sqlite_runtime) == []
    batch = brought_in(sqlite_runtime, clerk, content)
    assert {one.state for one in postings(sqlite_runtime)} == {PostingState.IMPORTED}
    blocked = [note for note in notes(sqlite_runtime, batch) if note[1] is PostingRowNote.BLOCKED]
    assert [(number, column) for number, _kind, column, _reason in blocked] == [(3, "招聘条件")]
    assert blocked[0][3].startswith("R01：")
    with sqlite_runtime.unit(SYSTEM) as uow:
        employer = uow.session.scalars(select(Employer)).one()
        assert employer.vetting.value == "draft"
        for posting in uow.session.scalars(select(Posting)):
            with pytest.raises((Conflict, Invalid)):
                move_posting(uow, posting, "publish")


def test_a_whole_row_of_a_vetted_employer_waits_for_review(sqlite_runtime: Runtime, clerk: Actor) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        name = vetted(uow).organization.name
        until = f"{uow.today.replace(year=uow.today.year + 1)}"
    whole = row(1, 单位名称=name, 截止日期=until)
    with_block = row(2, 单位名称=name, 截止日期=until, 任职要求="限男性")
    brought_in(sqlite_runtime, clerk, as_csv(whole, with_block), consent=YesWay.PAPER)
    first, second = postings(sqlite_runtime)
    assert (first.state, first.missing, first.agreed_at) == (PostingState.IN_REVIEW, [], first.created_at)
    assert first.submitted_at is not None and first.valid_through is not None
    assert second.state is PostingState.IMPORTED
    with sqlite_runtime.unit(SYSTEM) as uow:
        move_posting(uow, uow.session.get_one(Posting, first.id), "publish")


def test_bad_rows_are_named_with_column_and_reason_and_stop_nothing(sqlite_runtime: Runtime, clerk: Actor) -> None:
    content = as_csv(
        row(1, 单位名称=""), row(2, 人数="几个"), row(3, 招聘岗位=""), row(4, 截止日期="2020-01-01"), row(5),
        row(5, 招聘岗位="另一个"), row(6, 招聘岗位="数控车工5号线"),
    )  # fmt: skip
    batch = brought_in(sqlite_runtime, clerk, content)
    assert counts(batch) == (1, 0, 0, 2, 4)
    found = [(number, kind.value, column) for number, kind, column, _reason in notes(sqlite_runtime, batch)]
    assert found == [
        (2, "refused", "单位名称"),
        (3, "refused", "招聘人数"),
        (4, "refused", "岗位名称"),
        (5, "refused", "有效期至"),
        (7, "duplicate", "岗位名称"),
        (8, "duplicate", "岗位名称"),
    ]


def test_the_same_table_again_does_nothing_and_a_changed_row_updates(sqlite_runtime: Runtime, clerk: Actor) -> None:
    brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2)))
    before = {one.id: one.version for one in postings(sqlite_runtime)}
    again = checked(sqlite_runtime, clerk, as_csv(row(1), row(2)))
    assert counts(again) == (0, 0, 2, 0, 0)
    with sqlite_runtime.unit(clerk) as uow, pytest.raises(Invalid):
        services.confirm_posting_import(uow, uow.session.get_one(PostingImport, again.id))
    assert {one.id: one.version for one in postings(sqlite_runtime)} == before
    changed = brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2, 人数="9")))
    assert counts(changed) == (0, 1, 1, 0, 0)
    assert [one.vacancy_count for one in postings(sqlite_runtime)] == [3, 9]


def test_a_changed_row_of_a_public_posting_goes_back_to_review(sqlite_runtime: Runtime, clerk: Actor) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        name = vetted(uow).organization.name
        until = f"{uow.today.replace(year=uow.today.year + 1)}"
    good = row(1, 单位名称=name, 截止日期=until)
    brought_in(sqlite_runtime, clerk, as_csv(good), consent=YesWay.PAPER)
    with sqlite_runtime.unit(SYSTEM) as uow:
        move_posting(uow, uow.session.scalars(select(Posting)).one(), "publish")
    for changes, state in (({"人数": "8"}, PostingState.IN_REVIEW), ({"任职要求": "限男性"}, PostingState.IMPORTED)):
        brought_in(sqlite_runtime, clerk, as_csv(row(1, 单位名称=name, 截止日期=until, **changes)))
        assert postings(sqlite_runtime)[0].state is state


def test_another_source_finds_the_duplicate(sqlite_runtime: Runtime, clerk: Actor) -> None:
    brought_in(sqlite_runtime, clerk, as_csv(row(1)))
    batch = brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2)), source="另一个平台")
    assert counts(batch) == (1, 0, 0, 1, 0)
    assert "县人社局周报" in notes(sqlite_runtime, batch)[0][3]


def test_only_a_full_list_closes_what_is_gone(sqlite_runtime: Runtime, clerk: Actor) -> None:
    brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2), row(3)))
    brought_in(sqlite_runtime, clerk, as_csv(row(9)), source="另一个平台")
    brought_in(sqlite_runtime, clerk, as_csv(row(1), row(4)))
    assert {one.state for one in postings(sqlite_runtime)} == {PostingState.IMPORTED}
    full = brought_in(sqlite_runtime, clerk, as_csv(row(1), row(4)), is_full=True)
    assert full.closed_count == 2
    closed = [one.title for one in postings(sqlite_runtime) if one.state is PostingState.CLOSED]
    assert closed == ["数控车工2号线", "数控车工3号线"]
    back = brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2), row(4)), is_full=True)
    assert counts(back) == (1, 0, 2, 0, 0)


def test_a_full_list_with_a_row_nobody_understood_closes_nothing(sqlite_runtime: Runtime, clerk: Actor) -> None:
    brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2)))
    batch = brought_in(sqlite_runtime, clerk, as_csv(row(1), row(3), row(4, 人数="几个")), is_full=True)
    assert batch.closed_count == 0
    assert {one.state for one in postings(sqlite_runtime)} == {PostingState.IMPORTED}


def test_the_columns_of_a_source_are_remembered(sqlite_runtime: Runtime, clerk: Actor) -> None:
    head = ("甲", "乙", "丙")
    content = as_csv(["一家公司", "焊工", "2"], head=head)
    import_id = opened(sqlite_runtime, clerk, content)
    with sqlite_runtime.unit(clerk) as uow:
        batch = uow.session.get_one(PostingImport, import_id)
        assert batch.mapping == {}
        with pytest.raises(Invalid) as refused:
            services.map_columns(uow, batch, {"employer": 0, "title": 0, "pay": 7})
        assert set(refused.value.fields) == {"title", "pay"}
        services.map_columns(uow, batch, {"employer": 0, "title": 1, "headcount": 2})
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        source = uow.session.scalars(select(PostingSource)).one()
        assert source.mapping == {"employer": "甲", "title": "乙", "headcount": "丙"}
        assert guess_places(["丙", "别的", "乙", "甲"], source.mapping) == {"employer": 3, "title": 2, "headcount": 0}


def test_our_own_template_is_recognised_whole() -> None:
    content = write_workbook(*posting_template_sheets())
    table = open_posting_table(content)
    assert set(guess_places(table.titles, {})) == {column.field for column in COLUMNS}


def test_a_killed_pass_goes_on_where_it_stopped(
    sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CHUNK", 2)
    content = as_csv(*(row(number) for number in range(1, 6)))
    batch = checked(sqlite_runtime, clerk, content)
    with sqlite_runtime.unit(clerk) as uow:
        services.confirm_posting_import(uow, uow.session.get_one(PostingImport, batch.id))
    keep, calls = services.keep_outcomes, []

    def stop(*args: Any, **named: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        keep(*args, **named)

    monkeypatch.setattr(services, "keep_outcomes", stop)
    with pytest.raises(KeyboardInterrupt):
        services.run_import(opener(sqlite_runtime, clerk), batch.id, content)
    assert len(postings(sqlite_runtime)) == 2
    monkeypatch.setattr(services, "keep_outcomes", keep)
    services.run_import(opener(sqlite_runtime, clerk), batch.id, content)
    done = batch_of(sqlite_runtime, batch.id)
    assert (done.state, counts(done), len(postings(sqlite_runtime))) == (ImportState.DONE, (5, 0, 0, 0, 0), 5)


def test_taking_back_closes_what_nobody_touched(sqlite_runtime: Runtime, clerk: Actor) -> None:
    batch = brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2)))
    with sqlite_runtime.unit(SYSTEM) as uow:
        move_posting(uow, uow.session.scalars(select(Posting).order_by(Posting.id)).first(), "adopt")  # type: ignore[arg-type]
    with sqlite_runtime.unit(clerk) as uow:
        services.undo_posting_import(uow, uow.session.get_one(PostingImport, batch.id))
    services.run_undo(opener(sqlite_runtime, clerk), batch.id)
    done = batch_of(sqlite_runtime, batch.id)
    assert (done.state, done.removed_count) == (ImportState.UNDONE, 1)
    assert [one.state for one in postings(sqlite_runtime)] == [PostingState.DRAFT, PostingState.CLOSED]
    assert notes(sqlite_runtime, done)[-1][:2] == (2, PostingRowNote.KEPT)
    again = brought_in(sqlite_runtime, clerk, as_csv(row(1), row(2)))
    assert counts(again) == (1, 0, 1, 0, 0)


def test_whose_employer_a_row_means(uow: UnitOfWork) -> None:
    from jobmatch.exchange.posting_employers import EmployerBook, Wanted

    known, twin, other = (make_employer(uow, name=name) for name in ("甲示例有限公司", "乙示例厂", "乙示例厂"))
    name, code = "甲示例有限公司", "91430382MA7ABCDE1X"
    known.organization.credit_code, twin.organization.credit_code = code, "91430382MA7ABCDE2W"
    for one in (known, twin, other):
        one.name_skeleton = name_skeleton(one.organization.name)
    uow.session.flush()
    book = EmployerBook("测试")
    wanted = [Wanted(name), Wanted("不认识的厂"), Wanted("别的名字", code), Wanted("乙示例厂")]
    book.load(uow, [*wanted, Wanted(f"{name}。")])
    assert book.find(wanted[0]) == (known, {})
    assert set(book.find(wanted[2])[1]) == {"credit_code"}
    assert set(book.find(wanted[3])[1]) == {"employer"}
    assert set(book.find(Wanted(f"{name}。"))[1]) == {"employer"}
    assert book.find(wanted[1]) == (None, {})
    book.load(uow, [Wanted("乙示例厂", "91430382MA7ABCDE2W")])
    assert book.find(Wanted("乙示例厂", "91430382MA7ABCDE2W")) == (twin, {})
    assert EmployerBook("测试", only=known).find(Wanted("别家"))[1].keys() == {"employer"}


def test_only_staff_of_the_place_import(sqlite_runtime: Runtime, clerk: Actor) -> None:
    batch = checked(sqlite_runtime, clerk, as_csv(row(1)))
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER)
    with sqlite_runtime.unit(far) as uow, pytest.raises(NotAllowed):
        services.confirm_posting_import(uow, uow.session.get_one(PostingImport, batch.id))
    with sqlite_runtime.unit(Actor()) as uow, pytest.raises(NotAllowed):
        services.open_posting_import(uow, b"", open_posting_table(as_csv(row(1))), name="x.csv", source="来源")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("湖南省湘潭市韶山市", "430382"),
        ("湖南·湘潭·韶山市", "430382"),
        ("深圳-南山区", "440305"),
        ("不知道哪里", None),
        ("", None),
    ],
)
def test_a_place_is_read_as_senders_write_it(uow: UnitOfWork, words: str, code: str | None) -> None:
    reader = PostingReader(uow.session, "")
    assert reader.read({"employer": "甲厂", "title": "车工", "place": words}).row.values["region_code"] == code


def test_a_table_without_a_head_is_refused() -> None:
    for content in (b"", b"\n\n", "只有一列\n一\n".encode()):
        with pytest.raises(Invalid):
            open_posting_table(content)


def test_forgotten_tables_go(sqlite_runtime: Runtime, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(sqlite_runtime, clerk, as_csv(row(1)))
    with sqlite_runtime.unit(SYSTEM) as uow:
        assert batches.drop_forgotten(uow, PostingImport) == 0
        monkeypatch.setattr(batches, "KEPT_DAYS", -1)
        assert batches.drop_forgotten(uow, PostingImport) == 1
        assert uow.session.scalar(select(func.count(PostingImport.id))) == 0


@pytest.mark.parametrize("count", [2, 20])
def test_a_pass_costs_the_same_reads_for_two_rows_and_twenty(sqlite_runtime: Runtime, clerk: Actor, count: int) -> None:
    from sqlalchemy import event

    with sqlite_runtime.unit(SYSTEM) as uow:
        employer = vetted(uow)
        name = employer.organization.name
        make_posting(uow, employer)
    rows = [(number, {"employer": name, "title": f"车工{number}号"}) for number in range(count)]
    statements: list[str] = []
    with sqlite_runtime.unit(clerk, writing=False) as uow:
        passage = services.Passage("s1", "来源", PATH_COUNTY, None)
        read = passage.read(uow, rows)
        event.listen(uow.session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))
        passage.place(acting(uow, clerk), read, is_dry=True)
    assert len(statements) <= 6
