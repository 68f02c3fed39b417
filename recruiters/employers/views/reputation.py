"""An employer's figures: the own page with the method and the right to object, and the office's answer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page
from recruiters.employers.blueprint import blueprint
from recruiters.employers.forms import ObjectionDecisionForm, ReputationForm
from recruiters.employers.reputation import is_hidden, method_words, reputation_row, shown
from recruiters.employers.services.reputation import decide_objection, object_to_reputation
from recruiters.employers.views.employer import own_employer_row
from recruiters.employers.views.staff import office_employer


@blueprint.route("/employer/reputation", methods=["GET", "POST"])
@access("employer.own")
def reputation() -> Any:
    """The own figures, how they are counted, and saying that they are wrong."""
    uow, employer = current_uow(), own_employer_row()
    form = ReputationForm.submitted()
    status = 200
    try:
        if form.act(lambda: object_to_reputation(uow, employer, words=form.words.data or "")):
            flash(_("服务站收到了，3 个工作日内答复"), "success")
            return redirect(url_for("employers.reputation"), 303)
    except Conflict as error:
        form.form_errors.append(error.message)
        status = 409
    row = reputation_row(uow.session, employer.id)
    answer = page(
        "employers/reputation.html",
        form=form,
        row=row,
        shown=shown(row, uow.today),
        is_hidden=row is not None and is_hidden(row, uow.today),
        method=method_words(),
    )
    answer.status_code = status if status != 200 else answer.status_code
    return answer


@blueprint.post("/staff/employers/<public_id>/reputation")
@access("employer.vet")
def decide_reputation(public_id: str) -> Any:
    """The office's answer to an objection."""
    employer, form = office_employer(public_id), ObjectionDecisionForm.submitted()
    try:
        decide_objection(current_uow(), employer, said=form.is_right.data or "", note=(form.note.data or "")[:300])
        flash(_("已答复单位"), "success")
    except Invalid as error:
        flash(_("；").join(error.fields.values()), "error")
    except Conflict as error:
        flash(error.message, "warning")
    return redirect(url_for("employers.vetting", public_id=public_id), 303)
