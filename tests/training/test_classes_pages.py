"""Pages of providers and classes: staff, the provider, and everybody."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.core.runtime import Runtime
from tests.factories import PATH_OTHER, make_station, make_user
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_classes import COURSE, make_draft, make_open, make_provider
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionMode

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def office(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


@pytest.fixture
def provider(office: Office) -> tuple[str, FlaskClient]:
    """A listed provider and its member's browser."""
    with office.unit() as uow:
        made = make_provider(uow)
        organization = uow.session.get_one(Organization, made.organization_id)
        member = make_user(uow, Role.PROVIDER_MEMBER, organization=organization).id
        public_id = made.public_id
    return public_id, office.client(member)


def stranger(office: Office) -> FlaskClient:
    """Staff of another county."""
    with office.unit() as uow:
        user = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    return office.client(user)


def given(office: Office, **values: str) -> dict[str, str]:
    with office.unit() as uow:
        starts_on = uow.today + timedelta(days=12)
    days = {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=10)}
    texts = {
        "title": "低压电工第 3 期",
        "mode": "full_time",
        "place": "实训楼",
        "capacity": "30",
        "hours": "6",
        "teachers": "测试教师",
        "safety": "有预案",
        "contact_phone": "0731-5550000",
        "money_words": "每天补助 10 元",
        "has_meals": "y",
    }
    return {**texts, **{name: day.isoformat() for name, day in days.items()}, **values}


def only(office: Office, model: Any) -> Any:
    with office.unit() as uow:
        return uow.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def test_a_provider_plans_a_class_the_office_approves_it_and_everybody_reads_it(
    office: Office, provider: tuple[str, FlaskClient]
) -> None:
    public_id, member = provider
    assert "现在没有报名中的班" in text_of(member.get("/provider/classes"))
    assert "低压电工作业取证" in text_of(member.get("/provider/classes/new"))
    new = f"/provider/classes/new/{public_id}/{COURSE}"
    assert "请填 18 位" not in text_of(member.get(new))
    assert "请填班名" in text_of(member.post(new, data=given(office, title="")), 422)
    page = text_of(member.post(new, data=given(office, capacity="0", ends_on="2026-01-01")), 422)
    assert "名额从 1 到" in page and "结束不能早于开班" in page
    answer = member.post(new, data=given(office))
    assert answer.status_code == 303
    made = only(office, CourseSession)
    here, staff = f"/provider/classes/{made.public_id}", f"/staff/classes/{made.public_id}"
    assert "还差 1 样" in text_of(member.get(here)) and "课表还是空的" in text_of(member.get(here))
    assert "课表还是空的" in text_of(member.post(f"{here}/move", data={"action": "submit"}), 422)
    lesson = {
        "on": made.starts_on.isoformat(),
        "until": made.ends_on.isoformat(),
        "from_time": "09:00",
        "until_time": "10:40",
        "hours": "2",
        "topic": "安全用电",
    }
    assert member.post(f"{here}/timetable", data=lesson).status_code == 303
    assert "安全用电" in text_of(member.get(f"{here}/timetable"))
    assert "重叠" in text_of(member.post(f"{here}/timetable", data={**lesson, "until": ""}), 422)
    upload = {"file": (io.BytesIO(PDF), "师资.pdf"), "note": "测试"}
    assert member.post(f"{here}/papers/teachers/upload", data=upload).status_code == 303
    assert "师资.pdf" in text_of(member.get(f"{here}/papers"))
    assert member.post(f"{here}/move", data={"action": "submit"}).status_code == 303
    assert office.client().get(f"/classes/{made.public_id}").status_code == 404
    clerk = office.clerk
    assert "低压电工第 3 期" in text_of(clerk.get("/staff/classes?tab=waiting"))
    assert "批准开班" in text_of(clerk.get(staff))
    assert member.post(f"{here}/move", data={"action": "approve"}).status_code == 403
    assert clerk.post(f"{staff}/move", data={"action": "approve"}).status_code == 303
    assert clerk.post(f"{staff}/move", data={"action": "nonsense"}).status_code == 404
    page = text_of(office.client().get(f"/classes/{made.public_id}"))
    for words in ("低压电工第 3 期", "每天补助 10 元", "管饭", "不管住", "免费", "安全用电", "实训楼"):
        assert words in page
    assert "低压电工第 3 期" in text_of(office.client().get("/classes"))
    assert "低压电工第 3 期" in text_of(office.client().get(f"/courses/{COURSE}"))
    assert "课程目录" in text_of(office.client().get("/courses"))
    assert "现在没有能报名的培训班" in text_of(office.client().get("/classes?kind=start_up&mode=weekend"))
    # The provider can no longer change what was approved; the office can.
    assert member.post(f"{here}/edit", data=given(office)).status_code == 409
    version = str(only(office, CourseSession).version)
    assert clerk.post(f"{staff}/edit", data=given(office, capacity="40", version=version)).status_code == 303
    assert clerk.post(f"{staff}/edit", data=given(office, version="1")).status_code == 409
    starts_on = (made.starts_on + timedelta(days=30)).isoformat()
    answer = member.post(f"{here}/clone", data={"starts_on": starts_on})
    assert answer.status_code == 303 and "安全用电" in text_of(member.get(answer.headers["Location"] + "/timetable"))
    assert "请写为什么取消" in text_of(clerk.post(f"{staff}/cancel", data={"reason": ""}), 422)
    assert clerk.post(f"{staff}/cancel", data={"reason": "人太少"}).status_code == 303
    assert "人太少" in text_of(member.get(here))


