"""The office's pages of calling people for a class (动员), and of 适应性培训 with nobody left out."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.people.policies import seen_person, visible_served_people
from jobmatch.people.queries.people import phones_of
from jobmatch.people.services.people import reveal_person
from jobmatch.reference.models import ResettlementMethod
from jobmatch.reference.queries import names
from jobmatch.reference.rules import add_months
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.formats import phone_masked
from jobmatch.web.pages import download, local_path, page, paged
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import visible_sessions, worked_session
from training.courses.enrollment import adaptability as adapt
from training.courses.enrollment import calls_queries, queries
from training.courses.enrollment.blueprint import blueprint
from training.courses.enrollment.forms import FindForm, NoteForm
from training.courses.enrollment.policies import visible_called
from training.courses.enrollment.services import calls as calling
from training.courses.enrollment.services.enrolling import closed_words
from training.courses.enrollment.states import CourseCallState

FIRST_YEAR = 1950


@blueprint.get("/staff/classes/<public_id>/calls")
@access("class.manage")
def calls(public_id: str) -> Response:
    """Whom the stations call for a class, and what they said."""
    return _calls_page(worked_session(current_uow(), public_id), None)


def _calls_page(session: CourseSession, form: NoteForm | None, shown: dict[str, str] | None = None) -> Response:
    uow = current_uow()
    state, station, words = (request.args.get(name, "").strip()[:40] for name in ("state", "station", "q"))
    found = paged(uow, visible_called(uow.actor, calls_queries.calls_for(session, state=state, station=station)))
    people = uow.rows(visible_served_people(uow.actor, queries.find_people(words))) if words else []
    return page(
        "enrollment/calls.html",
        form=form or NoteForm(),
        session=session,
        state=state,
        station=station,
        words=words,
        find_form=FindForm(data={"q": words}),
        people=people,
        states=list(CourseCallState),
        counts=calls_queries.call_counts(uow, session),
        stations=calls_queries.station_lines(uow, session),
        found=found,
        lines=calls_queries.call_lines(uow, session, found.rows),
        shown=shown or {},
        closed=closed_words(uow, session),
    )


@blueprint.get("/staff/classes/<public_id>/calls.xlsx")
@access("class.manage", slow=True)
def calls_table(public_id: str) -> Response:
    """The list as a workbook: who, of which station, and what they said."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        session = worked_session(uow, public_id)
        rows = uow.rows(visible_called(g.actor, calls_queries.calls_for(session)))
        lines = [
            [
                *(line.person.name, phone_masked(line.phone), line.station, line.call.opened_count),
                *(line.call.state.label, line.call.called_at or "", line.call.note),
                line.enrollment.state.label if line.enrollment else "",
            ]
            for line in calls_queries.call_lines(uow, session, rows)
        ]
        title = session.title
    with current_runtime().unit(g.actor) as uow:
        uow.audit("class.export_calls", session, rows=len(lines))
    head = [_("姓名"), _("手机号"), _("服务站"), _("多出的岗位"), _("联系结果"), _("联系时间"), _("备注"), _("报名")]
    return download(write_workbook(Sheet(_("动员"), head, lines)), f"{title}-{_('动员')}.xlsx", XLSX)


@blueprint.post("/staff/classes/<public_id>/calls/list")
@access("class.manage")
def list_calls(public_id: str) -> Any:
    """Put those on the lists who asked for this in a survey."""
    uow = current_uow()
    count = calling.list_wishes(uow, worked_session(uow, public_id))
    flash(_("名单里加了 %(n)s 人", n=count), "success" if count else "info")
    return redirect(url_for("enrollment.calls", public_id=public_id), 303)


@blueprint.post("/staff/classes/<public_id>/calls/people")
@access("class.manage")
def add_call(public_id: str) -> Any:
    """Staff put one of their own people on the list."""
    uow = current_uow()
    person = seen_person(uow, request.form.get("person", "")[:16])
    calling.add_call(uow, worked_session(uow, public_id), person)
    flash(_("已加到名单"), "success")
    return redirect(url_for("enrollment.calls", public_id=public_id), 303)


