"""Readers are keyboards: identity cards check in and leave no number behind, and a wrong field changes nothing."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.db import Base
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.day.services.checking_in import Scan, WalkIn, check_in, check_in_all, check_in_self
from jobmatch.fairs.day.services.readers import Card, is_scanned, read_card
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.factories import make_person, make_staff
from tests.fairs.help import make_fair, make_registration
from tests.people.help import sign_in

NUMBER = "99000119900501001X"
"""Begins with 99, which is no place: nobody has it."""
LINE = f"测试卡,男,汉,19900501,测试省测试县测试路 12 号,{NUMBER},测试局,20200101-20400101"


@pytest.fixture
def fair(uow: UnitOfWork) -> JobFair:
    uow.actor = make_staff(uow)
    return make_fair(uow, state=FairState.RUNNING)


@pytest.mark.parametrize(
    ("typed", "card"),
    [
        (NUMBER, Card(NUMBER, "")),
        (f" {NUMBER.lower()}\n", Card(NUMBER, "")),
        ("".join(chr(ord(sign) + 65248) for sign in NUMBER), Card(NUMBER, "")),
        (LINE, Card(NUMBER, "测试卡")),
        (f"姓名:测试卡 性别:男 号码:{NUMBER}", Card(NUMBER, "测试卡")),
        (f"{NUMBER}|测试·卡", Card(NUMBER, "测试·卡")),
        ("19900001234", None),
        ("00000001", None),
        (NUMBER + "1", None),
        ("JMF" + "2" * 48, None),
        ("", None),
    ],
)
def test_a_card_is_told_from_everything_else(typed: str, card: Card | None) -> None:
    assert read_card(typed) == card
    assert is_scanned(typed) is (card is not None or typed.startswith("JMF"))


def test_a_card_finds_the_registration_by_file_and_by_name(uow: UnitOfWork, fair: JobFair) -> None:
    known = make_person(uow, id_number=NUMBER, name="测试卡")
    linked = make_registration(uow, fair, person_id=known.id, name="测试卡")
    answer = check_in(uow, fair, Scan(text=NUMBER))
    assert (answer.result, answer.registration_id, answer.way) == (ScanResult.OK, linked.id, CheckInWay.CARD)
    other = make_fair(uow, state=FairState.RUNNING)
    by_phone = make_registration(uow, other, name="测试卡", phone=known.phone)
    assert check_in(uow, other, Scan(text=NUMBER)).registration_id == by_phone.id
    third = make_fair(uow, state=FairState.RUNNING)
    by_tail = make_registration(uow, third, name="测试卡", id_tail="001X")
    assert check_in(uow, third, Scan(text=NUMBER)).registration_id == by_tail.id


def test_without_a_file_the_name_on_the_card_decides_and_four_digits_alone_let_nobody_in(
    uow: UnitOfWork, fair: JobFair
) -> None:
    row = make_registration(uow, fair, name="测试卡", id_tail="001X")
    alone = check_in(uow, fair, Scan(text=NUMBER))
    assert alone.result is ScanResult.UNKNOWN and "姓名" in alone.words
    assert check_in(uow, fair, Scan(text=LINE.replace("测试卡", "测试别"))).result is ScanResult.UNKNOWN
    # What the page's script keeps of a card without a network, and sends later.
    late = Scan(name="测试卡", id_tail="001X", way=CheckInWay.CARD, scan_id="a", scanned_at=uow.now)
    assert check_in(uow, fair, late).registration_id == row.id
    assert check_in(uow, fair, Scan(text=LINE)).result is ScanResult.REPEATED


def test_a_card_that_was_sent_whole_and_again_without_its_number_counts_once(uow: UnitOfWork, fair: JobFair) -> None:
    known = make_person(uow, id_number=NUMBER, name="测试档")
    make_registration(uow, fair, person_id=known.id, name="测试卡")
    first = check_in(uow, fair, Scan(text=LINE, scan_id="c"))
    again = check_in(uow, fair, Scan(name="测试卡", id_tail="001X", way=CheckInWay.CARD, scan_id="c"))
    assert first.result is ScanResult.OK and again == first


FIELDS = ("text", "name", "id_tail", "desk", "walk name", "walk phone", "walk id_tail")


def typed_into(field: str, text: str) -> Scan:
    """A scan whose reader typed into that field."""
    if field.startswith("walk "):
        return Scan(walk_in=replace(WalkIn(""), **{field[5:]: text}), way=CheckInWay.WALK_IN)
    return replace(Scan(), **{field: text})


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_field_a_reader_types_into_the_right_person_comes_in_once(
    uow: UnitOfWork, fair: JobFair, field: str
) -> None:
    known = make_person(uow, id_number=NUMBER)
    by_ticket, by_card = make_registration(uow, fair), make_registration(uow, fair, person_id=known.id)
    ticket = ticket_text(fair.public_id, by_ticket.public_id).lower()
    scans = [typed_into(field, text) for text in (ticket, NUMBER, ticket[:-1] + ("3" if ticket[-1] == "2" else "2"))]
    answers = check_in_all(uow, fair, scans)
    assert [answer.result for answer in answers] == [ScanResult.OK, ScanResult.OK, ScanResult.FORGED]
    assert [answer.registration_id for answer in answers[:2]] == [by_ticket.id, by_card.id]
    ways = [CheckInWay.TYPED if field == "text" else CheckInWay.SCANNER, CheckInWay.CARD]
    assert [answer.way for answer in answers[:2]] == ways and {answer.desk for answer in answers} == {""}
    count = select(func.count()).select_from(FairRegistration).where(FairRegistration.fair_id == fair.id)
    assert uow.session.scalar(count) == 2, "nobody was registered under the text of a ticket"


def test_the_number_of_a_card_is_kept_nowhere(uow: UnitOfWork, fair: JobFair, caplog: pytest.LogCaptureFixture) -> None:
    known = make_person(uow, id_number=NUMBER)
    make_registration(uow, fair, person_id=known.id)
    with caplog.at_level(logging.DEBUG):
        for n, text in enumerate((NUMBER, LINE, LINE.replace("测试卡", "测试别"))):
            check_in(uow, fair, Scan(text=text, scan_id=str(n), desk="东门"))
    stored = [row for table in Base.metadata.sorted_tables for row in uow.session.execute(table.select())]
    assert NUMBER not in repr(stored) and NUMBER[:17] not in caplog.text


def test_the_poster_does_not_answer_to_identity_numbers(uow: UnitOfWork, fair: JobFair) -> None:
    known = make_person(uow, id_number=NUMBER)
    make_registration(uow, fair, person_id=known.id)
    assert check_in_self(uow, fair, NUMBER).result is ScanResult.UNKNOWN
    assert uow.session.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.fair_id == fair.id)) == 0


class Desk:
    """A running fair and a clerk at its desk, without script."""

    def __init__(self, runtime: Runtime, client: FlaskClient) -> None:
        self.client = client
        with runtime.unit(system_actor("test")) as uow:
            fair = make_fair(uow, state=FairState.RUNNING)
            row = make_registration(uow, fair, name="测试卡", id_tail="001X")
            self.ticket, clerk = ticket_text(fair.public_id, row.public_id), make_staff(uow).user_id
            self.here = f"/fairs/help/{fair.public_id}/desk"
        sign_in(client, clerk)

    def post(self, **fields: str) -> str:
        return self.client.post(self.here, data=fields, follow_redirects=True).get_data(as_text=True)


@pytest.fixture
def desk(sqlite_runtime: Runtime, client: FlaskClient) -> Desk:
    return Desk(sqlite_runtime, client)


@pytest.mark.parametrize(
    "fields",
    [
        {"press": "scan", "name": "?"},
        {"press": "walk", "name": "?", "kind": "veteran"},
        {"press": "walk", "name": "测试", "phone": "?", "kind": "veteran"},
        {"press": "walk", "name": "测试", "id_tail": "?", "kind": "veteran"},
        {"press": "sign", "code": "?"},
    ],
)
def test_a_ticket_in_any_field_of_the_desks_page_checks_in(desk: Desk, fields: dict[str, str]) -> None:
    said = desk.post(**{name: value.replace("?", desk.ticket) for name, value in fields.items()})
    assert "签到成功，第 1 位" in said and "已签到 1 / 1" in said and desk.ticket not in said


def test_the_page_asks_for_the_name_and_never_shows_the_number(desk: Desk) -> None:
    said = desk.post(press="scan", text=NUMBER, desk="东门")
    assert "请填姓名" in said and 'value="001X"' in said and NUMBER not in said and 'value="东门"' in said
    said = desk.post(press="scan", name="测试卡", id_tail="001x", desk="东门")
    assert "签到成功，第 1 位" in said and 'value="001' not in said
    live = {"scan_id": "a", "text": LINE, "live": True}
    answer = desk.client.post(f"{desk.here}/sync", json={"scans": [live]})
    assert "东门" in answer.get_json()["answers"][0]["lines"][0] and NUMBER not in answer.get_data(as_text=True)
    assert NUMBER[:14] not in desk.client.get(f"{desk.here}/list").get_data(as_text=True)
