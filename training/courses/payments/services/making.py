"""Sheets are made and made again: who gets how much, by which rules, never above what was approved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Course
from jobmatch.reference.rules import add_months
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_manage_session
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState
from training.courses.payments import queries
from training.courses.payments.amounts import Amount, Presence, Rules, allowance, first_part, rest, start_up_rest
from training.courses.payments.models import PaySheet, PaySheetLine
from training.courses.payments.states import PaySheetKind, PaySheetState

RULES: dict[PaySheetKind, tuple[str, ...]] = {
    PaySheetKind.ALLOWANCE: ("training_allowance_yuan", "training_allowance_share", "training_allowance_months"),
    PaySheetKind.FIRST_PART: ("training_first_share",),
    PaySheetKind.REST: ("training_first_share",),
}
START_UP = "start_up"
START_UP_RULES = ("startup_course_share", "startup_course_months")

Started = Callable[[Session, Collection[int], date, date], set[int]]
_started: list[Started] = []


def ask_started(answer: Started) -> None:
    """Say who of some people started a business between two days; called once at assembly.

    Without an answer the employment register says it.
    """
    _started[:] = [answer]


def lock_session(uow: UnitOfWork, session_id: int) -> CourseSession:
    """The class, locked: its sheets are made and moved one after another."""
    query = select(CourseSession).where(CourseSession.id == session_id).with_for_update(key_share=True)
    return uow.session.scalars(query.execution_options(populate_existing=True)).one()


def make_sheet(
    uow: UnitOfWork, course_session: CourseSession, *, kind: PaySheetKind, month: date | None = None
) -> PaySheet:
    """A new sheet in draft with a line for everybody who reported in.

    Raises ``Conflict`` where one stands already, ``Invalid`` where it is too early, nobody is there, or the course
    money would go above what was approved.
    """
    require(can_manage_session(uow.actor, course_session))
    locked = lock_session(uow, course_session.id)
    first = month.replace(day=1) if month and kind is PaySheetKind.ALLOWANCE else None
    if queries.living_sheet(uow.session, locked.id, kind, first):
        raise Conflict(_("这张%(kind)s表已经做过了，打开它重新计算，或者作废后再做", kind=kind.label))
    sheet = PaySheet(
        session_id=locked.id, kind=kind, month=first, made_at=uow.now, made_by_id=uow.actor.user_id, rules={}
    )
    _check_may_make(uow, locked, kind, first)
    rules, amounts = _reckon(uow, locked, sheet)
    if not amounts:
        raise Invalid(_("这个班还没有人报到，没有可发的人"))
    sheet.rules, sheet.total_yuan = rules, _checked_total(uow, locked, sheet, amounts)
    uow.session.add(sheet)
    uow.session.flush()
    _write_lines(uow, sheet, amounts)
    uow.audit("class.pay_sheet", sheet, kind=kind.value, total=sheet.total_yuan)
    return sheet


def recompute_sheet(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet) -> PaySheet:
    """Make the lines of a draft again from what is known now. Raises ``Conflict`` once it was shown, ``Invalid``."""
    require(can_manage_session(uow.actor, course_session) and sheet.session_id == course_session.id)
    locked = lock_session(uow, course_session.id)
    uow.session.refresh(sheet)
    if sheet.state is not PaySheetState.DRAFT:
        raise Conflict(_("这张表%(state)s，不能再改；要改先作废", state=sheet.state.label))
    _check_may_make(uow, locked, sheet.kind, sheet.month)
    rules, amounts = _reckon(uow, locked, sheet)
    total = _checked_total(uow, locked, sheet, amounts)
    uow.session.execute(delete(PaySheetLine).where(PaySheetLine.sheet_id == sheet.id))
    sheet.rules, sheet.total_yuan = rules, total
    sheet.made_at, sheet.made_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    _write_lines(uow, sheet, amounts)
    uow.audit("class.pay_sheet_again", sheet, total=total)
    return sheet


def _check_may_make(uow: UnitOfWork, course_session: CourseSession, kind: PaySheetKind, month: date | None) -> None:
    """Raise ``Invalid`` or ``Conflict`` where it is too early or too late for this sheet."""
    over = course_session.state in {SessionState.ENDED, SessionState.CLOSED}
    if not over and course_session.state not in {SessionState.APPROVED, SessionState.RUNNING}:
        raise Conflict(_("这个班%(state)s，不能做补贴表", state=course_session.state.label))
    if kind is PaySheetKind.ALLOWANCE:
        _check_month(uow, course_session, month, over)
    elif kind is PaySheetKind.FIRST_PART:
        if queries.living_sheet(uow.session, course_session.id, PaySheetKind.REST):
            raise Conflict(_("尾款表已经做了，不能再做首拨"))
        if over:
            raise Conflict(_("这个班%(state)s，首拨只在开班前后做，现在做尾款", state=course_session.state.label))
    else:
        first = queries.living_sheet(uow.session, course_session.id, PaySheetKind.FIRST_PART)
        if first and first.state is not PaySheetState.PAID:
            raise Conflict(_("首拨表%(state)s，先发放或者作废，再做尾款", state=first.state.label))
        if not over:
            raise Conflict(_("结课以后才能做尾款"))


def _check_month(uow: UnitOfWork, course_session: CourseSession, month: date | None, over: bool) -> None:
    if month is None or month not in queries.months_of(course_session, date.max):
        raise Invalid(fields={"month": _("请选这个班上课的月份")})
    if uow.today < min(add_months(month, 1), course_session.ends_on) or (month > uow.today):
        raise Invalid(fields={"month": _("这个月还没有上完课，过了月底再做")})
    left = queries.open_meetings(uow.session, course_session.id, month)
    if left:
        raise Invalid(fields={"month": _("这个月还有 %(n)s 次课没有点完名，点完再做", n=left)})


Reckoned = list[tuple[Enrollment, Presence, Amount]]


def _reckon(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet) -> tuple[dict[str, Any], Reckoned]:
    """The rules as they stand and everybody's amount."""
    course = uow.session.get_one(Course, course_session.course_code)
    is_start_up = sheet.kind is PaySheetKind.REST and course.kind == START_UP
    codes = (*RULES[sheet.kind], *(START_UP_RULES if is_start_up else ()))
    day = add_months(sheet.month, 1) - timedelta(days=1) if sheet.month else course_session.starts_on
    rules = queries.rules_as_they_stood(uow.session, codes, day)
    people = queries.enrolled(uow.session, course_session.id)
    if sheet.kind is PaySheetKind.ALLOWANCE:
        return rules, _allowances(uow, course_session, sheet, people, rules)
    none = Presence(0, 0, 0)
    if sheet.kind is PaySheetKind.FIRST_PART:
        return rules, [(one, none, first_part(course_session.funding_yuan, rules)) for one in people]
    return rules, [
        (one, none, amount) for one, amount in _rests(uow, course_session, course, people, rules, is_start_up)
    ]


