"""The plan of a fair for everybody while it runs: how long one waits at each booth, and which are closed."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from jobmatch.core.i18n import current_locale
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.board_queries import BoothLine, booth_lines
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.halls.queries import Plan, PlanCell, plan_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.fairs.planning.states import FairState
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page

FRESH_SECONDS = 5.0


@blueprint.get("/fairs/<public_id>/live")
@access(PUBLIC)
def live(public_id: str) -> Response:
    """The plan as it is now; the fair's page asks for the drawing only. Both are five seconds old at most."""
    uow = current_uow()
    fair: JobFair = uow.one(visible_fairs(uow.actor, select(JobFair).where(JobFair.public_id == public_id)))
    inner = _fresh(fair)
    is_part = request.headers.get("HX-Request") == "true"
    answer = make_response(inner) if is_part else page("fairday/live.html", fair=fair, inner=inner)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "HX-Request"
    return answer


def _fresh(fair: JobFair) -> Markup:
    """The drawing; a hall full of phones asks for it, so each process keeps it for a moment."""
    kept: dict[Any, tuple[float, Markup]] = current_app.extensions.setdefault("fair_plans", {})
    key, now = (fair.public_id, fair.state, current_locale()), time.monotonic()
    found = kept.get(key)
    if found is None or now - found[0] >= FRESH_SECONDS:
        if len(kept) > 50:
            kept.clear()
        session = current_uow().session
        plan, lines = plan_of(session, fair), booth_lines(session, fair)
        cells = plan_cells(plan, lines, is_live=fair.state is FairState.RUNNING)
        drawn = render_template("fairday/_live.html", fair=fair, plan=plan, cells=cells)
        found = kept[key] = (now, Markup(drawn))  # noqa: S704 - escaped by the template
    return found[1]


def plan_cells(
    plan: Plan, lines: Collection[BoothLine], *, is_live: bool, mine: Collection[int | None] = (), here: str = ""
) -> dict[int, PlanCell]:
    """How each booth is drawn: with its queue while the fair runs (``is_live``), the own ones marked.

    A booth leads to its employer's page with the postings, or on the page of a ticket (``here``) to that booth there.
    """
    standing = {line.exhibitor_id: line for line in lines}

    def cell(booth: Booth) -> PlanCell:
        exhibitor, line = plan.exhibitors.get(booth.exhibitor_id or 0), standing.get(booth.exhibitor_id)
        if exhibitor is None or line is None:
            return PlanCell("")
        url = f"{here}?booth={exhibitor.public_id}" if here else ""
        return PlanCell(
            url or url_for("employers.public", public_id=exhibitor.employer.public_id),
            line.words if is_live else "",
            f"hp-{line.look}" if is_live and line.look else "",
            exhibitor.id in mine,
        )

    return {booth.id: cell(booth) for booth in plan.booths}
