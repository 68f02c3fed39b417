"""Meetings of a class: the list, the roll, the code on the screen."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for

from jobmatch.accounts.qr import qr_svg
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.policies import managed_session, run_session
from training.courses.classroom import queries
from training.courses.classroom.blueprint import blueprint
from training.courses.classroom.codes import STEP_SECONDS, code_text
from training.courses.classroom.forms import ReasonForm
from training.courses.classroom.services import attendance
from training.courses.classroom.states import PRESENT_MARKS, AttendanceMark
from training.courses.classroom.views.common import address, both, class_page


@both("/meetings", "meetings")
def meetings(side: str, public_id: str) -> Response:
    """The timetable with who came: today's meetings first."""
    uow, found = current_uow(), run_session(current_uow(), public_id)
    lines = queries.meeting_lines(uow.session, found, uow.today)
    return class_page(side, "classroom/meetings.html", found, lines=lines, today=uow.today)


def _meeting(public_id: str, meeting_id: str) -> tuple[CourseSession, CourseMeeting]:
    found = run_session(current_uow(), public_id)
    return found, queries.get_meeting(current_uow().session, found, meeting_id)


def _roll_page(side: str, found: CourseSession, meeting: CourseMeeting, form: Any = None) -> Response:
    uow = current_uow()
    lines = queries.roll(uow.session, meeting)
    return class_page(
        side,
        "classroom/roll.html",
        found,
        fragment="classroom/_roll.html",
        form=form,
        meeting=meeting,
        lines=lines,
        marks=list(AttendanceMark),
        came=sum(line.mark in PRESENT_MARKS for line in lines),
        unmarked=sum(line.mark is None for line in lines),
        is_open=found.state in attendance.WORKED and meeting.closed_at is None,
        is_early=uow.now < meeting.starts_at - attendance.EARLY,
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(),
    )


@both("/meetings/<meeting_id>/roll", "roll")
def roll(side: str, public_id: str, meeting_id: str) -> Response:
    """Everybody of the day, one tap each."""
    return _roll_page(side, *_meeting(public_id, meeting_id))


@both("/meetings/<meeting_id>/roll", "mark", methods=("POST",))
def mark(side: str, public_id: str, meeting_id: str) -> Any:
    """One tap: ``mark`` is the enrollment's public id and the mark, or ``all``."""
    uow, (found, meeting) = current_uow(), _meeting(public_id, meeting_id)
    who, _colon, what = request.form.get("mark", "")[:60].partition(":")
    form = EmptyForm.submitted()
    if who == "all":
        done: Any = form.act_or_say(lambda: attendance.mark_everybody(uow, found, meeting) + 1)
    elif what in set(AttendanceMark):
        done = form.act_or_say(lambda: attendance.mark_person(uow, found, meeting, who, mark=AttendanceMark(what)))
    else:
        raise NotFound
    if done is None:
        return _roll_page(side, found, meeting, form)
    place = address(side, found, "roll", meeting_id=meeting_id)
    return redirect(place if who == "all" else f"{place}#p-{who}", 303)


@both("/meetings/<meeting_id>/close", "close", methods=("POST",))
def close(side: str, public_id: str, meeting_id: str) -> Any:
    """The roll call is over."""
    uow, (found, meeting), form = current_uow(), _meeting(public_id, meeting_id), EmptyForm.submitted()

    def end() -> bool:
        attendance.close_meeting(uow, found, meeting)
        return True

    if form.act_or_say(end) is None:
        return _roll_page(side, found, meeting, form)
    flash(_("点名结束，学时已经记上"), "success")
    return redirect(address(side, found, "meetings"), 303)


@blueprint.post("/staff/classes/<public_id>/meetings/<meeting_id>/reopen")
@access("class.manage")
def staff_reopen(public_id: str, meeting_id: str) -> Any:
    """The office lets marks be changed again."""
    uow, found, form = current_uow(), managed_session(current_uow(), public_id), ReasonForm.submitted()
    meeting = queries.get_meeting(uow.session, found, meeting_id)

    def again() -> bool:
        attendance.reopen_meeting(uow, found, meeting, reason=form.reason.data or "")
        return True

    if form.act_or_say(again) is None:
        return _roll_page("staff", found, meeting, form)
    flash(_("已重新打开，改完请再结束点名"), "success")
    return redirect(address("staff", found, "roll", meeting_id=meeting_id), 303)


@both("/meetings/<meeting_id>/code", "code")
def code(side: str, public_id: str, meeting_id: str) -> Response:
    """The code for the screen of the classroom; htmx asks for a new one before the old one is used up."""
    uow, (found, meeting) = current_uow(), _meeting(public_id, meeting_id)
    lines = queries.roll(uow.session, meeting)
    text = code_text(meeting.public_id, meeting.code_secret, uow.now)
    answer = make_response(
        class_page(
            side,
            "classroom/code.html",
            found,
            fragment="classroom/_code.html",
            meeting=meeting,
            qr=qr_svg(url_for("classroom.scan", token=text, _external=True)),
            came=sum(line.mark in PRESENT_MARKS for line in lines),
            total=len(lines),
            seconds=STEP_SECONDS,
            is_open=found.state in attendance.WORKED and meeting.closed_at is None,
            is_early=uow.now < meeting.starts_at - attendance.EARLY,
            is_over=uow.now > meeting.ends_at,
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
