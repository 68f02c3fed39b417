"""The desk as it is used: without script, as the script's partner, by volunteers, and from the poster."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.factories import PATH_OTHER, make_staff
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_registration
from tests.people.help import sign_in


class Hall:
    """A running fair with somebody registered, and a clerk at the desk."""

    def __init__(self, runtime: Runtime, client: FlaskClient) -> None:
        self.runtime, self.client = runtime, client
        with runtime.unit(system_actor("test")) as uow:
            fair = make_fair(uow, state=FairState.RUNNING)
            row = make_registration(uow, fair, name="测试赵")
            exhibitor = make_exhibitor(uow, fair)
            make_booth(uow, fair, "A07", exhibitor=exhibitor)
            self.fair, self.code, self.sign_code = fair.public_id, row.code, exhibitor.sign_code
            self.ticket = ticket_text(fair.public_id, row.public_id)
            self.clerk = make_staff(uow).user_id
            self.stranger = make_staff(uow, path=PATH_OTHER).user_id
        sign_in(client, self.clerk)
        self.here = f"/fairs/help/{self.fair}/desk"

    def post(self, **fields: str) -> str:
        return self.client.post(self.here, data=fields, follow_redirects=True).get_data(as_text=True)

    def sync(self, *rows: dict[str, object]) -> dict[str, object]:
        found = self.client.post(f"{self.here}/sync", json={"scans": list(rows)}).get_json()
        assert isinstance(found, dict)
        return found


@pytest.fixture
def hall(sqlite_runtime: Runtime, client: FlaskClient) -> Hall:
    return Hall(sqlite_runtime, client)


def test_the_desk_works_without_script(hall: Hall) -> None:
    assert "请扫票" in hall.client.get(hall.here).get_data(as_text=True)
    said = hall.post(press="scan", text=hall.ticket, desk="东门")
    assert "测试赵" in said and "签到成功，第 1 位" in said and "hit-ok" in said and "已签到 1 / 1" in said
    assert "hit-warn" in hall.post(press="scan", text=hall.code) and "东门" in hall.post(press="scan", text=hall.code)
    assert "没有找到" in hall.post(press="scan", text="87654321")


def test_a_walk_in_and_an_exhibitor_at_the_same_desk(hall: Hall) -> None:
    fields = {"press": "walk", "name": "测试钱", "phone": "199 0000 8877", "kind": "military_dependant"}
    assert "签到成功" in hall.post(**fields)
    assert "手机号" in hall.post(**{**fields, "phone": "77"})
    assert "到了，展位 A07" in hall.post(press="sign", code=hall.sign_code)
    assert "没有这个报到码" in hall.post(press="sign", code="000000")
    assert hall.client.post(hall.here, data={"press": "count", "many": "1"}).status_code == 303


def test_what_the_script_sends_is_answered_scan_by_scan(hall: Hall) -> None:
    live = {"scan_id": "a", "text": hall.ticket, "way": "scanner", "live": True}
    odd = {"scan_id": "b", "text": ["x"], "way": "telepathy", "at": "yesterday"}
    said = hall.sync(live, odd, live)
    kinds = [one["kind"] for one in said["answers"]]  # type: ignore[union-attr, index, attr-defined]
    assert kinds == ["ok", "bad", "ok"] and said["tally"] == [1, 1]
    assert hall.sync(live)["answers"][0]["title"] == "测试赵"  # type: ignore[index]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"scans": []}', b'{"scans": [1]}', b'{"scans": "x"}', b"{", b"null"])
def test_a_batch_that_is_none_is_refused(hall: Hall, body: bytes) -> None:
    answer = hall.client.post(f"{hall.here}/sync", data=body, content_type="application/json")
    assert answer.status_code == 422
    too_many = hall.client.post(f"{hall.here}/sync", json={"scans": [{"scan_id": str(n)} for n in range(201)]})
    assert too_many.status_code == 422


def test_the_list_that_goes_along_holds_no_name_in_full_no_phone_and_no_code(hall: Hall) -> None:
    answer = hall.client.get(f"{hall.here}/list")
    assert len(answer.get_json()["rows"]) == 1
    text = answer.get_data(as_text=True)
    assert hall.code not in text and "测试赵" not in text and "1990000" not in text and hall.ticket not in text
    again = hall.client.get(f"{hall.here}/list").get_json()
    assert again["rows"] != answer.get_json()["rows"], "every device has marks of its own"


def test_the_worker_reaches_the_desk_alone(hall: Hall) -> None:
    answer = hall.client.get(f"{hall.here}/worker.js")
    assert answer.mimetype == "text/javascript" and answer.headers["Service-Worker-Allowed"] == hall.here


def test_the_poster_checks_in_and_names_nobody(hall: Hall) -> None:
    fresh = hall.client.application.test_client()
    page = f"/fairs/{hall.fair}/here"
    assert fresh.get(page).status_code == 200
    wrong = fresh.post(page, data={"text": "12"})
    assert wrong.status_code == 422 and "没有找到" in wrong.get_data(as_text=True)
    done = fresh.post(page, data={"text": hall.code}).get_data(as_text=True)
    assert "第 1 位" in done and "测试赵" not in done


def test_the_paper_list_is_printed_and_keyed_from_one_page(hall: Hall) -> None:
    text = hall.client.get(f"/fairs/help/{hall.fair}/paper").get_data(as_text=True)
    assert "签到表" in text and "补录" in text


def test_another_county_finds_no_desk(hall: Hall) -> None:
    sign_in(hall.client, hall.stranger)
    for path in ("", "/list", "/worker.js"):
        assert hall.client.get(hall.here + path).status_code == 404
    assert hall.client.post(f"{hall.here}/sync", json={"scans": [{"scan_id": "a"}]}).status_code == 404


def test_a_clock_that_is_wrong_by_a_day_counts_inside_the_fair(hall: Hall) -> None:
    with hall.runtime.unit(system_actor("test"), writing=False) as uow:
        at = (uow.now + timedelta(days=1)).isoformat()
    said = hall.sync({"scan_id": "c", "text": hall.code, "at": at})
    assert said["answers"][0]["kind"] == "ok"  # type: ignore[index]


def test_the_doors_count_is_shown_apart_and_a_tap_too_many_is_taken_back(hall: Hall) -> None:
    hall.post(press="count")
    said = hall.post(press="count", many="1")
    assert "门口数到 11 人次" in said and "减掉刚才的 10 人" in said and "已签到 0 / 1" in said
    assert "门口数到 1 人次" in hall.post(press="uncount")
    said = hall.post(press="uncount")
    assert "门口数到" not in said and "减掉刚才" not in said
    assert hall.client.post(hall.here, data={"press": "uncount"}).status_code == 303


def test_who_needs_help_is_said_to_staff_and_never_to_the_poster(hall: Hall) -> None:
    with hall.runtime.unit(system_actor("test")) as uow:
        row = uow.session.query(FairRegistration).filter_by(code=hall.code).one()
        row.needs = ["wheelchair", "hearing"]
    said = hall.post(press="scan", text=hall.code)
    assert "需要照顾的：轮椅通行；听不清，要写字交流" in said
    again = hall.sync({"scan_id": "n1", "text": hall.code, "live": True})
    assert "轮椅通行" in str(again)
    here = f"/fairs/{hall.fair}/here"
    assert "轮椅" not in hall.client.post(here, data={"text": hall.code}).get_data(as_text=True)


def test_practice_without_a_network_is_told_and_counted_apart(hall: Hall) -> None:
    said = hall.sync({"scan_id": "q1", "text": hall.code, "at": "2020-01-01T01:00:00Z"})
    assert "没有计入" in str(said) and said["tally"] == [0, 1]
    assert "离线练习扫了 1 次" in hall.client.get(hall.here).get_data(as_text=True)
