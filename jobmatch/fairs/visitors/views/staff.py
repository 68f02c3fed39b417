"""The staff's pages about the people of one fair: list, one registration, 代报名, paper tickets, the workbook."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, flash, g, redirect, request, url_for

from jobmatch.accounts.qr import qr_svg
from jobmatch.core.errors import Invalid, NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs, worked_fair
from jobmatch.fairs.planning.queries import coming_fairs
from jobmatch.fairs.visitors import queries
from jobmatch.fairs.visitors.blueprint import blueprint
from jobmatch.fairs.visitors.forms import RegisterForForm, RegistrationFilter
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.papers import ticket_pdf
from jobmatch.fairs.visitors.plans_queries import my_plan, plans_of
from jobmatch.fairs.visitors.policies import can_use_file, can_work_registration, visible_registrations
from jobmatch.fairs.visitors.queries import needs_of
from jobmatch.fairs.visitors.services.linking import link_registration, unlink_registration
from jobmatch.fairs.visitors.services.registering import register_for, register_own
from jobmatch.fairs.visitors.services.reminding import note_told
from jobmatch.fairs.visitors.services.waiting import BEFORE, cancel_registration, fill_seats
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind, VisitorNeed
from jobmatch.fairs.visitors.tickets import ticket_text
from jobmatch.fairs.visitors.views.common import seen_registration
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.formats import phone_masked
from jobmatch.web.pages import download, local_path, page, paged

FILTERS = ("q", "state", "kind", "need")
MOST_FAIRS = 20
TICKETS = 10
"""Tickets on one page, so that a press prints a pile and not a book."""


def _filters() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:60] for name in FILTERS}


@blueprint.get("/staff/fairs/<public_id>/registrations")
@access("fair.manage")
def staff_list(public_id: str) -> Response:
    """Who registered, found by name, phone or code; who waits, in the order of the queue."""
    uow, fair, filters = current_uow(), worked_fair(current_uow(), public_id), _filters()
    found = paged(uow, visible_registrations(uow.actor, queries.registrations(fair, filters)))
    by_state: Counter[RegistrationState] = Counter()
    by_kind: Counter[VisitorKind] = Counter()
    for state, kind, count in uow.rows(visible_registrations(uow.actor, queries.counts(fair))):
        by_state[state] += count
        if state is not RegistrationState.CANCELED:
            by_kind[kind] += count
    return page(
        "visitors/staff_list.html",
        fair=fair,
        found=found,
        filter_form=RegistrationFilter(data=filters),
        filters={name: value for name, value in filters.items() if value},
        states=[(state, by_state[state]) for state in RegistrationState],
        kinds=[(kind, by_kind[kind]) for kind in VisitorKind],
        needs=Counter(
            one for row in uow.rows(visible_registrations(uow.actor, queries.with_needs(fair))) for one in row
        ),
        need_kinds=list(VisitorNeed),
        call_count=uow.one(visible_registrations(uow.actor, queries.to_call_count(fair))),
        needs_of=needs_of,
        free=max(0, fair.capacity - fair.taken),
    )


@blueprint.get("/staff/fairs/<public_id>/registrations.xlsx")
@access("fair.manage", slow=True)
def staff_table(public_id: str) -> Response:
    """The list as a workbook, with the same filters; taking it out leaves a trace."""
    filters = _filters()
    with current_runtime().unit(g.actor, writing=False) as uow:
        fair = worked_fair(uow, public_id)
        query = queries.registrations(fair, filters)
        lines = [_line(row) for row in uow.rows(visible_registrations(g.actor, query))]
    with current_runtime().unit(g.actor) as uow:
        uow.audit("fair_registration.export", fair, rows=len(lines))
    head = [
        *(_("姓名"), _("手机号"), _("身份证号后四位"), _("身份类别"), _("状态"), _("候补号"), _("入场码")),
        *(_("怎么报的"), _("已核验"), _("需要照顾的"), _("想找的工作"), _("报名时间")),
    ]
    sheet = Sheet(_("报名的人"), head, lines)
    return download(write_workbook(sheet), f"{fair.title}-{_('报名的人')}.xlsx", XLSX)


def _line(row: FairRegistration) -> list[object]:
    return [
        row.name,
        phone_masked(row.phone),
        row.id_tail or "",
        row.kind.label,
        row.state.label,
        row.waiting_number or "",
        row.code,
        row.way.label,
        row.is_verified,
        "、".join(needs_of(row)),
        row.wish,
        row.registered_at,
    ]


@blueprint.route("/staff/fairs/<public_id>/registrations/new", methods=["GET", "POST"])
@access("fair.manage")
def staff_register(public_id: str) -> Any:
    """Register somebody who stands before the desk or is on the phone."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    form = RegisterForForm.submitted()
    done = form.act(
        lambda: register_for(
            uow,
            fair,
            name=form.name.data or "",
            phone=form.phone.data or "",
            id_tail=form.id_tail.data or "",
            kind=VisitorKind(form.kind.data),
            needs=form.needs.data or [],
            wish=form.wish.data or "",
        )
    )
    if done is None:
        return page("visitors/staff_register.html", form=form, fair=fair)
    flash(_("已报名") if done.is_new else _("这个人已经报过名，这是他的报名"), "success" if done.is_new else "info")
    if not can_work_registration(uow.actor, done.registration, fair):
        return redirect(url_for("visitors.staff_list", public_id=public_id), 303)
    return _to(fair, done.registration)


