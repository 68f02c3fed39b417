"""The office's pages about the people of one class: roster, signing up, canceling, transferring, reporting in."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_served_people
from jobmatch.people.queries.people import phones_of
from jobmatch.people.queries.proxies import has_proxy_consent
from jobmatch.people.states import ProxyScope
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.formats import phone_masked
from jobmatch.web.pages import PageForm, download, page, paged
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_run_session, named, visible_sessions, worked_session
from training.courses.classes.states import SessionState
from training.courses.enrollment import queries
from training.courses.enrollment.blueprint import blueprint
from training.courses.enrollment.forms import EnrollForForm, FindForm, ReasonForm, RosterFilter, TransferForm
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import can_work_enrollment, visible_enrollments, visible_rosters
from training.courses.enrollment.services import moving
from training.courses.enrollment.services.enrolling import closed_words, enroll_for, find_enrollment
from training.courses.enrollment.states import EnrollmentState

FILTERS = ("q", "state")


def _filters() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:60] for name in FILTERS}


@blueprint.get("/staff/classes/<public_id>/people")
@access("class.manage")
def roster(public_id: str) -> Response:
    """Who is in a class: found by name or phone, narrowed by state, with 报到 to tick."""
    uow, filters = current_uow(), _filters()
    session = worked_session(uow, public_id)
    found = paged(uow, visible_rosters(uow.actor, queries.roster(session, filters)), size=50)
    counts = dict(uow.rows(visible_enrollments(uow.actor, queries.state_counts(session))))
    return page(
        "enrollment/roster.html",
        session=session,
        found=found,
        phones=phones_of(uow.session, [person for _one, person, _station in found.rows if person is not None]),
        filter_form=RosterFilter(data=filters),
        filters={name: value for name, value in filters.items() if value},
        counts=counts,
        states=list(EnrollmentState),
        free=max(0, session.capacity - session.taken),
        can_run=can_run_session(uow.actor, session),
        can_arrive=_can_arrive(session),
        closed=closed_words(uow, session),
        needs_of=queries.needs_of,
    )


def _can_arrive(session: CourseSession) -> bool:
    """Whether people may report in today."""
    is_on = session.state in {SessionState.APPROVED, SessionState.RUNNING}
    return is_on and session.starts_on - moving.EARLY <= current_uow().today <= session.ends_on


@blueprint.get("/staff/classes/<public_id>/people.xlsx")
@access("class.manage", slow=True)
def roster_table(public_id: str) -> Response:
    """The roster as a workbook, with the same filters; taking it out leaves a trace."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        session = worked_session(uow, public_id)
        rows = list(uow.rows(visible_rosters(g.actor, queries.roster(session, _filters()))))
        phones = phones_of(uow.session, [person for _one, person, _station in rows if person is not None])
        lines = [_line(one, person, station, phones) for one, person, station in rows]
        title = session.title
    with current_runtime().unit(g.actor) as uow:
        uow.audit("enrollment.export", session, rows=len(lines))
    head = [
        *(_("姓名"), _("手机号"), _("状态"), _("候补号"), _("服务站"), _("怎么报的"), _("需要照顾的")),
        *(_("报名时间"), _("报到日期"), _("入班前已就业"), _("结束日期"), _("原因")),
    ]
    return download(write_workbook(Sheet(_("学员"), head, lines)), f"{title}-{_('学员')}.xlsx", XLSX)


def _line(one: Enrollment, person: Person | None, station: str, phones: dict[int, str | None]) -> list[object]:
    employed = {True: _("是"), False: _("否"), None: ""}[one.was_employed]
    return [
        *(person.name if person else _("（已清除）"), phone_masked(phones.get(person.id)) if person else ""),
        *(one.state.label, one.waiting_number or "", station, one.way.label, "、".join(queries.needs_of(one))),
        *(one.enrolled_at, one.arrived_on or "", employed, one.ended_on or "", one.end_reason),
    ]


@blueprint.route("/staff/classes/<public_id>/people/new", methods=["GET", "POST"])
@access("class.manage")
def enroll_somebody(public_id: str) -> Any:
    """Find somebody of the own subtree, see what they meet, and sign them up as they agreed."""
    uow = current_uow()
    session = worked_session(uow, public_id)
    asked = (request.form.get("person") or request.args.get("person", ""))[:16]
    person = seen_person(uow, asked) if asked else None
    form, words = EnrollForForm.submitted(), request.args.get("q", "").strip()[:40]
    if person is not None:
        done = form.act_or_say(
            lambda: enroll_for(
                uow,
                session,
                person,
                agreed=form.agreed.data or "",
                note=form.note.data or "",
                needs=form.needs.data or [],
            )
        )
        if done is not None:
            flash(_enrolled_words(done.enrollment, is_new=done.is_new), "success" if done.is_new else "info")
            return redirect(url_for("enrollment.roster", public_id=public_id), 303)
    found = uow.rows(visible_served_people(uow.actor, queries.find_people(words))) if words else []
    return page(
        "enrollment/enroll_somebody.html",
        form=form,
        session=session,
        words=words,
        find_form=FindForm(data={"q": words}),
        people=found,
        phones=phones_of(uow.session, found),
        closed=closed_words(uow, session),
        **_chosen(session, person),
    )


def _chosen(session: CourseSession, person: Person | None) -> dict[str, Any]:
    """What is shown of the person who was picked."""
    if person is None:
        return {"person": None}
    uow = current_uow()
    return {
        "person": person,
        "lines": queries.lines_of(uow, session, person),
        "mine": find_enrollment(uow, session.id, person.id),
        "has_consent": has_proxy_consent(uow.session, person, uow.actor, ProxyScope.TRAINING),
    }


