"""Pages of staff about machines: tokens of the API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for

from jobmatch.accounts.login import show_once, take_once
from jobmatch.core.i18n import gettext as _
from jobmatch.exchange.machine import services
from jobmatch.exchange.machine.forms import ApiTokenForm
from jobmatch.exchange.machine.policies import visible_api_tokens
from jobmatch.exchange.machine.queries import api_token_named, api_tokens
from jobmatch.exchange.machine.reading import MOST_CALLS
from jobmatch.exchange.machine.resources import RESOURCES
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page, paged

blueprint = Blueprint("machine", __name__, template_folder="templates")


@blueprint.route("/staff/api-tokens", methods=["GET", "POST"])
@access("api.manage")
def tokens() -> Any:
    """Tokens of the subtree, and a new one for the own office."""
    uow = current_uow()
    form = ApiTokenForm.submitted()
    made = form.act_or_say(
        lambda: services.make_api_token(
            uow, name=form.name.data or "", scopes=form.scopes.data or [], days=form.days.data
        )
    )
    if made is not None:
        show_once("api_token", made[1])
        return redirect(url_for("machine.tokens"), 303)
    return page(
        "machine/tokens.html",
        form=form,
        found=paged(uow, visible_api_tokens(uow.actor, api_tokens())),
        fresh=take_once("api_token"),
        resources=RESOURCES,
        today=uow.today,
        calls=MOST_CALLS,
        address=url_for("machine_api.postings", _external=True),
    )


@blueprint.post("/staff/api-tokens/<public_id>/revoke")
@access("api.manage")
def revoke(public_id: str) -> Any:
    """Stop a token."""
    uow = current_uow()
    services.revoke_api_token(uow, uow.one(visible_api_tokens(uow.actor, api_token_named(public_id))))
    flash(_("密钥已停用"), "success")
    return redirect(url_for("machine.tokens"), 303)
