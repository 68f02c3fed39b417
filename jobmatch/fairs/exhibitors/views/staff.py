"""The office's pages about exhibitors of a fair: deciding in place, one exhibitor, the register of absences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors import queries
from jobmatch.fairs.exhibitors.blueprint import blueprint
from jobmatch.fairs.exhibitors.forms import ContactForm, DecisionForm, WaiveForm
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import (
    can_change_postings,
    can_review,
    visible_absences,
    visible_exhibitors,
)
from jobmatch.fairs.exhibitors.queries import Tab
from jobmatch.fairs.exhibitors.services import absences, papers, reviewing, signing_up
from jobmatch.fairs.exhibitors.services.attending import change_coming, coming_of
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.exhibitors.views.common import fair_exhibitor, press, press_posting
from jobmatch.fairs.planning.policies import worked_fair
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices, names
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.postings.policies import can_enter_posting


@blueprint.get("/staff/fairs/<public_id>/exhibitors")
@access("fair.manage")
def staff_list(public_id: str) -> Response:
    """Those who signed up, in lists by state; the ones to decide about oldest first, each decided in place."""
    uow, fair = current_uow(), worked_fair(current_uow(), public_id)
    chosen = request.args.get("tab", "")
    tab = Tab(chosen) if chosen in set(Tab) else Tab.APPLIED
    found = paged(uow, visible_exhibitors(uow.actor, queries.queue_of(fair.id, tab)))
    counted = dict(uow.rows(visible_exhibitors(uow.actor, queries.state_counts(fair.id))))
    ids = [row.id for row in found.rows]
    return page(
        "exhibitors/staff_list.html",
        fair=fair,
        tab=tab,
        tabs=[(one, counted.get(ExhibitorState(one.value), 0)) for one in Tab],
        found=found,
        brought=queries.posting_counts(uow.session, ids),
        bans=absences.bans_of(uow.session, [row.employer_id for row in found.rows], uow.today),
        figures=queries.fair_figures(uow.session, fair),
        reasons=choices(uow.session, Reason, kind=ReasonKind.FAIR_REFUSE),
        reason_names=names(uow.session, Reason),
        may_decide=can_review(uow.actor, fair),
        live=queries.LIVE,
        lacking={row.id: papers.papers_lacking(uow.session, fair, row) for row in found.rows},
    )


@blueprint.get("/staff/fairs/<public_id>/exhibitors/<exhibitor_id>")
@access("fair.manage")
def staff_exhibitor(public_id: str, exhibitor_id: str) -> Response:
    """One exhibitor: who comes, what it brings, and what was changed by whom."""
    uow = current_uow()
    fair, exhibitor = fair_exhibitor(public_id, exhibitor_id)
    rows = uow.session.scalars(queries.fair_postings_of([exhibitor.id])).all()
    held = {row.posting_id for row in rows}
    may_decide = can_review(uow.actor, fair)
    is_asked = may_decide and exhibitor.state is ExhibitorState.APPLIED
    more = uow.session.scalars(queries.postings_to_bring(exhibitor.employer_id, uow.today, exhibitor.public_id))
    return page(
        "exhibitors/staff_exhibitor.html",
        fair=fair,
        exhibitor=exhibitor,
        rows=rows,
        more=[one for one in more if one.id not in held],
        changes=queries.changes_of(uow.session, exhibitor.id),
        blocks=reviewing.accept_blocks(uow, fair, exhibitor) if is_asked else [],
        reasons=choices(uow.session, Reason, kind=ReasonKind.FAIR_REFUSE),
        reason_names=names(uow.session, Reason),
        may_decide=may_decide,
        may_change=can_change_postings(uow.actor, fair, exhibitor.employer),
        live=queries.LIVE,
        papers=papers.papers_asked(uow.session, fair),
        lacking=papers.papers_lacking(uow.session, fair, exhibitor),
        fair_only=uow.session.scalars(queries.fair_only_waiting(exhibitor.public_id)).all(),
        may_enter=can_enter_posting(uow.actor, exhibitor.employer),
    )


@blueprint.post("/staff/fairs/<public_id>/exhibitors/<exhibitor_id>/decide")
@access("fair.manage")
def staff_decide(public_id: str, exhibitor_id: str) -> Any:
    """Yes, no, canceled on the phone, came or left; the button says which."""
    uow, form = current_uow(), DecisionForm.submitted()
    fair, exhibitor = fair_exhibitor(public_id, exhibitor_id)
    note = (form.note.data or "")[:200]

    acts: dict[str, Callable[[], Exhibitor]] = {
        "accept": lambda: reviewing.accept_exhibitor(uow, fair, exhibitor),
        "refuse": lambda: reviewing.refuse_exhibitor(
            uow, fair, exhibitor, reason_code=form.reason_code.data, note=note
        ),
        "cancel": lambda: signing_up.cancel_exhibitor(uow, fair, exhibitor),
        "came": lambda: absences.check_in_exhibitor(uow, fair, exhibitor),
        "left": lambda: absences.check_out_exhibitor(uow, fair, exhibitor, note=note),
    }
    action = request.form.get("action", "")
    if action not in acts:
        raise NotFound
    if request.form.get("back") == "one":
        to = url_for("exhibitors.staff_exhibitor", public_id=public_id, exhibitor_id=exhibitor_id)
    else:
        to = url_for("exhibitors.staff_list", public_id=public_id, tab=request.form.get("tab") or None)
    return press(acts[action], _said, to)


def _said(exhibitor: Exhibitor) -> str:
    name = exhibitor.employer.organization.name
    if exhibitor.left_at is not None:
        return _("%(name)s：已离场", name=name)
    state = _("已到场") if exhibitor.checked_in_at else exhibitor.state.label
    return _("%(name)s：%(state)s", name=name, state=state)


@blueprint.post("/staff/fairs/<public_id>/exhibitors/<exhibitor_id>/papers")
@access("fair.manage")
def staff_papers(public_id: str, exhibitor_id: str) -> Any:
    """Which of its papers somebody looked at, in the review or at the desk."""
    uow = current_uow()
    fair, exhibitor = fair_exhibitor(public_id, exhibitor_id)
    papers.note_papers(uow, fair, exhibitor, request.form.getlist("papers"))
    flash(_("材料记下了"), "success")
    return redirect(url_for("exhibitors.staff_exhibitor", public_id=public_id, exhibitor_id=exhibitor_id), 303)


@blueprint.post("/staff/fairs/<public_id>/exhibitors/<exhibitor_id>/postings")
@access("fair.manage")
def staff_postings(public_id: str, exhibitor_id: str) -> Any:
    """Change what an exhibitor brings, before the fair or on the spot."""
    fair, exhibitor = fair_exhibitor(public_id, exhibitor_id)
    to = url_for("exhibitors.staff_exhibitor", public_id=public_id, exhibitor_id=exhibitor_id)
    return press_posting(fair, exhibitor, to)


@blueprint.route("/staff/fairs/<public_id>/exhibitors/<exhibitor_id>/coming", methods=["GET", "POST"])
@access("fair.manage")
def staff_coming(public_id: str, exhibitor_id: str) -> Any:
    """Who comes to the booth, as the employer says on the phone."""
    uow = current_uow()
    fair, exhibitor = fair_exhibitor(public_id, exhibitor_id)
    known = {name: getattr(exhibitor, name) for name in ("contact_name", "contact_phone", "needs")}
    form = ContactForm.submitted(data={**asdict(coming_of(exhibitor)), **known, "version": exhibitor.version})
    more = {name: form[name].data or "" for name in known}
    if form.act_on_seen(lambda: change_coming(uow, fair, exhibitor, form.coming(), **more)) is None:
        return page("exhibitors/coming.html", form=form, fair=fair, exhibitor=exhibitor)
    flash(_("已保存"), "success")
    return redirect(url_for("exhibitors.staff_exhibitor", public_id=public_id, exhibitor_id=exhibitor_id), 303)


# ---------- the register of absences ----------


@blueprint.get("/staff/fairs/absences")
@access("fair.manage")
def absence_list() -> Response:
    """Absences of the own fairs and what follows from them."""
    return _absences(WaiveForm())


def _absences(form: WaiveForm, tried: str = "") -> Response:
    uow = current_uow()
    found = paged(uow, visible_absences(uow.actor, queries.absences()))
    bans = absences.bans_of(uow.session, {row[0].employer_id for row in found.rows}, uow.today)
    return page("exhibitors/absences.html", form=form, tried=tried, found=found, bans=bans)


@blueprint.post("/staff/fairs/absences/<exhibitor_id>/waive")
@access("fair.manage")
def waive(exhibitor_id: str) -> Any:
    """Say why an absence does not count."""
    uow, form = current_uow(), WaiveForm.submitted()
    query = queries.absences().where(Exhibitor.public_id == exhibitor_id)
    absence, _exhibitor, fair = uow.one(visible_absences(uow.actor, query))
    if form.act(lambda: absences.waive_absence(uow, fair, absence, note=form.note.data or "")) is None:
        return _absences(form, exhibitor_id)
    flash(_("这次缺席不算了"), "success")
    return redirect(url_for("exhibitors.absence_list"), 303)
