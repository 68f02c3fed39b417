"""Coming in: once for each person, whatever is scanned, how often, from where and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from jobmatch.core.errors import Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_queries import ticket_holder
from jobmatch.fairs.day.desk_queries import practice_count
from jobmatch.fairs.day.figures import counted as counted_day
from jobmatch.fairs.day.figures import door_count
from jobmatch.fairs.day.models import CheckIn, ScanReceipt
from jobmatch.fairs.day.services.checking_in import (
    Scan,
    WalkIn,
    check_in,
    check_in_all,
    check_in_self,
    plain_text,
)
from jobmatch.fairs.day.services.doors import add_count, undo_count
from jobmatch.fairs.day.services.intentions import Answer, answer_intention
from jobmatch.fairs.day.services.queues import take_number
from jobmatch.fairs.day.states import CheckInWay, ScanResult
from jobmatch.fairs.outcomes.making import quick_report
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration, SeatMove
from jobmatch.fairs.visitors.queries import place_in_queue
from jobmatch.fairs.visitors.services.waiting import record_more_seats
from jobmatch.fairs.visitors.states import RegistrationState, SeatMoveKind
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.conftest import acting
from tests.factories import PATH_OTHER, make_staff
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.matching.help import counted


@pytest.fixture
def fair(uow: UnitOfWork) -> JobFair:
    """A running fair; its office's clerk acts."""
    uow.actor = make_staff(uow)
    return make_fair(uow, state=FairState.RUNNING)


def came(uow: UnitOfWork, fair: JobFair) -> int:
    return uow.session.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.fair_id == fair.id)) or 0


def test_a_ticket_a_code_and_a_phone_find_the_same_person_once(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair, name="测试王")
    ticket = ticket_text(fair.public_id, row.public_id)
    first = check_in(uow, fair, Scan(text=f" {ticket.lower()}\n", desk="东门", way=CheckInWay.SCANNER))
    assert (first.result, first.name, first.number) == (ScanResult.OK, "测试王", 1)
    for text in (
        row.code,
        f"{row.phone[:3]} {row.phone[3:7]}-{row.phone[7:]}",
        "".join(chr(ord(c) + 65248) for c in row.code),
    ):
        again = check_in(uow, fair, Scan(text=text, desk="西门"))
        assert (again.result, again.number, again.desk, again.at) == (ScanResult.REPEATED, 1, "东门", first.at)
    assert came(uow, fair) == 1


def test_each_wrong_thing_has_an_answer_of_its_own(uow: UnitOfWork, fair: JobFair) -> None:
    other = make_fair(uow, state=FairState.RUNNING)
    stranger = make_registration(uow, other)
    gone = make_registration(uow, fair, state=RegistrationState.CANCELED, canceled_at=uow.now)
    ticket = ticket_text(other.public_id, stranger.public_id)
    forged = ticket_text(fair.public_id, gone.public_id)[:-2] + "22"
    results = [
        check_in(uow, fair, Scan(text=text)).result
        for text in (ticket, forged, gone.code, "19900009999", "12345678", "", "DROP TABLE", "JMF")
    ]
    assert results == [
        ScanResult.OTHER_FAIR,
        ScanResult.FORGED,
        ScanResult.CANCELED,
        *[ScanResult.UNKNOWN] * 4,
        ScanResult.FORGED,
    ]
    assert came(uow, fair) == 0


def test_name_and_four_digits_find_who_has_no_phone_unless_there_are_two(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair, name="测试李", id_tail="123X")
    scan = Scan(name="测试李", id_tail="123X", way=CheckInWay.NAME)
    assert check_in(uow, fair, scan).registration_id == row.id
    make_registration(uow, fair, name="测试李", id_tail="123X")
    assert check_in(uow, fair, scan).result is ScanResult.UNKNOWN


