"""The posting page: for everybody, and compared row by row for the person who reads it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, request, url_for

from jobmatch.applications.cards import posting_sheet
from jobmatch.applications.queries import answer_day, find_live, pair_marks, person_reading
from jobmatch.applications.services.submitting import refusal_of
from jobmatch.applications.sharing import draw_poster, is_public, near_rows, poster_of, short_words, structured_data
from jobmatch.applications.views.common import blueprint
from jobmatch.applications.views.steps import after_applying
from jobmatch.core.drawing import font_path
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.services import record_fact
from jobmatch.matching.states import FactKind
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime, current_uow
from jobmatch.web.feeds import cached_answer
from jobmatch.web.pages import page
from recruiters.postings.cards import posting_card
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_postings, visible_public_postings, visible_published_postings
from recruiters.postings.queries import posting_by_id
from recruiters.postings.states import PostingState

SHARE_SECONDS = 3600
ENDED = frozenset({PostingState.FILLED, PostingState.EXPIRED, PostingState.CLOSED})


@blueprint.get("/postings/<public_id>")
@access(PUBLIC)
def posting(public_id: str) -> Response:
    """The posting; one that was public and is no more says so (410) and leads to others nearby."""
    uow = current_uow()
    rows = uow.rows(visible_postings(uow.actor, posting_by_id(public_id)))
    if not rows:
        return _ended(uow.one(visible_published_postings(uow.actor, posting_by_id(public_id))))
    found = rows[0]
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
        outside=_outside(found),
        origin={"from": code} if (code := request.args.get("from", "")[:12]) else {},
    )


def _outside(posting: Posting) -> dict[str, Any]:
    """What search engines and link previews read; nothing of it for a posting that is not public."""
    url = url_for("applications.posting", public_id=posting.public_id, _external=True)
    if not is_public(posting):
        return {"url": url, "is_public": False}
    uow = current_uow()
    picture = url_for("applications.share_picture", public_id=posting.public_id, _external=True)
    return {
        "url": url,
        "is_public": True,
        "words": short_words(posting_card(uow.session, posting)),
        "picture": picture if font_path() else "",
        "data": structured_data(uow, posting, url=url, site=current_runtime().settings.site_name),
    }


def _ended(posting: Posting) -> Response:
    uow = current_uow()
    reason = refusal_of(uow, posting, posting.employer, None) or _("这个岗位现在不招了")
    near = [row.card for row in near_rows(uow, posting)]
    answer = page("applications/ended.html", posting=posting, reason=reason, near=near)
    # What is paused, or whose employer is vetted anew, may come back: nobody is told to forget it for good.
    is_over = posting.state in ENDED or posting.valid_through is None or posting.valid_through < uow.today
    answer.status_code = 410 if is_over else 404
    return answer


@blueprint.get("/postings/<public_id>/share.png")
@access(PUBLIC, slow=True)
def share_picture(public_id: str) -> Response:
    """The picture that goes with a shared link; drawn outside any unit, and kept by whoever asked."""
    with current_runtime().unit(anonymous_actor(), writing=False) as uow:
        found = uow.one(visible_public_postings(uow.actor, posting_by_id(public_id)))
        url = url_for("applications.posting", public_id=public_id, _external=True)
        poster = poster_of(posting_card(uow.session, found), url=url, site=current_runtime().settings.site_name)
    if font_path() is None:
        raise NotFound
    return cached_answer(draw_poster(poster), "image/png", seconds=SHARE_SECONDS)


def _opened(uow: UnitOfWork, *, person_id: int, posting_id: int) -> None:
    record_fact(uow, person_id, posting_id, FactKind.OPENED)
