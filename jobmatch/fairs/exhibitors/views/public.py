"""The answer of an employer by its link, without an account: GET shows, POST answers."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors.blueprint import blueprint
from jobmatch.fairs.exhibitors.forms import ReplyForm
from jobmatch.fairs.exhibitors.models import FairInvitation
from jobmatch.fairs.exhibitors.services import inviting
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import anonymous_actor, current_runtime
from jobmatch.web.pages import page


@blueprint.route("/fairs/reply/<token>", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def by_link(token: str) -> Any:
    """One fair and one question. Presses on unknown links are counted, so that guessing is braked."""
    actor, form = anonymous_actor(), ReplyForm.submitted()
    if request.method == "POST":
        with current_runtime().unit(actor) as uow:
            inviting.count_try(uow, token)
        try:
            done = form.act(lambda: _reply(actor, token, form))
        except Conflict as error:
            form.form_errors.append(error.message)
            done = None
        if done is not None:
            flash(_("回执收到了：%(reply)s", reply=done.reply.label), "success")
            return redirect(url_for("exhibitors.by_link", token=token), 303)
    return _show(actor, token, form)


def _reply(actor: Actor, token: str, form: ReplyForm) -> FairInvitation:
    with current_runtime().unit(actor) as uow:
        return inviting.reply_by_link(
            uow,
            token,
            reply=form.reply.data or "",
            attendees=form.attendees.data or "",
            needs_power=bool(form.needs_power.data),
            note=form.note.data or "",
        )


def _show(actor: Actor, token: str, form: ReplyForm) -> Response:
    with current_runtime().unit(actor, writing=False) as uow:
        invitation, fair, employer = inviting.open_link(uow, token)
        if request.method == "GET" and invitation.replied_at is not None:
            said = {"reply": invitation.reply.value, "attendees": invitation.attendees}
            form = ReplyForm(data=said | {"needs_power": invitation.needs_power, "note": invitation.note})
        shown = page(
            "exhibitors/by_link.html",
            form=form,
            fair=fair,
            employer=employer,
            invitation=invitation,
            is_open=fair.state in inviting.INVITED_IN and uow.now < fair.opens_at,
        )
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown
