"""Pages of the office: applications of the people it answers for, to read and to note on."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from jobmatch.accounts.qr import qr_svg
from jobmatch.applications.cards import fitting_rows, posting_sheet, stored_lines
from jobmatch.applications.forms import DecideForm, MoveForm, NoteForm, StaffApplyForm
from jobmatch.applications.notices import consent_text
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import (
    in_subtree,
    name_of,
    no_show_of,
    reason_names,
    standing_interview,
    state_counts,
    with_parties,
)
from jobmatch.applications.services.interviews import decide_no_show
from jobmatch.applications.services.links import make_link
from jobmatch.applications.services.moving import note_application
from jobmatch.applications.services.submitting import consent_until, submit_application
from jobmatch.applications.states import ApplicationState, LinkPurpose
from jobmatch.applications.views.common import blueprint, load_application, remember_reading
from jobmatch.applications.views.steps import log_steps, next_words
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.matching.labels import score_sheet
from jobmatch.matching.services import match_of
from jobmatch.people.policies import seen_person
from jobmatch.people.queries.proxies import has_proxy_consent
from jobmatch.people.states import ProxyScope
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.postings.policies import visible_public_postings
from recruiters.postings.queries import posting_by_id


@blueprint.get("/staff/applications")
@access("application.read")
def staff_list() -> Response:
    uow = current_uow()
    asked, words = request.args.get("state", ""), request.args.get("q", "").strip()[:60]
    is_late = request.args.get("late") == "1"
    state = ApplicationState(asked) if asked in set(ApplicationState) else None
    query = in_subtree(state=state, words=words, late_on=uow.today if is_late else None)
    return page(
        "applications/staff_list.html",
        listed=paged(uow, visible_applications(uow.actor, with_parties(query)), size=30),
        counts=dict(uow.rows(visible_applications(uow.actor, state_counts()))),
        states=ApplicationState,
        state=state,
        words=words,
        is_late=is_late,
        next_words=next_words,
    )


@blueprint.route("/staff/applications/<public_id>", methods=["GET", "POST"])
@access("application.read")
def staff_one(public_id: str) -> Response | Redirect:
    found = load_application(public_id, log=True)
    form = NoteForm.submitted()
    done = form.act(lambda: note_application(current_uow(), found, note=form.note.data))
    if done is not None:
        flash(_("备注已记下"), "success")
        return redirect(url_for("applications.staff_one", public_id=public_id), 303)
    remember_reading(found)
    return page(
        "applications/staff_one.html",
        application=found,
        form=form,
        lines=stored_lines(current_uow(), found, found.person),
        score=score_sheet(match_of(current_uow(), found.person, found.posting)),
        steps=log_steps(found.moves, reason_names(current_uow()), notes=True),
        next_words=next_words,
        interview=standing_interview(current_uow(), found.id),
        no_show=no_show_of(current_uow(), found.id),
        recommended_by=name_of(current_uow(), found.recommended_by_id),
    )


@blueprint.post("/staff/applications/<public_id>/link")
@access("application.read")
def person_link(public_id: str) -> Response | Redirect:
    """A link for somebody without an account, to say whether they come: shown once, kept nowhere."""
    found, form = load_application(public_id), MoveForm.submitted()
    token = form.act(lambda: make_link(current_uow(), found, LinkPurpose.ATTEND))
    if token is None:
        return redirect(url_for("applications.staff_one", public_id=public_id), 303)
    address = url_for("applications.by_link", token=token, _external=True)
    return page("applications/link.html", application=found, address=address, code=qr_svg(address), is_staff=True)


@blueprint.post("/staff/applications/<public_id>/no-show")
@access("application.read")
def no_show(public_id: str) -> Response | Redirect:
    """What the station found about an objection."""
    uow, found = current_uow(), load_application(public_id)
    interview = no_show_of(uow, found.id)
    if interview is None:
        raise NotFound
    form = DecideForm.submitted()
    if form.act(lambda: decide_no_show(uow, found, interview, is_right=form.is_right.data == "yes")):
        flash(_("记下了，已告诉两边"), "success")
    return redirect(url_for("applications.staff_one", public_id=public_id), 303)


@blueprint.get("/staff/people/<public_id>/apply")
@access("person.write")
def staff_apply_list(public_id: str) -> Response:
    """Postings that fit somebody, to apply for in their place."""
    uow, person = current_uow(), seen_person(current_uow(), public_id, in_full=True)
    return page(
        "applications/staff_apply_list.html",
        person=person,
        rows=fitting_rows(uow, person),
        has_consent=has_proxy_consent(uow.session, person, uow.actor, ProxyScope.APPLY),
    )


@blueprint.route("/staff/people/<public_id>/apply/<posting_id>", methods=["GET", "POST"])
@access("person.write")
def staff_apply(public_id: str, posting_id: str) -> Response | Redirect:
    """Apply in the place of somebody who agreed to it; the person sees who did it, the employer no difference."""
    uow, person = current_uow(), seen_person(current_uow(), public_id, in_full=True)
    posting = uow.one(visible_public_postings(uow.actor, posting_by_id(posting_id)))
    form = StaffApplyForm.submitted()
    said = {"note": form.note.data or "", "contact_time": form.contact_time.data, "consent": form.consent.data}
    said |= {"recommend": form.recommend.data}
    sent = form.act(lambda: submit_application(uow, posting, person, **said))
    if sent is not None:
        words = _("已推荐，本人和单位都会收到消息") if sent.support_id else _("已替本人投出，本人会收到消息")
        flash(words, "success")
        return redirect(url_for("applications.staff_one", public_id=sent.public_id), 303)
    return page(
        "applications/staff_apply.html",
        form=form,
        person=person,
        posting=posting,
        sheet=posting_sheet(uow, posting, person),
        consent=consent_text(posting.employer.organization.name, consent_until(uow.today)),
        has_consent=has_proxy_consent(uow.session, person, uow.actor, ProxyScope.APPLY),
    )
