"""A posting for one fair alone: begun here, written and reviewed on the pages of the postings."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors.blueprint import blueprint
from jobmatch.fairs.exhibitors.forms import FairOnlyForm
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import visible_own_exhibitors
from jobmatch.fairs.exhibitors.queries import own_exhibitors
from jobmatch.fairs.exhibitors.services.fair_only import write_fair_posting
from jobmatch.fairs.exhibitors.views.common import fair_exhibitor, first_words
from jobmatch.fairs.planning.models import JobFair
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from recruiters.postings.models import Posting


def _write(fair: JobFair, exhibitor: Exhibitor) -> Posting | None:
    """The new draft; None with the reason on the next page."""
    form, uow = FairOnlyForm.submitted(), current_uow()
    if not form.validate():
        flash(next(iter(words for field in form for words in field.errors)), "error")
        return None
    try:
        with uow.session.begin_nested():
            return write_fair_posting(
                uow, fair, exhibitor, title=form.title.data or "", advertisement=form.advertisement.data or ""
            )
    except (Invalid, Conflict) as error:
        flash(first_words(error), "error")
        return None


@blueprint.post("/employer/fairs/<public_id>/postings/new")
@access("fair.exhibit")
def own_new_posting(public_id: str) -> Any:
    """Begin a posting that is offered at this fair and nowhere else."""
    uow = current_uow()
    query = own_exhibitors().where(JobFair.public_id == public_id)
    exhibitor, fair = uow.one(visible_own_exhibitors(uow.actor, query))
    made = _write(fair, exhibitor)
    if made is None:
        return redirect(url_for("exhibitors.own_fair", public_id=public_id), 303)
    flash(_("草稿建好了。4 页填完提交审核，审核通过自动加到这场招聘会，只在这场招"), "success")
    return redirect(url_for("postings.own", public_id=made.public_id), 303)


@blueprint.post("/staff/fairs/<public_id>/exhibitors/<exhibitor_id>/postings/new")
@access("fair.manage")
def staff_new_posting(public_id: str, exhibitor_id: str) -> Any:
    """The same by the office for the employer, which has to agree."""
    fair, exhibitor = fair_exhibitor(public_id, exhibitor_id)
    made = _write(fair, exhibitor)
    if made is None:
        return redirect(url_for("exhibitors.staff_exhibitor", public_id=public_id, exhibitor_id=exhibitor_id), 303)
    flash(_("已录入草稿。填完后提交，单位同意、审核通过后自动加到这场招聘会"), "success")
    return redirect(url_for("postings.review", public_id=made.public_id), 303)
