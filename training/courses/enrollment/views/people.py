"""Classes of somebody with a file: signing up, the own classes, canceling, transferring, the calendar."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urljoin

from flask import Response, flash, redirect, url_for

from jobmatch.core.calendars import Event, write_calendar
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import person_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import page, paged
from training.courses.classes.eligibility import may_enroll
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import named, seen_session, visible_sessions
from training.courses.enrollment import notices, queries
from training.courses.enrollment.blueprint import blueprint
from training.courses.enrollment.forms import EnrollForm, TransferForm
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import own_enrollments
from training.courses.enrollment.services.enrolling import closed_words, enroll, find_enrollment
from training.courses.enrollment.services.moving import OPEN_STATES, cancel_enrollment, transfer
from training.courses.enrollment.services.seats import GRANT_DAYS
from training.courses.enrollment.states import EnrollmentState

CLASS_MINUTES = 8 * 60
"""A day of a class without a timetable, as a calendar shows it."""


def _own_file() -> Person:
    uow = current_uow()
    found = person_of(uow.session, uow.actor.user_id) if uow.actor.user_id is not None else None
    if found is None:
        raise NotFound
    return found


@blueprint.route("/classes/<public_id>/enroll", methods=["GET", "POST"])
@access("person.own")
def apply(public_id: str) -> Any:
    """Whether somebody can sign up and what they lack, what it costs and brings; one tap signs them up."""
    uow, person = current_uow(), _own_file()
    session = seen_session(uow, public_id)
    form = EnrollForm.submitted()
    done = form.act_or_say(
        lambda: enroll(uow, session, person, needs=form.needs.data or [], consent=bool(form.consent.data))
    )
    if done is not None:
        seated = done.enrollment.state is not EnrollmentState.WAITING
        flash(_("已报名") if seated else _("名额满了，已排上候补"), "success" if done.is_new else "info")
        return redirect(url_for("enrollment.mine"), 303)
    return page("enrollment/apply.html", form=form, **_facts(session, person))


def _facts(session: CourseSession, person: Person) -> dict[str, Any]:
    """What the page of signing up shows of one class for one person."""
    uow = current_uow()
    lines = queries.lines_of(uow, session, person)
    mine = find_enrollment(uow, session.id, person.id)
    free = max(0, session.capacity - session.taken)
    return {
        "session": session,
        "person": person,
        "lines": lines,
        "mine": mine if mine is not None and mine.state is not EnrollmentState.CANCELED else None,
        "closed": closed_words(uow, session),
        "can": may_enroll(lines),
        "free": free,
        "waiting": queries.waiting_count(uow, session.id),
        "consent_words": notices.consent_words(
            session.provider.organization.name, session.ends_on + timedelta(days=GRANT_DAYS)
        ),
        "others": uow.rows(visible_sessions(uow.actor, queries.other_classes(session, uow.today))),
    }


@blueprint.get("/my/classes")
@access("person.own")
def mine() -> Response:
    """The own classes: state, place in the queue, and what comes next."""
    uow = current_uow()
    person = person_of(uow.session, uow.actor.user_id) if uow.actor.user_id is not None else None
    found = paged(uow, own_enrollments(uow.actor, queries.own_enrollments_of(person.id))) if person else None
    rows = found.rows if found else []
    return page(
        "enrollment/mine.html",
        found=found,
        places=queries.places_in_queue(uow, rows),
        open_states=OPEN_STATES,
        today=uow.today,
    )


def _mine(enrollment_id: str) -> Enrollment:
    uow = current_uow()
    query = queries.own_enrollment_named(_own_file().id, enrollment_id)
    found: Enrollment = uow.one(own_enrollments(uow.actor, query))
    return found


@blueprint.route("/my/classes/<enrollment_id>/cancel", methods=["GET", "POST"])
@access("person.own")
def cancel(enrollment_id: str) -> Any:
    """A page before the seat is given back; the press gives it to whoever waits."""
    uow, found = current_uow(), _mine(enrollment_id)
    form = EmptyForm.submitted()
    if form.act_or_say(lambda: cancel_enrollment(uow, found)) is None:
        return page("enrollment/cancel.html", form=form, enrollment=found, session=found.session)
    flash(_("已取消报名"), "success")
    return redirect(url_for("enrollment.mine"), 303)


@blueprint.route("/my/classes/<enrollment_id>/transfer", methods=["GET", "POST"])
@access("person.own")
def change_class(enrollment_id: str) -> Any:
    """Another class of the same course: its place is taken before this one is given back."""
    uow, found = current_uow(), _mine(enrollment_id)
    form = TransferForm.submitted()
    others = uow.rows(visible_sessions(uow.actor, queries.other_classes(found.session, uow.today)))
    form.to.show([(one.public_id, one.title) for one in others])
    done = form.act_or_say(lambda: transfer(uow, found, uow.one(visible_sessions(uow.actor, _to(form)))))
    if done is None:
        return page("enrollment/transfer.html", form=form, enrollment=found, session=found.session, others=others)
    seated = done.state is EnrollmentState.SEATED
    flash(_("已转班") if seated else _("已转班，那个班名额满了，排上了候补"), "success")
    return redirect(url_for("enrollment.mine"), 303)


def _to(form: TransferForm) -> Any:
    return named(str(form.to.data or "")[:16])


@blueprint.get("/my/classes/<enrollment_id>/calendar.ics")
@access("person.own")
def calendar(enrollment_id: str) -> Response:
    """The class for a phone's calendar: its timetable, or its first day where there is none yet."""
    uow, found = current_uow(), _mine(enrollment_id)
    session, gone = found.session, found.state is EnrollmentState.CANCELED
    site = current_runtime().settings.site_url
    link = urljoin(site, url_for("enrollment.mine")) if site else ""
    first = datetime.combine(session.starts_on, time(9), SHANGHAI)
    events = [
        Event(
            f"class-{one.public_id}",
            one.starts_at,
            _minutes(one),
            f"{session.title} {one.topic}",
            one.place or session.place,
            link,
            gone,
        )
        for one in queries.meetings_of(uow, session.id)
    ] or [Event(f"class-{found.public_id}", first, CLASS_MINUTES, session.title, session.place, link, gone)]
    answer = Response(write_calendar(session.title, events, now=uow.now), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="class.ics"'
    return answer


def _minutes(meeting: Any) -> int:
    return int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
