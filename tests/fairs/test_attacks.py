"""What strangers, exhibitors and helpers could try at a fair: each attack as it was tried, and that it leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.accounts import ports
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.day.views import desk
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors import jobs
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services import registering
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.tickets import ticket_text
from jobmatch.reference.models import DatedRule
from tests.factories import make_person, phone
from tests.fairs.day_help import SYSTEM
from tests.fairs.help import make_fair, make_registration


class Running:
    """A running fair, strangers' browsers, and rows made as needed."""

    def __init__(self, runtime: Runtime, app: Any, **values: Any) -> None:
        self.runtime, self.app = runtime, app
        with self.unit() as uow:
            fair = make_fair(uow, **{"state": FairState.RUNNING} | values)
            self.fair_id, self.fair = fair.id, fair.public_id

    def unit(self, *, writing: bool = True) -> Any:
        return self.runtime.unit(SYSTEM, writing=writing)

    def somebody(self, **values: Any) -> tuple[str, str]:
        """The code and the ticket of somebody registered."""
        with self.unit() as uow:
            row = make_registration(uow, uow.session.get_one(JobFair, self.fair_id), **values)
            return row.code, ticket_text(self.fair, row.public_id)

    def with_file(self, **values: Any) -> tuple[str, str]:
        """The same of somebody with a file."""
        with self.unit() as uow:
            person = make_person(uow).id
        return self.somebody(person_id=person, **values)

    def stranger(self) -> FlaskClient:
        client: FlaskClient = self.app.test_client()
        return client

    def count(self, table: Any) -> int:
        with self.unit(writing=False) as uow:
            return int(uow.session.query(table).count())


@pytest.fixture
def running(sqlite_runtime: Runtime, app: Any) -> Running:
    return Running(sqlite_runtime, app)


# ---------- the poster ----------


def test_guesses_at_the_poster_are_counted_whatever_they_lead_to(running: Running) -> None:
    here = f"/fairs/{running.fair}/here"
    answers = [running.stranger().post(here, data={"text": f"{n:08d}"}).status_code for n in range(50000, 50075)]
    assert answers.count(422) == desk.MISS_LIMIT and answers[-1] == 429, "a new browser for each guess helps nobody"
    _code, ticket = running.somebody()
    assert "签到成功" in running.stranger().post(here, data={"text": ticket}).get_data(as_text=True), "no guess"


def test_a_hall_behind_one_address_checks_itself_in(running: Running) -> None:
    codes = [running.somebody()[0] for _ in range(desk.MISS_LIMIT + 15)]
    answers = [running.stranger().post(f"/fairs/{running.fair}/here", data={"text": code}) for code in codes]
    assert {answer.status_code for answer in answers} == {200}


def test_one_browser_does_not_try_a_list(running: Running) -> None:
    client = running.stranger()
    here = f"/fairs/{running.fair}/here"
    answers = [client.post(here, data={"text": f"{n:08d}"}).status_code for n in range(60000, 60020)]
    assert answers.count(422) == desk.SELF_LIMIT and answers[-1] == 429


def test_the_poster_takes_no_phone_and_says_nothing_about_others(running: Running) -> None:
    number = phone()
    running.somebody(phone=number)
    here = f"/fairs/{running.fair}/here"
    known = running.stranger().post(here, data={"text": number})
    unknown = running.stranger().post(here, data={"text": phone()})
    assert known.status_code == unknown.status_code == 422 and running.count(CheckIn) == 0
    code, _ticket = running.somebody(state=RegistrationState.WAITING, waiting_number=1)
    with running.unit() as uow:
        uow.session.get_one(JobFair, running.fair_id).taken_on_the_day = False
    said = running.stranger().post(here, data={"text": code}).get_data(as_text=True)
    assert "没有找到" in said and "候补" not in said


def test_a_code_that_came_already_says_neither_where_nor_when(running: Running) -> None:
    code, _ticket = running.somebody()
    with running.unit() as uow:
        row = uow.session.query(FairRegistration).filter_by(code=code).one()
        uow.session.add(
            CheckIn(
                fair_id=running.fair_id,
                registration_id=row.id,
                number=7,
                way="scanner",
                desk="测试东门",
                at=uow.now,
                received_at=uow.now,
            )
        )
    said = running.stranger().post(f"/fairs/{running.fair}/here", data={"text": code}).get_data(as_text=True)
    assert "签过到" in said and "测试东门" not in said and "第 7 位" not in said


# ---------- registering ----------


def _register(client: FlaskClient, fair: str, number: str, address: str = "198.51.100.7") -> int:
    data = {"name": "测试来人", "phone": number, "kind": "veteran"}
    return client.post(f"/fairs/{fair}/register", data=data, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.fixture
def few(running: Running) -> Running:
    """Three registrations from one network, so that the test need not send two hundred."""
    with running.unit() as uow:
        uow.session.query(DatedRule).filter_by(code=registering.NETWORK_RULE).one().value = 3
    return running


def test_a_script_that_drops_its_cookies_does_not_take_every_seat(few: Running) -> None:
    with few.unit() as uow:
        uow.session.get_one(JobFair, few.fair_id).state = FairState.PUBLISHED
    sent = [_register(few.stranger(), few.fair, phone()) for _ in range(4)]
    assert sent == [303, 303, 303, 429]
    assert _register(few.stranger(), few.fair, phone(), "198.51.100.8") == 303
    # One subscriber holds a whole /64 of the new addresses.
    sent = [_register(few.stranger(), few.fair, phone(), f"2001:db8::{n + 1}") for n in range(4)]
    assert sent == [303, 303, 303, 429]


def test_an_open_hall_registers_however_many_share_its_address(few: Running) -> None:
    assert [_register(few.stranger(), few.fair, phone()) for _ in range(5)] == [303] * 5


def test_repeats_are_counted_by_network_too(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "REPEAT_LIMIT", 2)
    number = phone()
    running.somebody(phone=number)
    sent = [_register(running.stranger(), running.fair, number, f"2001:db8:1::{n + 1}") for n in range(3)]
    assert sent == [303, 303, 429]


def test_strangers_phones_are_not_texted_again_and_again(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    monkeypatch.setattr(ports, "_gateway", lambda number, text: texts.append(number))
    number = phone()
    _code, _ticket = running.somebody(phone=number)
    with running.unit(writing=False) as uow:
        row_id = uow.session.query(FairRegistration).one().id
    context = JobContext(running.runtime.database, 1, "tests")
    sent = [jobs.tell(context, registration_id=row_id, what="ticket")["sent"] for _ in range(4)]
    assert sent == [True, True, False, False] and len(texts) == jobs.TEXTS_PER_PHONE
    assert jobs.tell(context, registration_id=row_id, what="tomorrow")["sent"], "a reminder is sent once anyway"
    monkeypatch.setattr(jobs, "TEXTS_PER_SITE", 2)
    running.somebody(phone=phone())
    with running.unit(writing=False) as uow:
        other = uow.session.query(FairRegistration).order_by(FairRegistration.id.desc()).first()
    assert not jobs.tell(context, registration_id=other.id, what="ticket")["sent"]
