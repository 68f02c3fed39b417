"""The employer's desk: funnel, interviews calendar and feed, 录用登记 and the tax estimate."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Membership
from jobmatch.applications import funnel, tax
from jobmatch.applications.models import Application, HireRecord
from jobmatch.applications.services import feeds
from jobmatch.applications.services.register import register_hire
from jobmatch.applications.states import Move
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.grants import hide_from
from recruiters.postings.models import Posting
from tests.applications.browser import SYSTEM, Browser, words
from tests.applications.conftest import World
from tests.applications.samples import apply, employer_of, go
from tests.applications.test_pages import statements
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer, make_person, make_posting

TO_STARTED = (Move.OFFER, Move.ACCEPT, Move.CONFIRM_START)
CONTRACT: dict[str, Any] = {
    "start_on": None,
    "contract_kind": "fixed",
    "contract_from": date(2026, 3, 9),
    "contract_to": date(2027, 3, 8),
    "insurances": ["pension", "injury"],
    "insured_from": date(2026, 4, 1),
    "is_self_arranged": True,
}


def desk(uow: UnitOfWork, sent: Application) -> UnitOfWork:
    return acting(uow, actor_of_employer(uow, employer_of(uow, sent)))


def started(uow: UnitOfWork, on: date = date(2026, 3, 9)) -> Application:
    sent = go(uow, apply(uow), *TO_STARTED)
    sent.started_on = on
    uow.session.flush()
    return sent


# ---------- funnel ----------


def test_the_funnel_counts_how_far_each_application_came(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = make_posting(uow, employer, vacancy_count=9)
    ways: tuple[tuple[Move, ...], ...] = (
        (),
        (Move.SCREEN,),
        (Move.REJECT,),
        (Move.INVITE,),
        (Move.INVITE, Move.OFFER),
        (Move.OFFER,),
        TO_STARTED,
        (*TO_STARTED, Move.UNDO_START),
    )
    for moves in ways:
        sent = apply(uow, posting=posting)
        facts = [one for one in moves if one is not Move.UNDO_START]
        go(uow, sent, *facts)
    apply(uow)
    [way] = funnel.ways_of_postings(acting(uow, actor_of_employer(uow, employer)))
    assert way.counts == (8, 7, 5, 4, 2)
    assert funnel.summed([way, way]) == (16, 14, 10, 8, 4)
    assert list(way.counts) == sorted(way.counts, reverse=True)


def test_a_withdrawn_application_keeps_what_it_reached(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.INVITE, Move.WITHDRAW)
    [way] = funnel.ways_of_postings(desk(uow, sent))
    assert way.counts == (1, 1, 1, 0, 0)


# ---------- calendar ----------


def test_a_feed_shows_names_while_the_employer_may_see_them(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.INVITE)
    theirs = desk(uow, sent)
    token = feeds.renew_feed(theirs)
    reader = acting(uow, feeds.reader_of_feed(uow, token))
    person = uow.session.get_one(Person, sent.person_id)

    def titles() -> list[str]:
        return [one.title for one in feeds.events(reader, host="example.invalid", address_of=lambda one: f"/{one}")]

    assert titles() == [f"面试：货车司机，{person.name}"]
    hide_from(uow, person, organization_id=sent.organization_id)
    assert titles() == ["面试：货车司机"]
    go(uow, sent, Move.REJECT)
    assert titles() == []


def test_a_new_address_and_leaving_the_employer_end_the_old_one(uow: UnitOfWork) -> None:
    theirs = desk(uow, apply(uow))
    old, new = feeds.renew_feed(theirs), feeds.renew_feed(theirs)
    with pytest.raises(NotFound):
        feeds.reader_of_feed(uow, old)
    assert feeds.reader_of_feed(uow, new).user_id == theirs.actor.user_id
    row = uow.session.scalars(select(Membership).where(Membership.user_id == theirs.actor.user_id)).one()
    row.is_active = False
    uow.session.flush()
    with pytest.raises(NotFound):
        feeds.reader_of_feed(uow, new)
    row.is_active = True
    feeds.stop_feed(theirs)
    with pytest.raises(NotFound):
        feeds.reader_of_feed(uow, new)
    with pytest.raises(NotAllowed):
        feeds.renew_feed(acting(uow, SYSTEM))


def test_the_feed_is_read_without_signing_in(world: World) -> None:
    world.applied(Move.INVITE)
    made = world.employer.post("renew_calendar")
    [token] = set(re.findall(r"/calendar/([\w-]{20,})\.ics", made.text))
    seen = Browser(world.app).get("calendar_feed", token=token)
    assert (seen.status_code, seen.mimetype) == (200, "text/calendar")
    assert "测试王建国" in seen.text.replace("\r\n ", "")
    assert "BEGIN:VEVENT" in seen.text
    assert "测试王建国" in words(world.employer.get("calendar"))
    assert "测试王建国" not in words(world.rival.get("calendar"))
    assert world.employer.post("stop_calendar").status_code == 303
    assert world.nobody.get("calendar_feed", token=token).status_code == 404


# ---------- 录用登记 ----------


def test_registering_reports_the_start_and_can_be_changed(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.OFFER, Move.ACCEPT)
    theirs = desk(uow, sent)
    register_hire(theirs, sent, **CONTRACT | {"start_on": uow.today})
    assert sent.start_reported_on == uow.today
    row = register_hire(theirs, sent, **CONTRACT | {"contract_kind": "open", "contract_to": None, "pay_yuan": 6500})
    assert (row.contract_to, row.pay_yuan, row.insurances) == (None, 6500, ["pension", "injury"])
    assert uow.session.query(HireRecord).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"contract_kind": "none"}, "contract_kind"),
        ({"contract_to": None}, "contract_to"),
        ({"contract_to": date(2026, 3, 8)}, "contract_to"),
        ({"contract_kind": "open"}, "contract_to"),
        ({"insured_from": None}, "insured_from"),
        ({"insurances": ["life"]}, "insurances"),
        ({"pay_yuan": 0}, "pay_yuan"),
    ],
)
def test_what_does_not_go_together_is_said_beside_its_field(uow: UnitOfWork, wrong: dict[str, Any], field: str) -> None:
    sent = started(uow)
    with pytest.raises(Invalid) as caught:
        register_hire(desk(uow, sent), sent, **CONTRACT | wrong)
    assert set(caught.value.fields) == {field}


def test_nobody_else_registers_and_nobody_before_the_yes(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.OFFER)
    with pytest.raises(Conflict):
        register_hire(desk(uow, sent), sent, **CONTRACT)
    with pytest.raises(NotAllowed):
        register_hire(acting(uow, actor_of_employer(uow, make_employer(uow))), sent, **CONTRACT)


def test_the_pages_of_hires_show_and_save(world: World) -> None:
    public_id = world.applied(*TO_STARTED)
    assert "1 人还没登记" in words(world.employer.get("register"))
    assert world.rival.get("register_one", public_id=public_id).status_code == 404
    wrong = world.employer.post("register_one", {"contract_kind": "fixed"}, public_id=public_id)
    assert wrong.status_code == 422
    given = {
        "contract_kind": "fixed",
        "contract_from": "2026-03-09",
        "contract_to": "2029-03-08",
        "insurances": ["pension"],
        "insured_from": "2026-03-09",
        "is_self_arranged": "y",
    }
    assert world.employer.post("register_one", given, public_id=public_id).status_code == 303
    assert "还没登记" not in words(world.employer.get("register"))
    assert "测试王建国" in words(world.employer.get("tax_page"))
    book = world.employer.get("tax_file")
    assert book.get_data().startswith(b"PK")
    assert (
        "estimate" in book.headers["Content-Disposition"] or "%E4%BC%B0%E7%AE%97" in book.headers["Content-Disposition"]
    )
    assert "测试王建国" not in words(world.rival.get("tax_page"))


# ---------- tax ----------


def line_of(uow: UnitOfWork, sent: Application, year: int = 2026, **changed: Any) -> tax.TaxLine:
    theirs = desk(uow, sent)
    register_hire(theirs, sent, **CONTRACT | changed)
    return tax.tax_sheet(theirs, year).lines[0]


def at_year_end(uow: UnitOfWork) -> None:
    uow.today = date(2026, 12, 31)


def test_months_count_from_contract_and_insurance_on(uow: UnitOfWork) -> None:
    sent = started(uow)
    at_year_end(uow)
    line = line_of(uow, sent)
    assert line.months == (0.0,) * 3 + (500.0,) * 9
    assert (line.count, line.total, line.why_not) == (9, 4500.0, "")


def test_months_end_with_the_contract_with_today_and_after_three_years(uow: UnitOfWork) -> None:
    sent = started(uow, date(2023, 2, 1))
    at_year_end(uow)
    facts = {"contract_from": date(2023, 2, 1), "insured_from": date(2023, 2, 1)}
    assert line_of(uow, sent, contract_to=date(2026, 12, 31), **facts).months == (500.0,) + (0.0,) * 11
    assert line_of(uow, sent, 2025, contract_to=date(2025, 6, 30), **facts).count == 6
    uow.today = date(2025, 3, 2)
    assert line_of(uow, sent, 2025, contract_to=date(2026, 12, 31), **facts).count == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"is_self_arranged": False},
        {"contract_kind": "service"},
        {"contract_to": date(2027, 3, 7)},
        {"insurances": [], "insured_from": None},
        {"contract_kind": "task", "contract_to": None},
    ],
)
def test_what_is_missing_is_said_and_counts_nothing(uow: UnitOfWork, changed: dict[str, Any]) -> None:
    sent = started(uow)
    at_year_end(uow)
    line = line_of(uow, sent, **changed)
    assert line.total == 0
    assert line.why_not


def test_a_contract_of_exactly_a_year_is_enough_and_the_sum_is_the_sheet(uow: UnitOfWork) -> None:
    sent = started(uow)
    at_year_end(uow)
    assert line_of(uow, sent).why_not == ""
    sheet = tax.tax_sheet(desk(uow, sent), 2026)
    assert sheet.total == sum(line.total for line in sheet.lines) == 4500.0
    assert "2023 年第 14 号" in sheet.source
    table = tax.as_workbook_sheet(sheet)
    assert "不是申报表" in table.note
    rows = list(table.rows)
    assert {len(row) for row in rows} == {len(table.head)}
    assert rows[-1][-2] == 4500.0


def test_a_start_that_is_not_confirmed_counts_nothing(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.OFFER, Move.ACCEPT)
    at_year_end(uow)
    assert line_of(uow, sent).why_not == "等本人确认入职"


# ---------- growth ----------


@pytest.mark.parametrize("name", ["calendar", "register", "tax_page", "funnel_page"])
def test_a_page_of_the_desk_costs_the_same_for_two_rows_and_twenty(world: World, name: str) -> None:
    def grow(n: int) -> None:
        with world.app.runtime.unit(SYSTEM) as uow:
            posting = uow.session.query(Posting).filter_by(public_id=world.posting).one()
            posting.vacancy_count = 60
            for _n in range(n):
                sent = apply(uow, make_person(uow), posting)
                if name == "calendar":
                    go(uow, sent, Move.INVITE)
                else:
                    go(uow, sent, *TO_STARTED)
                    register_hire(desk(uow, sent), sent, **CONTRACT)

    costs = []
    for more in (2, 18):
        grow(more)
        world.employer.get(name)
        with statements(world.app) as seen:
            assert world.employer.get(name).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_days_are_counted_in_shanghai(uow: UnitOfWork) -> None:
    sent = go(uow, apply(uow), Move.INVITE)
    [one] = feeds.appointments(desk(uow, sent), uow.now, uow.now + timedelta(days=9))
    assert local_day(one.interview.starts_at) == local_day(sent.interview_at or uow.now)
    assert one.minutes == feeds.USUAL_MINUTES