def test_others_reach_neither_class_nor_provider(office: Office, provider: tuple[str, FlaskClient]) -> None:
    public_id, _member = provider
    with office.unit() as uow:
        draft = make_draft(uow).public_id
    far = stranger(office)
    for path in (f"/staff/classes/{draft}", f"/staff/classes/{draft}/timetable", f"/staff/providers/{public_id}"):
        assert far.get(path).status_code == 404
    with office.unit() as uow:
        second = make_provider(uow)
        organization = uow.session.get_one(Organization, second.organization_id)
        user = make_user(uow, Role.PROVIDER_MEMBER, organization=organization).id
    other = office.client(user)
    assert other.get(f"/provider/classes/{draft}").status_code == 404
    assert other.post(f"/provider/classes/{draft}/move", data={"action": "submit"}).status_code == 404
    assert other.get("/staff/providers").status_code == 403


def test_the_catalogue_of_providers_is_kept(office: Office) -> None:
    clerk = office.clerk
    assert "还没有承训机构" in text_of(clerk.get("/staff/providers"))
    assert "请填机构名称" in text_of(clerk.post("/staff/providers/new", data={}), 422)
    with office.unit() as uow:
        made = make_provider(uow, is_listed=False)
        here = f"/staff/providers/{made.public_id}"
    assert "申请进目录" in text_of(clerk.get(here))
    assert "请从课程目录里选" in text_of(clerk.post(f"{here}/courses", data={"course_code": "TR99"}), 422)
    assert clerk.post(f"{here}/courses", data={"course_code": COURSE, "fee_yuan": "500"}).status_code == 303
    assert "500 元" in text_of(clerk.get(here))
    assert clerk.post(f"{here}/move", data={"action": "list"}).status_code == 303
    assert clerk.post(f"{here}/move", data={"action": "list"}).status_code == 409
    assert "请写原因" in text_of(clerk.post(f"{here}/move", data={"action": "suspend", "note": ""}), 422)
    check = {"year": "2026", "result": "failed", "checked_on": "2026-11-20", "note": "课表不实"}
    assert clerk.post(f"{here}/checks", data=check).status_code == 303
    page = text_of(clerk.get(here))
    assert "不合格" in page and "暂停" in page
    assert "已经考核过" in text_of(clerk.post(f"{here}/checks", data={**check, "result": "passed"}), 422)
    assert clerk.post(f"{here}/courses/{COURSE}/stop").status_code == 303
    assert clerk.post(f"{here}/courses/TR99/stop").status_code == 404
    version = str(only(office, Provider).version)
    assert clerk.post(f"{here}/edit", data={"seat_count": "80", "version": version}).status_code == 303
    assert "80 人" in text_of(clerk.get(here))


