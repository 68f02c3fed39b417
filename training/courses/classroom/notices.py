"""What people of a class are told, and those who teach it; in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import members_of
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classroom.models import ClassNotice, CourseCertificate, LeaveRequest
from training.courses.classroom.states import LeaveState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState


def tell_leave_asked(uow: UnitOfWork, course_session: CourseSession, leave: LeaveRequest) -> None:
    """Those who teach the class: somebody asks for leave, or takes it back. No name in the message."""
    organization_id = uow.session.scalar(
        select(Organization.id)
        .join(Provider, Provider.organization_id == Organization.id)
        .where(Provider.id == course_session.provider_id)
    )
    is_back = leave.state is LeaveState.WITHDRAWN
    for member in members_of(uow.session, organization_id) if organization_id is not None else []:
        send(
            uow,
            member,
            group=MessageGroup.TRAINING,
            title=lambda: (
                _("%(title)s：有人撤回了请假", title=course_session.title)
                if is_back
                else _("%(title)s：有人请假，等您批", title=course_session.title)
            ),
            body=lambda: _days(leave),
            link=f"/provider/classes/{course_session.public_id}/leaves",
            once=f"leave:{leave.public_id}:{leave.state.value}",
        )


def tell_leave_decided(
    uow: UnitOfWork, course_session: CourseSession, enrollment: Enrollment, leave: LeaveRequest
) -> None:
    """The person: granted or not."""
    is_granted = leave.state is LeaveState.GRANTED
    _tell(
        uow,
        enrollment,
        lambda: (
            _("%(title)s：请假批了", title=course_session.title)
            if is_granted
            else _("%(title)s：请假没批，请按时上课", title=course_session.title)
        ),
        lambda: _days(leave),
        once=f"leave:{leave.public_id}:{leave.state.value}",
    )


def tell_notice(uow: UnitOfWork, course_session: CourseSession, notice: ClassNotice, enrollment: Enrollment) -> None:
    """One of those the notice goes to."""
    _tell(
        uow,
        enrollment,
        lambda: _("%(title)s：%(head)s", title=course_session.title, head=notice.title),
        lambda: notice.words,
        once=f"class-notice:{notice.public_id}",
        page=f"/notices/{notice.public_id}",
        by_sms=True,
    )


def tell_ended(uow: UnitOfWork, course_session: CourseSession, enrollment: Enrollment) -> None:
    """Completed or not, and why not."""
    is_done = enrollment.state is EnrollmentState.COMPLETED
    _tell(
        uow,
        enrollment,
        lambda: (
            _("%(title)s：您结业了", title=course_session.title)
            if is_done
            else _("%(title)s：这次没有结业", title=course_session.title)
        ),
        lambda: "" if is_done else enrollment.end_reason,
        once=f"class-end:{enrollment.public_id}",
    )


def tell_certificate(
    uow: UnitOfWork, course_session: CourseSession, enrollment: Enrollment, row: CourseCertificate
) -> None:
    """A certificate was given out, or taken back."""
    is_void = row.revoked_at is not None
    _tell(
        uow,
        enrollment,
        lambda: (
            _("%(title)s：%(kind)s作废了", title=course_session.title, kind=row.kind.label)
            if is_void
            else _("%(title)s：%(kind)s发下来了", title=course_session.title, kind=row.kind.label)
        ),
        lambda: (
            _("证书编号 %(number)s", number=row.number)
            + (_("，原因：%(words)s", words=row.revoke_reason) if is_void else "")
        ),
        once=f"certificate:{row.public_id}:{'void' if is_void else 'new'}",
    )


def _days(leave: LeaveRequest) -> str:
    first, last = leave.from_on, leave.until_on
    if first == last:
        return _("%(month)s 月 %(day)s 日", month=first.month, day=first.day)
    return _(
        "%(month)s 月 %(day)s 日到 %(month2)s 月 %(day2)s 日",
        month=first.month,
        day=first.day,
        month2=last.month,
        day2=last.day,
    )


def _tell(
    uow: UnitOfWork,
    enrollment: Enrollment,
    title: Callable[[], str],
    body: Callable[[], str],
    *,
    once: str,
    page: str = "",
    by_sms: bool = False,
) -> None:
    user = uow.session.scalars(
        select(User).join(Person, Person.user_id == User.id).where(Person.id == enrollment.person_id)
    ).one_or_none()
    if user is not None:
        send(
            uow,
            user,
            group=MessageGroup.TRAINING,
            title=title,
            body=body,
            link=f"/my/classes/{enrollment.public_id}{page}",
            once=once,
            by_sms=by_sms,
        )
