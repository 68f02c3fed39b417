"""How enrollments end: the result of the assessment, and completing or not. The classroom calls these."""

from __future__ import annotations

from datetime import date

from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from training.courses.enrollment.models import Enrollment, EnrollmentMove
from training.courses.enrollment.states import EnrollmentMoveKind, EnrollmentState


def record_result(uow: UnitOfWork, enrollment: Enrollment, *, passed: bool | None, score: int | None) -> None:
    """Note what somebody reached in the assessment (0 to 100). Raises ``Conflict`` once the enrollment is over."""
    _check_attending(enrollment)
    enrollment.score, enrollment.is_passed = score, passed


def record_completed(
    uow: UnitOfWork, enrollment: Enrollment, on: date, *, passed: bool, score: int | None, reason: str = ""
) -> None:
    """Somebody completed the class, or did not and why. Raises ``Conflict`` once the enrollment is over."""
    _check_attending(enrollment)
    enrollment.state = EnrollmentState.COMPLETED if passed else EnrollmentState.NOT_COMPLETED
    enrollment.ended_on, enrollment.score = on, score
    enrollment.end_reason = "" if passed else reason[:200]
    kind = EnrollmentMoveKind.COMPLETED if passed else EnrollmentMoveKind.NOT_COMPLETED
    uow.session.add(EnrollmentMove(enrollment_id=enrollment.id, kind=kind, at=uow.now, user_id=uow.actor.user_id))
    uow.session.flush()
    uow.audit("enrollment.completed" if passed else "enrollment.not_completed", enrollment)


def _check_attending(enrollment: Enrollment) -> None:
    if enrollment.state is not EnrollmentState.ATTENDING:
        raise Conflict(_("这个人的报名现在是“%(state)s”，不能再改成绩", state=enrollment.state.label))
