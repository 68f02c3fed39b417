"""Planning a class: making, changing and cloning it, and its timetable."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reference.checks import check_phone
from jobmatch.reference.models import Certificate, Course, DriverLicence, EducationLevel, Region
from jobmatch.reference.queries import is_working_day
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.policies import can_plan_session, can_run_session
from training.courses.classes.states import SessionMode, SessionState

CHANGEABLE = frozenset({SessionState.DRAFT, SessionState.RETURNED, SessionState.SUBMITTED, SessionState.APPROVED})
"""States in which what is written about a class may still change; what was approved only by the office."""
MOST_SEATS, MOST_HOURS, LONGEST = 1000, 2000, timedelta(days=3 * 366)
MOST_MEETINGS = 400
_CHINA = ZoneInfo("Asia/Shanghai")
_LINES = {"title": 80, "place": 120, "way_there": 300, "money_words": 200, "contact_name": 60}
_TEXTS = {"notes": 2000, "teachers": 1000, "safety": 1000}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """What is written about a class; the names are those of the form and of the row. Money in whole yuan."""

    title: str
    starts_on: date | None
    ends_on: date | None
    sign_up_from: date | None = None
    sign_up_until: date | None = None
    mode: SessionMode = SessionMode.FULL_TIME
    region_code: str | None = None
    place: str = ""
    way_there: str = ""
    has_lodging: bool = False
    has_meals: bool = False
    has_bus: bool = False
    hours: int | None = None
    capacity: int | None = None
    target_count: int | None = None
    is_free: bool = True
    fee_yuan: int | None = None
    funding_yuan: int | None = None
    money_words: str = ""
    notes: str = ""
    teachers: str = ""
    safety: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    certificate_code: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    education_code: str | None = None
    licence_code: str | None = None
    kind_groups: tuple[str, ...] = ()
    method_codes: tuple[str, ...] = ()
    returned_year: int | None = None


def plan_of(course_session: CourseSession) -> SessionPlan:
    """What is written about a class now."""
    values = {name: getattr(course_session, name) for name in SessionPlan.__dataclass_fields__}
    values |= {name: tuple(values[name]) for name in ("kind_groups", "method_codes")}
    return SessionPlan(**values)


def create_session(
    uow: UnitOfWork, plan: SessionPlan, *, course: Course, provider: Provider, office: Organization
) -> CourseSession:
    """A draft of the office ``office``, which will decide about it; staff and the provider itself make one.

    Raises ``Invalid`` with every finding.
    """
    require(can_plan_session(uow.actor, provider, office.region_path))
    values = _checked(uow, plan, course)
    made = CourseSession(
        organization_id=office.id,
        region_path=office.region_path,
        provider_id=provider.id,
        course_code=course.code,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
        changed_at=uow.now,
        **values,
    )
    made.provider, made.course = provider, course
    uow.session.add(made)
    uow.session.flush()
    uow.audit("class.create", made)
    return made


def edit_session(
    uow: UnitOfWork, course_session: CourseSession, plan: SessionPlan, *, version: int | None = None
) -> CourseSession:
    """Change what is written about a class. Seats do not fall below those taken; what was approved only staff change.

    Raises ``Invalid`` with every finding, ``Conflict`` for a stale form or a class that began.
    """
    require(can_run_session(uow.actor, course_session))
    _require_changeable(uow, course_session)
    if version is not None and version != course_session.version:
        raise Conflict(_("刚被别人改过，请刷新后再改"))
    values = _checked(uow, plan, course_session.course, course_session=course_session)
    _set_capacity(uow, course_session, values.pop("capacity"))
    for name, value in values.items():
        setattr(course_session, name, value)
    course_session.changed_at = uow.now
    uow.session.flush()
    uow.audit("class.edit", course_session)
    return course_session


def _require_changeable(uow: UnitOfWork, course_session: CourseSession) -> None:
    if course_session.state not in CHANGEABLE:
        raise Conflict(_("这个班%(state)s，不能再改", state=course_session.state.label))
    if course_session.state in {SessionState.SUBMITTED, SessionState.APPROVED} and not uow.actor.can("class.manage"):
        raise Conflict(_("已经交上去了，要改请联系退役军人事务局退回"))


def _set_capacity(uow: UnitOfWork, course_session: CourseSession, capacity: int) -> None:
    """Raise or lower the seats by one guarded UPDATE. Raises ``Invalid`` below what is given out."""
    done = uow.session.execute(
        update(CourseSession)
        .where(CourseSession.id == course_session.id, CourseSession.taken <= capacity)
        .values(capacity=capacity),
        execution_options={"synchronize_session": False},
    )
    uow.session.refresh(course_session, ["capacity", "taken"])
    if int(getattr(done, "rowcount", 0)) != 1:
        words = _("已经有 %(n)s 人报上名，名额不能少于这个数", n=course_session.taken)
        raise Invalid(fields={"capacity": words})


def clone_session(uow: UnitOfWork, course_session: CourseSession, *, starts_on: date | None) -> CourseSession:
    """A new draft like this class, every date and meeting moved alike. Raises ``Invalid`` on ``starts_on``."""
    require(can_run_session(uow.actor, course_session))
    if starts_on is None or starts_on <= uow.today:
        raise Invalid(fields={"starts_on": _("请填以后的一天")})
    shift = starts_on - course_session.starts_on
    values = asdict(plan_of(course_session))
    for name in ("starts_on", "ends_on", "sign_up_from", "sign_up_until"):
        values[name] += shift
    values["sign_up_from"] = min(max(values["sign_up_from"], uow.today), values["sign_up_until"])
    if values["sign_up_until"] < uow.today:
        values["sign_up_from"] = values["sign_up_until"] = starts_on
    made = create_session(
        uow,
        SessionPlan(**values),
        course=course_session.course,
        provider=course_session.provider,
        office=uow.session.get_one(Organization, course_session.organization_id),
    )
    made.cloned_from_id = course_session.id
    query = select(CourseMeeting).where(CourseMeeting.session_id == course_session.id).order_by(CourseMeeting.starts_at)
    for old in uow.session.scalars(query).all():
        same = {name: getattr(old, name) for name in ("hours", "topic", "teacher", "place")}
        uow.session.add(
            CourseMeeting(
                session_id=made.id,
                starts_at=old.starts_at + shift,
                ends_at=old.ends_at + shift,
                code_secret=secrets.token_bytes(16),
                **same,
            )
        )
    uow.session.flush()
    uow.audit("class.clone", made, source=course_session.public_id)
    return made


def _checked(
    uow: UnitOfWork, plan: SessionPlan, course: Course, *, course_session: CourseSession | None = None
) -> dict[str, Any]:
    found, values = Findings(), asdict(plan)
    for name, most in _LINES.items():
        values[name] = clean_line(values[name])[:most]
    for name, most in _TEXTS.items():
        values[name] = clean_text(values[name])[:most]
    found.check(bool(values["title"]), "title", _("请填班名"))
    _check_days(uow, found, values, course_session)
    values["hours"] = course.hours if values["hours"] is None else values["hours"]
    found.check(0 <= values["hours"] <= MOST_HOURS, "hours", _("学时从 0 到 %(n)s", n=MOST_HOURS))
    for name in ("target_count", "fee_yuan", "funding_yuan"):
        values[name] = values[name] or 0
        found.check(0 <= values[name] <= 1_000_000, name, _("请填 0 或更大的数"))
    found.check(1 <= (values["capacity"] or 0) <= MOST_SEATS, "capacity", _("名额从 1 到 %(n)s", n=MOST_SEATS))
    for name in ("min_age", "max_age"):
        found.check(values[name] is None or 14 <= values[name] <= 70, name, _("年龄从 14 到 70 岁"))
    if values["min_age"] and values["max_age"]:
        found.check(values["min_age"] <= values["max_age"], "max_age", _("最大年龄不能比最小的还小"))
    for name, model in _CODES.items():
        values[name] = values[name] or None
        known = values[name] is None or uow.session.get(model, values[name]) is not None
        found.check(known, name, _("请从列表里选一项"))
    if values["contact_phone"]:
        try:
            values["contact_phone"] = check_phone(values["contact_phone"], landline=True)
        except ValueError as error:
            found.add("contact_phone", str(error))
    values["kind_groups"], values["method_codes"] = list(values["kind_groups"]), list(values["method_codes"])
    found.stop()
    return values


_CODES: dict[str, Any] = {
    "certificate_code": Certificate,
    "education_code": EducationLevel,
    "licence_code": DriverLicence,
    "region_code": Region,
}


def _check_days(uow: UnitOfWork, found: Findings, values: dict[str, Any], course_session: CourseSession | None) -> None:
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    found.check(starts_on is not None, "starts_on", _("请填开班日期"))
    found.check(ends_on is not None, "ends_on", _("请填结束日期"))
    if starts_on is None or ends_on is None:
        return
    found.check(ends_on >= starts_on, "ends_on", _("结束不能早于开班"))
    found.check(ends_on - starts_on <= LONGEST, "ends_on", _("一个班最长 3 年"))
    is_new_day = course_session is None or course_session.starts_on != starts_on
    if is_new_day and not uow.actor.is_system:
        found.check(starts_on > uow.today, "starts_on", _("开班日期要在今天以后"))
    values["sign_up_until"] = values["sign_up_until"] or starts_on - timedelta(days=1)
    values["sign_up_from"] = values["sign_up_from"] or min(uow.today, values["sign_up_until"])
    found.check(values["sign_up_from"] <= values["sign_up_until"], "sign_up_until", _("报名截止不能早于报名开始"))
    found.check(values["sign_up_until"] <= starts_on, "sign_up_until", _("报名最晚到开班那天截止"))
    if course_session is not None:
        outside = uow.session.scalar(
            select(func.count()).where(
                CourseMeeting.session_id == course_session.id,
                (CourseMeeting.starts_at < _at(starts_on, time(0)))
                | (CourseMeeting.ends_at > _at(ends_on + timedelta(days=1), time(0))),
            )
        )
        words = _("课表里有 %(n)s 次课不在这段时间里，先改课表", n=outside)
        found.check(not outside, "ends_on", words)


# ---------- the timetable ----------


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPlan:
    """One meeting: its day and hours by the clock of China; ``hours`` are class hours."""

    on: date | None
    from_time: time | None
    until_time: time | None
    hours: int | None
    topic: str
    teacher: str = ""
    place: str = ""
    weekdays: tuple[int, ...] = field(default=())


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=_CHINA).astimezone(UTC)


def add_meeting(uow: UnitOfWork, course_session: CourseSession, plan: MeetingPlan) -> CourseMeeting:
    """One line of the timetable. Raises ``Invalid`` outside the class's days or over another meeting."""
    require(can_run_session(uow.actor, course_session))
    values = _checked_meeting(uow, course_session, plan)
    made = _meeting(uow, course_session, values)
    course_session.changed_at = uow.now
    uow.session.flush()
    uow.audit("class.meeting", course_session)
    return made


