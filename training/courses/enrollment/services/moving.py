"""What becomes of an enrollment: canceled, promoted, transferred, reported in, left; and of all in a canceled class."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.common import clean_line
from jobmatch.reference.models import EmploymentStatusKind
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_manage_session, can_run_session, can_work_session
from training.courses.classes.states import SessionState
from training.courses.enrollment import notices
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import can_work_enrollment
from training.courses.enrollment.services.enrolling import check_transfer, find_enrollment, seat
from training.courses.enrollment.services.seats import (
    drop,
    lock_person,
    lock_session,
    log_move,
    record_more_seats,
    refresh,
)
from training.courses.enrollment.states import EnrollmentMoveKind, EnrollmentState, EnrollmentWay

OPEN_STATES = frozenset({EnrollmentState.SEATED, EnrollmentState.WAITING})
EARLY = timedelta(days=1)
"""People report in from the day before the first one on: who lives far away comes in the evening."""
REASON_LENGTH = 200


def _person_of(uow: UnitOfWork, enrollment: Enrollment) -> Person | None:
    return uow.session.get(Person, enrollment.person_id) if enrollment.person_id is not None else None


def cancel_enrollment(uow: UnitOfWork, enrollment: Enrollment, *, reason: str = "") -> Enrollment:
    """Give the seat or the place in the queue back; the seat goes to the head of the queue in the same unit.

    Staff say why. A second press changes nothing. Raises ``Conflict`` once the person reported in, and for the person
    themselves once the class began.
    """
    session = lock_session(uow, enrollment.session_id)
    person = _person_of(uow, enrollment)
    is_own = person is not None and is_own_file(uow.actor, person)
    require(is_own or can_work_enrollment(uow, enrollment, session))
    refresh(uow, enrollment)
    if enrollment.state is EnrollmentState.CANCELED:
        return enrollment
    words = clean_line(reason)[:REASON_LENGTH]
    if not is_own and not uow.actor.is_system and not words:
        raise Invalid(fields={"reason": _("请写取消的原因，本人会看到")})
    if enrollment.state not in OPEN_STATES:
        raise Conflict(_("已经报到了，不能再取消。不参加了请办“中途退出”"))
    if is_own and session.state is not SessionState.APPROVED:
        raise Conflict(_("已经开班，请打电话给服务站取消"))
    drop(uow, session, enrollment, reason="" if is_own else words)
    notices.tell(uow, session, enrollment, "canceled")
    uow.audit("enrollment.cancel", enrollment, session=session.public_id)
    return enrollment


def promote(uow: UnitOfWork, session: CourseSession) -> int:
    """The button of the staff's page: free seats go to the queue now; returns how many got one."""
    require(can_work_session(uow.actor, session))
    count = record_more_seats(uow, session.id)
    if count:
        uow.audit("enrollment.promote", session, count=count)
    return count


def transfer(uow: UnitOfWork, enrollment: Enrollment, to_session: CourseSession) -> Enrollment:
    """Move somebody to another class of the same course: the new place is taken first, then the old one is given back.

    Where the other class refuses, nothing changes. Raises ``Conflict`` and ``Invalid`` as signing up does.
    """
    old, new = (lock_session(uow, key) for key in sorted((enrollment.session_id, to_session.id)))
    if old.id != enrollment.session_id:
        old, new = new, old
    person = _person_of(uow, enrollment)
    is_own = person is not None and is_own_file(uow.actor, person)
    require(is_own or can_work_enrollment(uow, enrollment, old))
    refresh(uow, enrollment)
    if old.id == new.id or old.course_code != new.course_code:
        raise Invalid(fields={"to": _("只能转到同一课程的另一个班")})
    if person is None or enrollment.state not in OPEN_STATES:
        raise Conflict(_("只有已报名、还没报到的人能转班"))
    lock_person(uow, person.id)
    there = find_enrollment(uow, new.id, person.id)
    if there is not None and there.state is not EnrollmentState.CANCELED:
        raise Conflict(_("那个班已经报过名了"))
    check_transfer(uow, new, person, besides=enrollment.id)
    moved = seat(uow, new, person, there, way=EnrollmentWay.TRANSFER, needs=enrollment.needs)
    moved.transferred_from_id = enrollment.id
    drop(uow, old, enrollment, kind=EnrollmentMoveKind.TRANSFERRED)
    uow.session.flush()
    notices.tell(uow, new, moved, "transferred")
    uow.audit("enrollment.transfer", moved, session=new.public_id, source=old.public_id)
    return moved


