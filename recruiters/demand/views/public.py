"""The answer of an employer by its link, without an account."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from jobmatch.core.actors import system_actor
from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime
from jobmatch.web.pages import page
from recruiters.demand.blueprint import blueprint
from recruiters.demand.forms import AnswerForm
from recruiters.demand.services import links
from recruiters.demand.services.rounds import answer_demand
from recruiters.demand.states import AnswerWay
from recruiters.demand.views.common import answer_page


@blueprint.route("/d/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def by_link(token: str) -> Any:
    """One employer's answer in one round. Presses on unknown links are counted, so that guessing is braked."""
    if request.args.get("done"):
        return page("demand/thanks.html", token=token)
    if request.method == "POST":
        with current_runtime().unit(anonymous_actor()) as uow:
            links.count_try(uow, token)
    with current_runtime().unit(anonymous_actor(), writing=False) as uow:
        asked = links.open_link(uow, token)
        shown = answer_page("demand/by_link.html", asked, lambda form: _keep(token, form), token=token)
    answer = shown or redirect(url_for("demand.by_link", token=token, done="1"), 303)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _keep(token: str, form: AnswerForm) -> bool:
    """In a writing unit of its own, as the holder of the link."""
    with current_runtime().unit(system_actor(_("用工调查链接"))) as uow:
        asked = links.open_link(uow, token)
        by, note = form.by.data or "", form.note.data or ""
        answer_demand(uow, asked, form.said, way=AnswerWay.LINK, by=by, note=note)
    return True
