"""The own class: timetable, attendance, leave, notices, result and certificates; scanning the code; verifying."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, make_response, redirect, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classroom import queries
from training.courses.classroom.blueprint import blueprint
from training.courses.classroom.forms import LeaveForm
from training.courses.classroom.papers import find_facts
from training.courses.classroom.services.leave import ask_leave, withdraw_leave
from training.courses.classroom.services.results import exam_share
from training.courses.classroom.services.scanning import look_at_code, scan_code
from training.courses.classroom.services.telling import read_notice
from training.courses.classroom.views.results import certificate_answer
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import own_enrollments


def _named(public_id: str) -> Select[Enrollment]:
    taught = selectinload(Enrollment.session)
    return (
        select(Enrollment)
        .options(
            taught.selectinload(CourseSession.course),
            taught.selectinload(CourseSession.provider).selectinload(Provider.organization),
        )
        .where(Enrollment.public_id == public_id)
    )


def _own(uow: UnitOfWork, public_id: str) -> Enrollment:
    found: Enrollment = uow.one(own_enrollments(uow.actor, _named(public_id)))
    return found


@blueprint.get("/my/classes/<enrollment_id>")
@access("person.own")
def my_class(enrollment_id: str) -> Response:
    """Everything about the own class on one page."""
    uow, enrollment = current_uow(), _own(current_uow(), enrollment_id)
    meetings = queries.timetable(uow.session, enrollment.session_id)
    return page(
        "classroom/mine.html",
        enrollment=enrollment,
        course_session=enrollment.session,
        meetings=meetings,
        coming=next((one for one in meetings if one.ends_at >= uow.now), None),
        marks=queries.own_marks(uow.session, enrollment),
        hours=queries.hours_of(uow.session, enrollment.session_id).get(enrollment.id, queries.Hours()),
        share=exam_share(uow, enrollment.session),
        leaves=queries.own_leaves(uow.session, enrollment),
        notices=queries.own_notices(uow.session, enrollment),
        certificates=queries.certificates_of(uow.session, [enrollment.id])[enrollment.id],
        today=uow.today,
        now=uow.now,
    )


@blueprint.route("/my/classes/<enrollment_id>/leave", methods=["GET", "POST"])
@access("person.own")
def leave(enrollment_id: str) -> Any:
    """Ask for leave."""
    uow, enrollment, form = current_uow(), _own(current_uow(), enrollment_id), LeaveForm.submitted()
    done = form.act_or_say(
        lambda: ask_leave(
            uow,
            enrollment.session,
            enrollment,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            reason=form.reason.data or "",
        )
    )
    if done is None:
        return page("classroom/leave.html", form=form, enrollment=enrollment, course_session=enrollment.session)
    flash(_("已提交，批了会通知您"), "success")
    return redirect(url_for("classroom.my_class", enrollment_id=enrollment_id), 303)


@blueprint.post("/my/classes/<enrollment_id>/leave/<leave_id>/withdraw")
@access("person.own")
def leave_back(enrollment_id: str, leave_id: str) -> Any:
    """Take a request back."""
    uow, enrollment = current_uow(), _own(current_uow(), enrollment_id)
    row = queries.get_own_leave(uow.session, enrollment, leave_id)
    withdraw_leave(uow, enrollment.session, enrollment, row)
    flash(_("已撤回，请按时上课"), "success")
    return redirect(url_for("classroom.my_class", enrollment_id=enrollment_id), 303)


@blueprint.get("/my/classes/<enrollment_id>/notices/<notice_id>")
@access("person.own")
def my_notice(enrollment_id: str, notice_id: str) -> Response:
    """A notice of the class."""
    uow, enrollment = current_uow(), _own(current_uow(), enrollment_id)
    notice, reader = queries.get_own_notice(uow.session, enrollment, notice_id)
    return page("classroom/my_notice.html", enrollment=enrollment, notice=notice, reader=reader)


@blueprint.post("/my/classes/<enrollment_id>/notices/<notice_id>")
@access("person.own")
def my_notice_read(enrollment_id: str, notice_id: str) -> Any:
    """已读, by a press: opening a page writes nothing."""
    uow, enrollment = current_uow(), _own(current_uow(), enrollment_id)
    notice, _reader = queries.get_own_notice(uow.session, enrollment, notice_id)
    read_notice(uow, enrollment, notice)
    flash(_("已读，谢谢"), "success")
    return redirect(url_for("classroom.my_class", enrollment_id=enrollment_id), 303)


@blueprint.get("/my/classes/<enrollment_id>/certificates/<certificate_id>.pdf")
@access("person.own", slow=True)
def my_certificate(enrollment_id: str, certificate_id: str) -> Response:
    """The own completion certificate."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        enrollment = _own(uow, enrollment_id)
        row = queries.get_own_certificate(uow.session, enrollment, certificate_id)
        facts = find_facts(uow.session, row.public_id)
    return certificate_answer(facts)


@blueprint.get("/c/<token>")
@access("person.own")
def scan(token: str) -> Response:
    """What the code on the screen is for the reader; the button below marks them."""
    return _scan_page(look_at_code(current_uow(), token), token)


@blueprint.post("/c/<token>")
@access("person.own")
def scanned(token: str) -> Any:
    """Mark the reader as present."""
    uow, form = current_uow(), EmptyForm.submitted()
    try:
        found = form.act(lambda: scan_code(uow, token))
    except Conflict:
        found = None
    return _scan_page(found or look_at_code(uow, token), token)


def _scan_page(found: Any, token: str) -> Response:
    answer = make_response(page("classroom/scan.html", scan=found, token=token))
    answer.status_code = 409 if found.refusal else 200
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/verify/<public_id>")
@access(PUBLIC)
def verify(public_id: str) -> Response:
    """Whether a certificate is genuine: number, masked name, class, days, valid or void."""
    uow = current_uow()
    facts = find_facts(uow.session, public_id)
    answer = page("classroom/verify.html", facts=facts, is_valid=facts is not None and facts.is_valid(uow.today))
    answer.status_code = 200 if facts is not None else 404
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
