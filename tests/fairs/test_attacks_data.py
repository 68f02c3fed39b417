"""What helpers, stations and devices could carry off: each attack as it was tried, and that it fails."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.models import CheckIn, FairResume, FairWish, Intention
from jobmatch.fairs.day.services.forgetting import forget_words
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes.models import FairArchive
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.services.linking import forget_contacts, link_registration, unlink_registration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.inbox.models import Message
from jobmatch.people.models.consents import Grant
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_person, make_staff, make_user, phone
from tests.fairs.attack_help import Booth, Running, desk_of
from tests.fairs.day_help import browser
from tests.fairs.help import make_booth, make_exhibitor, make_fair_posting
from tests.fairs.outcome_help import make_intention


@pytest.fixture
def running(sqlite_runtime: Runtime, app: Any) -> Running:
    return Running(sqlite_runtime, app)


@pytest.fixture
def booth(running: Running) -> Booth:
    return Booth(running)


# ---------- lists of a whole county ----------


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
            make_intention(uow, running.named(uow, code), make_fair_posting(uow, exhibitor))
    assert _lists(desk_of(running, PATH_A), running.fair) == [1, 1]
    assert _lists(desk_of(running, PATH_B), running.fair) == [2, 2]
    assert _lists(desk_of(running, PATH_COUNTY), running.fair) == [3, 3]
    assert _lists(desk_of(running, PATH_A, helps=True), running.fair) == [3, 3], "named to help"
    with running.unit(writing=False) as uow:
        taken = uow.session.query(AuditEntry).filter_by(action="fair_registration.take_list").all()
    assert [row.detail["rows"] for row in taken] == [1, 1, 2, 2, 3, 3, 3, 3]


def test_a_station_finds_anybody_at_the_desk_one_at_a_time(running: Running) -> None:
    code, _ticket = running.somebody(region_path=PATH_B)
    answer = desk_of(running, PATH_A).post(f"/fairs/help/{running.fair}/desk", data={"press": "scan", "text": code})
    assert "签到成功" in answer.get_data(as_text=True)


@pytest.mark.parametrize("state", [s for s in FairState if s is not FairState.RUNNING])
def test_a_station_works_at_the_desks_on_the_day_only(running: Running, state: FairState) -> None:
    with running.unit() as uow:
        fair = uow.session.get_one(JobFair, running.fair_id)
        fair.state, fair.closed_at = state, uow.now - timedelta(hours=25)
        fair.canceled_at = uow.now if state is FairState.CANCELED else None
    client, here = desk_of(running, PATH_A), f"/fairs/help/{running.fair}"
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
    found = desk_of(running, PATH_COUNTY).get(f"/fairs/help/{running.fair}/desk/list").get_json()
    [[ticket_mark, number_mark, _name]] = found["rows"]

    def mark(text: str) -> str:
        return sha256(f"{found['salt']}|{text}".encode()).hexdigest()

    assert mark(code).startswith(number_mark) and len(number_mark) == 4 and len(ticket_mark) == 24
    assert sum(mark(f"{n:08d}").startswith(number_mark) for n in range(600_000)) > 1, "others fit as well"


def test_a_row_that_no_store_takes_holds_up_no_other(running: Running) -> None:
    (first, _), (second, _) = running.somebody(), running.somebody()
    client, here = desk_of(running, PATH_COUNTY), f"/fairs/help/{running.fair}/desk/sync"
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
    client, here = desk_of(running, PATH_COUNTY), f"/fairs/help/{running.fair}/desk/sync"
    client.post(here, json={"scans": [{"scan_id": "a", "text": code, "live": True}]})
    with running.unit(writing=False) as uow:
        early = (uow.now - timedelta(minutes=30)).isoformat()
    other = desk_of(running, PATH_COUNTY)
    other.post(here, json={"scans": [{"scan_id": "b", "text": code, "at": early}]})
    with running.unit(writing=False) as uow:
        entries = uow.session.query(AuditEntry).filter(AuditEntry.action.like("check_in.%"))
        trail = {entry.action: entry.detail for entry in entries}
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
    make_booth(uow, uow.session.get_one(JobFair, running.fair_id), f"A{row.id}", exhibitor=exhibitor)
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
        row = booth.hall.named(uow, code)
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
    client = desk_of(running, PATH_COUNTY)
    scan = {"scan_id": "a", "walk": True, "name": "测试来人", "phone": number, "kind": "veteran", "live": True}
    for _n in range(2):
        said = client.post(f"/fairs/help/{running.fair}/desk/sync", json={"scans": [scan]}).get_data(as_text=True)
        assert "\\u539f\\u4e3b" not in said and "原主" not in said


def test_a_booth_reads_names_of_those_who_agreed_and_works_while_its_employer_is_vetted(booth: Booth) -> None:
    (code, ticket), (other, _other) = booth.hall.visitor(is_known=True), booth.hall.visitor()
    with booth.hall.unit() as uow:
        booth.hall.named(uow, code).name, booth.hall.named(uow, other).name = "测试甲方", "测试乙方"
    assert booth.mark("intention", ticket) == booth.mark("intention", other) == 303
    client, url = booth.doors["link"]
    page = client.get(url).get_data(as_text=True)
    assert "测试甲方" in page and "测试乙方" not in page and "测**" in page
    with booth.hall.unit() as uow:
        employer = uow.session.get_one(Employer, uow.session.get_one(Exhibitor, booth.id).employer_id)
        employer.vetting = VettingState.SUSPENDED
    assert booth.press("show", ticket).status_code == 409


def test_contacts_and_words_are_forgotten_whether_there_is_a_file_or_not(booth: Booth) -> None:
    hall = booth.hall
    for known in (True, False):
        code, _ticket = hall.visitor(is_known=known)
        assert booth.mark("intention", code) == 303
        with hall.unit() as uow:
            row = hall.named(uow, code)
            row.needs, row.wish = ["wheelchair"], "测试愿望"
            uow.session.query(Intention).update({"note": "测试说明"})
            wish = {"fair_id": hall.fair_id, "kind": "policy", "words": "测试问题", "at": uow.now}
            uow.session.add_all([FairWish(**wish, registration_id=row.id), FairWish(**wish)])
    with hall.unit() as uow:
        assert forget_contacts(uow) == forget_words(uow) == 0, "not before its time"
        fair = uow.session.get_one(JobFair, hall.fair_id)
        fair.opens_at = fair.opened_at = uow.now - timedelta(days=182)
        fair.state, fair.closes_at = FairState.ARCHIVED, uow.now - timedelta(days=181)
        fair.closed_at = fair.closes_at
        uow.session.add(FairArchive(fair_id=fair.id, sealed_at=uow.now, destroyed_at=uow.now))
    with hall.unit() as uow:
        assert (forget_contacts(uow), forget_words(uow)) == (2, 6)
        assert (forget_contacts(uow), forget_words(uow)) == (0, 0)
    with hall.unit(writing=False) as uow:
        rows = uow.session.query(FairRegistration).order_by(FairRegistration.id).all()
        assert [(bool(row.name), row.phone, row.wish, row.needs) for row in rows] == [
            (True, None, "", []),
            (False, None, "", []),
        ]
        assert {one.note for one in uow.session.query(Intention)} == {one.words for one in uow.session.query(FairWish)}
        assert uow.session.query(Intention).count() == 2
