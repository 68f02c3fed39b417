"""Pages of special actions, spot checks and checks of stations, through the client."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.campaigns.models import Campaign, CampaignTask, Checklist, SpotCheck, SpotCheckLine, StationCheck
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, actor_of, make_person, make_station, make_user
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.help_campaigns import (
    FROM,
    UNTIL,
    handed_in,
    hired,
    make_campaign,
    make_check,
    make_checklist,
    visited,
)

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


@pytest.fixture
def town(office: Office) -> tuple[str, FlaskClient]:
    """A station below the office: its public id, and its clerk's browser."""
    with office.unit() as uow:
        station = make_station(uow, path=PATH_A, name="测试东镇站")
        clerk, public_id = make_user(uow, Role.STATION_STAFF, organization=station).id, station.public_id
    return public_id, office.client(clerk)


def clerk_actor(uow: UnitOfWork, office: Office) -> Actor:
    from jobmatch.accounts.models import User

    user = uow.session.get_one(User, office.clerk_id)
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    return actor_of(user, Role.STATION_STAFF, uow.session.get_one(Organization, membership.organization_id))


def as_clerk(uow: UnitOfWork, office: Office) -> UnitOfWork:
    return acting(uow, clerk_actor(uow, office))


def the(office: Office, model: Any) -> Any:
    with office.unit() as uow:
        return uow.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


PLAN = {
    "title": "金秋招聘月",
    "basis": "测试〔2026〕1 号",
    "lead": "测试牵头人",
    "starts_on": "2026-11-01",
    "ends_on": "2026-11-30",
    "target_action_hires": "4",
    "target_action_visits": "",
}


def test_an_action_is_planned_run_summed_and_closed(office: Office, town: tuple[str, FlaskClient]) -> None:
    client, (station_id, station) = office.clerk, town
    assert "还没有专项行动" in text_of(client.get("/staff/campaigns"))
    refused = text_of(client.post("/staff/campaigns/new", data=PLAN | {"title": "", "ends_on": "2026-10-01"}), 422)
    assert "请写专项行动的名称" in refused
    assert "结束的日期不能早于开始" in text_of(
        client.post("/staff/campaigns/new", data=PLAN | {"ends_on": "2026-10-01"}), 422
    )
    assert client.post("/staff/campaigns/new", data=PLAN).status_code == 303
    assert "已经有了" in text_of(client.post("/staff/campaigns/new", data=PLAN), 422)
    path = f"/staff/campaigns/{the(office, Campaign).public_id}"
    task = {"title": "走访 30 户", "station": station_id, "due_on": "2026-11-20"}
    assert client.post(f"{path}/tasks", data=task).status_code == 303
    assert "请选一个服务站" in text_of(client.post(f"{path}/tasks", data=task | {"station": ""}), 422)
    assert client.post(f"{path}/steps/start").status_code == 303
    assert client.post(f"{path}/steps/close").status_code == 404
    with office.unit() as uow:
        hired(uow, name="测试入职人")
        visited(uow, make_person(uow), FROM)
    page = text_of(client.get(path))
    for words in ("1 项指标，完成 0 项", "还差 3", "目标 4，完成 1", "红灯：过期", "测试〔2026〕1 号", "测试东镇站"):
        assert words in page, words
    assert "测试入职人" in text_of(client.get(f"{path}/lists/action-hires"))
    assert client.get(f"{path}/lists/nonsense").status_code == 404
    for code in ("action-fairs", "action-classes", "action-visits", "action-postings"):
        assert client.get(f"{path}/lists/{code}").status_code == 200
    theirs = text_of(station.get(path))
    assert "这是上级的行动" in theirs and "全行动目标 4" in theirs and "派一项任务" not in theirs
    assert station.post(f"{path}/tasks", data=task).status_code == 403
    here = f"{path}/tasks/{the(office, CampaignTask).public_id}"
    assert "办好了" in text_of(station.get(here))
    assert "请写一句办得怎么样" in text_of(station.post(here, data={"result": ""}), 422)
    assert station.post(here, data={"result": "走访了 31 户", "done_on": "2026-11-19"}).status_code == 303
    assert "走访了 31 户" in text_of(client.get(path))
    assert "请写一段总结" in text_of(client.post(f"{path}/close", data={"words": ""}), 422)
    assert client.post(f"{path}/close", data={"words": "都做完了"}).status_code == 303
    summary = text_of(client.get(f"{path}/summary"))
    assert "都做完了" in summary and "25.0%" in summary and "走访了 31 户" in summary
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{path}/summary.xlsx").data))
    assert book.sheet_names == ["指标", "各站", "任务台账"]
    rows = {row[0]: row for row in book.get_sheet_by_name("指标").to_python()}
    assert rows["实现就业"][2:5] == [4, 1, "25.0%"]
    assert client.post(f"{path}/edit", data=PLAN).status_code == 422
    assert client.post(f"{path}/steps/reopen").status_code == 303
    assert client.post(f"{path}/edit", data=PLAN | {"target_action_hires": "1"}).status_code == 303
    assert "1 项指标，完成 1 项" in text_of(client.get(path))


