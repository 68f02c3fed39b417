"""Pages of the employer: what came in, one application, and the answers to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Redirect

from jobmatch.applications.cards import application_sheet, candidate_cards, count_by_tab
from jobmatch.applications.forms import (
    InviteForm,
    ManyRejectForm,
    MoveForm,
    OfferForm,
    RejectForm,
    StartForm,
)
from jobmatch.applications.hand_links import links_of as hand_links_of
from jobmatch.applications.handing import departments
from jobmatch.applications.models import Application
from jobmatch.applications.papers import paper_lines
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import (
    Tab,
    applied_postings,
    has_free_slot,
    interview_is_over,
    late_answers,
    reason_names,
    rejection_choices,
    standing_interview,
    state_counts,
    with_posting,
)
from jobmatch.applications.queries import (
    received as received_query,
)
from jobmatch.applications.services.moving import move_application, reject_applications
from jobmatch.applications.states import InterviewResult, Move, Side, moves_from
from jobmatch.applications.views.common import act_or_keep, blueprint, form_page, load_application, remember_reading
from jobmatch.applications.views.steps import log_steps
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.postings.policies import visible_own_postings
from recruiters.postings.queries import posting_by_id

Answer = Response | Redirect


@blueprint.get("/employer/applications")
@access("application.handle")
def received() -> Response:
    return _list(ManyRejectForm(None, reasons=rejection_choices(current_uow())))


@blueprint.post("/employer/applications/reject")
@access("application.handle")
def reject_many() -> Answer:
    """The same answer to everybody whose box is ticked; what could not be answered is named."""
    uow = current_uow()
    form = ManyRejectForm.submitted(reasons=rejection_choices(uow))
    chosen = uow.rows(
        visible_applications(uow.actor, select(Application).where(Application.public_id.in_(form.chosen.data or [])))
    )
    done = form.act(
        lambda: reject_applications(uow, chosen, reason_code=form.reason_code.data, note=form.note.data or "")
    )
    if done is None:
        return _list(form)
    for answer in done:
        if not answer.is_done:
            flash(answer.message, "warning")
    flash(_("已回复 %(n)s 人", n=sum(answer.is_done for answer in done)), "success")
    return redirect(url_for("applications.received", posting=request.form.get("posting") or None), 303)


def _list(form: ManyRejectForm) -> Response:
    uow = current_uow()
    name = request.values.get("posting", "")
    postings = uow.rows(visible_own_postings(uow.actor, applied_postings()))
    posting = uow.one(visible_own_postings(uow.actor, posting_by_id(name))) if name else None
    asked = request.values.get("tab", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.WAITING
    counts = count_by_tab(uow.rows(visible_applications(uow.actor, state_counts(posting=posting))))
    late = uow.rows(visible_applications(uow.actor, late_answers(uow.today, posting=posting)))[0]
    listed = paged(uow, visible_applications(uow.actor, with_posting(received_query(tab=tab, posting=posting))))
    return page(
        "applications/received.html",
        form=form,
        posting=posting,
        postings=postings,
        tab=tab,
        counts=counts,
        late=late,
        listed=listed,
        cards=candidate_cards(uow, listed.rows),
        can=_can,
    )


@blueprint.get("/employer/applications/<public_id>")
@access("application.handle")
def received_one(public_id: str) -> Response:
    found = load_application(public_id, log=True)
    uow = current_uow()
    sheet = application_sheet(uow, found)
    remember_reading(found)
    steps = log_steps(found.moves, reason_names(uow), notes=False)
    return page(
        "applications/received_one.html",
        application=found,
        sheet=sheet,
        steps=steps,
        can=_can(found),
        departments=departments(uow),
        hand_links=hand_links_of(uow, found),
        now=uow.now,
        interview=standing_interview(uow, found.id),
        is_over=interview_is_over(found),
        results=InterviewResult,
        papers=paper_lines(uow, found),
        has_slots=has_free_slot(uow, found.posting_id),
    )


@blueprint.post("/employer/applications/<public_id>/screen")
@access("application.handle")
def screen(public_id: str) -> Answer:
    found = load_application(public_id)
    form = MoveForm.submitted()
    if form.act(lambda: move_application(current_uow(), found, Move.SCREEN, version=form.version.data)) is not None:
        flash(_("已告诉本人您在看简历"), "success")
    return redirect(url_for("applications.received_one", public_id=public_id), 303)


@blueprint.route("/employer/applications/<public_id>/invite", methods=["GET", "POST"])
@access("application.handle")
def invite(public_id: str) -> Answer:
    found = load_application(public_id)
    form = InviteForm.submitted(obj=found)
    return _answer(found, form, Move.INVITE, "applications/invite.html", _("已约面试，等本人确认"), _interview)


@blueprint.route("/employer/applications/<public_id>/offer", methods=["GET", "POST"])
@access("application.handle")
def offer(public_id: str) -> Answer:
    found = load_application(public_id)
    form = OfferForm.submitted(obj=found)
    return _answer(found, form, Move.OFFER, "applications/offer.html", _("录用通知已发，等本人回复"), _terms)


@blueprint.route("/employer/applications/<public_id>/reject", methods=["GET", "POST"])
@access("application.handle")
def reject(public_id: str) -> Answer:
    found = load_application(public_id)
    reasons = rejection_choices(current_uow())
    form = RejectForm.submitted(data={"version": found.version}, reasons=reasons)
    return _answer(found, form, Move.REJECT, "applications/reject.html", _("已告诉本人原因"), _reason)


@blueprint.route("/employer/applications/<public_id>/report-start", methods=["GET", "POST"])
@access("application.handle")
def report_start(public_id: str) -> Answer:
    found = load_application(public_id)
    start_on = found.start_reported_on or found.offer_start_on
    form = StartForm.submitted(obj=found, data={"start_on": start_on})
    return _answer(found, form, Move.REPORT_START, "applications/report_start.html", _("已登记，等本人确认"), _start)


def _answer(
    found: Application,
    form: Any,
    move: Move,
    template: str,
    words: str,
    facts: Callable[[Any], dict[str, Any]],
) -> Answer:
    """One page with a form for one move; done, it leads back to the application."""
    done, is_late = act_or_keep(
        form, lambda: move_application(current_uow(), found, move, version=form.version.data, **facts(form))
    )
    if done is None:
        found = load_application(found.public_id)
        return form_page(template, form, is_late, application=found, **_who(found))
    flash(words, "success")
    return redirect(url_for("applications.received_one", public_id=found.public_id), 303)


def _who(found: Application) -> dict[str, Any]:
    return {"card": candidate_cards(current_uow(), [found])[0]}


def _interview(form: InviteForm) -> dict[str, Any]:
    return {"interview_at": form.interview_at.data, "interview_place": form.interview_place.data}


def _terms(form: OfferForm) -> dict[str, Any]:
    return {"offer_pay": form.offer_pay.data, "offer_start_on": form.offer_start_on.data}


def _reason(form: RejectForm) -> dict[str, Any]:
    return {"reason_code": form.reason_code.data, "note": form.note.data or ""}


def _start(form: StartForm) -> dict[str, Any]:
    return {"start_on": form.start_on.data}


def _can(application: Application) -> set[Move]:
    """What the employer may do now."""
    return set(moves_from(application.state, Side.EMPLOYER))
