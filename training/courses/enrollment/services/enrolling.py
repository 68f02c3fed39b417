"""Signing up for a class: oneself, or by the station for somebody who agreed to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file
from jobmatch.people.queries.proxies import has_proxy_consent
from jobmatch.people.services.common import on_behalf
from jobmatch.people.services.proxies import record_consent
from jobmatch.people.states import ProxyScope
from jobmatch.reference.queries import course_kind, rule_value
from training.courses.classes.eligibility import Finding, Line, may_enroll
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment import clashes, notices
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import can_enroll
from training.courses.enrollment.queries import lines_of
from training.courses.enrollment.services.seats import (
    GRANT_DAYS,
    give_place,
    lock_person,
    lock_session,
    log_move,
    open_file,
)
from training.courses.enrollment.states import (
    ARRIVED_STATES,
    EnrollmentMoveKind,
    EnrollmentNeed,
    EnrollmentState,
    EnrollmentWay,
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What signing up led to. ``is_new``: this very act made it, or brought a canceled one back."""

    enrollment: Enrollment
    is_new: bool


def closed_words(uow: UnitOfWork, session: CourseSession) -> str:
    """Why nobody can sign up for the class today; empty where one can."""
    if session.state is SessionState.CANCELED:
        return _("这个班取消了，可以看看同一课程的其他班")
    if session.state is not SessionState.APPROVED:
        begun = session.state in {SessionState.RUNNING, SessionState.ENDED, SessionState.CLOSED}
        return _("这个班已经开班，不再报名") if begun else _("这个班还没有批准，暂时不能报名")
    if uow.today < session.sign_up_from:
        return _("还没到报名时间，%(day)s 开始报名", day=day_words(session.sign_up_from))
    if uow.today > session.sign_up_until:
        return _("报名到 %(day)s 截止，已经过了", day=day_words(session.sign_up_until))
    return ""


def enroll(
    uow: UnitOfWork,
    session: CourseSession,
    person: Person,
    *,
    way: EnrollmentWay = EnrollmentWay.OWN,
    needs: Collection[str] = (),
    consent: bool = False,
) -> Enrolled:
    """Give the person a seat in the class, or the end of its queue; whoever is in it already stays as they are.

    ``consent``: the person agreed that provider and office see name and phone; the words are kept with the grant. Staff
    act in the person's place where the person agreed to that (``ProxyScope.TRAINING``). Raises ``Invalid`` with every
    reason and its source, ``Conflict`` where the class takes nobody today.
    """
    require(can_enroll(uow, person, session))
    by_staff = not is_own_file(uow.actor, person) and not uow.actor.is_system
    if by_staff and not has_proxy_consent(uow.session, person, uow.actor, ProxyScope.TRAINING):
        raise Invalid(fields={"agreed": _("请先问本人，并登记本人是怎么同意代报的")})
    if not consent:
        raise Invalid(fields={"consent": _("需要您同意，承训机构才能联系您")})
    session = lock_session(uow, session.id)
    lock_person(uow, person.id)
    found = find_enrollment(uow, session.id, person.id)
    if found is not None and found.state is not EnrollmentState.CANCELED:
        _refuse_over(found)
        return Enrolled(found, is_new=False)
    words = closed_words(uow, session)
    if words:
        raise Conflict(words)
    _refuse(uow, session, person)
    enrollment = seat(uow, session, person, found, way=EnrollmentWay.STATION if by_staff else way, needs=needs)
    _tell(uow, session, person, enrollment)
    return Enrolled(enrollment, is_new=True)


def _refuse_over(found: Enrollment) -> None:
    """Whoever was in the class and is no longer cannot come back to the same class."""
    if found.state in ARRIVED_STATES and found.state is not EnrollmentState.ATTENDING:
        raise Conflict(_("这个班已经参加过（%(state)s），不能再报同一个班", state=found.state.label))


