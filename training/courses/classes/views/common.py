"""What the pages of staff and of providers share: the same work under two addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import Certificate, Course, DriverLicence, EducationLevel, ResettlementMethod
from jobmatch.reference.queries import choices, names
from jobmatch.web.edge import current_uow
from jobmatch.web.fields import EmptyForm, seen_number
from jobmatch.web.pages import page
from training.courses.catalog.models import Provider
from training.courses.classes import queries
from training.courses.classes.forms import GROUPS, CloneForm, MeetingForm, ReasonForm, SessionForm
from training.courses.classes.lacks import lacks_of
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_manage_session, run_session
from training.courses.classes.services import deciding, planning
from training.courses.classes.states import SessionState


def way(name: str) -> str:
    """The endpoint of a page for whoever asks: the office's, or the provider's."""
    return f"classes.{'provider' if current_uow().actor.can('provider.own') else 'staff'}_{name}"


def session_form(course_session: CourseSession | None, data: dict[str, Any] | None = None) -> SessionForm:
    """The form as it was sent, or filled from the row or from ``data``."""
    uow = current_uow()
    if course_session is not None:
        data = {name: getattr(course_session, name) for name in planning.SessionPlan.__dataclass_fields__}
        data |= {"mode": course_session.mode.value, "version": course_session.version}
    form: SessionForm = SessionForm.submitted(data=data or {})
    form.certificate_code.show(choices(uow.session, Certificate))
    form.education_code.show(choices(uow.session, EducationLevel))
    form.licence_code.show(choices(uow.session, DriverLicence))
    form.kind_groups.show([(code, _(label)) for code, label in GROUPS])
    form.method_codes.show(choices(uow.session, ResettlementMethod))
    return form


def new(pairs: Iterable[Any], provider_id: str, code: str, office_of: Callable[[Provider], Organization | None]) -> Any:
    """What is written about a new class: of a provider and a course among ``pairs``, decided by its office."""
    uow = current_uow()
    provider = next((one for one, taught in pairs if one.public_id == provider_id and taught == code), None)
    course = uow.session.get(Course, code)
    office = office_of(provider) if provider else None
    if provider is None or course is None or office is None:
        raise NotFound
    form = session_form(
        None, {"title": course.name_zh, "hours": course.hours or None, "sign_up_from": uow.today, "is_free": True}
    )
    made = form.act(lambda: planning.create_session(uow, form.plan(), course=course, provider=provider, office=office))
    if made is None:
        return page("classes/edit.html", form=form, course_session=None, course=course, way=way)
    flash(_("已建好，下一步排课表"), "success")
    return redirect(url_for(way("timetable"), public_id=made.public_id), 303)


def overview(course_session: CourseSession, form: Any = None) -> Response:
    """The page about one class: its way, what is missing, what is written."""
    uow = current_uow()
    in_work = course_session.state in {SessionState.DRAFT, SessionState.RETURNED, SessionState.SUBMITTED}
    return page(
        "classes/overview.html",
        form=form,
        course_session=course_session,
        lacks=lacks_of(uow.session, course_session) if in_work else [],
        meetings=queries.meetings_of(uow.session, course_session),
        methods=queries.asks_of(uow.session, course_session),
        groups=[_(label) for code, label in GROUPS if code in course_session.kind_groups],
        certificate=names(uow.session, Certificate).get(course_session.certificate_code or "", ""),
        may_decide=can_manage_session(uow.actor, course_session),
        may_change=course_session.state in planning.CHANGEABLE,
        is_open=queries.is_open(course_session, uow.today),
        way=way,
        today=uow.today,
    )


def edit(public_id: str) -> Any:
    """Change what is written about a class."""
    uow, found = current_uow(), run_session(current_uow(), public_id)
    form = session_form(found)
    version = seen_number(form.version.data)
    if form.act(lambda: planning.edit_session(uow, found, form.plan(), version=version)) is None:
        return page("classes/edit.html", form=form, course_session=found, course=found.course, way=way)
    flash(_("已保存"), "success")
    return redirect(url_for(way("class"), public_id=public_id), 303)


def move(public_id: str, action: str) -> Any:
    """Hand in, approve, begin, end; what is missing is said on the page."""
    uow, found, form = current_uow(), run_session(current_uow(), public_id), EmptyForm.submitted()
    if action not in deciding.MOVES:
        raise NotFound
    if form.act(lambda: deciding.MOVES[action](uow, found)) is None:
        return overview(found, form)
    flash(_("现在是：%(state)s", state=found.state.label), "success")
    return redirect(url_for(way("class"), public_id=public_id), 303)


def give_reason(public_id: str, action: str) -> Any:
    """Return or cancel, with the reason that the other side reads."""
    uow, found, form = current_uow(), run_session(current_uow(), public_id), ReasonForm.submitted()
    acts = {"return": deciding.return_session, "cancel": deciding.cancel_session}
    if action not in acts:
        raise NotFound
    if form.act(lambda: acts[action](uow, found, reason=form.reason.data or "")) is None:
        return page("classes/reason.html", form=form, course_session=found, action=action, way=way)
    flash(_("现在是：%(state)s", state=found.state.label), "success")
    return redirect(url_for(way("class"), public_id=public_id), 303)


def clone(public_id: str) -> Any:
    """The next class like this one."""
    uow, found, form = current_uow(), run_session(current_uow(), public_id), CloneForm.submitted()
    made = form.act(lambda: planning.clone_session(uow, found, starts_on=form.starts_on.data))
    if made is None:
        return page("classes/clone.html", form=form, course_session=found, way=way)
    flash(_("已照着建好一期，请核对日期和课表"), "success")
    return redirect(url_for(way("class"), public_id=made.public_id), 303)


def timetable(public_id: str) -> Any:
    """The timetable, and a line or a series more."""
    uow, found = current_uow(), run_session(current_uow(), public_id)
    form: MeetingForm = MeetingForm.submitted(data={"on": found.starts_on, "place": ""})

    def add() -> Any:
        if form.until.data is not None:
            return planning.add_series(uow, found, form.plan(), until=form.until.data)
        return planning.add_meeting(uow, found, form.plan())

    if form.act(add) is not None:
        flash(_("已排上"), "success")
        return redirect(url_for(way("timetable"), public_id=public_id), 303)
    meetings = queries.meetings_of(uow.session, found)
    return page(
        "classes/timetable.html",
        form=form,
        course_session=found,
        meetings=meetings,
        planned=sum(meeting.hours for meeting in meetings),
        now=uow.now,
        way=way,
    )


def drop_meeting(public_id: str, meeting_id: str) -> Any:
    """Take a line off the timetable."""
    uow, found, form = current_uow(), run_session(current_uow(), public_id), EmptyForm.submitted()
    meeting = queries.find_meeting(uow.session, found, meeting_id)

    def take_off() -> bool:
        planning.remove_meeting(uow, found, meeting)
        return True

    form.act(take_off)
    return redirect(url_for(way("timetable"), public_id=public_id), 303)
