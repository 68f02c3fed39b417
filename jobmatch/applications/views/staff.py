"""Pages of the office: applications of the people it answers for, to read and to note on."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from jobmatch.applications.cards import stored_lines
from jobmatch.applications.forms import NoteForm
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import in_subtree, reason_names, state_counts, with_parties
from jobmatch.applications.services import note_application
from jobmatch.applications.states import ApplicationState
from jobmatch.applications.views.common import blueprint, load_application, remember_reading
from jobmatch.applications.views.steps import log_steps, next_words
from jobmatch.core.i18n import gettext as _
from jobmatch.matching.labels import score_sheet
from jobmatch.matching.services import match_of
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


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
    )
