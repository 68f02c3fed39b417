"""Pages of staff about machines: tokens of the API, and addresses that are told."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from jobmatch.accounts.login import show_once, take_once
from jobmatch.core.i18n import gettext as _
from jobmatch.exchange.machine import hooks, services
from jobmatch.exchange.machine.events import EventKind
from jobmatch.exchange.machine.forms import ApiTokenForm, WebhookForm
from jobmatch.exchange.machine.policies import visible_api_tokens, visible_webhooks
from jobmatch.exchange.machine.queries import api_token_named, api_tokens, calls_of, webhook_named
from jobmatch.exchange.machine.queries import webhooks as all_webhooks
from jobmatch.exchange.machine.reading import MOST_CALLS
from jobmatch.exchange.machine.resources import RESOURCES
from jobmatch.exchange.machine.sending import SIGNATURE, hosts_of
from jobmatch.exchange.models import Webhook, WebhookCall
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
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


@blueprint.route("/staff/webhooks", methods=["GET", "POST"])
@access("api.manage")
def webhooks() -> Any:
    """Addresses of the subtree that are told about events, and a new one for the own office."""
    uow, hosts = current_uow(), hosts_of(current_runtime().settings)
    form = WebhookForm.submitted()
    made = form.act_or_say(
        lambda: hooks.make_webhook(uow, url=form.url.data or "", events=form.events.data or [], hosts=hosts)
    )
    if made is not None:
        show_once("webhook", made[1])
        return redirect(url_for("machine.webhook", public_id=made[0].public_id), 303)
    found = paged(uow, visible_webhooks(uow.actor, all_webhooks()))
    kinds = {kind.value: kind for kind in EventKind}
    return page("machine/webhooks.html", form=form, found=found, hosts=sorted(hosts), kinds=kinds)


def _hook(public_id: str) -> Webhook:
    uow = current_uow()
    found: Webhook = uow.one(visible_webhooks(uow.actor, webhook_named(public_id)))
    return found


@blueprint.get("/staff/webhooks/<public_id>")
@access("api.manage")
def webhook(public_id: str) -> Any:
    """One address: what it was told, and what came of it."""
    uow, hook = current_uow(), _hook(public_id)
    return page(
        "machine/webhook.html",
        hook=hook,
        found=paged(uow, calls_of(hook)),
        fresh=take_once("webhook"),
        kinds={kind.value: kind for kind in EventKind},
        signature=SIGNATURE,
        most=hooks.MOST_FAILED,
    )


@blueprint.post("/staff/webhooks/<public_id>/switch")
@access("api.manage")
def switch(public_id: str) -> Any:
    """Pause an address, or let it be told again."""
    hook = hooks.switch_webhook(current_uow(), _hook(public_id), on=request.form.get("on") == "1")
    flash(_("已恢复通知") if hook.is_active else _("已停用通知"), "success")
    return redirect(url_for("machine.webhook", public_id=public_id), 303)


@blueprint.post("/staff/webhooks/<public_id>/calls/<call_id>/again")
@access("api.manage")
def again(public_id: str, call_id: str) -> Any:
    """Send one call again."""
    uow, hook = current_uow(), _hook(public_id)
    hooks.call_again(uow, hook, uow.one(calls_of(hook).where(WebhookCall.public_id == call_id)))
    flash(_("一分钟以内会再发一次"), "success")
    return redirect(url_for("machine.webhook", public_id=public_id), 303)