def _allowances(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet, people: Any, rules: Rules) -> Reckoned:
    month = sheet.month or course_session.starts_on
    ids = sorted({one.person_id for one in people if one.person_id})
    # Two classes may pay the same person: whoever reckons holds the people, so that their months are counted once.
    held = select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update(key_share=True)
    uow.session.execute(held).all()
    months = queries.paid_months(uow.session, ids, without=sheet.id)
    hours = queries.hours_by_month(uow.session, course_session.id, month)
    found: Reckoned = []
    for one in people:
        presence = hours.get(one.id, Presence(0, 0, 0))
        paid = months.get(one.person_id, set())
        amount = allowance(presence, rules, months_before=len(paid), is_paid_elsewhere=month in paid)
        found.append((one, presence, amount))
    return found


def _rests(
    uow: UnitOfWork, course_session: CourseSession, course: Course, people: Any, rules: Rules, is_start_up: bool
) -> list[tuple[Enrollment, Amount]]:
    first = queries.living_sheet(uow.session, course_session.id, PaySheetKind.FIRST_PART)
    paid = queries.amounts_of(uow.session, first) if first else {}
    full = course_session.funding_yuan
    if not is_start_up:
        return [
            (one, rest(full, paid.get(one.id, 0), is_completed=one.state is EnrollmentState.COMPLETED))
            for one in people
        ]
    started = _who_started(uow, course_session, people, rules)
    return [
        (
            one,
            start_up_rest(
                course.subsidy_yuan or full,
                paid.get(one.id, 0),
                rules,
                is_completed=one.state is EnrollmentState.COMPLETED,
                has_started=one.person_id in started,
            ),
        )
        for one in people
    ]


def _who_started(uow: UnitOfWork, course_session: CourseSession, people: Any, rules: Rules) -> set[int]:
    """Who started a business in time. Raises ``Invalid`` while somebody who did not still has time."""
    months, ask = rules["startup_course_months"]["value"], (_started or [queries.started_by_register])[0]
    by_day: dict[date, set[int]] = {}
    for one in people:
        if one.state is EnrollmentState.COMPLETED and one.person_id:
            by_day.setdefault(add_months(one.ended_on, months), set()).add(one.person_id)
    started: set[int] = set()
    for until, ids in sorted(by_day.items()):
        found = ask(uow.session, ids, course_session.starts_on, until)
        if until >= uow.today and ids - found:
            raise Invalid(
                _(
                    "还有 %(n)s 人没有创业，结业满 %(months)s 个月（%(source)s）以后才能算尾款",
                    n=len(ids - found),
                    months=months,
                    source=rules["startup_course_months"]["source"],
                )
            )
        started |= found
    return started


def _checked_total(uow: UnitOfWork, course_session: CourseSession, sheet: PaySheet, amounts: Reckoned) -> int:
    """The sum. Raises ``Invalid`` with both figures where course money goes above what was approved."""
    total = sum(amount.yuan for _one, _presence, amount in amounts)
    if sheet.kind is PaySheetKind.ALLOWANCE:
        return total
    approved = course_session.capacity * course_session.funding_yuan
    reached = total + queries.course_money(uow.session, course_session.id, without=sheet.id)
    if reached > approved:
        raise Invalid(
            _(
                "培训经费合计 %(reached)s 元，超过这个班批准的 %(approved)s 元"
                "（开班审批：%(seats)s 人 × 每人 %(yuan)s 元）",
                reached=reached,
                approved=approved,
                seats=course_session.capacity,
                yuan=course_session.funding_yuan,
            )
        )
    return total


def _write_lines(uow: UnitOfWork, sheet: PaySheet, amounts: Reckoned) -> None:
    uow.session.add_all(
        PaySheetLine(
            sheet_id=sheet.id,
            enrollment_id=one.id,
            days=presence.days,
            hours_due=presence.hours_due,
            hours_came=presence.hours_came,
            amount_yuan=amount.yuan,
            why=amount.why[:200],
        )
        for one, presence, amount in amounts
    )
    uow.session.flush()
