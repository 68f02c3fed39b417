"""Booths' phone pages are reached: by members from their pages, by others through links that staff make and take back;
and the booth of one that did not come goes to whoever waits.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_queries import booth_of_link
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.services.absences import mark_absences, record_came
from jobmatch.fairs.exhibitors.services.desks import make_desk_link, revoke_desk_link
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth, BoothMove
from jobmatch.fairs.halls.services.giving_up import give_up_booth, keep_booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.queries import get_employer
from tests.factories import PATH_OTHER, make_station, make_user
from tests.fairs.day_help import SYSTEM, TOKEN, Stage, browser, stage
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.recruiters.help import Office, open_office, text_of


@pytest.fixture
def here(app: Any) -> Stage:
    return stage(app.runtime)


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


# ---------- links ----------


def test_a_link_opens_until_it_is_replaced_taken_back_or_over(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    row = make_exhibitor(uow, fair, state=ExhibitorState.APPLIED)
    with pytest.raises(Conflict):
        make_desk_link(uow, fair, row)
    row.state = ExhibitorState.ACCEPTED
    first, second = (make_desk_link(uow, fair, row) for _n in range(2))
    assert booth_of_link(uow.session, second, uow.now).id == row.id
    assert booth_of_link(uow.session, second, fair.closes_at + timedelta(days=2)).id == row.id
    for token, now in ((first, uow.now), (second, fair.closes_at + timedelta(days=4))):
        with pytest.raises(NotFound):
            booth_of_link(uow.session, token, now)
    row.state = ExhibitorState.ABSENT
    assert booth_of_link(uow.session, second, uow.now).id == row.id
    for _n in range(2):
        revoke_desk_link(uow, fair, row)
    with pytest.raises(NotFound):
        booth_of_link(uow.session, second, uow.now)


def links(client: Any, fair: str, **sent: str) -> Any:
    return client.post(f"/staff/fairs/{fair}/booths/links", data=sent)


def test_staff_hand_out_links_to_those_without_an_account_and_take_them_back(app: Any, here: Stage) -> None:
    with app.runtime.unit(SYSTEM) as uow:
        fair = uow.session.scalars(select(JobFair).where(JobFair.public_id == here.fair)).one()
        alone = make_exhibitor(uow, fair, contact_phone="19900001234")
        name, public_id, code = alone.employer.organization.name, alone.public_id, alone.sign_code
    clerk, guest = browser(app, here.users["staff"]), app.test_client()
    shown = text_of(clerk.get(f"/staff/fairs/{here.fair}/booths"))
    assert "给没有账号的单位打印链接和报到码" in shown and "发短信" not in shown
    page = text_of(links(clerk, here.fair, press="make"))
    [token] = re.findall(r"/fairs/booth/([\w-]+)", page)
    assert name in page and code in page
    opened = text_of(guest.get(f"/fairs/booth/{token}"))
    assert "到签到处报这 6 位数" in opened and code in opened
    assert "收回链接" in text_of(clerk.get(f"/staff/fairs/{here.fair}/booths"))
    assert links(clerk, here.fair, press="revoke", booth=public_id).status_code == 303
    assert guest.get(f"/fairs/booth/{token}").status_code == 404
    for sent in ({"press": "dance"}, {"press": "revoke"}, {"press": "make", "booth": "zz"}, {}):
        assert links(clerk, here.fair, **sent).status_code == 404, sent
    with app.runtime.unit(SYSTEM) as uow:
        elsewhere = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    assert links(browser(app, elsewhere), here.fair, press="make").status_code == 404
    with app.runtime.unit(SYSTEM) as uow:
        uow.session.get_one(Exhibitor, alone.id).state = ExhibitorState.CANCELED
    back = links(clerk, here.fair, press="make")
    assert "都有账号" in text_of(clerk.get(back.headers["Location"]))


def test_a_link_goes_out_as_a_text_message_where_there_is_a_gateway(app: Any, here: Stage) -> None:
    sent: list[tuple[str, str]] = []
    with app.runtime.unit(SYSTEM) as uow:
        uow.session.get_one(Exhibitor, here.exhibitor_id).contact_phone = "19900001234"
    clerk = browser(app, here.users["staff"])
    assert "短信没有发出去" in text_of(links(clerk, here.fair, press="send", booth=here.booth))
    ports.use_gateway(lambda phone, text: sent.append((phone, text)))
    try:
        assert "发短信" in text_of(clerk.get(f"/staff/fairs/{here.fair}/booths"))
        assert links(clerk, here.fair, press="send", booth=here.booth).status_code == 303
    finally:
        ports.use_gateway(None)
    [(phone, text)] = sent
    [token] = re.findall(r"/fairs/booth/([\w-]+)", text)
    assert phone == "19900001234"
    assert app.test_client().get(f"/fairs/booth/{token}").status_code == 200


def test_members_reach_the_booth_from_the_day_before_and_from_their_first_page(office: Office) -> None:
    with office.unit() as uow:
        employer = get_employer(uow.session, office.employer_id)
        fair = make_fair(uow, opens_at=uow.now + timedelta(days=3))
        row = make_exhibitor(uow, fair, employer=employer)
        url, booth, code = f"/employer/fairs/{fair.public_id}", row.public_id, row.sign_code
    member = office.member
    assert "打开展位页" not in text_of(member.get(url))
    with office.unit() as uow:
        uow.session.get_one(JobFair, fair.id).opens_at = uow.now + timedelta(days=1)
    page = text_of(member.get(url))
    assert f"/employer/fairs/{booth}/booth" in page
    assert code in text_of(member.get(f"/employer/fairs/{booth}/booth"))
    assert "打开展位页" not in text_of(member.get("/", follow_redirects=True))
    with office.unit() as uow:
        held = uow.session.get_one(JobFair, fair.id)
        held.opens_at, held.closes_at = uow.now, uow.now + timedelta(hours=3)
    first = text_of(member.get("/", follow_redirects=True))
    assert f"/employer/fairs/{booth}/booth" in first and code in first


@pytest.mark.parametrize("door", [0, 1])
def test_postings_are_changed_on_the_spot(app: Any, here: Stage, door: int) -> None:
    client, url = [
        (browser(app, here.users["employer"]), f"/employer/fairs/{here.booth}/booth"),
        (app.test_client(), f"/fairs/booth/{TOKEN}"),
    ][door]

    def tap(press: str, **values: str) -> Any:
        return client.post(url, data={"press": press, "row": here.posting, **values})

    assert tap("change", vacancies="12", words="夜班加补贴").status_code == 303
    page = text_of(client.get(url))
    assert "招 12 人" in page and "夜班加补贴" in page
    assert "请填整数" in text_of(tap("change", vacancies="很多"), 422)
    assert "人数请填" in text_of(tap("change", vacancies="0"), 422)
    assert "请选一个岗位" in text_of(tap("withdraw", row="zz"), 422)
    assert tap("withdraw").status_code == 303
    assert "撤下了" in text_of(client.get(url))
    assert tap("return").status_code == 303
    assert "请选一个在招的岗位" in text_of(tap("add", row="zz"), 422)
    with app.runtime.unit(SYSTEM) as uow:
        fair = uow.session.scalars(select(JobFair).where(JobFair.public_id == here.fair)).one()
        fair.state, fair.closed_at = FairState.CLOSED, uow.now
    assert "现在不能再改" in text_of(tap("change", vacancies="3"), 409)
    with app.runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(FairPosting)).one().vacancy_count == 12


# ---------- the booth of one that did not come ----------


def late(uow: UnitOfWork, *, waiting: int = 0) -> tuple[JobFair, Exhibitor, list[Exhibitor], Booth]:
    """A running fair of one place whose exhibitor is absent, and so many that wait."""
    fair = make_fair(uow, state=FairState.RUNNING, booth_capacity=1)
    row = make_exhibitor(uow, fair)
    booth = make_booth(uow, fair, "A01", exhibitor=row)
    queue = [make_exhibitor(uow, fair, state=ExhibitorState.WAITING, waiting_number=n + 1) for n in range(waiting)]
    for one in queue:
        make_fair_posting(uow, one)
    assert mark_absences(uow, fair) == 1
    return fair, row, queue, booth


def test_the_booth_goes_to_the_first_who_waits_with_a_log(uow: UnitOfWork) -> None:
    fair, row, (first, second), booth = late(uow, waiting=2)
    assert give_up_booth(uow, fair, row) is first
    assert give_up_booth(uow, fair, row) is None
    uow.session.refresh(booth)
    uow.session.refresh(fair)
    assert (booth.exhibitor_id, first.state, second.state) == (
        first.id,
        ExhibitorState.ACCEPTED,
        ExhibitorState.WAITING,
    )
    assert (fair.booth_taken, row.given_up_at) == (1, uow.now)
    assert [(m.from_number, m.to_number) for m in uow.session.scalars(select(BoothMove).order_by(BoothMove.id))] == [
        ("A01", ""),
        ("", "A01"),
    ]
    told = set(uow.session.scalars(select(AuditEntry.action)))
    assert {"exhibitor.give_up", "exhibitor.promote", "booth.assign"} <= told
    with pytest.raises(Conflict):
        record_came(uow, row)
    assert row.checked_in_at is None
    record_came(uow, first)
    with pytest.raises(Conflict):
        keep_booth(uow, fair, row)


@pytest.mark.parametrize("waiting", [1, 2])
def test_a_mistaken_tap_sends_the_heir_back_to_the_head_of_the_queue(uow: UnitOfWork, waiting: int) -> None:
    fair, row, queue, booth = late(uow, waiting=waiting)
    for _n in range(2):
        assert give_up_booth(uow, fair, row) is queue[0]
        back = keep_booth(uow, fair, row)
        assert back is not None and back.id == booth.id and back.exhibitor_id == row.id
        assert [one.state for one in queue] == [ExhibitorState.WAITING] * waiting
        numbers = [one.waiting_number or 0 for one in queue]
        assert numbers == sorted(set(numbers))
    uow.session.refresh(fair)
    assert (fair.booth_taken, row.state, row.given_up_at) == (1, ExhibitorState.ABSENT, None)
    assert "exhibitor.wait_again" in set(uow.session.scalars(select(AuditEntry.action)))


def test_giving_up_is_undone_while_the_place_is_free_and_a_late_one_gets_it_back(uow: UnitOfWork) -> None:
    fair, row, _queue, booth = late(uow)
    assert give_up_booth(uow, fair, row) is None
    uow.session.refresh(booth)
    assert booth.exhibitor_id is None
    back = keep_booth(uow, fair, row)
    assert back is not None and back.exhibitor_id == row.id and row.given_up_at is None
    assert keep_booth(uow, fair, row) is None
    give_up_booth(uow, fair, row)
    assert record_came(uow, row).state is ExhibitorState.ACCEPTED
    uow.session.refresh(fair)
    assert fair.booth_taken == 1
    with pytest.raises(Conflict):
        give_up_booth(uow, fair, row)


def test_staff_give_the_booth_away_in_one_tap(app: Any) -> None:
    with app.runtime.unit(SYSTEM) as uow:
        fair, row, [first], _booth = late(uow, waiting=1)
        name = first.employer.organization.name
        clerk_id = make_user(uow, Role.STATION_STAFF, organization=make_station(uow)).id
        fair_id, booth_id, queue_id = fair.public_id, row.public_id, first.public_id
    clerk, url = browser(app, clerk_id), f"/staff/fairs/{fair_id}/booths"
    assert "让出展位" in text_of(clerk.get(url))

    def tap(press: str, booth: str = booth_id) -> str:
        answer = clerk.post(f"{url}/absent", data={"press": press, "booth": booth})
        assert answer.status_code == 303
        return text_of(clerk.get(answer.headers["Location"]))

    page = tap("give")
    assert f"展位给了候补第一家：{name}" in page and "缺席，展位已让出" in page and "撤回让出" in page
    assert "只有开场后没到的单位" in tap("give", queue_id)
    assert "撤回了，展位还是它的" in tap("keep")
    tap("give")
    with app.runtime.unit(SYSTEM) as uow:
        record_came(uow, uow.session.get_one(Exhibitor, first.id))
    assert "已经给了别的单位" in tap("keep")
    for sent in ({"press": "dance", "booth": booth_id}, {"press": "give"}, {"press": "give", "booth": "zz"}):
        assert clerk.post(f"{url}/absent", data=sent).status_code == 404, sent
