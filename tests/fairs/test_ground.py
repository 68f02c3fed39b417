"""Numbers that are given out once, and tickets that nobody invents."""

from __future__ import annotations

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.services.numbers import record_freed, record_next, record_taken
from jobmatch.fairs.visitors.tickets import Ticket, read_ticket, ticket_text
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting, make_registration


def test_seats_end_at_the_capacity_and_come_back(uow: UnitOfWork) -> None:
    fair = make_fair(uow, capacity=2)
    assert [record_taken(uow, fair.id, "taken") for _ in range(3)] == [True, True, False]
    record_freed(uow, fair.id, "taken")
    assert record_taken(uow, fair.id, "taken")
    uow.session.refresh(fair)
    assert fair.taken == 2


def test_running_numbers_begin_at_one_and_never_repeat(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    assert [record_next(uow, fair.id, "check_in_last") for _ in range(3)] == [1, 2, 3]
    assert record_next(uow, fair.id, "waiting_last") == 1


def test_a_ticket_is_read_in_either_case_and_a_changed_one_is_not(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    registration = make_registration(uow, fair)
    text = ticket_text(fair.public_id, registration.public_id)
    assert read_ticket(f" {text.lower()} ") == Ticket(fair.public_id, registration.public_id)
    other = "2" if text[-1] != "2" else "3"
    assert read_ticket(text[:-1] + other) is None
    assert read_ticket("JMF" + "２" * 48) is None
    assert read_ticket("") is None


def test_the_rows_of_a_fair_fit_together(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    exhibitor = make_exhibitor(uow, fair, came=True)
    posting = make_fair_posting(uow, exhibitor)
    booth = make_booth(uow, fair, "A01", exhibitor=exhibitor)
    assert (posting.fair_id, booth.exhibitor_id, fair.booth_taken) == (fair.id, exhibitor.id, 1)
