"""The page behind a link on a phone, without an account: reading shows, pressing acts."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from jobmatch.applications.forms import ComingForm
from jobmatch.applications.services import links
from jobmatch.applications.states import Attendance, InterviewResult, LinkPurpose
from jobmatch.applications.views.common import blueprint
from jobmatch.core.actors import Actor
from jobmatch.core.errors import AppError, Conflict, Invalid
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime
from jobmatch.web.pages import page


@blueprint.route("/i/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def by_link(token: str) -> Any:
    """One interview and its one act. Presses on unknown links are counted, so that guessing is braked."""
    actor = anonymous_actor()
    form = ComingForm.submitted()
    if request.method == "POST":
        try:
            _press(actor, token)
        except (Invalid, Conflict) as error:
            form.form_errors.append(_first(error))
            return _show(actor, token, form, error.status)
        return redirect(url_for("applications.by_link", token=token), 303)
    return _show(actor, token, form, 200)


def _first(error: AppError) -> str:
    return next(iter(getattr(error, "fields", {}).values()), error.message)


def _press(actor: Actor, token: str) -> None:
    with current_runtime().unit(actor) as uow:
        links.count_try(uow, token)
    with current_runtime().unit(actor) as uow:
        links.act_on_link(uow, token, said=request.form.get("said", "")[:20])


def _show(actor: Actor, token: str, form: Any, status: int) -> Response:
    with current_runtime().unit(actor, writing=False) as uow:
        opened = links.open_link(uow, token)
        answer = page(
            "applications/by_link.html",
            form=form,
            token=token,
            interview=opened.interview,
            application=opened.application,
            person=opened.person,
            is_person=opened.purpose is LinkPurpose.ATTEND,
            is_over=opened.interview.starts_at <= uow.now,
            sayings=Attendance if opened.purpose is LinkPurpose.ATTEND else InterviewResult,
        )
    answer.status_code = status
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
