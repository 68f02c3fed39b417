"""What somebody reported with their account."""

from __future__ import annotations

from flask import Response

from jobmatch.complaints.blueprint import blueprint
from jobmatch.complaints.models import Complaint
from jobmatch.complaints.policies import visible_own_complaints
from jobmatch.complaints.queries import complaint_named, kind_names, newest_first, papers_of, told_steps
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged


@blueprint.get("/me/complaints")
@access("person.own")
def mine() -> Response:
    """Own reports, the latest first."""
    uow = current_uow()
    found = paged(uow, visible_own_complaints(uow.actor, newest_first()))
    return page("complaints/mine.html", found=found, kinds=kind_names(uow.session))


@blueprint.get("/me/complaints/<public_id>")
@access("person.own")
def my_complaint(public_id: str) -> Response:
    """One own report: what was said, and how it goes."""
    uow = current_uow()
    found: Complaint = uow.one(visible_own_complaints(uow.actor, complaint_named(public_id)))
    return page(
        "complaints/my_complaint.html",
        complaint=found,
        steps=told_steps(uow.session, found),
        papers=papers_of(uow.session, [found]),
        kinds=kind_names(uow.session),
    )
