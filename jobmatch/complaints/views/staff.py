"""The queue of the office, and one complaint with everything that can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from flask import Response, flash, g, redirect, request, url_for
from sqlalchemy import select

from jobmatch.casework.tasks.queries import clerks
from jobmatch.complaints import queries
from jobmatch.complaints.blueprint import blueprint
from jobmatch.complaints.forms import AskForm, AssignForm, RevealForm, StepForm
from jobmatch.complaints.models import Complaint
from jobmatch.complaints.policies import can_see_reporter, visible_complaints
from jobmatch.complaints.queries import Tab
from jobmatch.complaints.services import handling
from jobmatch.complaints.services.holding import hold_postings
from jobmatch.complaints.states import UNDECIDED, ComplaintAction, actions_from
from jobmatch.complaints.targets import PAGES
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices, names
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import EmptyForm
from jobmatch.web.pages import PageForm, download, page, paged
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_office_employers
from recruiters.employers.queries import load_full

STANDING_DAYS = 365
"""How far back the employer's page looks."""


@blueprint.get("/staff/complaints")
@access("complaint.handle")
def staff_queue() -> Response:
    """Complaints of the subtree, the oldest first, each with its clock."""
    uow = current_uow()
    chosen = request.args.get("tab", "")
    tab = Tab(chosen) if chosen in set(Tab) else Tab.WAITING
    found = paged(uow, visible_complaints(uow.actor, queries.queue(tab)))
    counted = dict(uow.rows(visible_complaints(uow.actor, queries.state_counts())))
    return page(
        "complaints/staff_queue.html",
        tab=tab,
        tabs=[(one, label, sum(counted.get(s, 0) for s in states)) for one, (label, states) in queries.TABS.items()],
        found=found,
        overdue=uow.one(visible_complaints(uow.actor, queries.overdue_count(uow.today))),
        joined=queries.joined_counts(uow.session, found.rows),
        handlers=queries.handler_names(uow.session, found.rows),
        kinds=queries.kind_names(uow.session),
        today=uow.today,
    )


def _complaint(uow: UnitOfWork, public_id: str) -> Complaint:
    found: Complaint = uow.one(visible_complaints(uow.actor, queries.complaint_named(public_id)))
    return found


def _step_form(uow: UnitOfWork, complaint: Complaint, *, sent: bool) -> StepForm:
    form = StepForm(
        request.form if sent else None,
        data={"version": complaint.version, "referred_to": complaint.referred_to or handling.LABOR_INSPECTION},
    )
    form.offer(choices(uow.session, Reason, kind=ReasonKind.COMPLAINT_REFUSE))
    return form


@blueprint.get("/staff/complaints/<public_id>")
@access("complaint.handle")
def staff_complaint(public_id: str) -> Response:
    return _page(_complaint(current_uow(), public_id))


def _page(
    complaint: Complaint,
    *,
    step: StepForm | None = None,
    ask: AskForm | None = None,
    assign: AssignForm | None = None,
    reveal: RevealForm | None = None,
    reporter: handling.Reporter | None = None,
) -> Response:
    uow = current_uow()
    session = uow.session
    tried = next((form for form in (step, ask, assign, reveal) if form is not None and form.has_errors), None)
    assign_form = assign or AssignForm()
    assign_form.offer(clerks(uow))
    family = queries.family_of(session, complaint)
    return page(
        "complaints/staff_complaint.html",
        form=tried,
        complaint=complaint,
        kind=queries.kind_of(session, complaint),
        kinds=queries.kind_names(session),
        reasons=names(session, Reason),
        step_form=step or _step_form(uow, complaint, sent=False),
        ask_form=ask or AskForm(data={"question": complaint.question}),
        assign_form=assign_form,
        reveal_form=reveal or RevealForm(),
        actions=[] if complaint.same_as_id else actions_from(complaint.state),
        steps=queries.steps_of(session, complaint),
        family=[one for one in family if one.id != complaint.id],
        papers=queries.papers_of(session, family),
        held=queries.held_postings(session, complaint),
        may_hold=complaint.state in UNDECIDED and complaint.employer_id is not None and not complaint.same_as_id,
        may_release=complaint.state not in UNDECIDED,
        others=uow.rows(visible_complaints(uow.actor, queries.others_about(complaint))),
        handler=queries.handler_names(session, [complaint]).get(complaint.handler_id or 0, ""),
        may_see=can_see_reporter(uow.actor, complaint),
        reporter=reporter,
        subject_url=url_for(PAGES[complaint.subject_kind][1], public_id=complaint.subject_id),
        today=uow.today,
    )


def _back(public_id: str) -> Any:
    return redirect(url_for("complaints.staff_complaint", public_id=public_id), 303)


def _try(form: PageForm, service: Callable[[], Any]) -> tuple[Any, int]:
    """Run a service on a form; where a colleague was faster what was typed stays, beside how it is now."""
    try:
        done = form.act(service)
        return done, 409 if form.is_stale else 422
    except Conflict as error:
        form.form_errors.append(error.message)
        return None, 409


