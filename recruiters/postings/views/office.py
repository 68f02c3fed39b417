"""The postings of one employer, as its office sees them: a part of the employer's page, and a tab."""

from __future__ import annotations

from flask import Response
from sqlalchemy import select

from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_office_employers
from recruiters.employers.queries import load_full
from recruiters.postings.blueprint import blueprint
from recruiters.postings.policies import visible_office_postings
from recruiters.postings.queries import counts_of_employer, heads_of, postings_of


def office_employer(public_id: str) -> Employer:
    """The employer of the subtree with this public id."""
    uow = current_uow()
    query = load_full(select(Employer).where(Employer.public_id == public_id))
    found: Employer = uow.one(visible_office_employers(uow.actor, query))
    return found


@blueprint.get("/staff/employers/<public_id>/postings-card")
@access("posting.review")
def office_card(public_id: str) -> Response:
    """How many postings and posts an employer offers now."""
    uow, employer = current_uow(), office_employer(public_id)
    counts = uow.rows(visible_office_postings(uow.actor, counts_of_employer(employer.id)))[0]
    return page("postings/office_card.html", employer=employer, counts=counts)


@blueprint.get("/staff/employers/<public_id>/postings")
@access("posting.review")
def office_postings(public_id: str) -> Response:
    """Every posting of an employer that this office answers for, the latest changed first."""
    uow, employer = current_uow(), office_employer(public_id)
    found = paged(uow, visible_office_postings(uow.actor, postings_of(employer.id)))
    heads = uow.one(heads_of(visible_office_postings(uow.actor, postings_of(employer.id))))
    return page("postings/office_postings.html", employer=employer, found=found, heads=heads)