@blueprint.post("/staff/fairs/<public_id>/registrations/person")
@access("fair.manage")
def register_person(public_id: str) -> Any:
    """One tap for somebody with a file: from the file itself, or from the sheet of calls."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    person = seen_person(uow, request.form.get("person", "")[:16])
    done = register_own(uow, fair, person)
    words = _("已报名") if done.registration.state is RegistrationState.SEATED else _("名额满了，已排上候补")
    flash(words if done.is_new else _("这个人已经报过名"), "success" if done.is_new else "info")
    back = local_path(request.form.get("next"))
    return redirect(back, 303) if back else _to(fair, done.registration)


@blueprint.get("/staff/people/<public_id>/fairs")
@access("fair.manage")
def person_fairs(public_id: str) -> Response:
    """The fairs of one person: registered for, and those that come, one tap each."""
    uow = current_uow()
    person = seen_person(uow, public_id)
    own = queries.own_registrations(uow.session, person.id)
    going = {fair.id for registration, fair in own if registration.state is not RegistrationState.CANCELED}
    coming = uow.rows(visible_fairs(uow.actor, coming_fairs()).limit(MOST_FAIRS))
    return page(
        "visitors/person_fairs.html",
        person=person,
        own=own,
        coming=[one for one in coming if one.id not in going and can_use_file(uow.actor, person, one)],
    )


def _after(fair: JobFair, registration: FairRegistration) -> Any:
    """Back to the list of files where the button stood there, else to the registration."""
    if request.form.get("list"):
        last = registration.public_id if registration.person_id is not None else None
        return redirect(url_for("visitors.staff_files", public_id=fair.public_id, last=last), 303)
    return _to(fair, registration)


def _to(fair: JobFair, registration: FairRegistration) -> Any:
    place = url_for("visitors.staff_registration", public_id=fair.public_id, registration_id=registration.public_id)
    return redirect(place, 303)


@blueprint.get("/staff/fairs/<public_id>/registrations/<registration_id>")
@access("fair.manage")
def staff_registration(public_id: str, registration_id: str) -> Response:
    """One registration: what was said, its log, and the files it may belong to."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found = seen_registration(uow, fair, registration_id)
    alike = queries.likely_files(found) if found.person_id is None else None
    own = [Person.id == found.person_id] if found.person_id is not None else []
    linked = uow.rows(visible_people(uow.actor, queries.files(*own))) if own else []
    return page(
        "visitors/staff_registration.html",
        fair=fair,
        registration=found,
        needs=needs_of(found),
        moves=queries.moves_of(uow.session, found),
        queue=queries.place_in_queue(uow.session, found) if found.waiting_number else 0,
        files=uow.rows(visible_people(uow.actor, alike)) if alike is not None else [],
        person=linked[0] if linked else None,
        can_work=can_work_registration(uow.actor, found, fair),
        can_cancel=fair.state in BEFORE,
    )


