"""The seats of a fair and the queue behind them: strictly first come, first served, each move logged.

Every service here and in ``registering`` locks the fair's row first, so that what it reads of queue and seats is true
until it commits; the seat itself is taken by a guarded UPDATE all the same (security.md R6).
"""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select

from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_fair
from jobmatch.fairs.planning.services.numbers import record_freed, record_next, record_taken
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors import notices
from jobmatch.fairs.visitors.models import FairRegistration, SeatMove
from jobmatch.fairs.visitors.policies import can_work_registration
from jobmatch.fairs.visitors.services.rides import record_ride_freed
from jobmatch.fairs.visitors.states import RegistrationState, RegistrationWay, SeatMoveKind
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file

PLAN_ONE_JOB = "visitors.plan_one"
SEATLESS = frozenset({RegistrationWay.WALK_IN, RegistrationWay.SHEET})
"""Ways that take no seat: these people are already in the hall."""
BEFORE = frozenset({FairState.DRAFT, FairState.PUBLISHED})
"""States in which seats are still given and given back; once the doors are open everybody who comes is let in."""


_LINE = insert(SeatMove)
_HEAD = (
    select(FairRegistration)
    .where(FairRegistration.fair_id == bindparam("fair_id"), FairRegistration.state == RegistrationState.WAITING)
    .order_by(FairRegistration.waiting_number)
    .limit(1)
)
"""Statements of every registration, made once: making them took longer than running them."""


def lock_fair(uow: UnitOfWork, fair_id: int) -> JobFair:
    """The fair as it is now; nobody else gives out its seats until this unit ends.

    A writing unit on SQLite is alone from its beginning on, so what it has read already is not read again.
    """
    if uow.session.get_bind().dialect.name == "sqlite":
        return uow.session.get_one(JobFair, fair_id)
    return uow.session.get_one(JobFair, fair_id, with_for_update=True, populate_existing=True)


def log_move(uow: UnitOfWork, registration: FairRegistration, kind: SeatMoveKind) -> None:
    """Write one line of the log of seats."""
    line = {
        "registration_id": registration.id,
        "kind": kind,
        "waiting_number": registration.waiting_number,
        "at": uow.now,
        "user_id": uow.actor.user_id,
    }
    uow.session.connection().execute(_LINE, line)


def give_place(uow: UnitOfWork, fair: JobFair, registration: FairRegistration) -> None:
    """A seat where there is one and nobody waits for it, else the end of the queue. The fair is locked."""
    _promoted, somebody_waits = promote(uow, fair)
    # Whoever still waits after that found no seat, so there is none for somebody who comes later.
    has_seat = not somebody_waits and record_taken(uow, fair.id, "taken")
    number = None if has_seat else record_next(uow, fair.id, "waiting_last")
    registration.state = RegistrationState.SEATED if has_seat else RegistrationState.WAITING
    registration.waiting_number, registration.canceled_at = number, None


def promote(uow: UnitOfWork, fair: JobFair) -> tuple[int, bool]:
    """Give free seats to the head of the queue, one after the other. The fair is locked.

    Returns how many got one, and whether somebody still waits.
    """
    count = 0
    while (head := uow.session.scalars(_HEAD, {"fair_id": fair.id}).one_or_none()) is not None:
        if not record_taken(uow, fair.id, "taken"):
            return count, True
        log_move(uow, head, SeatMoveKind.PROMOTED)
        head.state, head.waiting_number, head.promoted_at = RegistrationState.SEATED, None, uow.now
        uow.session.flush()
        ask_for_plan(uow, head)
        notices.tell_promoted(uow, fair, head)
        count += 1
    return count, False


def ask_for_plan(uow: UnitOfWork, registration: FairRegistration) -> None:
    """Have "您的 4 家" chosen as soon as this unit is over, where there is something to choose by.

    For everybody else the timed work spreads people over the booths.
    """
    if registration.state is RegistrationState.SEATED and (registration.person_id is not None or registration.wish):
        uow.enqueue(PLAN_ONE_JOB, registration_id=registration.id)


def cancel_registration(
    uow: UnitOfWork, registration: FairRegistration, *, by_ticket: bool = False
) -> FairRegistration:
    """Give the seat or the place in the queue back; a freed seat goes to the head of the queue in the same unit.

    ``by_ticket``: the page of the ticket asks, whose address only its holder knows. A second press changes nothing.
    """
    fair = lock_fair(uow, registration.fair_id)
    person = uow.session.get(Person, registration.person_id) if registration.person_id is not None else None
    is_own = person is not None and is_own_file(uow.actor, person)
    require(by_ticket or is_own or can_work_registration(uow.actor, registration, fair))
    uow.session.refresh(registration)
    if registration.state is RegistrationState.CANCELED:
        return registration
    if fair.state not in BEFORE:
        raise Conflict(_("招聘会已经开始，不用取消了。来不了也没关系"))
    withdraw(uow, fair, registration)
    uow.audit("fair_registration.cancel", registration)
    return registration


def withdraw(uow: UnitOfWork, fair: JobFair, registration: FairRegistration) -> None:
    """Cancel without asking who; the fair is locked."""
    log_move(uow, registration, SeatMoveKind.CANCELED)
    # The bus before the registration, as whoever chooses a stop does: two units never wait for each other.
    record_ride_freed(uow, registration)
    had_seat = registration.state is RegistrationState.SEATED and registration.way not in SEATLESS
    registration.state, registration.waiting_number = RegistrationState.CANCELED, None
    registration.canceled_at = uow.now
    uow.session.flush()
    if had_seat:
        record_freed(uow, fair.id, "taken")
        promote(uow, fair)


def record_more_seats(uow: UnitOfWork, fair_id: int) -> int:
    """Give seats that were added, or freed elsewhere, to those who wait; returns how many were promoted."""
    return promote(uow, lock_fair(uow, fair_id))[0]


def fill_seats(uow: UnitOfWork, fair: JobFair) -> int:
    """The button of the staff's page: what the timed work does anyway, now."""
    require(can_work_fair(uow.actor, fair))
    count = record_more_seats(uow, fair.id)
    if count:
        uow.audit("fair_registration.fill", fair, count=count)
    return count


def fill_all_seats(uow: UnitOfWork, *, most: int = 20) -> int:
    """Fairs with a free seat while somebody waits, as after their capacity was raised; returns how many seats it gave.

    0: nothing is left.
    """
    require(uow.actor.is_system)
    waiting = select(FairRegistration.fair_id).where(FairRegistration.state == RegistrationState.WAITING)
    short = (JobFair.id.in_(waiting), JobFair.taken < JobFair.capacity, JobFair.state.in_(BEFORE))
    ids = uow.session.scalars(select(JobFair.id).where(*short).order_by(JobFair.id).limit(most)).all()
    return sum(record_more_seats(uow, fair_id) for fair_id in ids)


def record_let_in(uow: UnitOfWork, fair: JobFair, registration: FairRegistration) -> None:
    """Somebody who waited came on the day and is let in: out of the queue and no longer different from anybody else,
    but outside the capacity, so that no seat is given twice. Logged; the fair is locked.
    """
    if registration.state is RegistrationState.WAITING:
        log_move(uow, registration, SeatMoveKind.LET_IN)
        registration.state, registration.waiting_number = RegistrationState.SEATED, None
        registration.let_in_at = uow.now
        uow.session.flush()
