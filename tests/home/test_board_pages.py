"""The start pages by level and the big screen in the browser: who gets which, what stands on it, what it costs."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from jobmatch.accounts.states import Role
from jobmatch.casework.tasks.queries import task_counts
from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.queries.contacts import contact_ages, silent_people
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.home import hooks
from jobmatch.home.clerk import CUTS, clerk_day
from jobmatch.home.queries import StaffQueues
from jobmatch.home.todo import first_things
from jobmatch.people.states import VerificationState
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_staff, make_station, make_user
from tests.home.help import county, more_towns, people, seeker
from tests.matching.help import counted
from tests.people.help import sign_in
from tests.reports.help_indicators import line

MOST_BYTES = 60_000


def signed_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    assert actor.user_id is not None
    sign_in(client, actor.user_id)
    return client


@pytest.fixture
def office(client: FlaskClient, sqlite_runtime: Runtime) -> FlaskClient:
    """The office of the county."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        actor = county(uow)
    return signed_in(client, actor)


@pytest.fixture
def reader(client: FlaskClient, sqlite_runtime: Runtime) -> FlaskClient:
    """A superior reader of the county."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        county(uow)
        user_id = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow)).id
    sign_in(client, user_id)
    return client


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1]))


# ---------- county ----------


def test_the_county_sees_its_towns_with_the_three_shares_and_where_each_number_leads(office: FlaskClient) -> None:
    html = office.get("/").text
    text = plain(html)
    assert "今天先办这些" in text and "先办这些" in text
    assert "59.4 %" in text and "19÷32 人" in text
    assert "80.0% 12÷15" in text and "25.0% 2÷8" in text and "15.4% 2÷13" in text
    assert f"/staff/rates/registered-seekers/seeking?path={PATH_A}" in html
    assert f'href="/?path={PATH_A}"' in html
    assert f"/staff/screen?path={PATH_COUNTY}" in html
    assert "直属本级" in text and "统计对象" in text


def test_no_rate_is_called_bare(office: FlaskClient) -> None:
    pages = plain(office.get("/").text) + plain(office.get("/staff/screen").text)
    for found in re.finditer("就业率", pages):
        before = pages[: found.start()]
        assert before.endswith(("退役军人", "退役士兵", "单凭")), before[-30:]


def test_a_town_opens_as_a_board_of_its_own_and_leads_back(office: FlaskClient) -> None:
    html = office.get(f"/?path={PATH_A}").text
    assert "先办这些" not in html and 'href="/?path=/43/4303/430382/"' in html
    assert "12÷20 人" in plain(html)
    for other in (PATH_OTHER, "/43/", f"{PATH_COUNTY}zzz/", PATH_COUNTY * 50):
        assert plain(office.get(f"/?path={other}").text) == plain(office.get("/").text)


def test_a_sort_turns_the_table(office: FlaskClient) -> None:
    def order(address: str) -> list[str]:
        table = office.get(address).text.split("<tbody>")[-1]
        return re.findall("测试[东西]镇|直属本级", table)

    assert order("/?sort=-rate") == order("/")[::-1]
    assert order("/?sort=-falsity")[0] == "测试东镇"
    assert order("/?sort=nonsense") == order("/")


def test_numbers_are_a_minute_old_at_most_and_what_waits_is_not(office: FlaskClient, sqlite_runtime: Runtime) -> None:
    assert "核验" not in plain(office.get("/").text)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        people(uow, PATH_A, proved=5)
        make_person(uow, path=PATH_A, with_user=False, verification=VerificationState.UNVERIFIED)
    text = plain(office.get("/").text)
    assert "19÷32 人" in text and "核验 1 人的身份" in text
    office.application.extensions["home_kept"].clear()
    assert "24÷38 人" in plain(office.get("/").text)


def test_the_arrow_of_a_town_opens_whom_to_call_there(office: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        for n, path in enumerate([PATH_A] * 8 + [PATH_B]):
            old = make_person(uow, path=path, with_user=False, name=f"测试久{n}")
            old.created_at = uow.now - timedelta(days=40 + n)
    address = f"/staff/place-people?path={PATH_A}"
    assert f'hx-get="{address}"' in office.get("/").text
    part = office.get(address, headers={"HX-Request": "true"}).text
    assert part.strip().startswith('<tr class="sub">') and part.count("记一次联系") == 6
    assert "测试东镇最久没联系的 6 人" in part and "测试久8" not in part
    whole = office.get(address).text
    assert "<html" in whole and "测试东镇最久没联系的 6 人" in whole
    assert "测试久8" in office.get(f"/staff/place-people?path={PATH_B}").text
    assert plain(office.get(f"/staff/place-people?path={PATH_OTHER}").text) == plain(
        office.get("/staff/place-people").text
    )


# ---------- reader ----------


def test_a_reader_gets_the_board_without_work_and_without_small_counts(reader: FlaskClient) -> None:
    html = reader.get("/").text
    text = plain(html)
    assert "先办这些" not in text and "窗口登记" not in text
    assert "19÷32 人" in text and "不到 5 人的数" in text
    assert "/staff/rates/registered-seekers/" not in html
    assert "2÷8" not in text and "12÷15" not in text and "&lt;5" in html
    assert "总览" in html and 'href="/staff/screen' in html
    assert "rowbtn" not in html
    assert "<tbody></tbody>" not in html, "nothing to draw is no drawing"
    assert reader.get("/staff/place-people").status_code == 403


def test_kept_figures_of_the_office_are_not_shown_to_a_reader(office: FlaskClient, sqlite_runtime: Runtime) -> None:
    assert "2÷8" in plain(office.get("/").text)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        user_id = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow)).id
    sign_in(office, user_id)
    assert "2÷8" not in plain(office.get("/").text)


# ---------- clerk ----------


@pytest.fixture
def clerk(client: FlaskClient, sqlite_runtime: Runtime) -> Actor:
    """A clerk of a town: eight people, five of them silent for more than thirty days, one of those never called."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        actor = make_staff(uow, path=PATH_A)
        for days in (3, 20, 29, 31, 60, 120, 200, None):
            person = seeker(uow, PATH_A)
            person.name = f"测试{days}天"
            person.created_at = uow.now - timedelta(days=400)
            if days is not None:
                uow.session.add(contact(uow, person.id, days))
            line(uow, person, proof=(date(2026, 3, 1), date(2027, 1, 10)))
        make_person(uow, path=PATH_B, with_user=False, name="测试邻镇")
    signed_in(client, actor)
    return actor


