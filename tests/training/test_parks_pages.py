"""The pages of incubators through the client: everybody's, the office's, the operators', founders' and mentors'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.core.runtime import Runtime
from tests.factories import PATH_A, PATH_OTHER, make_person, make_user
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_parks import (
    desks_of,
    make_incubator,
    make_mentor,
    make_tenancy,
    make_venture,
)
from training.incubation.parks.models import Incubator, MentorTalk, Space, Tenancy
from training.incubation.parks.states import TenancyState


@dataclass
class Park:
    """An office, an incubator with its operator, a founder with a venture, a mentor."""

    office: Office
    incubator: str
    operator_id: int
    founder_id: int
    venture: str
    mentor: str
    mentor_id: int
    desks: list[str]

    @property
    def clerk(self) -> FlaskClient:
        return self.office.clerk

    @property
    def operator(self) -> FlaskClient:
        return self.office.client(self.operator_id)

    @property
    def founder(self) -> FlaskClient:
        return self.office.client(self.founder_id)

    @property
    def counsel(self) -> FlaskClient:
        return self.office.client(self.mentor_id)

    @property
    def base(self) -> str:
        return f"/staff/incubators/{self.incubator}"

    def tenancy(self, state: TenancyState, **values: Any) -> str:
        with self.office.unit() as uow:
            one = uow.session.scalars(select(Incubator).where(Incubator.public_id == self.incubator)).one()
            uow.session.refresh(one, attribute_names=["organization"])
            return make_tenancy(uow, one, state=state, **values).public_id

    def state(self, public_id: str) -> TenancyState:
        with self.office.unit() as uow:
            return uow.session.scalars(select(Tenancy.state).where(Tenancy.public_id == public_id)).one()


@pytest.fixture
def park(sqlite_runtime: Runtime, app: Any) -> Park:
    office = open_office(sqlite_runtime, app)
    with office.unit() as uow:
        one = make_incubator(uow, name="测试孵化园", intro="免费会议室")
        operator = make_user(uow, Role.INCUBATOR_OPERATOR, organization=one.organization)
        person = make_person(uow, path=PATH_A, name="测试创办人")
        venture = make_venture(uow, person, name="测试豆腐坊")
        counsel = make_user(uow, Role.MENTOR)
        mentor = make_mentor(uow, one, user_id=counsel.id, name="测试老师")
        desks = [space.public_id for space in desks_of(uow, one)]
        return Park(
            office,
            one.public_id,
            operator.id,
            person.user_id or 0,
            venture.public_id,
            mentor.public_id,
            counsel.id,
            desks,
        )


def test_everybody_sees_open_places_without_names(park: Park) -> None:
    park.tenancy(TenancyState.INCUBATED, desks=1)
    anybody = park.office.client()
    assert "空着 3 个工位，共 4 个" in text_of(anybody.get("/incubators"))
    page = text_of(anybody.get(f"/incubators/{park.incubator}"))
    for words in ("A01", "已用", "空", "免费会议室", "申请入驻", "怎么申请"):
        assert words in page
    assert "测试粉面店" not in page
    with park.office.unit() as uow:
        uow.session.scalars(select(Incubator)).one().is_open = False
    assert anybody.get(f"/incubators/{park.incubator}").status_code == 404
    assert "现在没有收新项目的孵化基地" in text_of(anybody.get("/incubators"))


def test_the_office_makes_an_incubator_and_changes_it(park: Park) -> None:
    client = park.clerk
    given = {"organization_name": "测试新园", "region_code": "430382", "kind": "park", "area_m2": "500", "is_open": "y"}
    page = text_of(client.post("/staff/incubators/new", data={**given, "free_area_m2": "501"}), 422)
    assert "免费的面积不能比场地面积大" in page
    assert "请选本单位管的地方" in text_of(
        client.post("/staff/incubators/new", data={**given, "region_code": "130102"}), 422
    )
    made = client.post("/staff/incubators/new", data=given)
    assert made.status_code == 303
    home = made.headers["Location"]
    assert "还没有画工位" in text_of(client.get(home))
    assert "测试新园" in text_of(client.get("/staff/incubators"))
    assert text_of(client.get(f"{home}/edit"))
    changed = {**given, "address": "测试路 9 号", "intro": "免费工位", "version": "1"}
    assert client.post(f"{home}/edit", data=changed).status_code == 303
    assert "测试路 9 号" in text_of(client.get(home))
    assert client.post(f"{home}/edit", data=changed).status_code == 409


@pytest.mark.parametrize("side", ["staff", "operator"])
def test_the_plan_is_drawn_without_a_mouse(park: Park, side: str) -> None:
    client, base = (park.clerk, park.base) if side == "staff" else (park.operator, "/incubator")
    row = {"press": "row", "kind": "desk", "number": "B08", "count": "3", "row": "2", "col": "1", "is_usable": "y"}
    assert client.post(f"{base}/spaces", data=row).status_code == 303
    page = text_of(client.get(f"{base}/spaces"))
    for number in ("B08", "B09", "B10"):
        assert number in page
    assert "编号 B08 已经有了" in text_of(client.post(f"{base}/spaces", data={**row, "row": "3"}), 422)
    taken = text_of(client.post(f"{base}/spaces", data={**row, "number": "C1"}), 422)
    assert "第 2 行第 1 列已经是 B08" in taken
    desk = f"{base}/spaces/{park.desks[0]}"
    assert "A01" in text_of(client.get(desk))
    save = {"press": "save", "kind": "office", "number": "A01", "row": "1", "col": "1", "area_m2": "20"}
    assert client.post(desk, data=save).status_code == 303
    assert "停用" in text_of(client.get(f"{base}/spaces"))
    assert client.post(desk, data={"press": "remove"}).status_code == 303
    assert client.get(desk).status_code == 404


def test_a_let_desk_stays_on_the_plan(park: Park) -> None:
    park.tenancy(TenancyState.INCUBATED, desks=1)
    desk = f"{park.base}/spaces/{park.desks[0]}"
    assert "租用过，记录要留着" in text_of(park.clerk.post(desk, data={"press": "remove"}), 422)
    blocked = {"press": "save", "kind": "desk", "number": "A01", "row": "1", "col": "1"}
    assert "有项目在用，出园以后才能停用" in text_of(park.clerk.post(desk, data=blocked), 422)


def test_a_founder_applies_and_withdraws(park: Park) -> None:
    client, path = park.founder, f"/incubators/{park.incubator}/apply"
    assert "测试豆腐坊" in text_of(client.get(path))
    given = {"venture": park.venture, "desk_count": "2", "plan_words": "做豆腐卖给早餐店，雇两个人", "agrees": "y"}
    page = text_of(client.post(path, data={**given, "agrees": "", "plan_words": "豆腐", "desk_count": "0"}), 422)
    for words in ("要同意孵化基地看到姓名和手机号", "至少 10 个字", "请填 1 到 30 个工位"):
        assert words in page
    assert client.post(path, data=given).status_code == 303
    assert "一个项目同时只能有一笔" in text_of(client.post(path, data=given), 422)
    assert "测试孵化园" in text_of(client.get("/my/tenancy"))
    with park.office.unit() as uow:
        own = uow.session.scalars(select(Tenancy.public_id)).one()
    assert "已申请" in text_of(client.get(f"/my/tenancy/{own}"))
    assert "测试创办人" in text_of(park.operator.get(f"/incubator/tenancies/{own}"))
    asked = {"press": "ask", "ask-words": "请写清楚雇几个人"}
    assert park.operator.post(f"/incubator/tenancies/{own}", data=asked).status_code == 303
    assert "请写清楚雇几个人" in text_of(client.get("/my/tenancy"))
    again = {"press": "complete", "desk_count": "1", "plan_words": "做豆腐卖给早餐店，雇三个人"}
    assert client.post(f"/my/tenancy/{own}", data=again).status_code == 303
    assert client.post(f"/my/tenancy/{own}", data={"press": "fly"}).status_code == 404
    assert client.post(f"/my/tenancy/{own}", data={"press": "withdraw"}).status_code == 303
    assert "已经撤回过了" in text_of(client.post(f"/my/tenancy/{own}", data={"press": "withdraw"}), 422)


def test_others_see_nothing_of_it(park: Park) -> None:
    other = park.tenancy(TenancyState.APPLIED)
    assert park.founder.get(f"/my/tenancy/{other}").status_code == 404
    with park.office.unit() as uow:
        far = make_incubator(uow, path=PATH_OTHER, name="远方园")
        far_tenancy = make_tenancy(uow, far).public_id
        far_id = far.public_id
    assert park.clerk.get(f"/staff/incubators/{far_id}").status_code == 404
    assert park.clerk.get(f"{park.base}/tenancies/{far_tenancy}").status_code == 404
    assert park.operator.get(f"/incubator/tenancies/{far_tenancy}").status_code == 404
    assert park.operator.get(park.base).status_code == 403


def test_the_whole_way_in_and_out(park: Park) -> None:
    tenancy = park.tenancy(TenancyState.APPLIED)
    page = f"{park.base}/tenancies/{tenancy}"
    assert park.clerk.post(page, data={"press": "accept"}).status_code == 303
    with park.office.unit() as uow:
        from jobmatch.accounts.models import Membership

        station = uow.session.scalars(
            select(Membership.organization_id).where(Membership.user_id == park.office.clerk_id)
        ).one()
        from jobmatch.accounts.models import Organization

        colleagues = [
            make_user(uow, Role.STATION_STAFF, organization=uow.session.get_one(Organization, station)).id
            for _n in range(3)
        ]
    points = {"press": "score"} | {f"score-{one}": "14" for one in ("team", "market", "special", "jobs", "feasible")}
    assert "请打 0 到 20 分" in text_of(park.clerk.post(page, data={**points, "score-team": "21"}), 422)
    for user in colleagues[:2]:
        assert park.office.client(user).post(page, data=points).status_code == 303
    recused = park.clerk.post(page, data={"press": "recuse", "recuse-words": "创办人是我表弟"})
    assert recused.status_code == 303
    assert "还差 1 份才能定" in text_of(park.clerk.post(page, data={"press": "decide"}), 422)
    assert park.office.client(colleagues[2]).post(page, data=points).status_code == 303
    assert "平均 70.0 分" in text_of(park.clerk.get(page))
    assert park.clerk.post(page, data={"press": "decide"}).status_code == 303
    public = text_of(park.office.client().get(f"/notices/incubation/{tenancy}"))
    assert "有不同意见怎么办" in public and "测试甲" not in public
    enter = {
        "press": "move_in",
        "move_in-spaces": park.desks[:2],
        "move_in-term_from": "2026-11-21",
        "move_in-months": "24",
        "move_in-rent_yuan": "600",
        "move_in-waiver_share": "50",
    }
    assert "第二天起才能入驻" in text_of(park.clerk.post(page, data=enter), 422)
    with park.office.unit() as uow:
        row = uow.session.scalars(select(Tenancy).where(Tenancy.public_id == tenancy)).one()
        row.noticed_until = uow.today - timedelta(days=1)
    assert "办入驻" in text_of(park.clerk.get(page))
    assert park.clerk.post(page, data=enter).status_code == 303
    assert park.office.client().get(f"/notices/incubation/{tenancy}").status_code == 404
    seen = text_of(park.operator.get(f"/incubator/tenancies/{tenancy}"))
    assert "A01、A02" in seen and "600 元，减免 50%" in seen
    paper = park.operator.get(f"/incubator/tenancies/{tenancy}/agreement.pdf")
    assert paper.data[:5] == b"%PDF-"
    assert park.clerk.get(f"{park.base}/tenancies.xlsx").data[:2] == b"PK"
    assert park.clerk.post(page, data={"press": "extend", "extend-months": "13"}).status_code == 422
    assert park.clerk.post(page, data={"press": "extend", "extend-months": "6"}).status_code == 303
    leave = {"press": "leave", "leave-way": "graduate", "leave-left_on": "2026-11-21", "leave-reason": "能自己开店了"}
    assert park.clerk.post(page, data=leave).status_code == 303
    assert park.state(tenancy) is TenancyState.GRADUATED
    with park.office.unit() as uow:
        assert uow.session.scalars(select(Space.tenancy_id).where(Space.tenancy_id.is_not(None))).all() == []
    assert "能自己开店了" in text_of(park.clerk.get(page))
    assert park.clerk.post(page, data={"press": "fly"}).status_code == 404


def test_the_board_and_the_first_page(park: Park) -> None:
    for state in TenancyState:
        park.tenancy(state)
    for tab, words in {
        "waiting": "待补正",
        "review": "待评审",
        "notice": "公示到",
        "in": "到期",
        "left": "出园",
        "none": "已撤回",
    }.items():
        assert words in text_of(park.operator.get(f"/incubator/tenancies?tab={tab}"))
    assert "在孵 2 家" in text_of(park.clerk.get(park.base))
    assert park.operator.get("/").headers["Location"] == "/incubator"
    assert "在孵 2 家" in text_of(park.operator.get("/incubator"))
    for name in ("standards", "events", "mentors", "spaces"):
        assert park.operator.get(f"/incubator/{name}").status_code == 200


def test_standards_show_what_is_missing(park: Park) -> None:
    page = text_of(park.clerk.get(f"{park.base}/standards"))
    for words in ("省级（湖北）", "未统计", "≥ 30 家", "差 30 家", "来源：湖北省", "按县级的家数算"):
        assert words in page


def test_mentors_talk_and_founders_confirm(park: Park) -> None:
    with park.office.unit() as uow:
        from training.incubation.ventures.models import Venture

        venture = uow.session.scalars(select(Venture).where(Venture.public_id == park.venture)).one()
        one = uow.session.scalars(select(Incubator)).one()
        uow.session.refresh(one, attribute_names=["organization"])
        uow.session.refresh(venture, attribute_names=["person"])
        make_tenancy(uow, one, venture, state=TenancyState.INCUBATED, desks=1)
    assert park.counsel.get("/").headers["Location"] == "/mentor"
    talk = {"venture": park.venture, "happened_on": "2026-11-20", "minutes": "90", "topic": "怎么定价"}
    page = text_of(park.counsel.post("/mentor", data={**talk, "minutes": "4", "happened_on": "2026-12-01"}), 422)
    assert "请填 5 到 600 分钟" in page and "不晚于今天" in page
    assert park.counsel.post("/mentor", data=talk).status_code == 303
    assert "辅导 1.5 小时，项目确认 0.0 小时" in text_of(park.counsel.get("/mentor"))
    with park.office.unit() as uow:
        public_id = uow.session.scalars(select(MentorTalk.public_id)).one()
    assert "确认谈过" in text_of(park.founder.get("/my/tenancy"))
    assert park.founder.post(f"/my/tenancy/talks/{public_id}/confirm").status_code == 303
    assert park.founder.post(f"/my/tenancy/talks/{public_id}/confirm").status_code == 409
    with park.office.unit() as uow:
        stranger = make_person(uow, path=PATH_A).user_id
    assert park.office.client(stranger).post(f"/my/tenancy/talks/{public_id}/confirm").status_code == 404
    page = text_of(park.clerk.get(f"{park.base}/mentors"))
    assert "测试老师" in page and "1.5" in page
    one = f"{park.base}/mentors/{park.mentor}"
    assert "怎么定价" in text_of(park.clerk.get(one))
    assert park.clerk.post(one, data={**talk, "press": "talk"}).status_code == 303
    assert park.clerk.post(one, data={"press": "save", "name": "", "field": "tax"}).status_code == 422
    new = {"name": "测试新导师", "field": "law", "is_active": "y"}
    assert park.operator.post("/incubator/mentors", data=new).status_code == 422
    assert park.operator.post("/incubator/mentors", data={**new, "field": "legal"}).status_code == 303


def test_events_are_noted_and_removed(park: Park) -> None:
    client, base = park.operator, "/incubator/events"
    assert "不能晚于今天" in text_of(client.post(base, data={"title": "沙龙", "held_on": "2026-12-24"}), 422)
    assert client.post(base, data={"title": "沙龙", "held_on": "2026-11-10", "people_count": "20"}).status_code == 303
    assert "办过 1 次活动" in text_of(client.get(base))
    with park.office.unit() as uow:
        from training.incubation.parks.models import ParkEvent

        event = uow.session.scalars(select(ParkEvent.public_id)).one()
    assert client.post(f"{base}/{event}/remove").status_code == 303
    assert client.post(f"{base}/{event}/remove").status_code == 404


def test_the_office_applies_for_somebody(park: Park) -> None:
    path = f"{park.base}/apply"
    assert "测试豆腐坊" in text_of(park.clerk.get(path))
    assert "请选一个项目" in text_of(park.clerk.post(path, data={"venture": "x" * 16}), 422)
    given = {"venture": park.venture, "desk_count": "1", "plan_words": "做豆腐卖给早餐店，雇两个人", "agrees": "y"}
    assert park.clerk.post(path, data=given).status_code == 303


@pytest.mark.parametrize("rule", ["/incubators", "/staff/incubators", "tenancies", "/my/tenancy", "mentors", "events"])
def test_twenty_rows_cost_as_many_statements_as_two(park: Park, sqlite_runtime: Runtime, rule: str) -> None:
    counts = []
    client = park.founder if rule.startswith("/my") else park.clerk
    address = rule if rule.startswith("/") else f"{park.base}/{rule}"
    for more in (2, 18):
        with park.office.unit() as uow:
            _more(uow, park, rule, more)
        client.get(address)
        with counted(sqlite_runtime.database.engine) as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def _more(uow: Any, park: Park, rule: str, more: int) -> None:
    from training.incubation.parks.models import ParkEvent
    from training.incubation.ventures.models import Venture

    one = uow.session.scalars(select(Incubator).where(Incubator.public_id == park.incubator)).one()
    uow.session.refresh(one, attribute_names=["organization"])
    venture = uow.session.scalars(select(Venture).where(Venture.public_id == park.venture)).one()
    for _n in range(more):
        if rule in {"/incubators", "/staff/incubators"}:
            make_incubator(uow)
        elif rule == "tenancies":
            make_tenancy(uow, one)
        elif rule == "/my/tenancy":
            make_tenancy(uow, one, venture, state=TenancyState.WITHDRAWN, with_grant=False)
        elif rule == "mentors":
            make_mentor(uow, one)
        else:
            uow.session.add(ParkEvent(incubator_id=one.id, held_on=uow.today, title="测试沙龙"))
