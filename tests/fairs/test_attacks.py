"""What strangers and exhibitors could try at a fair: each attack as it was tried, and that it fails."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.accounts.models import Attempt
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day import figures
from jobmatch.fairs.day.models import CheckIn, FairResume, Intention
from jobmatch.fairs.day.services.checking_in import Scan, check_in
from jobmatch.fairs.day.standing import counted_sql
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.day.views import booth as booth_views
from jobmatch.fairs.day.views import desk
from jobmatch.fairs.outcomes.figures import quick
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors import jobs
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services import registering
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.inbox.models import Message
from jobmatch.people.models.consents import Grant
from jobmatch.reference.models import DatedRule
from tests.factories import phone
from tests.fairs.attack_help import Booth, Running


@pytest.fixture
def running(sqlite_runtime: Runtime, app: Any) -> Running:
    return Running(sqlite_runtime, app)


@pytest.fixture
def booth(running: Running) -> Booth:
    return Booth(running)


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
    code, _ticket = running.visitor()
    with running.unit() as uow:
        uow.session.query(CheckIn).one().desk = "测试东门"
    said = running.stranger().post(f"/fairs/{running.fair}/here", data={"text": code}).get_data(as_text=True)
    assert "签过到" in said and "测试东门" not in said and "第 1 位" not in said


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


# ---------- booths ----------


@pytest.mark.parametrize("door", ["account", "link"])
def test_a_booth_does_not_try_numbers_one_after_the_other(booth: Booth, door: str) -> None:
    answers = [booth.press("show", f"{n:08d}", door).status_code for n in range(70000, 70032)]
    assert answers == [422] * booth_views.MISS_LIMIT + [429] * 2
    _code, ticket = booth.hall.visitor()
    assert booth.press("show", ticket, door).status_code == 200, "a shown ticket is no guess"


def test_right_numbers_are_no_misses_and_no_resumes(booth: Booth) -> None:
    for _n in range(3):
        code, _ticket = booth.hall.visitor(is_known=True)
        shown = booth.press("show", code).get_data(as_text=True)
        assert "测试求职者" in shown and "1990000" not in shown and "学历" not in shown
    assert booth.hall.count(FairResume) == booth.hall.count(Grant) == booth.hall.count(Attempt) == 0


def test_a_number_of_somebody_who_is_not_in_the_hall_shows_nobody(booth: Booth) -> None:
    code, ticket = booth.hall.with_file()
    for text in (code, ticket):
        shown = booth.press("show", text)
        assert shown.status_code == 422 and "测试求职者" not in shown.get_data(as_text=True)
    assert booth.hall.count(FairResume) == 0


def test_whoever_gave_a_resume_is_told(booth: Booth) -> None:
    _code, ticket = booth.hall.visitor(is_known=True)
    booth.press("show", ticket)
    booth.press("show", ticket)
    with booth.hall.unit(writing=False) as uow:
        [told] = uow.session.query(Message).all()
    assert "收到了您的简历" in told.title and told.link == "/me/privacy/consents"


def test_the_own_tap_gives_the_resume_where_nothing_can_be_scanned(booth: Booth) -> None:
    code, _ticket = booth.hall.visitor(is_known=True)
    page = f"/fairs/visit/{booth.hall.registration(code).public_id}/{code}"
    mine = booth.hall.stranger()
    assert "把简历给这家" in mine.get(f"{page}?booth={booth.public_id}").get_data(as_text=True)
    assert mine.post(page, data={"press": "resume", "row": booth.public_id}).status_code == 303
    assert booth.hall.count(FairResume) == 1
    assert "学历" in booth.press("show", code).get_data(as_text=True)


def test_an_employer_does_not_invent_its_hires(booth: Booth) -> None:
    hall = booth.hall
    code, _ticket = hall.somebody()
    page = f"/fairs/visit/{hall.registration(code).public_id}/{code}"
    assert booth.mark("hire", code) == 422, "nobody who did not come is marked"
    tap = {"press": "yes", "row": booth.posting}
    assert hall.stranger().post(page, data=tap).status_code == 422
    # The employer types the invented number at the poster as well: both yeses, and still nobody's word for it.
    hall.stranger().post(f"/fairs/{hall.fair}/here", data={"text": code})
    assert booth.mark("hire", code) == 303
    assert hall.stranger().post(page, data=tap).status_code == 303
    with hall.unit(writing=False) as uow:
        fair = uow.session.get_one(JobFair, hall.fair_id)
        found, n = figures.counted(uow.session, fair), quick(uow.session, fair).numbers()
        assert (found.intention_people, found.intentions, found.hired_people, found.declared) == (0, 0, 0, 1)
        assert (n["intention_people"], n["hires"], n["only_said"]) == (0, 0, 1)
        assert uow.session.scalars(select(Intention).where(Intention.fair_id == fair.id, counted_sql())).all() == []


def test_a_desk_or_a_file_vouches_for_a_hire(booth: Booth) -> None:
    hall = booth.hall
    for known, way in ((False, CheckInWay.SCANNER), (True, CheckInWay.SELF)):
        code, _ticket = hall.visitor(is_known=known, way=way)
        page = f"/fairs/visit/{hall.registration(code).public_id}/{code}"
        assert booth.mark("hire", code) == 303
        assert hall.stranger().post(page, data={"press": "yes", "row": booth.posting}).status_code == 303
    with hall.unit(writing=False) as uow:
        fair = uow.session.get_one(JobFair, hall.fair_id)
        found, n = figures.counted(uow.session, fair), quick(uow.session, fair).numbers()
    assert (found.hired_people, found.declared, n["hires"], n["only_said"]) == (2, 0, 2, 0)


def test_a_desk_that_sees_somebody_after_the_poster_vouches_for_them(running: Running) -> None:
    code, _ticket = running.visitor(way=CheckInWay.SELF)
    with running.unit() as uow:
        fair = uow.session.get_one(JobFair, running.fair_id)
        assert check_in(uow, fair, Scan(text=code)).result is ScanResult.REPEATED
        assert uow.session.query(CheckIn).one().way is CheckInWay.TYPED