def test_a_task_that_nobody_began_is_taken_out(office: Office, town: tuple[str, FlaskClient]) -> None:
    client, (station_id, _station) = office.clerk, town
    client.post("/staff/campaigns/new", data=PLAN)
    path = f"/staff/campaigns/{the(office, Campaign).public_id}"
    client.post(f"{path}/tasks", data={"title": "写错了", "station": station_id, "due_on": "2026-11-20"})
    here = f"{path}/tasks/{the(office, CampaignTask).public_id}"
    assert client.post(f"{here}/remove").status_code == 303
    assert client.get(here).status_code == 404
    assert "还没有派任务" in text_of(client.get(path))


def test_a_sample_is_drawn_called_through_and_its_rate_is_shown(office: Office, town: tuple[str, FlaskClient]) -> None:
    client, (station_id, station) = office.clerk, town
    assert "还没有抽查过" in text_of(client.get("/staff/spot-checks"))
    assert "今年抽查失实" in text_of(client.get("/staff/rates"))
    assert "没有可抽的" in text_of(client.post("/staff/spot-checks", data={"station": station_id}), 422)
    assert "请选一个下级服务站" in text_of(client.post("/staff/spot-checks", data={"station": "x"}), 422)
    with office.unit() as uow:
        hired(uow, name="测试甲乙", phone="19900012345")
        hired(uow, name="测试登记", recorder=office.clerk_id)
    assert client.post("/staff/spot-checks", data={"station": station_id}).status_code == 303
    assert client.post("/staff/spot-checks", data={"station": station_id}).status_code == 303
    path = f"/staff/spot-checks/{the(office, SpotCheck).public_id}"
    page = text_of(client.get(path))
    for words in ("还有 2 个要打", "测试甲乙", "测试工厂", "请换一位同事", "199****2345"):
        assert words in page, words
    assert "19900012345" not in page
    with office.unit() as uow:
        lines = {line.public_id: line.spell_id for line in uow.session.scalars(select(SpotCheckLine))}
        by_name = {name: next(k for k, v in lines.items() if v == spell) for spell, name in _names(uow)}
    mine, own = (f"{path}/lines/{by_name[name]}" for name in ("测试甲乙", "测试登记"))
    assert 'href="tel:19900012345"' in text_of(client.post(f"{mine}/phone"))
    assert client.post(f"{own}/phone").status_code == 403
    assert client.post(own, data={"result": "true"}).status_code == 403
    assert "请写一句听到了什么" in text_of(client.post(mine, data={"result": "false"}), 422)
    assert client.post(mine, data={"result": "false", "note": "单位没有这个人"}).status_code == 303
    assert client.post(mine, data={"result": "true"}).status_code == 422
    page = text_of(client.get(path))
    assert "100.0%" in page and "不属实 1÷打通 1" in page and "单位没有这个人" in page
    assert "今年抽查失实率 100.0%" in text_of(client.get("/staff/spot-checks"))
    assert "1÷1 个打通" in text_of(client.get("/staff/rates"))
    for method in ("get", "post"):
        assert getattr(station, method)(path if method == "get" else mine).status_code == 404
    with office.unit() as uow:
        trail = list(uow.session.scalars(select(AuditEntry).where(AuditEntry.action.like("spot_check%"))))
        assert {row.action for row in trail} == {"spot_check.draw", "spot_check.call"}
        assert "测试甲乙" not in str([row.detail for row in trail])


