"""What an employer is asked about, and its side of it. Who reported stands nowhere here."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.complaints.blueprint import blueprint
from jobmatch.complaints.forms import StatementForm
from jobmatch.complaints.models import Complaint
from jobmatch.complaints.policies import visible_to_employer
from jobmatch.complaints.queries import complaint_named, kind_names, newest_first
from jobmatch.complaints.services import handling
from jobmatch.complaints.states import ComplaintState
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers.queries import employer_of


@blueprint.get("/employer/complaints")
@access("employer.own")
def about_us() -> Response:
    """Matters the employer was asked about, and founded ones."""
    uow = current_uow()
    found = paged(uow, visible_to_employer(uow.actor, newest_first()))
    return page("complaints/about_us.html", found=found, kinds=kind_names(uow.session))


@blueprint.route("/employer/complaints/<public_id>", methods=["GET", "POST"])
@access("employer.own")
def statement(public_id: str) -> Any:
    """One matter: what the office asks, and the employer's answer."""
    uow = current_uow()
    found: Complaint = uow.one(visible_to_employer(uow.actor, complaint_named(public_id)))
    employer = employer_of(uow.session, uow.actor.organization_id)
    if employer is None:
        raise NotFound
    form = StatementForm.submitted(data={"words": found.statement})
    if form.act(lambda: handling.state_case(uow, found, employer, words=form.words.data or "")) is not None:
        flash(_("已交给服务站"), "success")
        return redirect(url_for("complaints.statement", public_id=public_id), 303)
    return page(
        "complaints/statement.html",
        form=form,
        complaint=found,
        kinds=kind_names(uow.session),
        may_state=found.state is ComplaintState.INVESTIGATING and found.asked_at is not None,
    )