def add_series(uow: UnitOfWork, course_session: CourseSession, plan: MeetingPlan, *, until: date | None) -> int:
    """The same meeting on every working day (or on ``plan.weekdays``, 0 is Monday) until a day, whole or not at all.

    Returns how many were made. Raises ``Invalid`` where one would lie outside the class or over another.
    """
    require(can_run_session(uow.actor, course_session))
    if until is None or plan.on is None or until < plan.on:
        raise Invalid(fields={"until": _("请填最后一天，不早于第一天")})
    days = [plan.on + timedelta(days=n) for n in range((until - plan.on).days + 1)]
    if plan.weekdays:
        days = [day for day in days if day.weekday() in plan.weekdays]
    else:
        days = [day for day in days if is_working_day(uow.session, day)]
    if not days:
        raise Invalid(fields={"until": _("这段时间里没有上课的日子")})
    made = 0
    for day in days:
        one = MeetingPlan(**{**{name: getattr(plan, name) for name in plan.__dataclass_fields__}, "on": day})
        _meeting(uow, course_session, _checked_meeting(uow, course_session, one))
        made += 1
    course_session.changed_at = uow.now
    uow.session.flush()
    uow.audit("class.meeting", course_session, count=made)
    return made


def _meeting(uow: UnitOfWork, course_session: CourseSession, values: dict[str, Any]) -> CourseMeeting:
    made = CourseMeeting(session_id=course_session.id, code_secret=secrets.token_bytes(16), **values)
    uow.session.add(made)
    uow.session.flush()
    return made


