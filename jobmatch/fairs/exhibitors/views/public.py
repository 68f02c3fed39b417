"""The answer of an employer by its link, without an account: GET shows, POST answers."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for

from jobmatch.core.actors import Actor
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.exhibitors.blueprint import blueprint
from jobmatch.fairs.exhibitors.forms import ReplyForm
from jobmatch.fairs.exhibitors.models import FairInvitation
from jobmatch.fairs.exhibitors.services import inviting
from jobmatch.fairs.exhibitors.views.common import said_in
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
        done = form.act_or_say(lambda: _reply(actor, token, form))
        if done is not None:
            flash(_("回执收到了：%(reply)s", reply=done.reply.label), "success")
            return redirect(url_for("exhibitors.by_link", token=token), 303)
    return _show(actor, token, form)


def _reply(actor: Actor, token: str, form: ReplyForm) -> FairInvitation:
    with current_runtime().unit(actor) as uow:
        return inviting.reply_by_link(
            uow, token, reply=form.reply.data or "", coming=form.coming(), note=form.note.data or ""
        )


def _show(actor: Actor, token: str, form: ReplyForm) -> Response:
    with current_runtime().unit(actor, writing=False) as uow:
        invitation, fair, employer = inviting.open_link(uow, token)
        if request.method == "GET":
            form = ReplyForm(data=said_in(invitation))
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
