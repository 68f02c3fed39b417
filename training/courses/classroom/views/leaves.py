"""Leave and notices of a class, for those who teach it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import paged
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import run_session
from training.courses.classroom import queries
from training.courses.classroom.forms import NoticeForm
from training.courses.classroom.services.leave import decide_leave
from training.courses.classroom.services.telling import send_notice
from training.courses.classroom.views.common import address, both, class_page
from training.courses.enrollment.policies import visible_enrollments

ANSWERS = {"grant": True, "refuse": False}


def _leaves(side: str, found: CourseSession, form: Any = None) -> Response:
    uow = current_uow()
    rows = paged(uow, visible_enrollments(uow.actor, queries.leave_requests(found)))
    return class_page(side, "classroom/leaves.html", found, found=rows, form=form)


@both("/leaves", "leaves")
def leaves(side: str, public_id: str) -> Response:
    """Requests for leave, those to decide first."""
    return _leaves(side, run_session(current_uow(), public_id))


@both("/leaves/<leave_id>", "decide", methods=("POST",))
def decide(side: str, public_id: str, leave_id: str) -> Any:
    """Granted or not, by one press."""
    uow, found, form = current_uow(), run_session(current_uow(), public_id), EmptyForm.submitted()
    leave, enrollment = queries.get_leave(uow.session, found, leave_id)
    answer = ANSWERS.get(request.form.get("answer", ""))
    if answer is None:
        raise NotFound

    def put() -> bool:
        decide_leave(uow, found, enrollment, leave, grant=answer)
        return True

    if form.act_or_say(put) is None:
        return _leaves(side, found, form)
    flash(_("已批准，已经通知本人") if answer else _("没有批，已经通知本人"), "success")
    return redirect(address(side, found, "leaves"), 303)


@both("/notices", "notices")
def notices(side: str, public_id: str) -> Response:
    """What the class was told, and how many read it."""
    uow, found = current_uow(), run_session(current_uow(), public_id)
    return class_page(side, "classroom/notices.html", found, found=paged(uow, queries.class_notices(found)))


@both("/notices/new", "notice_new", methods=("GET", "POST"))
def notice_new(side: str, public_id: str) -> Any:
    """Write to everybody in the class."""
    uow, found, form = current_uow(), run_session(current_uow(), public_id), NoticeForm.submitted()
    done = form.act_or_say(lambda: send_notice(uow, found, title=form.title.data or "", words=form.words.data or ""))
    if done is None:
        return class_page(side, "classroom/notice_new.html", found, form=form)
    flash(_("已发给全班，谁读了在下面看"), "success")
    return redirect(address(side, found, "notice", notice_id=done.public_id), 303)


@both("/notices/<notice_id>", "notice")
def notice(side: str, public_id: str, notice_id: str) -> Response:
    """One notice: who has not read it, who has."""
    uow, found = current_uow(), run_session(current_uow(), public_id)
    row = queries.get_notice(uow.session, found.id, notice_id)
    readers = queries.notice_readers(uow.session, row)
    return class_page(
        side,
        "classroom/notice.html",
        found,
        notice=row,
        unread=[name for name, at in readers if at is None],
        read=[(name, at) for name, at in readers if at is not None],
    )