@blueprint.post("/staff/classes/<public_id>/calls/<call_id>")
@access("class.manage")
def answer_call(public_id: str, call_id: str) -> Any:
    """One tap: what the call led to; or the words beside it."""
    uow, form = current_uow(), NoteForm.submitted()
    session = worked_session(uow, public_id)
    call, _person = uow.one(visible_called(uow.actor, calls_queries.call_named(session, call_id)))
    note = form.note.data if "note" in request.form else None
    state = request.form.get("state", "")[:20]
    if form.act(lambda: calling.answer_call(uow, session, call, state=state, note=note)) is None:
        return _calls_page(session, form)
    place = local_path(request.form.get("next")) or url_for("enrollment.calls", public_id=public_id) + f"#c-{call_id}"
    return redirect(place, 303)


@blueprint.post("/staff/classes/<public_id>/calls/<call_id>/phone")
@access("class.manage")
def call_phone(public_id: str, call_id: str) -> Response:
    """The whole number of one person, to be dialed; the audit keeps who looked and for which class."""
    uow = current_uow()
    session = worked_session(uow, public_id)
    call, person = uow.one(visible_called(uow.actor, calls_queries.call_named(session, call_id)))
    shown = reveal_person(uow, person, reason=_("培训动员：%(title)s", title=session.title))
    return _calls_page(session, None, {call.public_id: shown.phone or ""})


# ---------- 适应性培训 ----------


def _year() -> int:
    """The year asked for; anything that is no sensible year is this one."""
    text, now = request.args.get("year", ""), current_year()
    return (
        int(text) if text.isdecimal() and text.isascii() and len(text) == 4 and FIRST_YEAR <= int(text) <= now else now
    )


def current_year() -> int:
    """The year of today in Shanghai."""
    return int(g.uow.today.year) if "uow" in g else int(current_runtime_today().year)


def current_runtime_today() -> Any:
    """Today where a slow view has no unit of its own yet."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        return uow.today


@blueprint.get("/staff/adaptability")
@access("class.manage")
def adaptability() -> Response:
    """Who left service in a year, and who of them attended, is signed up, or was left out."""
    uow, year = current_uow(), _year()
    state = request.args.get("state", adapt.AdaptabilityState.LEFT_OUT.value)[:20]
    method = request.args.get("method", "")[:12]
    lines = adapt.method_lines(uow, year)
    found = paged(uow, visible_served_people(uow.actor, adapt.people_of_year(uow, year, state, method)))
    totals = {name.value: sum(getattr(line, name.value) for line in lines) for name in adapt.AdaptabilityState}
    months = adapt.due_months(uow)
    return page(
        "enrollment/adaptability.html",
        year=year,
        years=range(uow.today.year, uow.today.year - 4, -1),
        state=state,
        method=method,
        states=list(adapt.AdaptabilityState),
        lines=lines,
        totals=totals,
        total=sum(totals.values()),
        chart=charts.hbars(
            [(line.name or _("没填安置方式"), line.total) for line in lines],
            parts=[line.attended for line in lines],
            keys=(_("已参加"), _("全部")),
            unit=" " + _("人"),
        ),
        found=found,
        methods=names(uow.session, ResettlementMethod),
        phones=phones_of(uow.session, [row[0] for row in found.rows]),
        due_on={row[0].id: add_months(row[1], months) for row in found.rows},
        today=uow.today,
        months=months,
        classes=uow.rows(visible_sessions(uow.actor, adapt.open_classes(uow.today))),
    )


@blueprint.get("/staff/adaptability.xlsx")
@access("class.manage", slow=True)
def adaptability_table() -> Response:
    """Everybody of the year as a workbook, with the station that answers for them."""
    year = _year()
    with current_runtime().unit(g.actor, writing=False) as uow:
        rows = uow.rows(visible_served_people(g.actor, adapt.people_of_year(uow, year)))
        phones = phones_of(uow.session, [row[0] for row in rows])
        known, months = names(uow.session, ResettlementMethod), adapt.due_months(uow)
        lines = [
            [
                *(person.name, phone_masked(phones.get(person.id)), known.get(method, ""), left_on),
                *(add_months(left_on, months), station, adapt.AdaptabilityState(state).label),
            ]
            for person, left_on, method, station, state in rows
        ]
    with current_runtime().unit(g.actor) as uow:
        uow.audit("adaptability.export", None, year=year, rows=len(lines))
    head = [_("姓名"), _("手机号"), _("安置方式"), _("退役日期"), _("参加期限"), _("服务站"), _("适应性培训")]
    sheet = Sheet(_("适应性培训"), head, lines)
    return download(write_workbook(sheet), f"{year}-{_('适应性培训')}.xlsx", XLSX)
