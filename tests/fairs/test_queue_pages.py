"""The pages of booths, visitors and desks, through the browser: three taps, undo, the yes, bad input."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.fairs.day.models import BoothDesk, FairResume, FairWish, Intention, QueueNumber
from jobmatch.fairs.day.standing import standing
from jobmatch.fairs.day.states import IntentionStanding
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.states import FairState
from tests.factories import PATH_OTHER, make_person, make_station, make_user
from tests.fairs.day_help import SYSTEM, TOKEN, Stage, browser, stage
from tests.fairs.help import make_exhibitor


@pytest.fixture
def here(app: Any) -> Stage:
    return stage(app.runtime)


def rows(app: Any, table: Any) -> list[Any]:
    with app.runtime.unit(SYSTEM, writing=False) as uow:
        return list(uow.session.scalars(select(table)))


def tap(client: Any, url: str, press: str, **values: str) -> Any:
    return client.post(url, data={"press": press, **values})


def booth_doors(app: Any, here: Stage) -> list[tuple[Any, str]]:
    return [
        (browser(app, here.users["employer"]), f"/employer/fairs/{here.booth}/booth"),
        (app.test_client(), f"/fairs/booth/{TOKEN}"),
    ]


@pytest.mark.parametrize("door", [0, 1])
def test_a_ticket_is_shown_then_marked_and_the_mark_taken_back(app: Any, here: Stage, door: int) -> None:
    client, url = booth_doors(app, here)[door]
    assert client.get(url).status_code == 200
    shown = tap(client, url, "show", ticket=here.ticket)
    body = shown.get_data(as_text=True)
    assert shown.status_code == 200 and "测试求职者" in body and 'value="intention"' in body and "1990000" in body
    assert len(rows(app, FairResume)) == 1
    assert tap(client, url, "intention", ticket=here.ticket, posting=here.posting).status_code == 303
    assert tap(client, url, "intention", ticket=here.ticket, posting=here.posting).status_code == 303
    [row] = rows(app, Intention)
    assert "单位意向" in client.get(url).get_data(as_text=True)
    assert tap(client, url, "undo", row=row.public_id).status_code == 303
    assert rows(app, Intention) == []


@pytest.mark.parametrize("door", [0, 1])
def test_wrong_taps_at_a_booth_are_answered_with_words(app: Any, here: Stage, door: int) -> None:
    client, url = booth_doors(app, here)[door]
    for press, values, status, words in (
        ("show", {"ticket": "00000000"}, 422, "没有找到"),
        ("show", {"ticket": here.ticket[:-1] + "!"}, 422, "无法核对"),
        ("intention", {"ticket": here.ticket, "posting": "nonsense"}, 422, "请选一个岗位"),
        ("not_fit", {"ticket": here.ticket, "posting": here.posting}, 422, "请选一个原因"),
        ("dance", {}, 422, "没有这个按钮"),
        ("done", {"row": "nonsense"}, 422, "没有这个排队号"),
        ("show", {"ticket": "x" * 500}, 422, "太长"),
    ):
        answer = tap(client, url, press, **values)
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (status, True), (press, values)
    assert tap(client, url, "leave").status_code == 303
    late = tap(client, url, "show", ticket=here.ticket)
    assert late.status_code == 409 and "已经离场" in late.get_data(as_text=True)


def test_unknown_links_are_not_found_and_braked(app: Any, here: Stage) -> None:
    client = app.test_client()
    assert client.get("/fairs/booth/nobody").status_code == 404
    answers = [tap(client, f"/fairs/booth/guess{n}", "next").status_code for n in range(40)]
    assert answers[0] == 404 and answers[-1] == 429
    assert tap(client, f"/fairs/booth/{TOKEN}", "next").status_code == 303


def test_the_queue_from_the_phone_to_the_booth(app: Any, here: Stage) -> None:
    visitor, (booth, url) = app.test_client(), booth_doors(app, here)[1]
    assert tap(visitor, here.visit, "queue", row=here.booth).status_code == 303
    assert tap(visitor, here.visit, "queue", row=here.booth).status_code == 303
    [number] = rows(app, QueueNumber)
    assert "前面 0 人" in visitor.get(here.visit).get_data(as_text=True)
    tap(booth, url, "next")
    assert "请到展位" in visitor.get(here.visit).get_data(as_text=True)
    assert tap(booth, url, "done", row=number.public_id).status_code == 303
    late = tap(visitor, here.visit, "leave", row=number.public_id)
    assert late.status_code == 409 and "谈过了" in late.get_data(as_text=True)
    [desk] = rows(app, BoothDesk)
    assert (desk.waiting_count, desk.last_number) == (0, 1)


def test_the_person_says_yes_on_the_own_page(app: Any, here: Stage) -> None:
    visitor, (booth, url) = app.test_client(), booth_doors(app, here)[1]
    tap(booth, url, "hire", ticket=here.code, posting=here.posting)
    assert "同意录用" in visitor.get(here.visit).get_data(as_text=True)
    assert tap(visitor, here.visit, "yes", row=here.posting).status_code == 303
    assert standing(rows(app, Intention)[0]) is IntentionStanding.HIRED
    assert tap(visitor, here.visit, "yes", row="nonsense").status_code == 404
    assert tap(visitor, here.visit, "dance").status_code == 422
    asked = visitor.get(here.visit + f"?booth={here.booth}").get_data(as_text=True)
    assert "我有意向" in asked


def test_my_day_leads_to_the_own_ticket_only(app: Any, here: Stage) -> None:
    answer = browser(app, here.users["person"]).get(f"/me/fairs/{here.fair}/day?booth={here.booth}")
    assert answer.status_code == 303 and here.visit in answer.headers["Location"]
    with app.runtime.unit(SYSTEM) as uow:
        other = make_person(uow).user_id or 0
    assert browser(app, other).get(f"/me/fairs/{here.fair}/day").status_code == 404
    assert app.test_client().get(here.visit[:-1] + "x").status_code == 404


def test_the_desk_takes_numbers_counts_wishes_and_keys_sheets(app: Any, here: Stage) -> None:
    staff, base = browser(app, here.users["staff"]), f"/staff/fairs/{here.fair}"
    assert tap(staff, base + "/counters", "queue", ticket=here.code, booth="a01").status_code == 303
    assert len(rows(app, QueueNumber)) == 1
    assert tap(staff, base + "/counters", "queue", ticket=here.code, booth="Z99").status_code == 422
    assert tap(staff, base + "/counters", "policy", words="社保").status_code == 303
    assert tap(staff, base + "/counters", "dance").status_code == 422
    assert len(rows(app, FairWish)) == 1
    sheet = {"booth": here.booth, "who0": here.code, "posting0": here.posting, "who1": "9", "posting1": here.posting}
    body = staff.post(base + "/sheet", data=sheet).get_data(as_text=True)
    assert "已录入" in body and "没有录入" in body
    assert "没有重复计数" in staff.post(base + "/sheet", data=sheet).get_data(as_text=True)
    assert staff.post(base + "/sheet", data={"booth": "nonsense"}).status_code == 422
    for path in ("/booths", "/intentions?standing=both", "/intentions?standing=nonsense", "/screens", "/sheet"):
        assert staff.get(base + path).status_code == 200, path
    assert "双方意向" in staff.get(base + "/intentions").get_data(as_text=True)


def test_a_yes_at_the_desk_needs_the_ticket(app: Any, here: Stage) -> None:
    staff, url = browser(app, here.users["staff"]), f"/staff/fairs/{here.fair}/intentions"
    tap(app.test_client(), f"/fairs/booth/{TOKEN}", "intention", ticket=here.code, posting=here.posting)
    assert tap(staff, url, "yes", row=here.posting, ticket="").status_code == 422
    assert tap(staff, url, "yes", row=here.posting, ticket=here.code).status_code == 303
    assert standing(rows(app, Intention)[0]) is IntentionStanding.BOTH


def test_volunteers_work_their_fair_while_it_runs(app: Any, here: Stage) -> None:
    with app.runtime.unit(SYSTEM) as uow:
        helper = make_user(uow, Role.FAIR_HELPER)
        fair = uow.session.query(JobFair).filter_by(public_id=here.fair).one()
        uow.session.add(FairHelper(fair_id=fair.id, user_id=helper.id, created_at=uow.now))
        stranger = make_user(uow, Role.FAIR_HELPER).id
        key = helper.id
    url = f"/fairs/help/{here.fair}/counters"
    assert tap(browser(app, key), url, "queue", ticket=here.code, booth="A01").status_code == 303
    assert browser(app, stranger).get(url).status_code == 404
    with app.runtime.unit(SYSTEM) as uow:
        fair = uow.session.query(JobFair).filter_by(public_id=here.fair).one()
        fair.state, fair.closed_at = FairState.CLOSED, uow.now
    assert browser(app, key).get(url).status_code == 404


def test_other_employers_and_far_offices_find_nothing(app: Any, here: Stage) -> None:
    with app.runtime.unit(SYSTEM) as uow:
        fair = uow.session.query(JobFair).filter_by(public_id=here.fair).one()
        other = make_exhibitor(uow, fair, came=True).public_id
        far = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    employer = browser(app, here.users["employer"])
    assert employer.get(f"/employer/fairs/{other}/booth").status_code == 404
    for page in ("booths", "intentions", "counters", "sheet", "screens"):
        assert browser(app, far).get(f"/staff/fairs/{here.fair}/{page}").status_code == 404, page
    assert tap(browser(app, far), f"/staff/fairs/{here.fair}/counters", "policy").status_code == 404
    assert rows(app, FairWish) == []
