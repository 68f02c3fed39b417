"""What happened in a class, read: meetings with their marks, the roll, hours, leave, notices and certificates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Certificate
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classroom.models import (
    Attendance,
    ClassNotice,
    ClassNoticeReader,
    CourseCertificate,
    Inspection,
    LeaveRequest,
)
from training.courses.classroom.states import PRESENT_MARKS, AttendanceMark, AttendanceWay, LeaveState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES, SEAT_STATES, EnrollmentState

# ---------- hours, for the rooms above too ----------


@dataclass(frozen=True, slots=True)
class Hours:
    """Class hours (学时): ``due`` of the meetings that are closed, ``came`` of those somebody attended.

    ``days_present`` is the number of days on which they came at least once.
    """

    due: int = 0
    came: int = 0
    days_present: int = 0

    @property
    def share(self) -> float | None:
        """Percent from 0 to 100; None as long as nothing is due."""
        return 100 * self.came / self.due if self.due else None


def hours_of(session: Session, course_session_id: int) -> dict[int, Hours]:
    """Hours of everybody who reported in, by enrollment; three statements, whatever the number of people."""
    due = sum(hours for _id, _at, hours in _closed_meetings(session, course_session_id))
    came, days = _came(session, course_session_id)
    return {
        one: Hours(due, sum(came[one].values()), sum(len(found) for found in days[one].values()))
        for one in session.scalars(_arrived(course_session_id))
    }


def hours_by_month(session: Session, course_session_id: int) -> dict[tuple[int, date], Hours]:
    """The same for each calendar month (its first day) that has a closed meeting; three statements."""
    due: dict[date, int] = defaultdict(int)
    for _id, at, hours in _closed_meetings(session, course_session_id):
        due[local_day(at).replace(day=1)] += hours
    came, days = _came(session, course_session_id)
    return {
        (one, month): Hours(whole, came[one][month], len(days[one][month]))
        for one in session.scalars(_arrived(course_session_id))
        for month, whole in sorted(due.items())
    }


def _arrived(course_session_id: int) -> Select[int]:
    return (
        select(Enrollment.id)
        .where(Enrollment.session_id == course_session_id, Enrollment.state.in_(ARRIVED_STATES))
        .order_by(Enrollment.id)
    )


def _closed_meetings(session: Session, course_session_id: int) -> list[tuple[int, datetime, int]]:
    query = select(CourseMeeting.id, CourseMeeting.starts_at, CourseMeeting.hours).where(
        CourseMeeting.session_id == course_session_id, CourseMeeting.closed_at.is_not(None)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


Monthly = dict[int, dict[date, int]]
Days = dict[int, dict[date, set[date]]]


def _came(session: Session, course_session_id: int) -> tuple[Monthly, Days]:
    """Hours and days of closed meetings, by enrollment and month."""
    came: Monthly = defaultdict(lambda: defaultdict(int))
    days: Days = defaultdict(lambda: defaultdict(set))
    query = (
        select(Attendance.enrollment_id, CourseMeeting.starts_at, Attendance.hours)
        .join(CourseMeeting, CourseMeeting.id == Attendance.meeting_id)
        .where(
            CourseMeeting.session_id == course_session_id,
            CourseMeeting.closed_at.is_not(None),
            Attendance.mark.in_(PRESENT_MARKS),
        )
    )
    for enrollment_id, at, hours in session.execute(query):
        day = local_day(at)
        month = day.replace(day=1)
        came[enrollment_id][month] += hours
        days[enrollment_id][month].add(day)
    return came, days


# ---------- meetings and the roll ----------


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting with how many came, are excused, are missing, and are not marked yet."""

    meeting: CourseMeeting
    came: int
    on_leave: int
    absent: int
    unmarked: int

    @property
    def on(self) -> date:
        return local_day(self.meeting.starts_at)


