"""What everybody sees of an employer: who it is, how it answers, and where it hires."""

from __future__ import annotations

from flask import Response
from sqlalchemy import select

from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers.blueprint import blueprint
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_employers
from recruiters.employers.queries import industry_names, load_full, veteran_founded_ids
from recruiters.employers.reputation import days_words, rate_words, reputation_of
from recruiters.postings import queries
from recruiters.postings.cards import cards_of
from recruiters.postings.policies import visible_public_postings


@blueprint.get("/employers/<public_id>")
@access(PUBLIC)
def public(public_id: str) -> Response:
    uow = current_uow()
    query = load_full(select(Employer).where(Employer.public_id == public_id))
    employer: Employer = uow.one(visible_employers(uow.actor, query))
    open_here = queries.load_full(queries.open_postings_of(employer.id))
    public_here = visible_public_postings(uow.actor, open_here)
    found = paged(uow, public_here)
    found_of = reputation_of(uow.session, employer.id, uow.today)
    return page(
        "postings/employer.html",
        employer=employer,
        is_founded=bool(veteran_founded_ids(uow.session, [employer], uow.today)),
        industry=industry_names(uow.session).get(employer.industry_code or "", ""),
        record=[(_("回复率"), rate_words(found_of)), (_("几天回复"), days_words(found_of))],
        found=found,
        heads=uow.one(queries.heads_of(public_here)),
        listed=cards_of(uow.session, found.rows),
    )
