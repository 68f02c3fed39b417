"""Applications that a colleague handed to a department of the employer: read, without contact data."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from jobmatch.applications import handing
from jobmatch.applications.cards import candidate_cards
from jobmatch.applications.models import Application
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import handed_applications, with_posting
from jobmatch.applications.views.common import blueprint, load_application, remember_reading
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


@blueprint.get("/employer/handed")
@access("application.handed")
def handed() -> Response:
    """What was handed to the reader, the newest first."""
    uow = current_uow()
    found = paged(uow, visible_applications(uow.actor, with_posting(handed_applications())))
    return page("applications/handed.html", found=found, cards=candidate_cards(uow, found.rows))


@blueprint.get("/employer/handed/<public_id>")
@access("application.handed")
def handed_one(public_id: str) -> Response:
    found: Application = load_application(public_id)
    sheet = handing.sheet_without_contact(current_uow(), found)
    remember_reading(found)
    return page("applications/handed_one.html", application=found, sheet=sheet)


@blueprint.post("/employer/applications/<public_id>/hand")
@access("application.handle")
def hand(public_id: str) -> Response | Redirect:
    """Hand an application to a department."""
    found = load_application(public_id)
    try:
        handing.hand_over(current_uow(), found, to=request.form.get("to", "")[:16])
        flash(_("已转给用人部门，对方看不到电话"), "success")
    except Invalid as error:
        flash(_("；").join(error.fields.values()), "error")
    return redirect(url_for("applications.received_one", public_id=public_id), 303)