def _checked_meeting(uow: UnitOfWork, course_session: CourseSession, plan: MeetingPlan) -> dict[str, Any]:
    if course_session.state in {SessionState.ENDED, SessionState.CLOSED, SessionState.CANCELED}:
        raise Conflict(_("这个班%(state)s，不能再改", state=course_session.state.label))
    found = Findings()
    found.check(plan.on is not None, "on", _("请填哪一天"))
    found.check(plan.from_time is not None, "from_time", _("请填几点开始"))
    found.check(plan.until_time is not None, "until_time", _("请填几点结束"))
    found.check(plan.hours is not None and 1 <= plan.hours <= 12, "hours", _("一次课 1 到 12 学时"))
    topic = clean_line(plan.topic)[:120]
    found.check(bool(topic), "topic", _("请填上什么"))
    on, from_time, until_time = found.need(plan.on), found.need(plan.from_time), found.need(plan.until_time)
    starts_at, ends_at = _at(on, from_time), _at(on, until_time)
    found.check(ends_at > starts_at, "until_time", _("结束要晚于开始"))
    is_inside = course_session.starts_on <= on <= course_session.ends_on
    found.check(is_inside, "on", _("这一天不在开班和结束之间"))
    over = select(CourseMeeting.id).where(
        CourseMeeting.session_id == course_session.id,
        CourseMeeting.starts_at < ends_at,
        CourseMeeting.ends_at > starts_at,
    )
    found.check(uow.session.scalar(over.limit(1)) is None, "from_time", _("和另一次课的时间重叠"))
    count = uow.session.scalar(select(func.count()).where(CourseMeeting.session_id == course_session.id)) or 0
    found.check(count < MOST_MEETINGS, "on", _("一个班最多 %(n)s 次课", n=MOST_MEETINGS))
    found.stop()
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "hours": plan.hours,
        "topic": topic,
        "teacher": clean_line(plan.teacher)[:60],
        "place": clean_line(plan.place)[:120],
    }


def remove_meeting(uow: UnitOfWork, course_session: CourseSession, meeting: CourseMeeting) -> None:
    """Take a meeting off the timetable that has not begun; twice changes nothing. Raises ``Conflict`` for others."""
    require(can_run_session(uow.actor, course_session) and meeting.session_id == course_session.id)
    if meeting.closed_at is not None or meeting.starts_at <= uow.now:
        raise Conflict(_("这次课已经上了，不能从课表里拿掉"))
    uow.session.execute(delete(CourseMeeting).where(CourseMeeting.id == meeting.id))
    course_session.changed_at = uow.now
    uow.session.flush()
    uow.audit("class.meeting_removed", course_session, day=local_day(meeting.starts_at).isoformat())