def _refuse(uow: UnitOfWork, session: CourseSession, person: Person, *, besides: int = 0) -> None:
    """Raise ``Invalid`` with every rule that is not met and where it comes from."""
    lines = lines_of(uow, session, person, besides=besides)
    if not may_enroll(lines):
        open_ones = (line for line in lines if line.finding is not Finding.MET)
        raise Invalid("；".join(dict.fromkeys(told(line) for line in open_ones)))


def told(line: Line) -> str:
    """The words of a rule and where it comes from, in one line."""
    return _("%(words)s（依据：%(source)s）", words=line.words, source=line.source) if line.source else line.words


def check_transfer(uow: UnitOfWork, session: CourseSession, person: Person, *, besides: int) -> None:
    """The rules of a seat for somebody who gives up another enrollment (``besides``). Raises as ``enroll``."""
    words = closed_words(uow, session)
    if words:
        raise Conflict(words)
    _refuse(uow, session, person, besides=besides)


def seat(
    uow: UnitOfWork,
    session: CourseSession,
    person: Person,
    found: Enrollment | None,
    *,
    way: EnrollmentWay,
    needs: Collection[str] = (),
) -> Enrollment:
    """Write the enrollment with its place, its log and, with a seat, its grant. The class is locked and was checked."""
    enrollment = found or Enrollment(session_id=session.id, person_id=person.id)
    kind = course_kind(uow.session, session.course_code)
    enrollment.region_path, enrollment.station_id = person.region_path, person.station_id
    enrollment.way, enrollment.needs = way, [one.value for one in EnrollmentNeed if one.value in needs]
    enrollment.is_free = clashes.counts_as_free(session, kind)
    enrollment.enrolled_at, enrollment.enrolled_by_id = uow.now, uow.actor.user_id
    enrollment.promoted_at, enrollment.end_reason = None, ""
    give_place(uow, session, enrollment)
    uow.session.add(enrollment)
    uow.session.flush()
    waits = enrollment.state is EnrollmentState.WAITING
    log_move(uow, enrollment, EnrollmentMoveKind.QUEUED if waits else EnrollmentMoveKind.SEATED)
    if not waits:
        open_file(uow, session, enrollment)
        uow.session.flush()
    return enrollment


def _tell(uow: UnitOfWork, session: CourseSession, person: Person, enrollment: Enrollment) -> None:
    waits = enrollment.state is EnrollmentState.WAITING
    notices.tell(uow, session, enrollment, "waiting" if waits else "seated")
    said = on_behalf(uow, person, ProxyScope.TRAINING)
    uow.audit("enrollment.enroll", enrollment, session=session.public_id, way=enrollment.way.value, **said)
    if said:
        uow.audit("proxy.used", person, **said)


def enroll_for(
    uow: UnitOfWork,
    session: CourseSession,
    person: Person,
    *,
    agreed: str = "",
    note: str = "",
    needs: Collection[str] = (),
) -> Enrolled:
    """The station signs somebody up who agreed; where that is not on record yet, ``agreed`` (how) is written down.

    Raises ``Invalid`` as ``enroll`` and ``record_consent``.
    """
    require(can_enroll(uow, person, session))
    if agreed and not has_proxy_consent(uow.session, person, uow.actor, ProxyScope.TRAINING):
        months = int(rule_value(uow.session, "proxy_consent_months", uow.today))
        until = min(session.ends_on + timedelta(days=GRANT_DAYS), uow.today + timedelta(days=months * 30))
        record_consent(
            uow,
            person,
            scopes=[ProxyScope.TRAINING],
            way=agreed,
            given_on=uow.today,
            valid_until=max(until, uow.today),
            note=note,
        )
    return enroll(uow, session, person, way=EnrollmentWay.STATION, needs=needs, consent=True)


def find_enrollment(uow: UnitOfWork, session_id: int, person_id: int) -> Enrollment | None:
    """The enrollment of a person in a class, whatever became of it."""
    mine = (Enrollment.session_id == session_id, Enrollment.person_id == person_id)
    return uow.session.scalars(select(Enrollment).where(*mine)).one_or_none()
