"""The office's pages: model quality, two versions compared, and where specialties lead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.job_rows import Job
from jobmatch.core.runtime import Runtime
from jobmatch.matching import fitting, quality
from jobmatch.matching.models import CrosswalkCorrection, FittedModel
from jobmatch.matching.states import Strength
from ml.matching import Fit, ranking_table
from tests.factories import make_person, make_posting, make_station, make_user
from tests.matching.help import body, counted, flat_ranker, sign_in

SYSTEM = system_actor("tests")


def _signed_in(client: FlaskClient, runtime: Runtime, role: Role) -> FlaskClient:
    with runtime.unit(SYSTEM) as uow:
        place = make_station(uow) if role is Role.STATION_STAFF else None
        user_id = make_user(uow, role, organization=place).id
    sign_in(client, runtime, user_id)
    return client


@pytest.fixture
def staff(client: FlaskClient, sqlite_runtime: Runtime) -> FlaskClient:
    return _signed_in(client, sqlite_runtime, Role.STATION_STAFF)


@pytest.fixture
def admin(client: FlaskClient, sqlite_runtime: Runtime) -> FlaskClient:
    return _signed_in(client, sqlite_runtime, Role.SYSTEM_ADMIN)


def _fits(runtime: Runtime, count: int) -> list[str]:
    with runtime.unit(SYSTEM) as uow:
        made = []
        for number in range(count):
            uow.now += timedelta(minutes=1)
            made.append(fitting.store_ranker(uow, Fit(flat_ranker(float(number)), passed=True)).public_id)
        return made


def test_before_the_first_fit_the_page_says_that_the_rules_are_in_use(staff: FlaskClient) -> None:
    html = body(staff.get("/staff/model"))
    assert "<h1>推荐按手工规则排</h1>" in html
    assert "还没有拟合过" in html
    assert "想做的工作" in html
    assert "现在拟合" not in html
    assert "style=" not in html


def test_staff_read_and_an_administrator_acts(admin: FlaskClient, sqlite_runtime: Runtime) -> None:
    first, second = _fits(sqlite_runtime, 2)
    html = body(admin.get("/staff/model"))
    assert "的模型排</h1>" in html
    assert "共 2 个版本" in html
    assert admin.post("/staff/model/fit").status_code == 303
    assert admin.post("/staff/model/fit").status_code == 303
    fragment = body(admin.get("/staff/model", headers={"HX-Request": "true"}))
    assert "排队中" in fragment
    assert "<html" not in fragment
    assert admin.post(f"/staff/model/{first}/promote").status_code == 303
    assert admin.post("/staff/model/rules", data={"rules": "on"}).status_code == 303
    assert admin.post(f"/staff/model/{second}/promote").status_code == 409
    assert "开关停在手工规则" in body(admin.get("/staff/model"))
    assert admin.post("/staff/model/rules", data={"rules": "off"}).status_code == 303
    assert admin.post("/staff/model/nothing/promote").status_code == 404
    with sqlite_runtime.unit(SYSTEM) as uow:
        assert uow.session.scalar(select(func.count()).where(Job.name == fitting.FIT_JOB)) == 1
        assert uow.session.scalar(select(func.count()).where(FittedModel.is_active)) == 1


def test_two_versions_are_compared_without_naming_anybody(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    (model,) = _fits(sqlite_runtime, 1)
    with sqlite_runtime.unit(SYSTEM) as uow:
        for number in range(12):
            make_posting(uow, title=f"岗位 {number}", requirements=False, pay_low_yuan=3000 + 400 * number)
        make_person(uow, name="王建国", is_open_to_employers=True)
    html = body(staff.get(f"/staff/model/compare?first={quality.RULES}&second={model}"))
    assert "1 人里" in html
    assert "王建国" not in html
    assert "都没有变" in body(staff.get("/staff/model/compare"))
    assert staff.get("/staff/model/compare?first=nothing").status_code == 404


def test_versions_are_listed_with_as_many_statements_as_one(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    costs = []
    for more in (2, 16):
        _fits(sqlite_runtime, more)
        staff.get("/staff/model")
        with counted(sqlite_runtime.database.engine) as seen:
            body(staff.get("/staff/model"))
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_figures_of_the_judged_set_are_shown_where_they_are(
    staff: FlaskClient, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "JUDGED", tmp_path / "none.json")
    assert quality.quality_table() == []
    path = tmp_path / "judged.json"
    path.write_text('{"BM25": {"ndcg10": 0.4, "recall20": 0.5, "mrr": 0.6}, "jobmatch": {"ndcg10": 0.8}}')
    monkeypatch.setattr(quality, "JUDGED", path)
    assert [name for name, _ in quality.quality_table()] == ["jobmatch", "BM25"]
    assert "0.800" in body(staff.get("/staff/model"))


def test_the_kept_figures_of_the_judged_set_are_those_of_the_present_ranker() -> None:
    kept = dict(quality.quality_table())
    found = {row["system"]: row for row in ranking_table(part="report")}
    assert set(kept) == set(found), "run python -m ml.evaluate ranking --part report and keep its figures"
    for system, figures in kept.items():
        assert found[system]["ndcg10"] == pytest.approx(figures["ndcg10"], abs=0.005), system


# ---------- specialties ----------


def test_specialties_are_listed_and_searched(staff: FlaskClient) -> None:
    html = body(staff.get("/staff/crosswalk"))
    assert "65 个部队专业对应的职业" in html
    assert "保安员" in html
    found = body(staff.get("/staff/crosswalk?q=装甲驾驶"))
    assert "<h1>1 个" in found
    assert "没有找到" in body(staff.get("/staff/crosswalk?q=没有这个"))


def test_an_occupation_is_found_added_changed_and_taken_back(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    page = "/staff/crosswalk/SP04"
    assert staff.get("/staff/crosswalk/SP99").status_code == 404
    found = body(staff.post(page, data={"words": "厨师", "find": "1"}))
    assert 'value="4-03-02-01"' in found
    wrong = staff.post(page, data={"words": "厨师", "strength": "Z"})
    assert wrong.status_code == 422
    html = wrong.get_data(as_text=True)
    assert "有 2 处需要修改" in html
    assert 'value="4-03-02-01"' in html
    done = staff.post(page, data={"occupation": "4-03-02-01", "strength": "B", "note": "炊事车"})
    assert done.status_code == 303
    html = body(staff.get(page))
    assert "炊事车" in html
    assert "原来没有" in html
    asked = body(staff.get(f"{page}?occupation=4-03-02-01"))
    assert 'value="炊事车"' in asked
    assert staff.post(page, data={"occupation": "4-03-02-01", "strength": ""}).status_code == 303
    with sqlite_runtime.unit(SYSTEM) as uow:
        row = uow.session.scalars(select(CrosswalkCorrection)).one()
        assert row.strength is Strength.NONE
    assert staff.post(f"{page}/4-03-02-01/undo").status_code == 303
    assert staff.post(f"{page}/4-03-02-01/undo").status_code == 404
    assert "原来没有" not in body(staff.get(page))