def meeting_lines(session: Session, course_session: CourseSession, today: date) -> list[MeetingLine]:
    """Meetings of a class: today's first, then those to come, then those that are over, newest first."""
    meetings = session.scalars(
        select(CourseMeeting).where(CourseMeeting.session_id == course_session.id).order_by(CourseMeeting.starts_at)
    ).all()
    marks: dict[int, dict[int, AttendanceMark]] = defaultdict(dict)
    rows = select(Attendance.meeting_id, Attendance.enrollment_id, Attendance.mark).join(
        CourseMeeting, CourseMeeting.id == Attendance.meeting_id
    )
    for meeting_id, enrollment_id, mark in session.execute(rows.where(CourseMeeting.session_id == course_session.id)):
        marks[meeting_id][enrollment_id] = mark
    people = session.execute(
        select(Enrollment.id, Enrollment.state, Enrollment.arrived_on, Enrollment.ended_on).where(
            Enrollment.session_id == course_session.id, Enrollment.state.in_(ARRIVED_STATES)
        )
    ).all()

    def line(meeting: CourseMeeting) -> MeetingLine:
        on, found = local_day(meeting.starts_at), marks[meeting.id]
        listed = [one.id for one in people if _is_listed(on, one.state, one.arrived_on, one.ended_on)]
        values = list(found.values())
        return MeetingLine(
            meeting,
            came=sum(mark in PRESENT_MARKS for mark in values),
            on_leave=values.count(AttendanceMark.ON_LEAVE),
            absent=values.count(AttendanceMark.ABSENT),
            unmarked=sum(one not in found for one in listed),
        )

    lines = [line(meeting) for meeting in meetings]
    now = [one for one in lines if one.on == today]
    coming = [one for one in lines if one.on > today]
    return [*now, *coming, *reversed([one for one in lines if one.on < today])]


def _is_listed(on: date, state: EnrollmentState, arrived_on: date | None, ended_on: date | None) -> bool:
    """Whether somebody belongs on the roll of a day: from reporting in until they left."""
    if arrived_on is None or arrived_on > on:
        return False
    return state is not EnrollmentState.LEFT or (ended_on is not None and ended_on >= on)


def listed_on(on: date) -> ColumnElement[bool]:
    """The same as a condition on ``Enrollment``."""
    stayed = or_(Enrollment.state != EnrollmentState.LEFT, Enrollment.ended_on >= on)
    return and_(Enrollment.state.in_(ARRIVED_STATES), Enrollment.arrived_on <= on, stayed)


@dataclass(frozen=True, slots=True)
class RollLine:
    """One person on the roll of a meeting; ``has_leave``: granted for this day."""

    enrollment_id: int
    public_id: str
    name: str
    mark: AttendanceMark | None
    way: AttendanceWay | None
    at: datetime | None
    has_leave: bool


def roll(session: Session, meeting: CourseMeeting) -> list[RollLine]:
    """Everybody of the day by name; two statements."""
    on = local_day(meeting.starts_at)
    excused = set(
        session.scalars(
            select(LeaveRequest.enrollment_id)
            .join(Enrollment, Enrollment.id == LeaveRequest.enrollment_id)
            .where(
                Enrollment.session_id == meeting.session_id,
                LeaveRequest.state == LeaveState.GRANTED,
                LeaveRequest.from_on <= on,
                LeaveRequest.until_on >= on,
            )
        )
    )
    query = (
        select(Enrollment.id, Enrollment.public_id, Person.name, Attendance.mark, Attendance.way, Attendance.at)
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .outerjoin(Attendance, and_(Attendance.enrollment_id == Enrollment.id, Attendance.meeting_id == meeting.id))
        .where(Enrollment.session_id == meeting.session_id, listed_on(on))
        .order_by(Person.name, Enrollment.id)
    )
    return [
        RollLine(row[0], row[1], row[2] or "", row[3], row[4], row[5], row[0] in excused)
        for row in session.execute(query)
    ]