def test_a_provider_without_a_row_applies_from_its_own_page(office: Office) -> None:
    from tests.training.help_classes import make_course

    with office.unit() as uow:
        make_course(uow)
        made = make_provider(uow)
        organization = uow.session.get_one(Organization, made.organization_id)
        member = make_user(uow, Role.PROVIDER_MEMBER, organization=organization).id
        uow.session.execute(Provider.__table__.delete().where(Provider.id == -1))
    client = office.client(member)
    assert client.get("/").headers["Location"].endswith("/provider/classes")
    page = text_of(client.get("/provider"))
    assert "目录内" in page and "教哪些课程" in page
    version = str(only(office, Provider).version)
    assert client.post("/provider/facts", data={"intro": "新介绍", "version": version}).status_code == 303
    assert "新介绍" in text_of(client.get("/provider"))
    assert client.post("/provider/facts", data={"intro": "旧的", "version": version}).status_code == 409
    answer = client.post("/provider/papers/licence/upload", data={"file": (io.BytesIO(PDF), "许可证.pdf")})
    assert answer.status_code == 303 and "许可证.pdf" in text_of(client.get("/provider"))
    assert client.post("/provider/papers/licence/upload", data={"file": (io.BytesIO(b"x"), "a.exe")}).status_code == 422
    assert client.post("/provider/apply-again").status_code == 409


def test_the_list_says_what_a_class_offers_and_whether_seats_are_free(office: Office) -> None:
    with office.unit() as uow:
        make_open(uow, has_lodging=True, has_meals=True, has_bus=True, capacity=7)
    page = text_of(office.client().get("/classes"))
    for words in ("管住", "管饭", "有车接送", "还有 7 个名额"):
        assert words in page


@pytest.mark.parametrize("path", ["/staff/classes", "/staff/providers", "/classes", "/provider/classes"])
def test_a_longer_list_costs_no_more_statements(office: Office, provider: tuple[str, FlaskClient], path: str) -> None:
    client = provider[1] if path.startswith("/provider") else office.clerk

    def grow(count: int) -> None:
        with office.unit() as uow:
            one = uow.session.scalars(select(Provider).where(Provider.public_id == provider[0])).one()
            one.organization = uow.session.get_one(Organization, one.organization_id)
            for _turn in range(count):
                make_open(uow, one)
                make_provider(uow)

    def statements() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        engine = office.runtime.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert client.get(path).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    grow(2)
    client.get(path)
    few = statements()
    grow(16)
    assert statements() == few


def data_of(html: str) -> Any:
    """What a page tells search engines."""
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(found)


def test_search_engines_read_a_class_as_a_course(office: Office) -> None:
    with office.unit() as uow:
        one, paid = make_open(uow, title="低压电工</script>", place="实训楼"), make_open(uow)
        paid.is_free, paid.fee_yuan, paid.mode = False, 300, SessionMode.ONLINE
        paid_id, public_id, starts_on = paid.public_id, one.public_id, one.starts_on.isoformat()
    guest = office.client()
    found = data_of(guest.get(f"/classes/{public_id}").get_data(as_text=True))
    instance = found["hasCourseInstance"]
    assert (found["@type"], found["offers"]["category"]) == ("Course", "Free")
    assert found["provider"]["name"]
    assert (instance["@type"], instance["courseMode"]) == ("CourseInstance", "Onsite")
    assert (instance["name"], instance["startDate"]) == ("低压电工</script>", starts_on)
    assert (instance["location"]["name"], instance["courseWorkload"]) == ("实训楼", "12 学时")
    assert instance["url"].endswith(f"/classes/{public_id}")
    found = data_of(guest.get(f"/classes/{paid_id}").get_data(as_text=True))
    assert (found["offers"]["category"], found["offers"]["price"]) == ("Paid", 300)
    assert found["hasCourseInstance"]["courseMode"] == "Online"
    assert "location" not in found["hasCourseInstance"]


def test_the_site_map_names_classes_that_take_people_and_no_others(office: Office) -> None:
    with office.unit() as uow:
        taking, over, draft = make_open(uow), make_open(uow), make_draft(uow)
        over.sign_up_from = over.sign_up_until = uow.today - timedelta(days=1)
        ids = [one.public_id for one in (taking, over, draft)]
    text = office.client().get("/sitemap-0.xml").get_data(as_text=True)
    assert [f"/classes/{one}</loc>" in text for one in ids] == [True, False, False]
    for path in ("/classes", "/courses", "/incubators", "/fairs"):
        assert f"{path}</loc>" in text
    # Staff see drafts; a map is the same for everybody.
    assert office.clerk.get("/sitemap-0.xml").get_data(as_text=True) == text


def test_everybody_finds_the_incubators_at_the_foot(office: Office) -> None:
    for path in ("/", "/classes"):
        assert 'href="/incubators"' in office.client().get(path).get_data(as_text=True)
