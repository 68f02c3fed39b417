"""Tables of ventures: wishes of people in the pool, registered where a row says so, each once, and taken back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.models import Task
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import write_csv
from jobmatch.exchange.tables.taking import export_sheet
from jobmatch.exchange.tables.ventures import VENTURES
from tests.exchange.test_tables_import import brought_in, checked, code, counts, notes, number_of, undone
from tests.factories import PATH_COUNTY, PATH_OTHER, make_person, make_staff
from training.incubation.ventures.models import Venture
from training.incubation.ventures.states import VentureForm, VentureState

SYSTEM = system_actor("tests")
HEAD = (
    "姓名",
    "手机",
    "创业意向",
    "意愿日期",
    "行业",
    "地点",
    "登记日期",
    "名称",
    "信用代码",
    "类型",
    "首次创业",
    "接手别人的",
)
DONE = {"名称": "示例汽修店", "信用代码": code(1), "类型": "个体工商户", "首次创业": "是", "接手别人的": "否"}


@pytest.fixture
def clerk(sqlite_runtime: Runtime) -> Actor:
    with sqlite_runtime.unit(SYSTEM) as uow:
        for n in range(7):
            person = make_person(uow, name=f"示例{n}", path=PATH_COUNTY if n < 6 else PATH_OTHER)
            person.phone = f"1993333000{n}"
        return make_staff(uow, path=PATH_COUNTY)


def row(number: int, **changes: str) -> list[str]:
    usual = {
        "姓名": f"示例{number}",
        "手机": f"1993333000{number}",
        "创业意向": "开一家汽车维修店",
        "意愿日期": "2025-03-01",
    }
    return [(usual | changes).get(title, "") for title in HEAD]


def ventures(runtime: Runtime) -> list[Venture]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return list(uow.session.scalars(select(Venture).order_by(Venture.id)))


def test_a_row_becomes_a_wish_with_its_day_and_a_registered_one_is_registered(
    sqlite_runtime: Runtime, clerk: Actor
) -> None:
    content = write_csv(HEAD, [row(0), row(1, 登记日期="2025-04-01", 地点="湖南省湘潭市韶山市", **DONE)])
    batch = brought_in(sqlite_runtime, clerk, content, VENTURES)
    assert counts(batch) == (2, 0, 0), notes(sqlite_runtime, batch)
    wish, shop = ventures(sqlite_runtime)
    assert (wish.state, wish.wished_on.isoformat(), wish.words) == (
        VentureState.INTENTION,
        "2025-03-01",
        "开一家汽车维修店",
    )
    assert (shop.state, shop.name, shop.form, shop.is_first) == (
        VentureState.REGISTERED,
        "示例汽修店",
        VentureForm.SELF_EMPLOYED,
        True,
    )
    assert shop.registered_on is not None and shop.registered_on.isoformat() == "2025-04-01"
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.get_one(Organization, shop.organization_id).credit_code == code(1)
    sheet = export_sheet_of(sqlite_runtime, clerk)
    assert [(line[0], line[2]) for line in sheet] == [("示例1", "开一家汽车维修店"), ("示例0", "开一家汽车维修店")]
    assert all(re.fullmatch(r"199\*{4}\d{4}", str(line[1])) for line in sheet)
    assert sheet[0][6:9] == [shop.registered_on, "示例汽修店", code(1)]
    again = checked(sqlite_runtime, clerk, content, VENTURES)
    assert counts(again) == (0, 2, 0)


def export_sheet_of(runtime: Runtime, actor: Actor) -> list[list[object]]:
    with runtime.unit(actor) as uow:
        return [list(line) for line in export_sheet(uow, VENTURES, reason="季度走访核对").rows]


def test_every_wrong_row_says_what_is_wrong_and_nothing_is_half_stored(sqlite_runtime: Runtime, clerk: Actor) -> None:
    tomorrow = (local_day(utcnow()) + timedelta(days=1)).isoformat()
    rows = [
        row(0, 姓名="别人"),
        row(6),
        row(1, 手机="19911112222"),
        row(2, 行业="没有这个行业", 意愿日期=tomorrow),
        row(3, 登记日期="2025-04-01"),
        row(4, 登记日期="2025-04-01", **{**DONE, "信用代码": "91430382MA4L00002X"}),
        row(5, 首次创业="也许", 地点="不存在的地方"),
        row(5),
    ]
    before = number_of(sqlite_runtime, Venture), number_of(sqlite_runtime, Task)
    batch = brought_in_none(sqlite_runtime, clerk, write_csv(HEAD, rows))
    found = [(number, column) for number, column, _reason in batch]
    assert {(2, "创业者"), (3, "手机号"), (4, "手机号"), (5, "行业"), (5, "意愿日期")} <= set(found)
    assert {(6, name) for name in ("登记名称", "登记类型", "统一社会信用代码", "本人首次登记", "接手别人的")} <= set(
        found
    )
    assert {(7, "统一社会信用代码"), (8, "本人首次登记"), (8, "经营地"), (9, "创业者")} <= set(found)
    assert {number for number, _column in found} == set(range(2, 10))
    assert (number_of(sqlite_runtime, Venture), number_of(sqlite_runtime, Task)) == before


def brought_in_none(runtime: Runtime, actor: Actor, content: bytes) -> list[tuple[int, str, str]]:
    batch = checked(runtime, actor, content, VENTURES)
    assert batch.stored_count == 0
    return notes(runtime, batch)


def test_taking_back_drops_untouched_wishes_and_leaves_what_was_registered(
    sqlite_runtime: Runtime, clerk: Actor
) -> None:
    content = write_csv(HEAD, [row(0), row(1), row(2, 登记日期="2025-04-01", **DONE)])
    batch = brought_in(sqlite_runtime, clerk, content, VENTURES)
    with sqlite_runtime.unit(SYSTEM) as uow:
        touched = uow.session.scalars(select(Venture).order_by(Venture.id)).all()[1]
        touched.changed_at = uow.now + timedelta(minutes=1)
    back = undone(sqlite_runtime, clerk, batch)
    assert back.removed_count == 1
    states = [one.state for one in ventures(sqlite_runtime)]
    assert states == [VentureState.DROPPED, VentureState.INTENTION, VentureState.REGISTERED]
    reasons = [reason for _number, _column, reason in notes(sqlite_runtime, back)]
    assert len(reasons) == 2 and "改过" in reasons[0] and "已经登记" in reasons[1]
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        open_tasks = uow.session.scalars(select(Task).where(Task.closed_at.is_(None), Task.kind == "start_up")).all()
        assert len(open_tasks) == 1
