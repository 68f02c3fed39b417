"""What strangers, exhibitors and helpers could try at a fair: each attack as it was tried, and that it fails."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.accounts import ports
from jobmatch.accounts.models import Attempt, Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day import figures
from jobmatch.fairs.day.models import CheckIn, FairResume
from jobmatch.fairs.day.services.checking_in import Scan, check_in
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.day.views import booth as booth_views
from jobmatch.fairs.day.views import desk
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes.figures import quick
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors import jobs
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.services import registering
from jobmatch.fairs.visitors.services.linking import link_registration, unlink_registration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.tickets import ticket_text
from jobmatch.inbox.models import Message
from jobmatch.people.models.consents import Grant
from jobmatch.reference.models import DatedRule
from recruiters.employers.states import VettingState
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_person, make_staff, make_user, phone
from tests.fairs.day_help import SYSTEM, TOKEN, browser
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.fairs.outcome_help import make_check_in, make_intention


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

    def visitor(self, *, is_known: bool = False, way: CheckInWay = CheckInWay.SCANNER) -> tuple[str, str]:
        """The same of somebody who came."""
        found = self.with_file() if is_known else self.somebody()
        with self.unit() as uow:
            fair, row = uow.session.get_one(JobFair, self.fair_id), self._named(uow, found[0])
            make_check_in(uow, fair, row).way = way
        return found

    def registration(self, code: str) -> FairRegistration:
        with self.unit(writing=False) as uow:
            return self._named(uow, code)

    def _named(self, uow: Any, code: str) -> FairRegistration:
        found: FairRegistration = uow.session.query(FairRegistration).filter_by(fair_id=self.fair_id, code=code).one()
        return found

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


class Booth:
    """An exhibitor at the fair with one posting, and its page behind either door."""

    def __init__(self, hall: Running) -> None:
        self.hall = hall
        with hall.unit() as uow:
            exhibitor = make_exhibitor(
                uow, uow.session.get_one(JobFair, hall.fair_id), came=True, desk_sha256=token_hash(TOKEN)
            )
            self.id, self.posting = exhibitor.id, make_fair_posting(uow, exhibitor).public_id
            organization = uow.session.get_one(Organization, exhibitor.employer.organization_id)
            member = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization).id
        self.doors = {
            "account": (browser(hall.app, member), f"/employer/fairs/{exhibitor.public_id}/booth"),
            "link": (hall.stranger(), f"/fairs/booth/{TOKEN}"),
        }
        self.public_id = exhibitor.public_id

    def press(self, press: str, ticket: str = "", door: str = "account", **fields: str) -> Any:
        client, url = self.doors[door]
        return client.post(url, data={"press": press, "ticket": ticket, **fields})

    def mark(self, press: str, ticket: str) -> int:
        return self.press(press, ticket, posting=self.posting).status_code


@pytest.fixture
def booth(running: Running) -> Booth:
    return Booth(running)


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
        assert uow.session.execute(figures.intentions_counted(fair)).all() == []


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


# ---------- lists of a whole county ----------


def _staff(running: Running, path: str, *, helps: bool = False) -> FlaskClient:
    with running.unit() as uow:
        user_id = make_staff(uow, path=path).user_id
        if helps:
            uow.session.add(FairHelper(fair_id=running.fair_id, user_id=user_id, created_at=uow.now))
    return browser(running.app, user_id)


def _lists(client: FlaskClient, fair: str) -> list[int]:
    """How many people the list for devices, the sheet to print, and the list of intentions name."""
    taken = client.get(f"/fairs/help/{fair}/desk/list")
    assert taken.status_code == 200 and client.get(f"/fairs/help/{fair}/paper/sign.xlsx").status_code == 200
    page = client.get(f"/staff/fairs/{fair}/intentions").get_data(as_text=True)
    return [len(taken.get_json()["rows"]), page.count("测试求职者")]


def test_a_station_takes_home_whom_it_brought_and_no_more(running: Running) -> None:
    for path in (PATH_A, PATH_B, PATH_B):
        code, _ticket = running.somebody(region_path=path)
        with running.unit() as uow:
            exhibitor = make_exhibitor(uow, uow.session.get_one(JobFair, running.fair_id), came=True)
            make_intention(uow, running._named(uow, code), make_fair_posting(uow, exhibitor))
    assert _lists(_staff(running, PATH_A), running.fair) == [1, 1]
    assert _lists(_staff(running, PATH_B), running.fair) == [2, 2]
    assert _lists(_staff(running, PATH_COUNTY), running.fair) == [3, 3]
    assert _lists(_staff(running, PATH_A, helps=True), running.fair) == [3, 3], "named by the office that holds it"
    with running.unit(writing=False) as uow:
        taken = uow.session.query(AuditEntry).filter_by(action="fair_registration.take_list").all()
    assert [row.detail["rows"] for row in taken] == [1, 1, 2, 2, 3, 3, 3, 3]


def test_a_station_finds_anybody_at_the_desk_one_at_a_time(running: Running) -> None:
    code, _ticket = running.somebody(region_path=PATH_B)
    answer = _staff(running, PATH_A).post(f"/fairs/help/{running.fair}/desk", data={"press": "scan", "text": code})
    assert "签到成功" in answer.get_data(as_text=True)


@pytest.mark.parametrize("state", [s for s in FairState if s is not FairState.RUNNING])
def test_a_station_works_at_the_desks_on_the_day_only(running: Running, state: FairState) -> None:
    with running.unit() as uow:
        fair = uow.session.get_one(JobFair, running.fair_id)
        fair.state, fair.closed_at = state, uow.now - timedelta(hours=25)
        fair.canceled_at = uow.now if state is FairState.CANCELED else None
    client, here = _staff(running, PATH_A), f"/fairs/help/{running.fair}"
    for path in ("/desk", "/desk/list", "/paper", "/counters"):
        assert client.get(here + path).status_code == 404
    assert client.post(f"{here}/desk/sync", json={"scans": [{"scan_id": "a", "text": "1"}]}).status_code == 404


def test_what_a_helpers_device_kept_still_arrives_the_day_after(running: Running) -> None:
    code, _ticket = running.somebody()
    with running.unit() as uow:
        helper = make_user(uow, Role.FAIR_HELPER).id
        uow.session.add(FairHelper(fair_id=running.fair_id, user_id=helper, created_at=uow.now))
        fair = uow.session.get_one(JobFair, running.fair_id)
        at = (uow.now - timedelta(minutes=30)).isoformat()
        fair.state, fair.closed_at = FairState.CLOSED, uow.now
    client, here = browser(running.app, helper), f"/fairs/help/{running.fair}/desk"
    sent = client.post(f"{here}/sync", json={"scans": [{"scan_id": "a", "text": code, "at": at}]})
    assert sent.get_json()["answers"][0]["kind"] == "ok" and client.get(here).status_code == 200
    assert client.get(f"{here}/list").status_code == 404, "no list any more"
    with running.unit() as uow:
        uow.session.get_one(JobFair, running.fair_id).closed_at = uow.now - timedelta(hours=25)
    assert client.get(here).status_code == 404


# ---------- what a device keeps, and what it sends ----------


def test_numbers_are_not_read_out_of_the_list_that_goes_along(running: Running) -> None:
    code, _ticket = running.somebody()
    found = _staff(running, PATH_COUNTY).get(f"/fairs/help/{running.fair}/desk/list").get_json()
    [[ticket_mark, number_mark, _name]] = found["rows"]

    def mark(text: str) -> str:
        return sha256(f"{found['salt']}|{text}".encode()).hexdigest()

    assert mark(code).startswith(number_mark) and len(number_mark) == 4 and len(ticket_mark) == 24
    assert sum(mark(f"{n:08d}").startswith(number_mark) for n in range(600_000)) > 1, "others fit as well"


def test_a_row_that_no_store_takes_holds_up_no_other(running: Running) -> None:
    (first, _), (second, _) = running.somebody(), running.somebody()
    client, here = _staff(running, PATH_COUNTY), f"/fairs/help/{running.fair}/desk/sync"
    rows = [
        {"scan_id": "a\ud800", "text": first, "desk": "东\udfff门\x00", "way": "typed\ud800"},
        {"scan_id": "b", "walk": True, "name": "测\ud800试", "phone": "\ud800", "id_tail": "\x00"},
        {"scan_id": "c", "name": "\ud83d", "id_tail": "12\ud83d4", "at": "\ud800"},
        {"scan_id": "d", "text": second, "live": True},
    ]
    answer = client.post(here, json={"scans": rows})
    kinds = [one["kind"] for one in answer.get_json()["answers"]]
    assert answer.status_code == 200 and kinds[-1] == "ok" and running.count(CheckIn) >= 1
    assert client.post(here, json={"scans": rows}).status_code == 200


def test_late_scans_and_what_they_change_are_on_record(running: Running) -> None:
    code, _ticket = running.somebody()
    client, here = _staff(running, PATH_COUNTY), f"/fairs/help/{running.fair}/desk/sync"
    client.post(here, json={"scans": [{"scan_id": "a", "text": code, "live": True}]})
    with running.unit(writing=False) as uow:
        early = (uow.now - timedelta(minutes=30)).isoformat()
    other = _staff(running, PATH_COUNTY)
    other.post(here, json={"scans": [{"scan_id": "b", "text": code, "at": early}]})
    with running.unit(writing=False) as uow:
        trail = {
            row.action: row.detail for row in uow.session.query(AuditEntry).filter(AuditEntry.action.like("check_in.%"))
        }
        row = uow.session.query(CheckIn).one()
        assert trail["check_in.sync"] == {"scans": 1, "without_network": 1}
        assert trail["check_in.rewrite"]["at"] == row.at.isoformat() and row.user_id is not None
        by = [one.actor_user_id for one in uow.session.query(AuditEntry).filter_by(action="check_in.rewrite")]
        assert by == [row.user_id]


# ---------- files, and what was registered without one ----------


def test_whoever_typed_a_phone_loses_the_ticket_when_staff_join_it_with_a_file(running: Running) -> None:
    with running.unit() as uow:
        uow.session.get_one(JobFair, running.fair_id).state = FairState.PUBLISHED
    typist = running.stranger()
    number = phone()
    place = typist.post(
        f"/fairs/{running.fair}/register", data={"name": "测试来人", "phone": number, "kind": "veteran"}
    ).headers["Location"]
    with running.unit() as uow:
        row = uow.session.query(FairRegistration).one()
        old, code = row.public_id, row.code
        person, staff = make_person(uow), make_staff(uow)
        link_registration(uow.acting_as(staff), row, person)
        uow.session.add(PlannedVisit(**_plan(uow, running, row)))
    assert typist.get(place).status_code == typist.get(f"/fairs/visit/{old}/{code}").status_code == 404
    with running.unit(writing=False) as uow:
        row = uow.session.query(FairRegistration).one()
        assert (row.code, row.phone) == (code, number), "what was printed or texted still lets the person in"
        told = uow.session.query(Message).order_by(Message.id.desc()).first()
        assert told.link.endswith(row.public_id)


def _plan(uow: Any, running: Running, row: FairRegistration) -> dict[str, Any]:
    exhibitor = make_exhibitor(uow, uow.session.get_one(JobFair, running.fair_id), came=True)
    posting = make_fair_posting(uow, exhibitor)
    make_booth(uow, uow.session.get_one(JobFair, running.fair_id), "A01", exhibitor=exhibitor)
    ids = {"registration_id": row.id, "exhibitor_id": exhibitor.id, "fair_posting_id": posting.id}
    return {**ids, "position": 1, "score": 0.5}


def test_the_plan_of_a_file_is_not_shown_to_whoever_holds_the_address(running: Running) -> None:
    for known in (False, True):
        code, _ticket = running.visitor(is_known=known)
        row = running.registration(code)
        with running.unit() as uow:
            uow.session.add(PlannedVisit(**_plan(uow, running, row)))
        page = running.stranger().get(f"/fairs/visit/{row.public_id}/{code}").get_data(as_text=True)
        assert ("您的 1 家" in page) is not known


def test_taking_a_file_away_takes_its_consents_back(booth: Booth) -> None:
    code, ticket = booth.hall.visitor(is_known=True)
    booth.press("show", ticket)
    with booth.hall.unit() as uow:
        row = booth.hall._named(uow, code)
        unlink_registration(uow.acting_as(make_staff(uow)), row)
    with booth.hall.unit(writing=False) as uow:
        [grant] = uow.session.query(Grant).all()
        assert grant.revoked_at is not None and uow.session.query(FairResume).count() == 1


def test_a_typed_phone_brings_back_nobodys_ticket(running: Running) -> None:
    number = phone()
    with running.unit() as uow:
        gone = {"state": RegistrationState.CANCELED, "canceled_at": uow.now}
    code, _ticket = running.somebody(phone=number, name="测试原主", **gone)
    old = running.registration(code).public_id
    typist = running.stranger()
    place = typist.post(
        f"/fairs/{running.fair}/register", data={"name": "测试来人", "phone": number, "kind": "veteran"}
    ).headers["Location"]
    assert old not in place and "测试来人" in typist.get(place).get_data(as_text=True)
    assert typist.get(f"/fairs/{running.fair}/tickets/{old}").status_code == 404
    with running.unit(writing=False) as uow:
        row = uow.session.query(FairRegistration).one()
        assert row.code != code and row.phone == number


@pytest.mark.parametrize("state", [RegistrationState.CANCELED, RegistrationState.SEATED])
def test_a_desk_does_not_read_whose_phone_it_is(running: Running, state: RegistrationState) -> None:
    number = phone()
    with running.unit() as uow:
        gone = {"canceled_at": uow.now} if state is RegistrationState.CANCELED else {}
    running.with_file(phone=number, name="测试原主", state=state, **gone)
    client = _staff(running, PATH_COUNTY)
    scan = {"scan_id": "a", "walk": True, "name": "测试来人", "phone": number, "kind": "veteran", "live": True}
    for _n in range(2):
        said = client.post(f"/fairs/help/{running.fair}/desk/sync", json={"scans": [scan]}).get_data(as_text=True)
        assert "\\u539f\\u4e3b" not in said and "原主" not in said


def test_a_booth_reads_names_of_those_who_agreed_and_works_while_its_employer_is_vetted(booth: Booth) -> None:
    code, ticket = booth.hall.visitor(is_known=True)
    other, _ticket = booth.hall.visitor()
    assert booth.mark("intention", ticket) == booth.mark("intention", other) == 303
    client, url = booth.doors["link"]
    page = client.get(url).get_data(as_text=True)
    assert booth.hall.registration(code).name in page and booth.hall.registration(other).name not in page
    with booth.hall.unit() as uow:
        employer = uow.session.get_one(Exhibitor, booth.id).employer
        employer.vetting = VettingState.SUSPENDED
    assert booth.press("show", ticket).status_code == 409