def _enrolled_words(enrollment: Enrollment, *, is_new: bool) -> str:
    if not is_new:
        return _("这个人已经在这个班里：%(state)s", state=enrollment.state.label)
    return _("名额满了，已排上候补") if enrollment.state is EnrollmentState.WAITING else _("已报名")


def _seen(session: CourseSession, enrollment_id: str) -> Enrollment:
    uow = current_uow()
    found: Enrollment = uow.one(visible_enrollments(uow.actor, queries.enrollment_named(session, enrollment_id)))
    return found


@blueprint.get("/staff/classes/<public_id>/people/<enrollment_id>")
@access("class.manage")
def one(public_id: str, enrollment_id: str) -> Response:
    """One enrollment: its log, and what may be done."""
    session = worked_session(current_uow(), public_id)
    return _one_page(session, _seen(session, enrollment_id), None)


def _one_page(session: CourseSession, found: Enrollment, form: PageForm | None) -> Response:
    uow = current_uow()
    people = uow.rows(visible_served_people(uow.actor, queries.person_query(found)))
    names = uow.rows(visible_rosters(uow.actor, queries.person_of_enrollment(found)))
    others = uow.rows(visible_sessions(uow.actor, queries.other_classes(session, uow.today)))
    to_form = form if isinstance(form, TransferForm) else TransferForm()
    to_form.to.show([(other.public_id, other.title) for other in others])
    return page(
        "enrollment/one.html",
        form=form or ReasonForm(),
        session=session,
        enrollment=found,
        name=names[0][1].name if names else _("（已清除）"),
        person=people[0] if people else None,
        moves=queries.moves_of(uow, found),
        needs=queries.needs_of(found),
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(),
        to_form=to_form,
        others=others,
        can_work=can_run_session(uow.actor, session) or can_work_enrollment(uow, found, session),
        can_arrive=_can_arrive(session),
        open_states=moving.OPEN_STATES,
    )


def _to_one(public_id: str, enrollment_id: str) -> Any:
    return redirect(url_for("enrollment.one", public_id=public_id, enrollment_id=enrollment_id), 303)


@blueprint.post("/staff/classes/<public_id>/people/<enrollment_id>/cancel")
@access("class.manage")
def staff_cancel(public_id: str, enrollment_id: str) -> Any:
    """Give somebody's seat back, with the reason."""
    uow, form = current_uow(), ReasonForm.submitted()
    session = worked_session(uow, public_id)
    found = _seen(session, enrollment_id)
    if form.act_or_say(lambda: moving.cancel_enrollment(uow, found, reason=form.reason.data or "")) is None:
        return _one_page(session, found, form)
    flash(_("已取消，名额给了后面的人"), "success")
    return _to_one(public_id, enrollment_id)


@blueprint.post("/staff/classes/<public_id>/people/<enrollment_id>/transfer")
@access("class.manage")
def staff_transfer(public_id: str, enrollment_id: str) -> Any:
    """Move somebody to another class of the course."""
    uow, form = current_uow(), TransferForm.submitted()
    session = worked_session(uow, public_id)
    found = _seen(session, enrollment_id)
    target = named(str(form.to.data or "")[:16])
    done = form.act_or_say(lambda: moving.transfer(uow, found, uow.one(visible_sessions(uow.actor, target))))
    if done is None:
        return _one_page(session, found, form)
    flash(_("已转班") if done.state is EnrollmentState.SEATED else _("已转班，那个班名额满了，排上了候补"), "success")
    return redirect(url_for("enrollment.roster", public_id=public_id), 303)


@blueprint.post("/staff/classes/<public_id>/people/<enrollment_id>/leave")
@access("class.manage")
def staff_leave(public_id: str, enrollment_id: str) -> Any:
    """Somebody stops coming."""
    uow, form = current_uow(), ReasonForm.submitted()
    session = worked_session(uow, public_id)
    found = _seen(session, enrollment_id)
    if form.act_or_say(lambda: moving.leave_class(uow, session, found, reason=form.reason.data or "")) is None:
        return _one_page(session, found, form)
    flash(_("已记下中途退出"), "success")
    return _to_one(public_id, enrollment_id)


@blueprint.post("/staff/classes/<public_id>/people/<enrollment_id>/arrive")
@access("class.manage")
def staff_arrive(public_id: str, enrollment_id: str) -> Any:
    """One tick: reported in."""
    uow = current_uow()
    session = worked_session(uow, public_id)
    moving.mark_arrived(uow, session, _seen(session, enrollment_id))
    return redirect(url_for("enrollment.roster", public_id=public_id) + f"#e-{enrollment_id}", 303)


@blueprint.post("/staff/classes/<public_id>/people/arrive")
@access("class.manage")
def staff_arrive_all(public_id: str) -> Any:
    """Everybody with a seat reported in."""
    return arrive_all(worked_session(current_uow(), public_id), "enrollment.roster")


def arrive_all(session: CourseSession, endpoint: str) -> Any:
    """Mark all; what stands against it is said and nobody is marked."""
    form = EmptyForm.submitted()
    try:
        count = form.act(lambda: moving.mark_all_arrived(current_uow(), session))
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(_("%(n)s 人已报到", n=count or 0), "success")
    return redirect(url_for(endpoint, public_id=session.public_id), 303)


@blueprint.post("/staff/classes/<public_id>/people/fill")
@access("class.manage")
def staff_fill(public_id: str) -> Any:
    """Seats that were added go to the queue now."""
    uow = current_uow()
    flash(_("%(n)s 人候补转正", n=moving.promote(uow, worked_session(uow, public_id))), "success")
    return redirect(url_for("enrollment.roster", public_id=public_id), 303)