def contact(uow: UnitOfWork, person_id: int, days: int) -> Contact:
    day = uow.today - timedelta(days=days)
    given = {"way": ContactWay.PHONE, "outcome": ContactOutcome.SELF, "recorded_at": uow.now}
    return Contact(person_id=person_id, done_on=day, **given)


def test_a_clerk_sees_whom_to_call(client: FlaskClient, clerk: Actor) -> None:
    text = plain(client.get("/").text)
    assert "30 天以上没联系 5 人 在册 8 人" in text
    assert "站里该联系的人" in text and "测试None天" in text and "测试200天" in text
    assert "测试29天" not in text and "测试邻镇" not in text
    assert "8 人里，30 天内联系过的有 3 人" in text
    assert "半年里 8 人的就业核实到期，1 月最多，8 人" in text
    assert "100.0 % 8÷8 人" in text
    assert "199****" in text and not re.search(r"1990000\d{4}", text)
    assert "大屏" not in text


def test_the_bands_of_silence_are_as_long_as_their_lists(
    client: FlaskClient, clerk: Actor, sqlite_runtime: Runtime
) -> None:
    with sqlite_runtime.unit(clerk, writing=False) as uow:
        ages = contact_ages(uow, CUTS)
        assert ages == [3, 2, 1, 2]
        for n, days in enumerate(CUTS):
            assert len(uow.rows(silent_people(uow, {"days": str(days)}))) == sum(ages[n + 1 :])
        day = clerk_day(uow)
        assert (day.people, day.silent) == (8, 5)
        assert sum(count for _name, count in day.standing) == day.now.denominator == 8


