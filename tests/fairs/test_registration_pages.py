"""Pages: the list of fairs, three fields, the ticket, the own file, and the staff's pages, bad input included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.sheets import read_lines
from jobmatch.fairs.exhibitors.models import FairPosting
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services.plans import Visit, store_plans
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.conftest import NOW
from tests.factories import PATH_OTHER, make_person, make_station, make_user
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of

THREE = {"name": "测试来人", "phone": "１９９ 0000-7777", "kind": "veteran"}


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def fair(office: Office, **values: Any) -> str:
    with office.unit() as uow:
        return make_fair(uow, **values).public_id


def registered(office: Office, fair_id: str, **values: Any) -> str:
    with office.unit() as uow:
        row = uow.session.scalars(select(JobFair).where(JobFair.public_id == fair_id)).one()
        return make_registration(uow, row, **values).public_id


def send(client: FlaskClient, fair_id: str, status: int = 303, **values: Any) -> Any:
    answer = client.post(f"/fairs/{fair_id}/register", data=THREE | values)
    assert answer.status_code == status, answer.get_data(as_text=True)[:300]
    return answer


def stored(office: Office) -> list[FairRegistration]:
    with office.unit() as uow:
        return list(uow.session.scalars(select(FairRegistration).order_by(FairRegistration.id)))


def test_everybody_sees_fairs_that_come_and_what_is_offered_there(office: Office) -> None:
    with office.unit() as uow:
        shown = make_fair(uow, title="测试看得见的招聘会")
        exhibitor = make_exhibitor(uow, shown)
        make_booth(uow, shown, "A07", exhibitor=exhibitor)
        make_fair_posting(uow, exhibitor, vacancies=4)
        make_fair(uow, title="测试草稿", state=FairState.DRAFT)
        public_id = shown.public_id
    guest = office.client()
    listed = text_of(guest.get("/fairs"))
    assert "测试看得见的招聘会" in listed and "测试草稿" not in listed and "1 个岗位，招 4 人" in listed
    page = text_of(guest.get(f"/fairs/{public_id}"))
    assert "A07 号展位" in page and "招 4 人" in page and f"/fairs/{public_id}/register" in page
    for way in ("", "/register", "/known", "/tickets/zzzz"):
        assert guest.get(f"/fairs/{fair(office, state=FairState.DRAFT)}{way}").status_code == 404


def test_three_fields_give_a_ticket_to_show_print_and_put_into_the_calendar(office: Office) -> None:
    public_id, guest = fair(office), office.client()
    place = send(guest, public_id, needs="wheelchair").headers["Location"]
    [row] = stored(office)
    page = text_of(guest.get(place))
    assert f"{row.code[:4]} {row.code[4:]}" in page and "<svg" in page and "轮椅通行" in page
    assert "19900007777" not in page and "1990000" not in page
    calendar = guest.get(f"{place}/calendar.ics")
    assert calendar.mimetype == "text/calendar" and "DTSTART:20261122T020000Z" in calendar.get_data(as_text=True)
    signed = ticket_text(public_id, row.public_id)
    assert row.code[:4] in text_of(office.client().get(f"/fairs/{public_id}/tickets/{signed}"))
    assert "看我的票" in text_of(guest.get(f"/fairs/{public_id}"))


def test_forged_and_foreign_tickets_open_nothing(office: Office) -> None:
    one, other = fair(office), fair(office)
    ticket, guest = registered(office, one), office.client()
    signed = ticket_text(one, ticket)
    for address in (
        f"/fairs/{other}/tickets/{ticket}",
        f"/fairs/{other}/tickets/{signed}",
        f"/fairs/{one}/tickets/{signed[:-1]}{'2' if signed[-1] != '2' else '3'}",
        f"/fairs/{one}/tickets/{ticket}x",
        f"/fairs/{one}/tickets/%00",
    ):
        assert guest.get(address).status_code == 404, address
    assert guest.post(f"/fairs/{other}/tickets/{ticket}/cancel").status_code == 404


def test_a_ticket_of_a_fair_that_is_over_says_so(office: Office) -> None:
    public_id = fair(office, state=FairState.CLOSED, opens_at=NOW - timedelta(days=9))
    page = text_of(office.client().get(f"/fairs/{public_id}/tickets/{registered(office, public_id)}"))
    assert "已经结束" in page and "取消报名" not in page


def test_a_known_phone_learns_nothing_and_the_own_browser_gets_its_ticket(office: Office) -> None:
    public_id, guest = fair(office), office.client()
    first = send(guest, public_id).headers["Location"]
    assert send(guest, public_id).headers["Location"] == first
    answers = []
    for state in (RegistrationState.SEATED, RegistrationState.WAITING):
        number = "19900006666" if state is RegistrationState.SEATED else "19900006667"
        registered(office, public_id, phone=number, state=state, waiting_number=1 if state == "waiting" else None)
        stranger = office.client()
        place = send(stranger, public_id, phone=number, name="别的人").headers["Location"]
        assert place == f"/fairs/{public_id}/known"
        answers.append(text_of(stranger.get(place)))
    assert re.sub(r'value="[^"]*"', "", answers[0]) == re.sub(r'value="[^"]*"', "", answers[1])
    assert "测试" not in re.search(r"<main.*</main>", answers[0], re.S)[0].replace("测试专场招聘会", "")  # type: ignore[index]


def test_wrong_fields_come_back_with_words_and_nothing_is_stored(office: Office) -> None:
    public_id, guest = fair(office), office.client()
    for values, words in (
        ({"name": ""}, "请填写这一项"),
        ({"name": "测\x07试"}, "不能用的字符"),
        ({"phone": "123"}, "11 位手机号"),
        ({"kind": "general"}, "请选一种身份"),
        ({"kind": ""}, "请选一种身份"),
    ):
        page = text_of(send(guest, public_id, 422, **values), 422)
        assert "处需要修改" in page and words in page, values
    assert stored(office) == []


def test_the_same_form_sent_twice_registers_once(office: Office) -> None:
    public_id, guest = fair(office), office.client()
    key = re.findall(r'name="form_key" value="([^"]+)"', text_of(guest.get(f"/fairs/{public_id}/register")))[-1]
    places = {send(guest, public_id, form_key=key).headers["Location"] for _n in range(2)}
    assert len(places) == 1 and len(stored(office)) == 1


def test_two_hundred_behind_one_address_register(office: Office) -> None:
    public_id = fair(office, capacity=200)
    for number in range(200):
        place = send(office.client(), public_id, phone=f"1990005{number:04d}").headers["Location"]
        assert "/tickets/" in place


def test_a_full_fair_says_so_and_canceling_moves_the_queue(office: Office) -> None:
    public_id, first, second = fair(office, capacity=1), office.client(), office.client()
    mine = send(first, public_id).headers["Location"]
    assert "候补" in text_of(second.get(f"/fairs/{public_id}/register"))
    theirs = send(second, public_id, phone="19900007778").headers["Location"]
    assert "您在候补，第 1 位" in text_of(second.get(theirs))
    assert "取消报名？" in text_of(first.get(f"{mine}/cancel"))
    assert first.post(f"{mine}/cancel").status_code == 303
    assert "您的票" in text_of(second.get(theirs)) and "这份报名已取消" in text_of(first.get(mine))


def test_somebody_with_a_file_registers_with_one_tap(office: Office) -> None:
    with office.unit() as uow:
        public_id, person = make_fair(uow).public_id, make_person(uow, name="测试有档案")
        other = make_person(uow)
        user_id, other_id = person.user_id, other.user_id
    me = office.client(user_id)
    assert "一键报名" in text_of(me.get("/me/fairs"))
    place = me.post(f"/me/fairs/{public_id}/register").headers["Location"]
    assert "测试有档案" in text_of(me.get(place)) and place in text_of(me.get("/me/fairs"))
    assert me.post(f"/me/fairs/{public_id}/register").headers["Location"] == place
    assert place not in text_of(office.client(other_id).get("/me/fairs"))


def test_staff_find_register_link_and_take_the_list_away(office: Office) -> None:
    with office.unit() as uow:
        row = make_fair(uow)
        person = make_person(uow, name="测试老张")
        number = uow.session.get_one(User, person.user_id).phone
        public_id, person_id = row.public_id, person.public_id
    staff, base = office.clerk, f"/staff/fairs/{public_id}/registrations"
    answer = staff.post(f"{base}/new", data={"name": "测试老张", "phone": number, "kind": "veteran"})
    one = answer.headers["Location"]
    page = text_of(staff.get(one))
    assert "是这个人，接到档案" in page and "代报名" in page
    assert staff.post(f"{one}/link", data={"person": person_id}).status_code == 303
    assert "已核验" in text_of(staff.get(one))
    assert staff.post(f"{one}/link", data={"person": "zzzz"}).status_code == 404
    staff.post(f"{one}/unlink")
    assert "是这个人，接到档案" in text_of(staff.get(one))
    [found] = stored(office)
    for words in ("老张", found.code, number, (number or "")[-4:]):
        assert one in text_of(staff.get(base, query_string={"q": words})), words
    assert one not in text_of(staff.get(base, query_string={"q": "没有这个人", "state": "flying", "kind": "'"}))
    assert found.code[:4] in text_of(staff.get(f"/staff/fairs/{public_id}/tickets"))
    lines = list(read_lines(staff.get(f"{base}.xlsx").data))
    assert [str(value) for value in lines[1][:2]] == ["测试老张", f"{number[:3]}****{number[-4:]}"]
    with office.unit() as uow:
        assert uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "fair_registration.export")).all()
    assert staff.post(f"{one}/cancel").status_code == 303
    assert "已取消" in text_of(staff.get(one))


def test_registrations_are_joined_with_files_from_one_list_and_taken_apart_again(office: Office) -> None:
    with office.unit() as uow:
        row, person = make_fair(uow), make_person(uow, name="测试老张")
        make_registration(uow, row, name="测试老张", phone=uow.session.get_one(User, person.user_id).phone)
        namesake = make_person(uow, name="测试老李", with_user=False)
        namesake.id_number = "11010119900307123X"
        for tail in ("123X", "9999"):
            make_registration(uow, row, name="测试老李").id_tail = tail
        public_id, person_id = row.public_id, person.public_id
    base = f"/staff/fairs/{public_id}/registrations"
    page = text_of(office.clerk.get(f"{base}/files"))
    assert "和档案对一对，3 条" in page and page.count("是这个人") == 2 and "相同" in page and "不同" in page
    first = stored(office)[0].public_id
    done = office.clerk.post(f"{base}/{first}/link", data={"person": person_id, "list": "1"})
    page = text_of(office.clerk.get(done.headers["Location"]))
    assert "测试老张：已接到档案" in page and "和档案对一对，2 条" in page
    linked = stored(office)[0].public_id
    assert linked != first, "whoever typed the phone holds the old address"
    done = office.clerk.post(f"{base}/{linked}/unlink", data={"list": "1"})
    assert "和档案对一对，3 条" in text_of(office.clerk.get(done.headers["Location"]))


def test_whom_no_message_reaches_stands_on_a_list_of_calls(office: Office) -> None:
    public_id = fair(office)
    told = registered(office, public_id, name="测试没短信", needs=["wheelchair", "sign_language"])
    base = f"/staff/fairs/{public_id}/registrations"
    page = text_of(office.clerk.get(base))
    assert "1 人收不到消息" in page and "轮椅通行 1" in page and "要手语翻译 1" in page
    assert "测试没短信" in text_of(office.clerk.get(base, query_string={"need": "wheelchair"}))
    assert "测试没短信" not in text_of(office.clerk.get(base, query_string={"need": "sight"}))
    assert "测试没短信" in text_of(office.clerk.get(f"{base}/calls"))
    done = office.clerk.post(f"{base}/{told}/told")
    page = text_of(office.clerk.get(done.headers["Location"]))
    assert "都通知到了" in page and "撤销" in page
    office.clerk.post(f"{base}/{told}/told", data={"told": "no"})
    assert "要打电话告诉的，1 人" in text_of(office.clerk.get(f"{base}/calls", query_string={"last": "zz"}))


def test_a_station_registers_from_the_file_with_one_tap(office: Office) -> None:
    with office.unit() as uow:
        row, person = make_fair(uow), make_person(uow, name="测试有档案")
        public_id, person_id = row.public_id, person.public_id
    path = f"/staff/people/{person_id}/fairs"
    assert "给他报名" in text_of(office.clerk.get(path))
    push = {"person": person_id, "next": path}
    done = office.clerk.post(f"/staff/fairs/{public_id}/registrations/person", data=push)
    assert done.headers["Location"] == path and "报过名的" in text_of(office.clerk.get(path))
    away = office.clerk.post(f"/staff/fairs/{public_id}/registrations/person", data=push | {"next": "//evil.test/"})
    assert f"/staff/fairs/{public_id}/registrations/" in away.headers["Location"]
    bad = office.clerk.post(f"/staff/fairs/{public_id}/registrations/person", data={"person": "zz"})
    assert bad.status_code == 404


def test_the_ticket_shows_its_booths_and_that_the_fair_is_canceled(office: Office) -> None:
    with office.unit() as uow:
        row = make_fair(uow)
        for number in ("A01", "A02"):
            exhibitor = make_exhibitor(uow, row)
            make_fair_posting(uow, exhibitor)
            make_booth(uow, row, number, exhibitor=exhibitor)
        one = make_registration(uow, row, wish="司机", needs=["wheelchair", "large_print"])
        uow.session.scalars(select(Booth)).first().is_accessible = False
        visits = [
            Visit(exhibitor.exhibitor_id, exhibitor.id, 0.5) for exhibitor in uow.session.scalars(select(FairPosting))
        ]
        store_plans(uow, row.id, {one.id: visits})
        public_id, ticket = row.public_id, f"/fairs/{row.public_id}/tickets/{one.public_id}"
    page = text_of(office.client().get(ticket))
    assert "您的 2 家" in page and "A01 号展位" in page and "轮椅不好走" in page
    assert "is-big" in page
    assert "先去这 2 家" in text_of(office.clerk.get(f"/staff/fairs/{public_id}/tickets"))
    with office.unit() as uow:
        found = uow.session.scalars(select(JobFair)).one()
        found.state, found.canceled_at, found.cancel_reason = FairState.CANCELED, uow.now, "暴雨"
    page = text_of(office.client().get(ticket))
    assert "这场招聘会取消了" in page and "暴雨" in page and "入场码" not in page
    assert "STATUS:CANCELLED" in text_of(office.client().get(f"{ticket}/calendar.ics"))


def test_the_button_fills_added_seats(office: Office) -> None:
    public_id = fair(office, capacity=0)
    send(office.client(), public_id)
    with office.unit() as uow:
        uow.session.scalars(select(JobFair)).one().capacity = 5
    base = f"/staff/fairs/{public_id}/registrations"
    assert "补上候补" in text_of(office.clerk.get(base))
    assert office.clerk.post(f"{base}/fill").status_code == 303
    assert [row.state for row in stored(office)] == [RegistrationState.SEATED]


def test_another_office_sees_none_of_it(office: Office) -> None:
    public_id = fair(office)
    ticket = registered(office, public_id)
    with office.unit() as uow:
        far = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    client = office.client(far)
    for way in ("registrations", "registrations.xlsx", "registrations/new", f"registrations/{ticket}", "tickets"):
        assert client.get(f"/staff/fairs/{public_id}/{way}").status_code == 404
    assert office.member.get(f"/staff/fairs/{public_id}/registrations").status_code == 403


def test_lists_cost_the_same_for_two_and_twenty(office: Office) -> None:
    with office.unit() as uow:
        row = make_fair(uow)
        public_id, row_id = row.public_id, row.id

    def more(count: int) -> None:
        with office.unit() as uow:
            found = uow.session.get_one(JobFair, row_id)
            for _n in range(count):
                number = uow.session.get_one(User, make_person(uow).user_id).phone
                make_registration(uow, found, phone=number)
                make_fair_posting(uow, make_exhibitor(uow, found))

    def spent(path: str, client: FlaskClient) -> int:
        client.get(path)
        with counted(office.runtime.database.engine) as seen:
            text_of(client.get(path))
        return len(seen)

    pages = (
        ("/fairs", office.client()),
        (f"/fairs/{public_id}", office.client()),
        (f"/staff/fairs/{public_id}/registrations", office.clerk),
        (f"/staff/fairs/{public_id}/registrations/files", office.clerk),
        (f"/staff/fairs/{public_id}/registrations/calls", office.clerk),
        (f"/staff/fairs/{public_id}/tickets", office.clerk),
    )
    more(2)
    before = [spent(*one) for one in pages]
    more(16)
    assert [spent(*one) for one in pages] == before
