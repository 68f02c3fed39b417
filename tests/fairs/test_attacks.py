"""What strangers, exhibitors and helpers could try at a fair: each attack as it was tried, and that it leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.day.views import desk
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.tickets import ticket_text
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
