"""Pages of ventures and of how they grow, through the client."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_person
from tests.fairs.test_planning_pages import statements
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_ventures import make_venture
from training.incubation.growth.jobs import tend
from training.incubation.growth.models import VentureReport, VentureWorker
from training.incubation.growth.states import WorkerEvidence
from training.incubation.parks.models import Incubator, Tenancy
from training.incubation.parks.states import TenancyState
from training.incubation.ventures.jobs import collect
from training.incubation.ventures.models import Venture, VentureFounder, VentureMilestone
from training.incubation.ventures.states import VentureState

CODE = "91110000600037341L"
PHONE = "19900001234"


@pytest.fixture
def office(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


def veteran(office: Office, **values: Any) -> tuple[Any, int]:
    """A browser of a person, and their key."""
    with office.unit() as uow:
        person = make_person(uow, **values)
        user_id, person_id = person.user_id, person.id
    # The browser signs in by a unit of its own, so the one above is over first.
    return office.client(user_id), person_id


def one(office: Office, model: Any) -> Any:
    with office.unit() as uow:
        return uow.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def grow(office: Office, person_id: int, **values: Any) -> str:
    with office.unit() as uow:
        person = uow.session.get_one(Person, person_id)
        return make_venture(uow, person, state=VentureState.OPERATING, **values).public_id


def test_a_person_says_what_they_want_to_start(office: Office) -> None:
    client, _person = veteran(office)
    assert "登记创业意愿" in text_of(client.get("/my/venture"))
    assert "5 个工作日" in text_of(client.get("/my/venture/new"))
    assert "请写一句想做什么" in text_of(client.post("/my/venture/new", data={}), 422)
    answer = client.post("/my/venture/new", data={"words": "开修理店", "when": "明年", "form": "self_employed"})
    assert answer.status_code == 303
    page = text_of(client.get("/my/venture"))
    for words in ("我的创业：意向", "开修理店", "接到服务站的电话", "近期没有能报名的创业培训班", "看能享受的政策"):
        assert words in page
    with office.unit() as uow:
        venture = uow.session.scalars(select(Venture)).one()
        uow.session.add(VentureMilestone(venture_id=venture.id, title="租下门面"))
        path = venture.public_id
    step = one(office, VentureMilestone).public_id
    assert client.post(f"/my/venture/{path}/milestones/{step}/done").status_code == 303
    assert "做完" in text_of(client.get("/my/venture"))
    other, _key = veteran(office)
    assert other.post(f"/my/venture/{path}/milestones/{step}/done").status_code == 404


def test_staff_take_a_venture_from_the_wish_to_operating(office: Office) -> None:
    _client, person_id = veteran(office, phone=PHONE)
    clerk = office.clerk
    assert "没有这样的创业项目" in text_of(clerk.get("/staff/ventures"))
    assert "请填本人手机号" in text_of(clerk.post("/staff/ventures/new", data={"words": "x"}), 422)
    assert "请先建档" in text_of(clerk.post("/staff/ventures/new", data={"words": "x", "phone": "19900009999"}), 422)
    answer = clerk.post("/staff/ventures/new", data={"words": "开修理店", "phone": PHONE})
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert "创办人" in text_of(clerk.get(path))
    given = {"on": "2026-11-21", "name": "测试修理店", "form": "self_employed", "credit_code": CODE}
    page = text_of(clerk.post(f"{path}/move/register", data=given), 422)
    assert "请选是不是本人第一次登记" in page
    given |= {"is_first": "yes", "is_takeover": "no"}
    assert "统一社会信用代码" in text_of(clerk.get(f"{path}/move/register"))
    assert clerk.post(f"{path}/move/register", data=given).status_code == 303
    page = text_of(clerk.get(path))
    for words in ("已登记", CODE, "经营者是退役军人"):
        assert words in page
    assert clerk.post(f"{path}/move/suspend", data={"on": "2026-11-21", "note": "x"}).status_code == 409
    assert clerk.get(f"{path}/move/explode").status_code == 404
    assert clerk.post(f"{path}/milestones", data={"title": "招一个学徒", "due_on": "2027-01-01"}).status_code == 303
    assert "请写要做到什么" in text_of(clerk.post(f"{path}/milestones", data={}), 422)
    step = one(office, VentureMilestone).public_id
    assert clerk.post(f"{path}/milestones/{step}/done").status_code == 303
    assert (
        clerk.post(f"{path}/contests", data={"contest": "测试大赛", "year": "2026", "track": "rural"}).status_code
        == 303
    )
    assert "请填对年份" in text_of(clerk.post(f"{path}/contests", data={"contest": "x", "year": "1990"}), 422)
    founder = one(office, VentureFounder).public_id
    assert "100" in text_of(clerk.get(f"{path}/founders/{founder}"))
    assert "超过 100%" in text_of(clerk.post(f"{path}/founders/new", data={"name": "测试乙", "share": "1"}), 422)
    left = clerk.post(f"{path}/founders/{founder}", data={"action": "leave", "until_on": "2026-11-21"})
    assert "先加上接手的人" in text_of(left, 422)
    assert clerk.post(f"{path}/founders/new", data={"name": "测试乙", "share": "0"}).status_code == 303
    page = text_of(clerk.get("/staff/ventures?tab=registered&q=修理"))
    assert "军创" in page
    assert clerk.get("/staff/ventures.xlsx").data[:2] == b"PK"
    assert person_id


def test_a_venture_elsewhere_is_not_there(office: Office) -> None:
    _client, person_id = veteran(office, path=PATH_OTHER)
    path = grow(office, person_id)
    for address in ("", "/move/suspend", "/founders/new", "/workers"):
        assert office.clerk.get(f"/staff/ventures/{path}{address}").status_code == 404
    assert office.client(office.member_id).get("/staff/ventures").status_code == 403
    assert office.client(office.member_id).get("/staff/venture-figures").status_code == 403


def test_a_founder_reports_by_one_tap(office: Office) -> None:
    client, person_id = veteran(office)
    assert "登记以后才要报季报" in text_of(client.get("/my/venture/report"))
    path = grow(office, person_id)
    page = text_of(client.get("/my/venture/report"))
    assert "2026 年第 3 季度" in page
    assert "没有变化" not in page
    assert client.post(f"/my/venture/{path}/report", data={"action": "same"}).status_code == 409
    assert "请选还在不在经营" in text_of(client.post(f"/my/venture/{path}/report", data={}), 422)
    with office.unit() as uow:
        key = uow.session.scalars(select(Venture.id)).one()
        uow.session.add(VentureReport(venture_id=key, period_on=date(2026, 4, 1), worker_count=3, reported_at=uow.now))
    assert "没有变化" in text_of(client.get("/my/venture/report"))
    for _again in range(2):
        assert client.post(f"/my/venture/{path}/report", data={"action": "same"}).status_code == 303
    assert "已经报了" in text_of(client.get("/my/venture/report"))
    given = {"is_operating": "yes", "worker_count": "4", "veteran_count": "1", "revenue": "none"}
    assert client.post(f"/my/venture/{path}/report", data=given).status_code == 303
    assert one(office, VentureReport).worker_count == 4
    assert (
        client.post(f"/my/venture/{path}/workers", data={"name": "测试己", "started_on": "2026-11-01"}).status_code
        == 303
    )
    assert "请填姓名" in text_of(client.post(f"/my/venture/{path}/workers", data={}), 422)
    worker = one(office, VentureWorker).public_id
    assert client.post(f"/my/venture/{path}/workers/{worker}/end").status_code == 303
    other, _key = veteran(office)
    for address in ("report", "workers", f"workers/{worker}/end"):
        assert other.post(f"/my/venture/{path}/{address}", data=given).status_code == 404


def test_staff_keep_the_names_of_workers(office: Office) -> None:
    _client, person_id = veteran(office)
    path = f"/staff/ventures/{grow(office, person_id)}/workers"
    assert "还没有名单" in text_of(office.clerk.get(path))
    given = {"name": "测试己", "started_on": "2026-11-01", "evidence": "insurance", "is_veteran": "y"}
    assert "请填日期" in text_of(office.clerk.post(path, data={"name": "测试己", "started_on": ""}), 422)
    assert office.clerk.post(path, data=given).status_code == 303
    assert "带动就业 1 人" in text_of(office.clerk.get(path))
    worker = one(office, VentureWorker)
    assert worker.evidence is WorkerEvidence.INSURANCE
    assert office.clerk.post(f"{path}/{worker.public_id}/end", data={"ended_on": "2026-10-01"}).status_code == 422
    assert office.clerk.post(f"{path}/{worker.public_id}/end", data={}).status_code == 303


def _incubator(office: Office, venture: str) -> str:
    with office.unit() as uow:
        found = uow.session.scalars(select(Venture).where(Venture.public_id == venture)).one()
        place = Organization(
            kind=OrganizationKind.INCUBATOR,
            state=OrganizationState.ACTIVE,
            name="测试孵化基地",
            region_path=PATH_COUNTY,
            created_at=uow.now,
            changed_at=uow.now,
        )
        uow.session.add(place)
        uow.session.flush()
        incubator = Incubator(organization_id=place.id, region_path=PATH_COUNTY, created_at=uow.now, changed_at=uow.now)
        uow.session.add(incubator)
        uow.session.flush()
        uow.session.add(
            Tenancy(
                incubator_id=incubator.id,
                venture_id=found.id,
                region_path=PATH_COUNTY,
                state=TenancyState.INCUBATED,
                applied_at=uow.now,
                term_from=date(2026, 8, 1),
                changed_at=uow.now,
            )
        )
        uow.session.add(
            VentureWorker(
                venture_id=found.id, name="测试己", is_veteran=True, started_on=date(2026, 8, 1), recorded_at=uow.now
            )
        )
        return incubator.public_id


def test_every_number_of_the_reports_opens_its_list(office: Office) -> None:
    _client, person_id = veteran(office)
    incubator, clerk = _incubator(office, grow(office, person_id)), office.clerk
    page = text_of(clerk.get("/staff/venture-figures"))
    for words in ("帮助1名成功创业，带动就业1人", "还没有报的：1 个", "各季度末带动就业"):
        assert words in page
    asked = f"incubator={incubator}&quarter=2026-3"
    page = text_of(clerk.get(f"/staff/venture-figures?{asked}"))
    assert "在孵1户（退役军人创办1户），本季新入驻1户" in page
    assert "带动就业1人（其中退役军人1人）" in page
    for what in ("inside", "by_veterans", "came", "jobs", "job_veterans", "new_jobs"):
        assert "：1 条" in text_of(clerk.get(f"/staff/venture-figures/people?what={what}&{asked}")), what
    assert "测试己" in text_of(clerk.get(f"/staff/venture-figures/people?what=jobs&{asked}"))
    assert "：1 条" in text_of(clerk.get("/staff/venture-figures/people?what=successes&year=2026"))
    for wrong in ("what=nonsense", f"what=jobs&incubator={'z' * 16}"):
        assert clerk.get(f"/staff/venture-figures/people?{wrong}").status_code == 404
    for form in ("docx", "pdf", "xlsx"):
        assert clerk.get(f"/staff/venture-figures.{form}?{asked}").status_code == 200
    assert clerk.get("/staff/venture-figures.exe").status_code == 404
    paper = Document(io.BytesIO(clerk.get(f"/staff/venture-figures.docx?{asked}").data))
    assert any("在孵1户" in one.text for one in paper.paragraphs)


def test_timed_work_runs(office: Office) -> None:
    _client, person_id = veteran(office)
    grow(office, person_id)
    assert collect(JobContext(office.runtime.database, 0, "ventures.collect_wishes")) == {"collected": 0}
    assert tend(JobContext(office.runtime.database, 0, "growth.tend")) == {"told": 0, "visits": 1}
    assert tend(JobContext(office.runtime.database, 0, "growth.tend")) == {"told": 0, "visits": 0}


def test_the_lists_cost_the_same_for_two_rows_and_twenty(office: Office) -> None:
    client, person_id = veteran(office)
    path = grow(office, person_id)
    grow(office, person_id)
    clerk = office.clerk
    pages = {
        "/staff/ventures": clerk,
        "/staff/venture-figures": clerk,
        "/staff/venture-figures/people?what=jobs": clerk,
        f"/staff/ventures/{path}/workers": clerk,
        "/my/venture": client,
        "/my/venture/report": client,
    }
    before = {address: statements(office, who, address) for address, who in pages.items()}
    with office.unit() as uow:
        for number in range(18):
            person = make_person(uow, path=PATH_A)
            venture = make_venture(uow, person, state=VentureState.OPERATING)
            for key in (venture.id, uow.session.scalars(select(Venture.id).where(Venture.public_id == path)).one()):
                uow.session.add(
                    VentureWorker(
                        venture_id=key, name=f"测试{number}", started_on=date(2026, 2, 1), recorded_at=uow.now
                    )
                )
    after = {address: statements(office, who, address) for address, who in pages.items()}
    assert after == before