def _names(uow: UnitOfWork) -> Iterator[tuple[int, str]]:
    from jobmatch.people.models.person import Person
    from jobmatch.people.models.register import EmploymentSpell

    query = select(EmploymentSpell.id, Person.name).join(Person, Person.id == EmploymentSpell.person_id)
    yield from ((row.id, row.name) for row in uow.session.execute(query))


def write_list(client: FlaskClient, office: Office, station_id: str) -> str:
    """A checklist of two items, made on the pages; its address."""
    assert "还没有检查表" in text_of(client.get("/staff/checklists"))
    assert "还没有检查表" in text_of(client.get("/staff/ranking"))
    data = {"title": "2026 年考核表", "valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    assert "请写检查表的名称" in text_of(client.post("/staff/checklists/new", data=data | {"title": ""}), 422)
    assert client.post("/staff/checklists/new", data=data).status_code == 303
    path = f"/staff/checklists/{the(office, Checklist).public_id}"
    assert "先加几项" in text_of(
        client.post(f"{path}/start", data={"kind": "self", "station_ids": station_id, "checked_on": "2026-11-21"}), 422
    )
    for item in (
        {"words": "有服务窗口", "points": "10"},
        {"words": "实现就业", "points": "20", "figure_code": "action-hires", "goal": "4"},
        {"words": "写错的", "points": "1"},
    ):
        assert client.post(f"{path}/items", data=item).status_code == 303
    assert "请填大于 0 的目标值" in text_of(
        client.post(f"{path}/items", data={"words": "甲", "points": "1", "figure_code": "action-hires"}), 422
    )
    assert client.post(f"{path}/items/3/remove").status_code == 303
    assert client.post(f"{path}/items/9/remove").status_code == 404
    page = text_of(client.get(path))
    assert "2 项，满分 30 分" in page and "达到 4 满分" in page
    return path


def test_a_list_is_written_copied_and_ended(office: Office, town: tuple[str, FlaskClient]) -> None:
    client = office.clerk
    path = write_list(client, office, town[0])
    assert client.post(f"{path}/copy").status_code == 303
    assert "2027 年考核表" in text_of(client.get("/staff/checklists"))
    assert client.post(f"{path}/end").status_code == 303
    data = {"title": "改名", "valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    assert client.post(f"{path}/edit", data=data).status_code == 303
    assert "已停用" in text_of(client.get(path))


def test_a_check_is_filled_objected_to_answered_frozen_and_ranked(
    office: Office, town: tuple[str, FlaskClient]
) -> None:
    client, (station_id, station) = office.clerk, town
    path = write_list(client, office, station_id)
    start = {"kind": "inspection", "station_ids": station_id, "checked_on": "2026-11-21"}
    assert client.post(f"{path}/start", data=start).status_code == 303
    assert "请选要检查的服务站" in text_of(client.post(f"{path}/start", data=start | {"station_ids": ""}), 422)
    here = f"/staff/checks/{the(office, StationCheck).public_id}"
    assert "还有 1 项没填" in text_of(client.get(here))
    assert "还有第 1 项没填" in text_of(client.post(f"{here}/hand-in"), 422)
    assert station.post(f"{here}/hand-in").status_code == 403
    assert "这一项现在不能填" in text_of(station.get(f"{here}/items/1"))
    assert "第 1 项，共 2 项" in text_of(client.get(f"{here}/items/1"))
    assert client.get(f"{here}/items/7").status_code == 404
    assert "请选符合不符合" in text_of(client.post(f"{here}/items/1", data={"words": "看过"}), 422)
    assert "写明差在哪里" in text_of(client.post(f"{here}/items/1", data={"met": "no"}), 422)
    bad = {"met": "yes", "file": (io.BytesIO(b"MZ nonsense"), "坏.pdf")}
    assert client.post(f"{here}/items/1", data=bad).status_code == 422
    good = {"met": "partly", "points": "7.5", "words": "只开半天", "file": (io.BytesIO(PDF), "现场.pdf")}
    assert client.post(f"{here}/items/1", data=good).status_code == 303
    assert client.post(f"{here}/items/2", data={"met": "yes", "words": "硬说有"}).status_code == 422
    assert client.get(f"{here}/items/1/file").data == PDF
    assert client.get(f"{here}/items/2/file").status_code == 404
    assert client.post(f"{here}/hand-in").status_code == 303
    assert client.post(f"{here}/hand-in").status_code == 303
    assert "7.5" in text_of(client.get(here))
    assert "还没有定档" in text_of(client.get("/staff/ranking"))
    assert "请写明不同意" in text_of(station.post(f"{here}/object", data={"objection": ""}), 422)
    assert station.post(f"{here}/object", data={"objection": "窗口全天开"}).status_code == 303
    assert client.post(f"{here}/freeze").status_code == 422
    assert "窗口全天开" in text_of(client.get(here))
    assert client.post(f"{here}/items/1", data={"met": "yes", "words": "核实全天开"}).status_code == 303
    assert client.post(f"{here}/answer", data={"answer": "改为符合"}).status_code == 303
    assert client.post(f"{here}/freeze").status_code == 303
    assert client.post(f"{here}/items/1", data={"met": "no", "words": "再改"}).status_code == 422
    assert "定档，不再改" in text_of(client.get(here))
    ranking = text_of(client.get("/staff/ranking"))
    for words in ("测试东镇站", "33.3", "怎么排的", "就业率不单独用来排名", "没抽查"):
        assert words in ranking, words
    board = text_of(client.get(f"{path}/board"))
    assert "差 1 项" in board and "1 / 2" in board


def test_a_superior_reader_ranks_and_opens_nothing_else(office: Office, town: tuple[str, FlaskClient]) -> None:
    with office.unit() as uow:
        county = as_clerk(uow, office)
        station = uow.session.scalars(select(Organization).where(Organization.public_id == town[0])).one()
        checklist = make_checklist(county)
        handed_in(county, make_check(county, checklist, station))
        reader_id = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow)).id
        public_id = checklist.public_id
    reader = office.client(reader_id)
    assert reader.get("/staff/ranking").status_code == 200
    assert "测试东镇站" in text_of(reader.get(f"/staff/checklists/{public_id}/board"))
    assert "/staff/checks/" not in text_of(reader.get(f"/staff/checklists/{public_id}/board"))
    for path in ("/staff/campaigns", "/staff/spot-checks", f"/staff/checklists/{public_id}"):
        assert reader.get(path).status_code == 403


