"""Fairs on the net: anybody registers, with a limit or without, sees the broadcasts and goes in when they begin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import FairBroadcast, JobFair
from jobmatch.fairs.planning.services.fairs import FairPlan, edit_fair
from jobmatch.fairs.planning.states import NO_LIMIT, FairMode, FairState
from jobmatch.fairs.visitors.notices import ticket_words
from jobmatch.fairs.visitors.services.registering import register_online
from jobmatch.fairs.visitors.services.waiting import cancel_registration
from jobmatch.fairs.visitors.sessions import moment_of
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind
from tests.conftest import NOW
from tests.factories import make_staff
from tests.fairs.help import make_fair
from tests.matching.help import counted

SYSTEM = system_actor("tests")
LINK = "https://live.example.cn/room"


def on_the_net(uow: UnitOfWork, *, starts: tuple[int, ...] = (0,), **values: Any) -> JobFair:
    """An online fair with a broadcast so many minutes from now each."""
    fair = make_fair(uow, mode=FairMode.ONLINE, place="", **values)
    for n, minutes in enumerate(starts):
        at = uow.now + timedelta(minutes=minutes)
        uow.session.add(
            FairBroadcast(fair_id=fair.id, title=f"测试直播{n}", platform="测试平台", starts_at=at, url=f"{LINK}{n}")
        )
    uow.session.flush()
    return fair


def register(uow: UnitOfWork, fair: JobFair, n: int) -> Any:
    done = register_online(uow, fair, device=f"d{n}", name="测试看", phone=f"1990000{n:04d}", kind=VisitorKind.VETERAN)
    return done.registration


def test_people_register_for_a_fair_on_the_net_up_to_its_limit_and_wait_behind_it(uow: UnitOfWork) -> None:
    fair = on_the_net(uow, capacity=2)
    rows = [register(uow, fair, n) for n in range(3)]
    assert [row.state for row in rows] == [RegistrationState.SEATED] * 2 + [RegistrationState.WAITING]
    cancel_registration(uow, rows[0], by_ticket=True)
    assert rows[2].state is RegistrationState.SEATED
    assert "网上直播" in ticket_words(fair, rows[1]) and "到场" not in ticket_words(fair, rows[1])


def test_an_online_fair_without_a_limit_takes_everybody_and_still_counts_them(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    fair = make_fair(uow, state=FairState.DRAFT, mode=FairMode.ONLINE, capacity=0)
    plan = FairPlan(
        title="测试直播专场", mode=FairMode.ONLINE, opens_at=fair.opens_at, closes_at=fair.closes_at, capacity=None
    )
    edit_fair(uow, fair, plan)
    assert (fair.capacity, fair.has_no_limit) == (NO_LIMIT, True)
    fair.state, fair.published_at = FairState.PUBLISHED, uow.now
    rows = [register(uow, fair, n) for n in range(5)]
    uow.session.refresh(fair)
    assert {row.state for row in rows} == {RegistrationState.SEATED} and fair.taken == 5


@pytest.mark.parametrize(("minutes", "said"), [(16, "before"), (15, "open"), (-179, "open"), (-180, "over")])
def test_the_way_in_is_open_at_the_time(minutes: int, said: str) -> None:
    assert moment_of(FairBroadcast(starts_at=NOW + timedelta(minutes=minutes)), NOW) == said


def test_the_page_says_when_the_broadcasts_are_and_opens_the_way_in_at_the_time(
    sqlite_runtime: Runtime, client: FlaskClient
) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        fair = on_the_net(uow, starts=(5, 600, -600), capacity=NO_LIMIT).public_id
    page = client.get(f"/fairs/{fair}").get_data(as_text=True)
    assert "直播 3 场" in page and "不限人数" in page and "报名已经结束" not in page
    assert f"{LINK}0" in page and f"{LINK}1" not in page and f"{LINK}2" not in page
    assert "开播前 15 分钟，这里出现入口" in page and "已经播完" in page
    sent = client.post(f"/fairs/{fair}/register", data={"name": "测试看", "phone": "19900001234", "kind": "veteran"})
    assert sent.status_code == 303
    ticket = client.get(sent.location).get_data(as_text=True)
    assert "不用到场" in ticket and f"{LINK}0" in ticket and "到场扫这个码" not in ticket
    for url in (f"/fairs/{fair}/broadcasts.ics", f"{sent.location}/calendar.ics"):
        entries = client.get(url).get_data(as_text=True)
        assert entries.count("BEGIN:VEVENT") == 3 and LINK not in entries
    assert client.get("/fairs/2222222222222222/broadcasts.ics").status_code == 404


def test_twenty_broadcasts_cost_as_many_statements_as_two(sqlite_runtime: Runtime, client: FlaskClient) -> None:
    counts = []
    for many in (2, 20):
        with sqlite_runtime.unit(SYSTEM) as uow:
            fair = on_the_net(uow, starts=tuple(range(many))).public_id
        with counted(sqlite_runtime.database.engine) as statements:
            assert client.get(f"/fairs/{fair}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
