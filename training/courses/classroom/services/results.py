"""Assessment and completion (考核、结业): scores for the whole class, and who completes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import rule_value
from training.courses.classes.models import CourseSession
from training.courses.classes.services.deciding import record_closed
from training.courses.classes.states import SessionState
from training.courses.classroom.notices import tell_ended
from training.courses.classroom.policies import can_decide_class, can_teach_class
from training.courses.classroom.queries import ClassMember, members, open_meeting_count
from training.courses.enrollment.services.finishing import record_completed, record_result
from training.courses.enrollment.states import EnrollmentState


@dataclass(frozen=True, slots=True)
class Result:
    """What was entered for one person: a score from 0 to 100 or none, and whether they passed (None: not said)."""

    score: int | None
    is_passed: bool | None


def exam_share(uow: UnitOfWork, course_session: CourseSession) -> float:
    """The share of hours in percent that the assessment asks for: the rule ``training_exam_share`` at its end."""
    return float(rule_value(uow.session, "training_exam_share", course_session.ends_on))


def is_admitted(member: ClassMember, share: float) -> bool:
    """Whether somebody came often enough to be assessed. As long as nothing is due nobody is kept out."""
    came = member.hours.share
    return came is None or came >= share


def enter_results(uow: UnitOfWork, course_session: CourseSession, results: Mapping[str, Result]) -> int:
    """Keep the results of the class by the enrollments' public ids; returns how many were changed.

    Raises ``Invalid`` beside each score that cannot be, and for people who are not admitted; then nothing is kept.
    """
    require(can_teach_class(uow.actor, course_session))
    _check_open(course_session)
    share = exam_share(uow, course_session)
    found = {one.enrollment.public_id: one for one in members(uow.session, course_session)}
    errors, changed = {}, []
    for public_id, result in results.items():
        member = found.get(public_id)
        if member is None or member.enrollment.state is not EnrollmentState.ATTENDING:
            continue
        if result.score is not None and not 0 <= result.score <= 100:
            errors[f"score-{public_id}"] = _("%(name)s：成绩填 0 到 100 的整数", name=member.name)
        if not is_admitted(member, share) and (result.score is not None or result.is_passed is not None):
            errors[f"score-{public_id}"] = _(
                "%(name)s：到课 %(came)s%%，不到 %(share)s%%，不能参加考核（规定“参加考核要到的课时”）",
                name=member.name,
                came=int(member.hours.share or 0),
                share=int(share),
            )
        if (member.enrollment.score, member.enrollment.is_passed) != (result.score, result.is_passed):
            changed.append((member, result))
    if errors:
        raise Invalid(fields=errors)
    for member, result in changed:
        record_result(uow, member.enrollment, passed=result.is_passed, score=result.score)
    uow.session.flush()
    uow.audit("class.results", course_session, count=len(changed))
    return len(changed)


def pass_everybody(uow: UnitOfWork, course_session: CourseSession) -> int:
    """Everybody who is admitted and of whom nothing is said has passed; returns how many that were."""
    require(can_teach_class(uow.actor, course_session))
    _check_open(course_session)
    share, count = exam_share(uow, course_session), 0
    for member in members(uow.session, course_session):
        row = member.enrollment
        if row.state is EnrollmentState.ATTENDING and row.is_passed is None and is_admitted(member, share):
            record_result(uow, row, passed=True, score=row.score)
            count += 1
    uow.session.flush()
    uow.audit("class.all_passed", course_session, count=count)
    return count


def complete_class(uow: UnitOfWork, course_session: CourseSession) -> tuple[int, int]:
    """Everybody in the class completes it or does not, with the reason; then the class is closed.

    Returns how many of each. Raises ``Conflict`` for a class that has not ended, ``Invalid`` while a meeting is open
    or a result is missing. Done twice it changes nothing more.
    """
    require(can_decide_class(uow.actor, course_session))
    # Two presses at once wait for each other here.
    uow.session.execute(select(CourseSession.id).where(CourseSession.id == course_session.id).with_for_update())
    uow.session.refresh(course_session, ["state"])
    if course_session.state is SessionState.CLOSED:
        return 0, 0
    if course_session.state is not SessionState.ENDED:
        raise Conflict(_("班次现在是“%(state)s”，结课以后才能办结业", state=course_session.state.label))
    open_count = open_meeting_count(uow.session, course_session)
    if open_count:
        raise Invalid(_("还有 %(n)s 节课的点名没有结束，结束了才能办结业", n=open_count))
    share = exam_share(uow, course_session)
    people = [one for one in members(uow.session, course_session) if one.enrollment.state is EnrollmentState.ATTENDING]
    missing = [one for one in people if is_admitted(one, share) and one.enrollment.is_passed is None]
    if missing:
        raise Invalid(_("还有 %(n)s 人没有考核结果，填好了才能办结业", n=len(missing)))
    completed = 0
    for member in people:
        row, admitted = member.enrollment, is_admitted(member, share)
        passed = admitted and bool(row.is_passed)
        reason = "" if passed else _reason(member, share, admitted=admitted)
        record_completed(uow, row, uow.today, passed=passed, score=row.score, reason=reason)
        tell_ended(uow, course_session, row)
        completed += passed
    record_closed(uow, course_session)
    uow.audit("class.completed", course_session, completed=completed, not_completed=len(people) - completed)
    return completed, len(people) - completed


def _reason(member: ClassMember, share: float, *, admitted: bool) -> str:
    """Kept as it is written, so in Chinese whoever presses."""
    if not admitted:
        return f"到课 {int(member.hours.share or 0)}%，不到 {int(share)}%，没有参加考核"
    return "考核没有通过" if member.enrollment.score is None else f"考核 {member.enrollment.score} 分，没有通过"


def _check_open(course_session: CourseSession) -> None:
    if course_session.state not in {SessionState.RUNNING, SessionState.ENDED}:
        raise Conflict(_("班次现在是“%(state)s”，开班以后、结业以前才能填成绩", state=course_session.state.label))