def test_another_county_finds_nothing(office: Office, town: tuple[str, FlaskClient]) -> None:
    with office.unit() as uow:
        county = as_clerk(uow, office)
        station = uow.session.scalars(select(Organization).where(Organization.public_id == town[0])).one()
        campaign, checklist = make_campaign(county), make_checklist(county)
        check = make_check(county, checklist, station, "mutual")
        far_id = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
        paths = [
            f"/staff/campaigns/{campaign.public_id}",
            f"/staff/checklists/{checklist.public_id}",
            f"/staff/checklists/{checklist.public_id}/board",
            f"/staff/checks/{check.public_id}",
            f"/staff/checks/{check.public_id}/items/1",
            f"/staff/ranking?checklist={checklist.public_id}",
        ]
    far = office.client(far_id)
    assert [far.get(path).status_code for path in paths] == [404] * len(paths)


def _more(uow: UnitOfWork, office: Office, count: int) -> None:
    """So many more actions, tasks, stations with checks and drawn jobs."""
    county = as_clerk(uow, office)
    campaign = uow.session.scalars(select(Campaign)).first() or make_campaign(county)
    checklist = uow.session.scalars(select(Checklist)).first() or make_checklist(county)
    first = uow.session.query(Organization).count()
    for number in range(count):
        make_campaign(county, title=f"行动 {first + number}")
        station = make_station(uow, path=f"{PATH_COUNTY}4303821{first + number:02d}/", name=f"测试站 {first + number}")
        uow.session.add(
            CampaignTask(
                campaign_id=campaign.id,
                title=f"任务 {first + number}",
                station_id=station.id,
                due_on=UNTIL,
                created_at=uow.now,
            )
        )
        make_checklist(county, title=f"表 {first + number}")
        check = StationCheck(
            checklist_id=checklist.id,
            station_id=station.id,
            region_path=station.region_path,
            kind="inspection",
            checked_on=uow.today,
            state="frozen",
            created_at=uow.now,
        )
        spot = SpotCheck(
            region_path=station.region_path,
            station_id=station.id,
            drawn_on=uow.today,
            claimed_count=1,
            share_percent=5,
            seed=1,
            created_at=uow.now,
        )
        uow.session.add_all([check, spot])
        uow.session.flush()
        one = uow.session.scalars(select(SpotCheck).order_by(SpotCheck.id)).first() or spot
        spell = hired(uow)
        visited(uow, make_person(uow), FROM)
        uow.session.add(SpotCheckLine(spot_check_id=spot.id, spell_id=spell.id))
        if one is not spot:
            uow.session.add(SpotCheckLine(spot_check_id=one.id, spell_id=spell.id))
    uow.session.flush()


