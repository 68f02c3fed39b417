"""The office's pages about its fairs, through the client."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.states import Role
from jobmatch.casework.tasks.models import Task
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.planning.jobs import remind
from jobmatch.fairs.planning.models import FairBroadcast, FairHelper, FairMoney, FairPaper, FairSlice, FairStep, JobFair
from jobmatch.fairs.planning.states import FairState
from tests.factories import PATH_OTHER, TOWN_A, make_station, make_user
from tests.fairs.help import make_fair
from tests.recruiters.help import Office, open_office, text_of

PDF = b"%PDF-1.7\n%%EOF\n"
GIVEN = {
    "title": "退役军人专场招聘会",
    "mode": "on_site",
    "opens_at": "2027-01-09T09:00",
    "closes_at": "2027-01-09T15:00",
    "place": "测试体育馆",
    "address": "测试路 1 号",
    "contact_name": "测试联系人",
    "contact_phone": "0731-5550000",
    "expected_count": "300",
    "capacity": "200",
    "booth_capacity": "40",
    "taken_on_the_day": "y",
}


@pytest.fixture
def office(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


def new_fair(client: FlaskClient, path: str = "/staff/fairs/new", **values: str) -> str:
    """The address of a new fair."""
    answer = client.post(path, data={**GIVEN, **values})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def upload(client: FlaskClient, fair: str, kind: str, name: str = "方案.pdf", content: bytes = PDF) -> Any:
    return client.post(f"{fair}/papers/{kind}/upload", data={"file": (io.BytesIO(content), name), "note": "测试"})


def row(office: Office, model: Any) -> Any:
    with office.unit() as uow:
        return uow.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def test_the_list_begins_with_the_year_and_a_way_to_begin(office: Office) -> None:
    page = text_of(office.clerk.get("/staff/fairs"))
    for words in ("今年举办 0 场", "要求至少举办 2 场，还差 2 场", "办一场招聘会", "没有在筹备的招聘会"):
        assert words in page
    for tab in ("running", "over", "joined", "nonsense"):
        assert office.clerk.get(f"/staff/fairs?tab={tab}").status_code == 200


def test_a_new_form_has_defaults_and_says_what_is_wrong(office: Office) -> None:
    client = office.clerk
    page = text_of(client.get("/staff/fairs/new"))
    for words in ("2027-01-09T09:00", "2027-01-09T15:00", "行业领域专场", 'value="300"'):
        assert words in page
    bad = {**GIVEN, "title": "", "opens_at": "someday", "capacity": "many", "latitude": "north"}
    page = text_of(client.post("/staff/fairs/new", data=bad), 422)
    for words in ("请填招聘会的名称", "请填写日期和时间", "请只填数字", "请填数字"):
        assert words in page
    assert "结束要晚于开始" in text_of(
        client.post("/staff/fairs/new", data={**GIVEN, "closes_at": GIVEN["opens_at"]}), 422
    )
    assert client.post("/staff/fairs/new", data={"title": "x"}).status_code == 422
    for end in ("0001-01-01T00:00", "9999-12-31T23:59"):
        assert client.post("/staff/fairs/new", data={**GIVEN, "opens_at": end, "closes_at": end}).status_code == 422


def test_a_fair_is_planned_published_and_taken_back(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client)
    page = text_of(client.get(fair))
    for words in ("办好 0 / 18 步", "还差 3 项就能公布", "还没有上传应急预案", "组织实施办法", "立项与方案", "筹备"):
        assert words in page
    page = text_of(client.post(f"{fair}/move", data={"action": "publish"}), 422)
    assert "还没有上传安全保卫工作方案" in page
    for kind in ("method", "emergency", "security"):
        assert upload(client, fair, kind).status_code == 303
    assert "三份方案都有了" in text_of(client.get(f"{fair}/papers"))
    assert client.post(f"{fair}/move", data={"action": "publish"}).status_code == 303
    page = text_of(client.get(fair))
    assert "报名中" in page
    assert "办好 1 / 18 步" in page
    assert client.post(f"{fair}/move", data={"action": "publish"}).status_code == 409
    assert "还没到招聘会那天" in text_of(client.post(f"{fair}/move", data={"action": "open"}), 422)
    assert client.post(f"{fair}/move", data={"action": "explode"}).status_code == 404
    assert client.post(f"{fair}/move", data={"action": "unpublish"}).status_code == 303
    assert row(office, JobFair).state is FairState.DRAFT


def test_a_fair_is_changed_and_a_stale_form_is_told(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client)
    assert GIVEN["title"] in text_of(client.get(f"{fair}/edit"))
    version = str(row(office, JobFair).version)
    changed = {**GIVEN, "title": "改过的招聘会", "version": version, "theme_code": "ft_return"}
    assert client.post(f"{fair}/edit", data=changed).status_code == 303
    page = text_of(client.get(fair))
    assert "改过的招聘会" in page
    assert "返乡季专场" in page
    assert client.post(f"{fair}/edit", data=changed).status_code == 409
    assert "请填招聘会的名称" in text_of(client.post(f"{fair}/edit", data={**changed, "title": ""}), 422)


def test_steps_are_done_undone_planned_and_skipped(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client)
    step = f"{fair}/steps/fs04"
    assert "邀请用人单位" in text_of(client.get(step))
    assert client.post(step, data={"action": "done"}).status_code == 303
    assert client.post(step, data={"action": "done"}).status_code == 409
    assert "撤销" in text_of(client.get(step))
    assert client.post(step, data={"action": "undo"}).status_code == 303
    assert "请填离招聘会一年以内的一天" in text_of(client.post(step, data={"action": "plan", "due_on": ""}), 422)
    assert client.post(step, data={"action": "plan", "due_on": "2026-12-01"}).status_code == 303
    assert "请写一句为什么不用办" in text_of(client.post(step, data={"action": "skip", "note": ""}), 422)
    assert client.post(step, data={"action": "skip", "note": "只有一家单位"}).status_code == 303
    assert "只有一家单位" in text_of(client.get(fair))
    assert client.post(step, data={"action": "fly"}).status_code == 404
    assert client.get(f"{fair}/steps/fs99").status_code == 404


def test_papers_are_checked_kept_replaced_and_given_back(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client)
    assert "请选一个文件" in text_of(client.post(f"{fair}/papers/method/upload", data={}), 422)
    assert "这种文件收不了" in text_of(upload(client, fair, "method", "a.exe", b"MZ"), 422)
    assert client.get(f"{fair}/papers/nonsense/upload").status_code == 404
    upload(client, fair, "method")
    first = row(office, FairPaper).public_id
    upload(client, fair, "method", "新方案.pdf")
    page = text_of(client.get(f"{fair}/papers"))
    for words in ("还差 2 份方案", "新方案.pdf", "换过的", f"/papers/{first}/file"):
        assert words in page
    answer = client.get(f"{fair}/papers/{first}/file")
    assert answer.get_data() == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get(f"{fair}/papers/zz22zz22zz22zz22/file").status_code == 404
    upload(client, fair, "scheme")
    scheme = row(office, FairPaper).public_id
    assert client.post(f"{fair}/papers/{scheme}/remove").status_code == 303
    assert client.post(f"{fair}/papers/{scheme}/remove").status_code == 409
    draft = client.get(f"{fair}/method.docx")
    assert (draft.status_code, draft.get_data()[:2]) == (200, b"PK")


def test_a_thousand_people_ask_for_the_permit(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client, expected_count="1200")
    page = text_of(client.get(fair))
    assert "安全许可要提前 20 天申请，还有 29 天" in page
    assert "请填安全许可的文号" in text_of(client.post(f"{fair}/permit", data={"permit_on": "2026-11-20"}), 422)
    given = {"permit_number": "测公许〔2026〕1 号", "permit_on": "2026-11-20"}
    assert client.post(f"{fair}/permit", data=given).status_code == 303
    assert "测公许〔2026〕1 号" in text_of(client.get(f"{fair}/papers"))


def test_a_fair_is_cloned_and_canceled(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client)
    assert "照抄" in text_of(client.get(f"{fair}/clone"))
    assert "请填以后的一天" in text_of(client.post(f"{fair}/clone", data={"opens_at": "2020-01-01T09:00"}), 422)
    answer = client.post(f"{fair}/clone", data={"opens_at": "2027-05-08T09:00"})
    assert answer.status_code == 303
    assert "2027 年 5 月 8 日" in text_of(client.get(answer.headers["Location"]))
    assert "请写明为什么取消" in text_of(client.post(f"{fair}/cancel", data={"reason": ""}), 422)
    assert client.post(f"{fair}/cancel", data={"reason": "场地停电"}).status_code == 303
    assert "取消的原因：场地停电" in text_of(client.get(fair))
    assert client.post(f"{fair}/cancel", data={"reason": "场地停电"}).status_code == 409


def test_a_fair_of_somebody_else_is_noted_only(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client, "/staff/fairs/new?part=joined", purpose="本地 5 家单位，到场 60 人")
    page = text_of(client.get(fair))
    assert "本地 5 家单位，到场 60 人" in page
    assert "办好" not in page
    assert client.post(f"{fair}/move", data={"action": "publish"}).status_code == 409
    page = text_of(client.get("/staff/fairs?tab=joined"))
    assert "今年举办 0 场" in page
    assert GIVEN["title"] in page


def test_money_places_and_broadcasts_are_kept_in_lines(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client, mode="both")
    assert "请写这笔钱做什么" in text_of(client.post(f"{fair}/money", data={"kind": "cost"}), 422)
    assert (
        client.post(f"{fair}/money", data={"kind": "cost", "label": "场地", "planned_yuan": "3 千"}).status_code == 303
    )
    line = f"{fair}/money/{row(office, FairMoney).id}"
    assert "场地" in text_of(client.get(line))
    changed = {"kind": "cost", "label": "场地租金", "planned_yuan": "3000", "spent_yuan": "2800"}
    assert client.post(line, data=changed).status_code == 303
    assert "预算 3000 元，已支出 2800 元" in text_of(client.get(f"{fair}/money"))
    assert client.post(f"{line}/remove").status_code == 303
    assert client.get(line).status_code == 404

    assert "请从列表里选一个下级地方" in text_of(client.post(f"{fair}/slices", data={"region_code": "130102"}), 422)
    given = {"region_code": TOWN_A, "people_target": "50", "employer_target": "3"}
    assert client.post(f"{fair}/slices", data=given).status_code == 303
    page = text_of(client.get(f"{fair}/slices"))
    assert "分给 1 个地方" in page
    assert client.post(f"{fair}/slices/{row(office, FairSlice).id}/remove").status_code == 303

    bad = {"title": "直播", "starts_at": "2027-01-09T10:00", "url": "ftp://x"}
    assert "请填 https:// 开头的地址" in text_of(client.post(f"{fair}/broadcasts", data=bad), 422)
    assert client.post(f"{fair}/broadcasts", data={**bad, "url": ""}).status_code == 303
    one = f"{fair}/broadcasts/{row(office, FairBroadcast).public_id}"
    assert "直播" in text_of(client.get(one))
    assert client.post(one, data={**bad, "url": "", "viewer_count": "1200"}).status_code == 303
    assert "观看 1200 人次" in text_of(client.get(f"{fair}/broadcasts"))
    assert client.post(f"{one}/remove").status_code == 303


def test_a_volunteer_is_named_and_taken_back(office: Office) -> None:
    with office.unit() as uow:
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == office.clerk_id)).one()
        station = uow.session.get_one(Organization, membership.organization_id)
        volunteer = make_user(uow, Role.FAIR_HELPER, organization=station, name="测试志愿者").public_id
    client = office.clerk
    fair = new_fair(client)
    assert "测试志愿者" in text_of(client.get(f"{fair}/helpers"))
    assert "请从列表里选一位协助人员" in text_of(client.post(f"{fair}/helpers", data={"user": "x"}), 422)
    assert client.post(f"{fair}/helpers", data={"user": volunteer, "desk": "东门"}).status_code == 303
    page = text_of(client.get(f"{fair}/helpers"))
    assert "协助人员 1 人" in page
    line = f"{fair}/helpers/{row(office, FairHelper).id}/revoke"
    assert client.post(line).status_code == 303
    assert client.post(line).status_code == 409
    assert client.post(f"{fair}/helpers/999999/revoke").status_code == 404


def test_the_daily_work_opens_tasks_that_lead_to_the_fair(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client, opens_at="2026-12-26T09:00", closes_at="2026-12-26T15:00")
    assert remind(JobContext(office.runtime.database, 0, "planning.remind"))["opened"] >= 1
    assert remind(JobContext(office.runtime.database, 0, "planning.remind"))["opened"] == 0
    assert row(office, Task).link == fair
    assert row(office, FairStep).fair_id == row(office, JobFair).id


def test_a_fair_elsewhere_is_not_there(office: Office) -> None:
    with office.unit() as uow:
        far = make_fair(uow, organization=make_station(uow, path=PATH_OTHER), region_path=PATH_OTHER)
        path = f"/staff/fairs/{far.public_id}"
    assert office.clerk.get(path).status_code == 404
    assert office.clerk.post(f"{path}/move", data={"action": "unpublish"}).status_code == 404
    assert office.client(office.member_id).get("/staff/fairs").status_code == 403


def statements(office: Office, client: FlaskClient, path: str) -> int:
    """How many statements a page costs once its caches are warm."""
    client.get(path)
    counted: list[str] = []
    engine = office.runtime.database.engine

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def _fairs(office: Office, many: int) -> None:
    with office.unit() as uow:
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == office.clerk_id)).one()
        station = uow.session.get_one(Organization, membership.organization_id)
        for number in range(many):
            fair = make_fair(uow, organization=station, region_path=station.region_path)
            uow.session.add(FairStep(fair_id=fair.id, step_code="fs01", due_on=uow.today + timedelta(days=number)))


def test_the_lists_cost_the_same_for_two_rows_and_twenty(office: Office) -> None:
    client = office.clerk
    fair = new_fair(client, mode="both")

    def grow(many: int) -> None:
        for number in range(many):
            client.post(f"{fair}/money", data={"kind": "cost", "label": f"第 {number} 笔", "planned_yuan": "1"})
            client.post(f"{fair}/broadcasts", data={"title": "直播", "starts_at": "2027-01-09T10:00"})
            upload(client, fair, "photo", f"{number}.pdf")

    _fairs(office, 1)
    grow(2)
    paths = ["/staff/fairs", fair, f"{fair}/money", f"{fair}/broadcasts", f"{fair}/papers"]
    few = {path: statements(office, client, path) for path in paths}
    _fairs(office, 18)
    grow(18)
    assert {path: statements(office, client, path) for path in paths} == few