def get_meeting(session: Session, course_session: CourseSession, public_id: str) -> CourseMeeting:
    """A meeting of the class. Raises ``NotFound``."""
    found = session.scalars(
        select(CourseMeeting).where(CourseMeeting.session_id == course_session.id, CourseMeeting.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_running_meeting(session: Session, course_session: CourseSession, now: datetime) -> CourseMeeting | None:
    """The meeting of the class that is on at ``now``."""
    return session.scalars(
        select(CourseMeeting)
        .where(
            CourseMeeting.session_id == course_session.id,
            CourseMeeting.starts_at <= now,
            CourseMeeting.ends_at >= now,
        )
        .order_by(CourseMeeting.starts_at.desc())
    ).first()


def timetable(session: Session, course_session_id: int) -> list[CourseMeeting]:
    """Meetings in the order of time."""
    query = select(CourseMeeting).where(CourseMeeting.session_id == course_session_id)
    return list(session.scalars(query.order_by(CourseMeeting.starts_at)))


def own_marks(session: Session, enrollment: Enrollment) -> dict[int, AttendanceMark]:
    """How somebody attended, by meeting."""
    query = select(Attendance.meeting_id, Attendance.mark).where(Attendance.enrollment_id == enrollment.id)
    return {row[0]: row[1] for row in session.execute(query)}


# ---------- people of a class ----------


@dataclass(frozen=True, slots=True)
class ClassMember:
    """Somebody of a class with what they came to."""

    enrollment: Enrollment
    name: str
    hours: Hours


def members(session: Session, course_session: CourseSession, *, arrived: bool = True) -> list[ClassMember]:
    """Everybody who reported in (or who holds a seat too), by name; four statements."""
    hours = hours_of(session, course_session.id)
    states = ARRIVED_STATES if arrived else ARRIVED_STATES | SEAT_STATES
    query = (
        select(Enrollment, Person.name)
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .where(Enrollment.session_id == course_session.id, Enrollment.state.in_(states))
        .order_by(Person.name, Enrollment.id)
    )
    return [ClassMember(row, name or "", hours.get(row.id, Hours())) for row, name in session.execute(query)]


def open_meeting_count(session: Session, course_session: CourseSession) -> int:
    """Meetings of the class that are not closed."""
    query = select(func.count()).select_from(CourseMeeting)
    of_class = (CourseMeeting.session_id == course_session.id, CourseMeeting.closed_at.is_(None))
    return session.scalar(query.where(*of_class)) or 0


# ---------- leave ----------


def leave_requests(course_session: CourseSession) -> Select[LeaveRequest, str, str]:
    """Requests of the class with the person's name and the enrollment's public id: those to decide first."""
    return (
        select(LeaveRequest, Person.name, Enrollment.public_id)
        .join(Enrollment, Enrollment.id == LeaveRequest.enrollment_id)
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .where(Enrollment.session_id == course_session.id)
        .order_by(
            case((LeaveRequest.state == LeaveState.ASKED, 0), else_=1), LeaveRequest.from_on.desc(), LeaveRequest.id
        )
        # Whoever may see the enrollment may read whose it is.
        .execution_options(visible=frozenset({"person"}))
    )


def get_leave(session: Session, course_session: CourseSession, public_id: str) -> tuple[LeaveRequest, Enrollment]:
    """A request of the class with its enrollment. Raises ``NotFound``."""
    row = session.execute(
        select(LeaveRequest, Enrollment)
        .join(Enrollment, Enrollment.id == LeaveRequest.enrollment_id)
        .where(Enrollment.session_id == course_session.id, LeaveRequest.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def own_leaves(session: Session, enrollment: Enrollment) -> list[LeaveRequest]:
    """Requests of one enrollment, newest first."""
    query = select(LeaveRequest).where(LeaveRequest.enrollment_id == enrollment.id)
    return list(session.scalars(query.order_by(LeaveRequest.from_on.desc(), LeaveRequest.id.desc())))


def get_own_leave(session: Session, enrollment: Enrollment, public_id: str) -> LeaveRequest:
    """A request of this enrollment. Raises ``NotFound``."""
    found = next((one for one in own_leaves(session, enrollment) if one.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


# ---------- inspections ----------


def get_inspection(session: Session, course_session: CourseSession, public_id: str) -> Inspection:
    """A visit to the class. Raises ``NotFound``."""
    query = select(Inspection).where(Inspection.session_id == course_session.id, Inspection.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def inspections(course_session: CourseSession) -> Select[Inspection, str]:
    """Visits to the class with who made them, newest first."""
    return (
        select(Inspection, User.name)
        .outerjoin(User, User.id == Inspection.inspected_by_id)
        .where(Inspection.session_id == course_session.id)
        .order_by(Inspection.happened_at.desc(), Inspection.id.desc())
    )


def roll_count(session: Session, course_session: CourseSession, now: datetime) -> tuple[CourseMeeting | None, int]:
    """The meeting that is on, and how many must sit there: those marked as present, or where nobody is marked yet,
    everybody on the roll who has no leave.
    """
    meeting = find_running_meeting(session, course_session, now)
    if meeting is None:
        on = local_day(now)
        count = select(func.count()).select_from(Enrollment)
        return None, session.scalar(count.where(Enrollment.session_id == course_session.id, listed_on(on))) or 0
    lines = roll(session, meeting)
    if any(line.mark for line in lines):
        return meeting, sum(line.mark in PRESENT_MARKS for line in lines)
    return meeting, sum(not line.has_leave for line in lines)


# ---------- notices ----------


def class_notices(course_session: CourseSession) -> Select[ClassNotice, int, int]:
    """Notices of the class with how many got and how many read them, newest first."""
    got = select(func.count()).where(ClassNoticeReader.notice_id == ClassNotice.id).scalar_subquery()
    read = (
        select(func.count())
        .where(ClassNoticeReader.notice_id == ClassNotice.id, ClassNoticeReader.read_at.is_not(None))
        .scalar_subquery()
    )
    return (
        select(ClassNotice, got, read)
        .where(ClassNotice.session_id == course_session.id)
        .order_by(ClassNotice.sent_at.desc(), ClassNotice.id.desc())
    )


def get_notice(session: Session, course_session_id: int, public_id: str) -> ClassNotice:
    """A notice of the class. Raises ``NotFound``."""
    query = select(ClassNotice).where(ClassNotice.session_id == course_session_id, ClassNotice.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def notice_readers(session: Session, notice: ClassNotice) -> list[tuple[str, datetime | None]]:
    """Name and when they read it, of everybody the notice went to: who did not read it first."""
    query = (
        select(Person.name, ClassNoticeReader.read_at)
        .select_from(ClassNoticeReader)
        .join(Enrollment, Enrollment.id == ClassNoticeReader.enrollment_id)
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .where(ClassNoticeReader.notice_id == notice.id)
        .order_by(case((ClassNoticeReader.read_at.is_(None), 0), else_=1), Person.name, ClassNoticeReader.id)
    )
    return [(name or "", read_at) for name, read_at in session.execute(query)]


def own_notices(session: Session, enrollment: Enrollment) -> list[tuple[ClassNotice, ClassNoticeReader]]:
    """What somebody was told in a class, newest first."""
    query = (
        select(ClassNotice, ClassNoticeReader)
        .join(ClassNoticeReader, ClassNoticeReader.notice_id == ClassNotice.id)
        .where(ClassNoticeReader.enrollment_id == enrollment.id)
        .order_by(ClassNotice.sent_at.desc(), ClassNotice.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def get_own_notice(session: Session, enrollment: Enrollment, public_id: str) -> tuple[ClassNotice, ClassNoticeReader]:
    """A notice that went to this enrollment. Raises ``NotFound``."""
    found = next((row for row in own_notices(session, enrollment) if row[0].public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


# ---------- certificates ----------


def certificates_of(session: Session, enrollment_ids: Iterable[int]) -> dict[int, list[CourseCertificate]]:
    """Certificates by enrollment, oldest first."""
    found: dict[int, list[CourseCertificate]] = defaultdict(list)
    query = select(CourseCertificate).where(CourseCertificate.enrollment_id.in_(list(enrollment_ids)))
    for row in session.scalars(query.order_by(CourseCertificate.id)):
        found[row.enrollment_id].append(row)
    return found


def get_certificate(session: Session, course_session_id: int, public_id: str) -> tuple[CourseCertificate, Enrollment]:
    """A certificate of the class with its enrollment. Raises ``NotFound``."""
    row = session.execute(
        select(CourseCertificate, Enrollment)
        .join(Enrollment, Enrollment.id == CourseCertificate.enrollment_id)
        .where(Enrollment.session_id == course_session_id, CourseCertificate.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def certificate_names(session: Session, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Code and name of certificates, in the order given."""
    wanted = list(codes)
    query = select(Certificate.code, Certificate.name_zh).where(Certificate.code.in_(wanted))
    names = {row[0]: row[1] for row in session.execute(query)}
    return [(code, names[code]) for code in wanted if code in names]


def get_own_certificate(session: Session, enrollment: Enrollment, public_id: str) -> CourseCertificate:
    """A certificate of this enrollment. Raises ``NotFound``."""
    row, holder = get_certificate(session, enrollment.session_id, public_id)
    if holder.id != enrollment.id:
        raise NotFound
    return row