def test_longer_lists_cost_no_more_statements(office: Office) -> None:
    with office.unit() as uow:
        _more(uow, office, 2)
        campaign = uow.session.scalars(select(Campaign).order_by(Campaign.id)).first()
        checklist = uow.session.scalars(select(Checklist).order_by(Checklist.id)).first()
        spot = uow.session.scalars(select(SpotCheck).order_by(SpotCheck.id)).first()
        here, by = f"/staff/campaigns/{campaign.public_id}", f"/staff/checklists/{checklist.public_id}"
        sample = f"/staff/spot-checks/{spot.public_id}"
    client = office.clerk
    paths = [
        *("/staff/campaigns", here, f"{here}/summary", f"{here}/lists/action-hires", f"{here}/lists/action-visits"),
        *("/staff/spot-checks", sample, "/staff/checklists", by, f"{by}/board"),
        f"/staff/ranking?checklist={by.rsplit('/', 1)[-1]}",
    ]

    def costs() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with counted(office.runtime.database.engine) as statements:
                assert client.get(path).status_code == 200, path
            found.append(len(statements))
        return found

    few = costs()
    with office.unit() as uow:
        _more(uow, office, 18)
    assert dict(zip(paths, costs(), strict=True)) == dict(zip(paths, few, strict=True))


def test_the_reminder_job_runs_and_tells_once(office: Office, town: tuple[str, FlaskClient]) -> None:
    from jobmatch.core.jobs import JobContext
    from jobmatch.reports.campaigns.jobs import remind
    from jobmatch.reports.campaigns.services.ledger import add_task

    with office.unit() as uow:
        county = as_clerk(uow, office)
        station = uow.session.scalars(select(Organization).where(Organization.public_id == town[0])).one()
        add_task(county, make_campaign(county), title="快到期", station=station, due_on=uow.today + timedelta(days=1))
    context = JobContext(office.runtime.database, 0, "campaigns.remind")
    assert [remind(context), remind(context)] == [{"told": 1}, {"told": 0}]