def test_before_and_after_the_fair_nobody_is_checked_in_but_scans_from_the_day_arrive_late(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    early = make_fair(uow, state=FairState.PUBLISHED)
    assert check_in(uow, early, Scan(text=make_registration(uow, early).code)).result is ScanResult.NOT_OPEN
    over = make_fair(uow, state=FairState.CLOSED)
    row = make_registration(uow, over)
    late = check_in(uow, over, Scan(text=row.code, scanned_at=uow.now - timedelta(minutes=5), scan_id="a"))
    assert (late.result, late.at) == (ScanResult.OK, uow.now - timedelta(minutes=5))


@pytest.mark.parametrize(("minutes", "bent"), [(-70, "opening"), (1800, "arrival")])
def test_a_wrong_clock_is_bent_between_opening_and_arrival(
    uow: UnitOfWork, fair: JobFair, minutes: int, bent: str
) -> None:
    row = make_registration(uow, fair)
    answer = check_in(uow, fair, Scan(text=row.code, scanned_at=uow.now + timedelta(minutes=minutes), scan_id="x"))
    assert answer.at == (fair.opened_at if bent == "opening" else uow.now)


@pytest.mark.parametrize(
    ("state", "minutes"),
    [
        (FairState.DRAFT, 0),
        (FairState.PUBLISHED, 0),
        (FairState.PUBLISHED, 2000),
        (FairState.CANCELED, 0),
        (FairState.ARCHIVED, 0),
        (FairState.RUNNING, -76),
        (FairState.RUNNING, -1800),
        (FairState.CLOSED, -400),
    ],
)
def test_scans_without_a_network_outside_the_hours_are_practice_and_count_nobody(
    uow: UnitOfWork, state: FairState, minutes: int
) -> None:
    uow.actor = make_staff(uow)
    fair = make_fair(uow, state=state)
    row, at = make_registration(uow, fair), uow.now + timedelta(minutes=minutes)
    scans = [
        Scan(text=row.code, scan_id="p1", scanned_at=at),
        Scan(walk_in=WalkIn("测试练", phone="19900009871"), way=CheckInWay.WALK_IN, scan_id="p2", scanned_at=at),
    ]
    for _sent_twice in range(2):
        assert [one.result for one in check_in_all(uow, fair, scans)] == [ScanResult.PRACTICE] * 2
    assert came(uow, fair) == 0 and practice_count(uow.session, fair) == 2
    people = uow.session.scalars(select(FairRegistration.id).where(FairRegistration.fair_id == fair.id)).all()
    assert people == [row.id] and fair.check_in_last == 0


def test_a_scan_long_after_the_closing_is_practice_whatever_the_clock_says(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    over = make_fair(uow, state=FairState.CLOSED, opens_at=uow.now - timedelta(days=3))
    over.closed_at = over.closes_at
    row = make_registration(uow, over)
    for n, at in enumerate((uow.now, uow.now + timedelta(days=2), over.closes_at + timedelta(minutes=16))):
        assert check_in(uow, over, Scan(text=row.code, scanned_at=at, scan_id=f"l{n}")).result is ScanResult.PRACTICE
    late = check_in(uow, over, Scan(text=row.code, scanned_at=over.closes_at, scan_id="real"))
    assert (late.result, late.at) == (ScanResult.OK, over.closes_at)


def test_who_waited_and_is_let_in_can_do_all_without_a_seat_of_the_capacity(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    fair = make_fair(uow, state=FairState.RUNNING, capacity=1)
    make_registration(uow, fair)
    waiting = [make_registration(uow, fair, state=RegistrationState.WAITING, waiting_number=n) for n in (1, 2, 3)]
    booth = make_exhibitor(uow, fair, came=True)
    with pytest.raises(Invalid):
        ticket_holder(uow.session, fair, waiting[1].code)
    for _twice in range(2):
        check_in(uow, fair, Scan(text=waiting[1].code))
    uow.session.refresh(fair)
    assert (waiting[1].state, waiting[1].waiting_number, waiting[1].let_in_at) == (
        RegistrationState.SEATED,
        None,
        uow.now,
    )
    assert (fair.taken, fair.capacity) == (1, 1)
    assert take_number(uow, booth, waiting[1]).number == 1
    assert ticket_holder(uow.session, fair, waiting[1].code) is waiting[1]
    posting = make_fair_posting(uow, booth)
    wanted = answer_intention(uow, waiting[1], posting, Answer.INTEREST)
    assert wanted is not None and wanted.person_yes_at == uow.now
    moves = select(SeatMove.kind, SeatMove.waiting_number).where(SeatMove.registration_id == waiting[1].id)
    assert [tuple(row) for row in uow.session.execute(moves)] == [(SeatMoveKind.LET_IN, 2)]
    # The others stand as they stood: nobody is passed over, and a seat that comes goes to the first.
    assert place_in_queue(uow.session, waiting[2]) == 2
    fair.capacity = 2
    uow.session.flush()
    assert record_more_seats(uow, fair.id) == 1 and waiting[0].state is RegistrationState.SEATED
    assert waiting[2].state is RegistrationState.WAITING


def test_a_fair_that_takes_nobody_on_the_day_lets_nobody_in_who_waits(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    fair = make_fair(uow, state=FairState.RUNNING, taken_on_the_day=False)
    row = make_registration(uow, fair, state=RegistrationState.WAITING, waiting_number=1)
    for scan in (Scan(text=row.code), Scan(text=row.code, scanned_at=uow.now, scan_id="o")):
        assert check_in(uow, fair, scan).result is ScanResult.NOT_OPEN
    assert row.state is RegistrationState.WAITING


def test_the_first_scan_wins_even_where_it_arrives_last(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair)
    check_in(uow, fair, Scan(text=row.code, desk="东门"))
    early = uow.now - timedelta(minutes=20)
    answer = check_in(uow, fair, Scan(text=row.code, desk="西门", scan_id="off-1", scanned_at=early))
    assert (answer.result, answer.number, answer.desk, answer.at) == (ScanResult.REPEATED, 1, "西门", early)
    assert came(uow, fair) == 1


def test_a_batch_sent_twice_or_half_gets_the_same_answers(uow: UnitOfWork, fair: JobFair) -> None:
    rows = [make_registration(uow, fair) for _ in range(6)]
    scans = [Scan(text=row.code, scan_id=f"s{n}", scanned_at=uow.now) for n, row in enumerate([*rows, rows[0]])]
    half = check_in_all(uow, fair, scans[:3])
    whole = check_in_all(uow, fair, scans)
    again = check_in_all(uow, fair, scans)
    assert whole == again and whole[:3] == half
    assert [answer.result for answer in whole] == [ScanResult.OK] * 6 + [ScanResult.REPEATED]
    assert came(uow, fair) == 6
    assert uow.session.scalar(select(func.count()).select_from(ScanReceipt)) == 7


def test_a_walk_in_is_registered_and_in_and_a_wrong_one_says_why(uow: UnitOfWork, fair: JobFair) -> None:
    answer = check_in(uow, fair, Scan(walk_in=WalkIn("测试来", phone="199 0000 9876"), way=CheckInWay.WALK_IN))
    assert (answer.result, answer.number) == (ScanResult.OK, 1)
    wrong = check_in(uow, fair, Scan(walk_in=WalkIn("测试来", phone="12"), way=CheckInWay.WALK_IN))
    assert wrong.result is ScanResult.UNKNOWN and wrong.words
    twice = check_in(uow, fair, Scan(walk_in=WalkIn("测试来", phone="19900009876"), way=CheckInWay.WALK_IN))
    assert twice.result is ScanResult.REPEATED and came(uow, fair) == 1


def test_a_ticket_scanned_into_the_field_of_a_name_is_a_ticket(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair)
    lost = WalkIn(ticket_text(fair.public_id, row.public_id).lower())
    answer = check_in(uow, fair, Scan(walk_in=lost, way=CheckInWay.WALK_IN))
    assert (answer.result, answer.registration_id) == (ScanResult.OK, row.id)


def test_the_poster_names_nobody(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair, name="测试密")
    answer = check_in_self(uow, fair, row.code)
    assert (answer.result, answer.name, answer.number) == (ScanResult.OK, "", 1)


def test_staff_of_elsewhere_check_nobody_in(uow: UnitOfWork, fair: JobFair) -> None:
    row = make_registration(uow, fair)
    uow.actor = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed):
        check_in(uow, fair, Scan(text=row.code))


def test_twenty_scans_read_as_much_as_two(uow: UnitOfWork, fair: JobFair) -> None:
    rows = [make_registration(uow, fair) for _ in range(22)]
    reads = []
    for part in (rows[:2], rows[2:]):
        with counted(uow.session.get_bind().engine) as statements:
            check_in_all(uow, fair, [Scan(text=row.code, scan_id=row.code) for row in part])
        reads.append(sum(text.lstrip().upper().startswith("SELECT") for text in statements))
    assert reads[0] == reads[1]


@given(st.lists(st.sampled_from([" ", "-", "　", "\n", "\t"]), max_size=11))
def test_blanks_and_dashes_in_any_place_change_nothing(between: list[str]) -> None:
    digits = "19900001234"
    typed = "".join(sign + gap for sign, gap in zip(digits, [*between, *[""] * 11], strict=False))
    assert plain_text(typed) == digits


def test_what_the_doors_count_is_a_figure_of_its_own_and_a_mistaken_tap_is_taken_back(
    uow: UnitOfWork, fair: JobFair
) -> None:
    check_in(uow, fair, Scan(text=make_registration(uow, fair).code))
    clerk, other = uow.actor, make_staff(uow)
    for many in (1, 10):
        add_count(uow, fair, many)
    assert undo_count(acting(uow, other), fair) == 0
    assert door_count(uow.session, fair) == 11
    assert undo_count(acting(uow, clerk), fair) == 10
    assert (door_count(uow.session, fair), counted_day(uow.session, fair).people, came(uow, fair)) == (1, 1, 1)
    assert quick_report(uow.session, fair).tables[-3].rows[0][:2] == ["门口数到", 1]
    later = acting(uow, clerk)
    later.now = uow.now + timedelta(minutes=11)
    assert undo_count(later, fair) == 0 and door_count(uow.session, fair) == 1