def test_a_clerk_with_nobody_is_told_what_to_do_first(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        actor = make_staff(uow, path=PATH_A)
    text = plain(signed_in(client, actor).get("/").text)
    assert "都办完了" in text and "还没有登记的人" in text


# ---------- what to do first ----------


def test_late_things_come_first_then_whoever_has_waited_longest(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "_asked", [(lambda uow: (2, uow.today + timedelta(days=3)), "figures.rates")])
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        mine = acting(uow, make_staff(uow))
        ago = [uow.now - timedelta(days=n) for n in (2, 9, 5)]
        found = first_things(mine, StaffQueues(4, 3, 2, 1, *ago), task_counts(mine))
        assert [one.text for one in found] == [
            "催单位回复 1 份简历",
            "审核 2 条岗位",
            "核验 4 人的身份",
            "审核 3 家单位",
            "上报 2 张表",
        ]
        assert [one.is_late for one in found] == [True, False, False, False, False]
        assert found[1].note == "最早的等了 9 天" and found[-1].note == "11 月 24 日前报"
        monkeypatch.setattr(hooks, "_asked", [(lambda uow: (1, uow.today - timedelta(days=1)), "figures.rates")])
        late = first_things(mine, StaffQueues(0, 0, 0, 0, None, None, None), task_counts(mine))
        assert [(one.text, one.is_late) for one in late] == [("上报 1 张表", True)]


# ---------- the screen ----------


def test_the_screen_shows_its_time_and_brings_only_its_inner_part_along(office: FlaskClient) -> None:
    whole = office.get("/staff/screen")
    assert whole.status_code == 200 and 'hx-trigger="every 60s"' in whole.text
    assert "数字截至 11 月 21 日 10:00" in whole.text and "网络断开了，画面停在" in whole.text
    part = office.get("/staff/screen", headers={"HX-Request": "true"}).text
    assert "<html" not in part and "测试东镇" in part
    assert part.count("hx-swap-oob") == 2 and "59.4" in part
    assert "&lt;5" not in part.split("待就业")[0]


def test_the_screen_is_of_the_own_place_whatever_is_asked(office: FlaskClient) -> None:
    assert "12÷20 人" in office.get(f"/staff/screen?path={PATH_A}").text
    assert "19÷32 人" in office.get(f"/staff/screen?path={PATH_OTHER}").text


def test_a_stranger_on_a_wall_is_led_away_from_the_screen(client: FlaskClient) -> None:
    answer = client.get("/staff/screen", headers={"HX-Request": "true"})
    assert answer.status_code in {302, 303, 401}
    assert 'class="tiles"' not in answer.text


# ---------- cost ----------


@pytest.mark.parametrize("address", ["/", "/staff/screen"])
def test_more_places_and_people_cost_no_more_statements_and_few_bytes(
    office: FlaskClient, sqlite_runtime: Runtime, address: str
) -> None:
    def cost() -> tuple[int, int]:
        office.application.extensions.get("home_kept", {}).clear()
        office.get(address)
        office.application.extensions.get("home_kept", {}).clear()
        with counted(sqlite_runtime.database.engine) as seen:
            html = office.get(address).data
        return len(seen), len(html)

    before, _bytes = cost()
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        for path in more_towns(uow, 18):
            people(uow, path, proved=2, seeking=1)
    after, size = cost()
    assert after == before
    assert size <= MOST_BYTES


def test_more_people_to_call_cost_no_more_statements(
    client: FlaskClient, clerk: Actor, sqlite_runtime: Runtime
) -> None:
    def cost() -> int:
        client.get("/")
        with counted(sqlite_runtime.database.engine) as seen:
            client.get("/")
        return len(seen)

    before = cost()
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        people(uow, PATH_A, proved=10, seeking=10)
    assert cost() == before
