"""The posting page: for everybody, and compared row by row for the person who reads it."""

from __future__ import annotations

from functools import partial

from flask import Response

from jobmatch.applications.cards import posting_sheet
from jobmatch.applications.queries import answer_day, find_live, pair_marks, person_reading
from jobmatch.applications.views.common import blueprint
from jobmatch.applications.views.steps import after_applying
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.services import record_fact
from jobmatch.matching.states import FactKind
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page
from recruiters.postings.policies import visible_postings
from recruiters.postings.queries import posting_by_id


@blueprint.get("/postings/<public_id>")
@access(PUBLIC)
def posting(public_id: str) -> Response:
    uow = current_uow()
    found = uow.one(visible_postings(uow.actor, posting_by_id(public_id)))
    person = person_reading(uow)
    if person is not None:
        current_runtime().buffer.add(partial(_opened, person_id=person.id, posting_id=found.id))
    return page(
        "applications/posting.html",
        posting=found,
        sheet=posting_sheet(uow, found, person),
        person=person,
        live=find_live(uow, person.id, found.id) if person else None,
        marks=pair_marks(uow, person, found),
        steps=after_applying(answer_day(uow)),
    )


def _opened(uow: UnitOfWork, *, person_id: int, posting_id: int) -> None:
    record_fact(uow, person_id, posting_id, FactKind.OPENED)
