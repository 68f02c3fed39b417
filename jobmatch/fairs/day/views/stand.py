"""A booth's public page, where the code on its card leads: what it offers, how long the queue is, and a number."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask import session as cookie
from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import booth_queries as queries
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.booth_policies import visible_own_tickets
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import visible_public_exhibitors
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page
from recruiters.postings.cards import posting_card
from recruiters.postings.policies import visible_public_postings


@blueprint.get("/fairs/<public_id>/booths/<exhibitor_id>")
@access(PUBLIC)
def stand(public_id: str, exhibitor_id: str) -> Response:
    """One booth for everybody: its postings at the fair, each with where to apply, and the way to a queue number."""
    uow = current_uow()
    query = select(Exhibitor, JobFair).join(JobFair, JobFair.id == Exhibitor.fair_id)
    query = queries.with_employer(query.where(JobFair.public_id == public_id, Exhibitor.public_id == exhibitor_id))
    exhibitor, fair = uow.one(visible_public_exhibitors(uow.actor, query))
    rows = queries.offered_here(uow.session, exhibitor.id)
    open_ids = _open_ids(uow, [posting.id for _row, posting in rows])
    return page(
        "fairday/stand.html",
        fair=fair,
        exhibitor=exhibitor,
        number=queries.booth_numbers(uow.session, [exhibitor.id]).get(exhibitor.id, ""),
        desk=queries.desk_of(uow.session, exhibitor.id),
        rows=[(row, posting, posting_card(uow.session, posting), posting.id in open_ids) for row, posting in rows],
        visit_url=_visit_url(uow, fair, exhibitor),
    )


def _open_ids(uow: UnitOfWork, ids: list[int]) -> set[int]:
    """Postings that have a page of their own now; what is offered at this fair alone has none."""
    query = queries.postings_among(ids)
    return set(uow.rows(visible_public_postings(uow.actor, query))) if ids else set()


def _visit_url(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> str:
    """The reader's own ticket's page at this booth: by the account, or by the ticket this browser was given."""
    query = select(FairRegistration).where(
        FairRegistration.fair_id == fair.id, FairRegistration.state == RegistrationState.SEATED
    )
    mine: Any = None
    if uow.actor.can("person.own"):
        mine = next(iter(uow.rows(visible_own_tickets(uow.actor, query))), None)
    held = [one[1] for one in cookie.get("tickets", []) if len(one) == 2 and one[0] == fair.public_id]
    if mine is None and held:
        mine = uow.session.scalars(query.where(FairRegistration.public_id == held[-1])).one_or_none()
    if mine is None:
        return ""
    return url_for("fairday.visit", public_id=mine.public_id, code=mine.code, booth=exhibitor.public_id)
