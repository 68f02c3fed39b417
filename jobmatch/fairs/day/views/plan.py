"""The live plan for everybody: where each employer stands, what it offers, and where nobody waits."""

from __future__ import annotations

from flask import Response, request

from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.board_queries import booth_lines
from jobmatch.fairs.day.views.live import drawing
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.planning.queries import fair_named
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.queries import postings_shown
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


@blueprint.get("/fairs/<public_id>/plan")
@access(PUBLIC)
def plan(public_id: str) -> Response:
    """The halls drawn, and employers by number, name or posting; while the fair runs, the shortest queue first."""
    uow = current_uow()
    fair: JobFair = uow.one(visible_fairs(uow.actor, fair_named(public_id)))
    words = request.args.get("q", "").strip()[:40]
    lines = [line for line in booth_lines(uow.session, fair) if line.exhibitor_id is not None]
    postings = postings_shown(uow.session, [line.exhibitor_id or 0 for line in lines])

    def is_meant(number: str, name: str, exhibitor_id: int | None) -> bool:
        titles = " ".join(title for title, _count, _id in postings.get(exhibitor_id or 0, []))
        return words.casefold() in f"{number} {name} {titles}".casefold()

    is_running = fair.state is FairState.RUNNING
    found = [line for line in lines if is_meant(line.number, line.name, line.exhibitor_id)]
    if is_running:
        found.sort(key=lambda line: (not line.is_there or line.has_left, line.is_paused, line.waiting))
    return page(
        "fairday/plan.html",
        fragment="fairday/_plan_lines.html",
        fair=fair,
        drawing=drawing(fair),
        words=words,
        lines=found,
        postings=postings,
        is_running=is_running,
        free=sum(line.is_free for line in lines),
    )