def record_arrived(uow: UnitOfWork, enrollment: Enrollment) -> Enrollment:
    """Somebody reported in (报到); whether they had work that day is read from the register and never changed.

    Twice changes nothing. Raises ``Conflict`` for who has no seat, and before the class.
    """
    session = lock_session(uow, enrollment.session_id)
    refresh(uow, enrollment)
    if enrollment.state is EnrollmentState.ATTENDING:
        return enrollment
    if enrollment.state is not EnrollmentState.SEATED:
        raise Conflict(_("只有“已报名”的人能报到，现在是“%(state)s”", state=enrollment.state.label))
    if session.state not in {SessionState.APPROVED, SessionState.RUNNING} or uow.today < session.starts_on - EARLY:
        raise Conflict(_("还没到报到的日子，%(day)s 开班", day=day_words(session.starts_on)))
    if uow.today > session.ends_on:
        raise Conflict(_("这个班已经过了结课日期，不能再报到"))
    enrollment.state, enrollment.arrived_on = EnrollmentState.ATTENDING, uow.today
    enrollment.was_employed = _has_work(uow, enrollment)
    uow.session.flush()
    log_move(uow, enrollment, EnrollmentMoveKind.ARRIVED)
    uow.audit("enrollment.arrive", enrollment, session=session.public_id)
    return enrollment


def _has_work(uow: UnitOfWork, enrollment: Enrollment) -> bool | None:
    """Whether the register says today that the person works; None for somebody whose file was erased."""
    if enrollment.person_id is None:
        return None
    spell = current_spell(uow.session, enrollment.person_id)
    if spell is None:
        return False
    counts = select(EmploymentStatusKind.counts_as_employed).where(EmploymentStatusKind.code == spell.status_code)
    return bool(uow.session.scalar(counts))


def mark_arrived(uow: UnitOfWork, session: CourseSession, enrollment: Enrollment) -> Enrollment:
    """The office, the station that brought the person, or the provider ticks somebody as reported in."""
    require(can_run_session(uow.actor, session) or can_work_enrollment(uow, enrollment, session))
    return record_arrived(uow, enrollment)


def mark_all_arrived(uow: UnitOfWork, session: CourseSession) -> int:
    """Everybody with a seat reported in; returns how many this very act marked."""
    require(can_run_session(uow.actor, session))
    seated = (Enrollment.session_id == session.id, Enrollment.state == EnrollmentState.SEATED)
    rows = uow.session.scalars(select(Enrollment).where(*seated).order_by(Enrollment.id)).all()
    for row in rows:
        record_arrived(uow, row)
    return len(rows)


def leave_class(uow: UnitOfWork, session: CourseSession, enrollment: Enrollment, *, reason: str) -> Enrollment:
    """Somebody stops coming (中途退出), with the reason; the seat of a running class is given to nobody.

    Twice changes nothing. Raises ``Invalid`` without a reason, ``Conflict`` for who did not report in.
    """
    require(can_run_session(uow.actor, session) or can_work_enrollment(uow, enrollment, session))
    lock_session(uow, session.id)
    refresh(uow, enrollment)
    if enrollment.state is EnrollmentState.LEFT:
        return enrollment
    words = clean_line(reason)[:REASON_LENGTH]
    if not words:
        raise Invalid(fields={"reason": _("请写为什么退出")})
    if enrollment.state is not EnrollmentState.ATTENDING:
        raise Conflict(_("只有已报到的人能办中途退出，现在是“%(state)s”", state=enrollment.state.label))
    enrollment.state, enrollment.ended_on, enrollment.end_reason = EnrollmentState.LEFT, uow.today, words
    uow.session.flush()
    log_move(uow, enrollment, EnrollmentMoveKind.LEFT)
    uow.audit("enrollment.leave", enrollment, session=session.public_id)
    return enrollment


def record_session_canceled(uow: UnitOfWork, session: CourseSession) -> int:
    """A class is not held: everybody is told, and what the provider saw is taken back; returns how many were in it."""
    session = lock_session(uow, session.id)
    open_ones = (Enrollment.session_id == session.id, Enrollment.state.in_(OPEN_STATES))
    rows = uow.session.scalars(select(Enrollment).where(*open_ones).order_by(Enrollment.id)).all()
    # Those who wait go first, so that no seat of a class that is not held is given to anybody.
    for row in sorted(rows, key=lambda one: one.state is not EnrollmentState.WAITING):
        drop(uow, session, row, reason=_("这个班不办了"))
        notices.tell(uow, session, row, "canceled_class")
    return len(rows)


def can_see_all(uow: UnitOfWork, session: CourseSession) -> bool:
    """Whether the actor's office decides about the class; a station sees those it brought."""
    return can_manage_session(uow.actor, session)
