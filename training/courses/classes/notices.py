"""What providers are told about their classes."""

from __future__ import annotations

from jobmatch.accounts.queries import members_of
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from training.courses.classes.models import CourseSession


def tell_decided(uow: UnitOfWork, course_session: CourseSession) -> None:
    """Tell the provider's members how the application stands, unless one of them acts."""
    for user in members_of(uow.session, course_session.provider.organization_id):
        if user.id == uow.actor.user_id:
            continue
        send(
            uow,
            user,
            group=MessageGroup.TRAINING,
            title=lambda: _("%(title)s：%(state)s", title=course_session.title, state=course_session.state.label),
            body=lambda: (
                course_session.return_reason or course_session.cancel_reason or _("打开这个班看下一步做什么。")
            ),
            link=f"/provider/classes/{course_session.public_id}",
            once=f"class:{course_session.public_id}:{course_session.state.value}:{uow.now:%Y%m%d%H%M%S%f}",
        )
