"""The seats of a class and the queue behind them: strictly first come, first served, each move logged.

Every service of this room locks the class's row first, so that what it reads of queue and seats is true until it
commits; the seat itself is taken by a guarded UPDATE all the same (security.md R6).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, insert, inspect, select

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.services.grants import record_grant, revoke_grant
from jobmatch.people.states import GrantField, GrantPurpose
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classes.services.numbers import record_freed, record_next, record_taken
from training.courses.classes.states import SessionState
from training.courses.enrollment import clashes, notices
from training.courses.enrollment.models import Enrollment, EnrollmentMove
from training.courses.enrollment.states import EnrollmentMoveKind, EnrollmentState

GRANT_DAYS = 90
"""How long after the last day a provider still sees name and phone: certificates and the follow-up fall into it."""
SYSTEM = system_actor("enrollment")
"""In whose hands grants are written: whoever gives a seat back opens the file of the next one only by this."""

_COLUMNS = [one.key for one in inspect(CourseSession).column_attrs]
_OWN = [one.key for one in inspect(Enrollment).column_attrs]
_LINE = insert(EnrollmentMove)
_HEAD = (
    select(Enrollment)
    .where(Enrollment.session_id == bindparam("session_id"), Enrollment.state == EnrollmentState.WAITING)
    .order_by(Enrollment.waiting_number)
    .limit(1)
)


def lock_session(uow: UnitOfWork, session_id: int) -> CourseSession:
    """The class as it is now; nobody else gives out its seats until this unit ends.

    A writing unit on SQLite is alone from its beginning on, so what it has read already is not read again.
    """
    if uow.session.get_bind().dialect.name == "sqlite":
        return uow.session.get_one(CourseSession, session_id)
    uow.session.execute(select(CourseSession.id).where(CourseSession.id == session_id).with_for_update())
    found = uow.session.get_one(CourseSession, session_id)
    # Only the columns: provider and course, which a page loaded, stay with the row.
    uow.session.refresh(found, _COLUMNS)
    return found


def refresh(uow: UnitOfWork, enrollment: Enrollment) -> None:
    """Read the enrollment again, now that its class is locked; what a page loaded beside it stays."""
    uow.session.refresh(enrollment, _OWN)


def lock_person(uow: UnitOfWork, person_id: int) -> None:
    """Nobody else signs this person up until this unit ends, so that two classes at once see each other."""
    if uow.session.get_bind().dialect.name != "sqlite":
        uow.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def log_move(uow: UnitOfWork, enrollment: Enrollment, kind: EnrollmentMoveKind) -> None:
    """Write one line of the log."""
    line = {
        "enrollment_id": enrollment.id,
        "kind": kind,
        "waiting_number": enrollment.waiting_number,
        "at": uow.now,
        "user_id": uow.actor.user_id,
    }
    uow.session.execute(_LINE, line)


def give_place(uow: UnitOfWork, session: CourseSession, enrollment: Enrollment) -> None:
    """A seat where there is one and nobody waits for it, else the end of the queue. The class is locked."""
    _promoted, somebody_waits = promote_waiting(uow, session)
    # Whoever still waits after that found no seat, so there is none for somebody who comes later.
    has_seat = not somebody_waits and record_taken(uow, session.id)
    number = None if has_seat else record_next(uow, session.id, "waiting_last")
    enrollment.state = EnrollmentState.SEATED if has_seat else EnrollmentState.WAITING
    enrollment.waiting_number, enrollment.canceled_at = number, None


def open_file(uow: UnitOfWork, session: CourseSession, enrollment: Enrollment) -> None:
    """Let the provider see name and phone of somebody with a seat; what they agreed to is kept with the grant."""
    person = uow.session.get(Person, enrollment.person_id) if enrollment.person_id else None
    if person is None:
        return
    until = max(session.ends_on + timedelta(days=GRANT_DAYS), uow.today)
    provider = uow.session.get_one(Provider, session.provider_id)
    name = uow.session.get_one(Organization, provider.organization_id).name
    grant = record_grant(
        uow.acting_as(SYSTEM),
        person,
        organization_id=provider.organization_id,
        purpose=GrantPurpose.ENROLLMENT,
        fields=(GrantField.NAME, GrantField.PHONE),
        valid_until=until,
        notice=notices.consent_words(name, until),
    )
    enrollment.grant_id = grant.id


def shut_file(uow: UnitOfWork, enrollment: Enrollment) -> None:
    """Take back what the provider saw by this enrollment; twice changes nothing."""
    grant = uow.session.get(Grant, enrollment.grant_id) if enrollment.grant_id else None
    if grant is not None:
        revoke_grant(uow.acting_as(SYSTEM), grant)
    enrollment.grant_id = None


def promote_waiting(uow: UnitOfWork, session: CourseSession) -> tuple[int, bool]:
    """Give free seats to the head of the queue, one after the other. The class is locked.

    Whoever meanwhile has a seat in a class at the same hours leaves the queue and is told so. Returns how many got a
    seat, and whether somebody still waits.
    """
    count = 0
    while (head := uow.session.scalars(_HEAD, {"session_id": session.id}).one_or_none()) is not None:
        if head.person_id is not None:
            lock_person(uow, head.person_id)
            if clashes.has_reason_against(uow, session, head.person_id, besides=head.id):
                drop(uow, session, head)
                notices.tell(uow, session, head, "dropped")
                continue
        if not record_taken(uow, session.id):
            return count, True
        log_move(uow, head, EnrollmentMoveKind.PROMOTED)
        head.state, head.waiting_number, head.promoted_at = EnrollmentState.SEATED, None, uow.now
        uow.session.flush()
        open_file(uow, session, head)
        uow.session.flush()
        notices.tell(uow, session, head, "promoted")
        count += 1
    return count, False


def drop(
    uow: UnitOfWork,
    session: CourseSession,
    enrollment: Enrollment,
    *,
    kind: EnrollmentMoveKind = EnrollmentMoveKind.CANCELED,
    reason: str = "",
) -> None:
    """Cancel without asking who, and give the seat on while the class has not begun. The class is locked."""
    had_seat = enrollment.state is EnrollmentState.SEATED
    log_move(uow, enrollment, kind)
    enrollment.state, enrollment.waiting_number = EnrollmentState.CANCELED, None
    enrollment.canceled_at, enrollment.end_reason = uow.now, reason
    shut_file(uow, enrollment)
    uow.session.flush()
    if had_seat:
        record_freed(uow, session.id)
        if session.state is SessionState.APPROVED:
            promote_waiting(uow, session)


def record_more_seats(uow: UnitOfWork, session_id: int) -> int:
    """Give seats that were added, or freed elsewhere, to those who wait; returns how many were promoted."""
    session = lock_session(uow, session_id)
    return promote_waiting(uow, session)[0] if session.state is SessionState.APPROVED else 0


def fill_all_seats(uow: UnitOfWork, *, most: int = 20) -> int:
    """Classes with a free seat while somebody waits, as after their capacity was raised; returns how many seats it
    gave. 0: nothing is left.
    """
    require(uow.actor.is_system)
    waiting = select(Enrollment.session_id).where(Enrollment.state == EnrollmentState.WAITING)
    short = (
        CourseSession.id.in_(waiting),
        CourseSession.taken < CourseSession.capacity,
        CourseSession.state == SessionState.APPROVED,
    )
    ids = uow.session.scalars(select(CourseSession.id).where(*short).order_by(CourseSession.id).limit(most)).all()
    return sum(record_more_seats(uow, session_id) for session_id in ids)