@blueprint.get("/staff/fairs/<public_id>/registrations/<registration_id>/ticket.pdf")
@access("fair.manage")
def staff_ticket(public_id: str, registration_id: str) -> Response:
    """The ticket on paper, with the booths that were planned; only who has a seat has one."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found = seen_registration(uow, fair, registration_id)
    if found.state is not RegistrationState.SEATED or found.forgotten_at is not None:
        raise NotFound
    content = ticket_pdf(fair, found, my_plan(uow.session, found.id), is_large="large" in request.args)
    return download(content, f"{_('票')} {found.code}.pdf", "application/pdf")


@blueprint.post("/staff/fairs/<public_id>/registrations/<registration_id>/link")
@access("fair.manage")
def staff_link(public_id: str, registration_id: str) -> Any:
    """Staff say which file it is."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found = seen_registration(uow, fair, registration_id)
    person = seen_person(uow, request.form.get("person", "")[:16])
    try:
        link_registration(uow, found, person)
    except Invalid as error:
        flash(error.message, "error")
    else:
        flash(_("已接到档案"), "success")
    return _after(fair, found)


@blueprint.post("/staff/fairs/<public_id>/registrations/<registration_id>/unlink")
@access("fair.manage")
def staff_unlink(public_id: str, registration_id: str) -> Any:
    """It was somebody else."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found = seen_registration(uow, fair, registration_id)
    unlink_registration(uow, found)
    flash(_("已从档案断开"), "success")
    return _after(fair, found)


@blueprint.post("/staff/fairs/<public_id>/registrations/<registration_id>/cancel")
@access("fair.manage")
def staff_cancel(public_id: str, registration_id: str) -> Any:
    """Somebody called: they do not come."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found = seen_registration(uow, fair, registration_id)
    cancel_registration(uow, found)
    flash(_("已取消，名额给了后面的人"), "success")
    return _to(fair, found)


@blueprint.get("/staff/fairs/<public_id>/registrations/files")
@access("fair.manage")
def staff_files(public_id: str) -> Response:
    """Registrations beside the files that may be theirs: one tap joins them, another takes it back."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    pairs = visible_people(uow.actor, visible_registrations(uow.actor, queries.likely_pairs(fair)))
    found = paged(uow, pairs)
    last = queries.registration_named(fair, request.args.get("last", "")[:16])
    return page(
        "visitors/staff_files.html",
        fair=fair,
        found=found,
        lines=[(one, person, queries.has_same_tail(one, person)) for one, person in found.rows],
        last=next(iter(uow.rows(visible_registrations(uow.actor, last))), None),
        can_work=lambda one: can_work_registration(uow.actor, one, fair),
    )


@blueprint.get("/staff/fairs/<public_id>/registrations/calls")
@access("fair.manage")
def staff_untold(public_id: str) -> Response:
    """Whom no message reached about a change or a seat: they are called."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    found = paged(uow, visible_registrations(uow.actor, queries.to_call(fair)))
    last = queries.registration_named(fair, request.args.get("last", "")[:16])
    return page(
        "visitors/staff_untold.html",
        fair=fair,
        found=found,
        last=next(iter(uow.rows(visible_registrations(uow.actor, last))), None),
        can_work=lambda one: can_work_registration(uow.actor, one, fair),
    )


@blueprint.post("/staff/fairs/<public_id>/registrations/<registration_id>/told")
@access("fair.manage")
def staff_told(public_id: str, registration_id: str) -> Any:
    """One tap: this person was called and knows; another takes it back."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    is_told = request.form.get("told") != "no"
    note_told(uow, seen_registration(uow, fair, registration_id), is_told=is_told)
    last = registration_id if is_told else None
    return redirect(url_for("visitors.staff_untold", public_id=public_id, last=last), 303)


@blueprint.post("/staff/fairs/<public_id>/registrations/fill")
@access("fair.manage")
def staff_fill(public_id: str) -> Any:
    """Seats that were added go to the queue now."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    flash(_("%(n)s 人候补转正", n=fill_seats(uow, fair)), "success")
    return redirect(url_for("visitors.staff_list", public_id=public_id), 303)


@blueprint.get("/staff/fairs/<public_id>/tickets")
@access("fair.manage")
def staff_tickets(public_id: str) -> Response:
    """Tickets on paper, those of the list with its filters."""
    uow, fair, filters = current_uow(), worked_fair(current_uow(), public_id), _filters()
    seated = {**filters, "state": RegistrationState.SEATED.value}
    found = paged(uow, visible_registrations(uow.actor, queries.registrations(fair, seated)), size=TICKETS)
    codes = {row.id: qr_svg(ticket_text(fair.public_id, row.public_id)) for row in found.rows}
    plans = plans_of(uow.session, [row.id for row in found.rows], with_reasons=False)
    return page("visitors/staff_tickets.html", fair=fair, found=found, codes=codes, needs=needs_of, plans=plans)