@blueprint.post("/staff/complaints/<public_id>/step")
@access("complaint.handle")
def staff_step(public_id: str) -> Any:
    """One step; the button says which."""
    uow = current_uow()
    complaint = _complaint(uow, public_id)
    form = _step_form(uow, complaint, sent=True)
    chosen = request.form.get("action", "")
    action = ComplaintAction(chosen) if chosen in set(ComplaintAction) else ComplaintAction.ESCALATE
    done, status = _try(
        form,
        lambda: handling.move_complaint(
            uow,
            complaint,
            action,
            told=form.told.data or "",
            note=form.note.data or "",
            reason_code=form.reason_code.data,
            referred_to=form.referred_to.data or "",
            version=cast(int | None, form.version.data),
        ),
    )
    if done is None:
        if status == 409:
            form["version"].data = complaint.version
            form["version"].raw_data = None
        answer = _page(complaint, step=form)
        answer.status_code = status
        return answer
    flash(_("已记下：%(step)s。举报人看得到", step=action.label), "success")
    return _back(public_id)


@blueprint.post("/staff/complaints/<public_id>/ask")
@access("complaint.handle")
def staff_ask(public_id: str) -> Any:
    """Ask the employer for its side."""
    uow = current_uow()
    complaint, form = _complaint(uow, public_id), AskForm.submitted()
    done, status = _try(form, lambda: handling.ask_employer(uow, complaint, question=form.question.data or ""))
    if done is None:
        answer = _page(complaint, ask=form)
        answer.status_code = status
        return answer
    flash(_("已发给单位"), "success")
    return _back(public_id)


@blueprint.post("/staff/complaints/<public_id>/assign")
@access("complaint.handle")
def staff_assign(public_id: str) -> Any:
    """Name who handles it."""
    uow = current_uow()
    complaint, form = _complaint(uow, public_id), AssignForm.submitted()
    if form.act(lambda: handling.assign_complaint(uow, complaint, to=form.to.data or "")) is None:
        return _page(complaint, assign=form)
    flash(_("承办人已更新"), "success")
    return _back(public_id)


@blueprint.post("/staff/complaints/<public_id>/reporter")
@access("complaint.handle")
def staff_reporter(public_id: str) -> Response:
    """Show who reported to the one who handles it, once, with a reason."""
    uow = current_uow()
    complaint, form = _complaint(uow, public_id), RevealForm.submitted()
    found = form.act(lambda: handling.see_reporter(uow, complaint, reason=form.reason.data or ""))
    return _page(complaint, reveal=form, reporter=found)


@blueprint.post("/staff/complaints/<public_id>/hold")
@access("complaint.handle")
def staff_hold(public_id: str) -> Any:
    """Pause what the complaint is about until it is settled."""
    uow = current_uow()
    complaint = _complaint(uow, public_id)
    form = EmptyForm.submitted()
    opened = form.act(lambda: hold_postings(uow, complaint))
    if opened is None:
        return _page(complaint)
    flash(_("暂停了 %(n)s 个招聘中的岗位", n=opened), "success")
    return _back(public_id)


@blueprint.post("/staff/complaints/<public_id>/release")
@access("complaint.handle")
def staff_release(public_id: str) -> Any:
    """End the hold on postings."""
    uow = current_uow()
    complaint, form = _complaint(uow, public_id), EmptyForm.submitted()
    done = form.act(lambda: handling.release_postings(uow, complaint))
    if done is None:
        return _page(complaint)
    opened, paused = done
    flash(_("恢复 %(n)s 个岗位", n=opened), "success")
    if paused:
        flash(_("%(n)s 个岗位没有通过检查，由单位改好再恢复", n=paused), "warning")
    return _back(public_id)


@blueprint.get("/staff/complaints/<public_id>/papers/<paper_id>")
@access("complaint.handle", slow=True)
def staff_paper(public_id: str, paper_id: str) -> Response:
    """A file as it is kept; opening it leaves a trace."""
    with current_runtime().unit(g.actor) as uow:
        complaint = _complaint(uow, public_id)
        paper = queries.find_paper(uow.session, complaint, paper_id)
        content, file = handling.read_complaint_paper(uow, complaint, paper)
        name, mimetype = file.name, file.mimetype
    return download(content, name, mimetype)


@blueprint.get("/staff/employers/<public_id>/complaints-card")
@access("complaint.handle")
def employer_card(public_id: str) -> Response:
    """A part of the page about one employer: complaints of the last year, and the founded ones."""
    uow = current_uow()
    query = load_full(select(Employer).where(Employer.public_id == public_id))
    employer: Employer = uow.one(visible_office_employers(uow.actor, query))
    since = uow.today - timedelta(days=STANDING_DAYS)
    total, undecided = queries.employer_counts(uow.session, employer.id, since)
    return page(
        "complaints/employer_card.html",
        employer=employer,
        total=total,
        founded=queries.founded_complaints(uow, employer.id, since),
        undecided=undecided,
        recent=uow.rows(visible_complaints(uow.actor, queries.about_employer(employer.id).limit(5))),
        kinds=queries.kind_names(uow.session),
    )
