"""Webhooks: made, switched, called, and tried again with growing waits."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.machine.events import EventKind
from jobmatch.exchange.machine.policies import can_keep, can_manage_api
from jobmatch.exchange.machine.sending import check_address, signed
from jobmatch.exchange.models import Webhook, WebhookCall

PREFIX = "whk_"
WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 30, 120, 360, 720))
"""Waits before each further try: twenty hours and a half in all, then the call is given up."""
MOST_FAILED = 20
"""Failures in a row after which an address is paused."""
MOST_HOOKS = 10
LEASE = timedelta(minutes=5)
"""How long a call belongs to the worker that took it."""


def make_webhook(uow: UnitOfWork, *, url: str, events: Sequence[str], hosts: frozenset[str]) -> tuple[Webhook, str]:
    """An address of the own office and the key that signs its calls, which is shown once.

    ``hosts`` are those the settings name. Raises ``Invalid`` by field, ``Conflict`` where the office has too many.
    """
    require(can_manage_api(uow.actor))
    errors: dict[str, str] = {}
    try:
        clean = check_address(url, hosts)
    except Invalid as error:
        clean, errors = "", dict(error.fields)
    if not events or not set(events) <= {kind.value for kind in EventKind}:
        errors["events"] = _("请至少选一项，从列表里选")
    if errors:
        raise Invalid(fields=errors)
    mine = select(func.count(Webhook.id)).where(Webhook.organization_id == uow.actor.organization_id)
    if (uow.session.scalar(mine) or 0) >= MOST_HOOKS:
        raise Conflict(_("一个单位最多 %(n)s 个通知地址", n=MOST_HOOKS))
    key = PREFIX + secrets.token_urlsafe(32)
    hook = Webhook(
        organization_id=uow.actor.organization_id,
        region_path=uow.actor.region_path,
        url=clean,
        events=[kind.value for kind in EventKind if kind.value in events],
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    hook.key = key
    uow.session.add(hook)
    uow.session.flush()
    uow.audit("webhook.make", hook, events=",".join(hook.events))
    return hook, key


def switch_webhook(uow: UnitOfWork, hook: Webhook, *, on: bool) -> Webhook:
    """Pause an address, or let it be told again; a second press changes nothing."""
    require(can_keep(uow.actor, hook))
    if hook.is_active is not on:
        hook.is_active = on
        hook.failed_count = 0
        uow.audit("webhook.resume" if on else "webhook.pause", hook)
    return hook


def call_again(uow: UnitOfWork, hook: Webhook, call: WebhookCall) -> WebhookCall:
    """Send one call again now, whatever came of it; one that waits already only moves to the front."""
    require(can_keep(uow.actor, hook))
    if not hook.is_active:
        raise Conflict(_("这个地址停用了，请先恢复"))
    call.next_at, call.done_at, call.tries = uow.now, None, 0
    uow.audit("webhook.call_again", hook)
    return call


@dataclass(frozen=True, slots=True)
class Due:
    """One call as it is sent."""

    call_id: int
    url: str
    body: bytes
    signature: str


def take_due(uow: UnitOfWork) -> Due | None:
    """The next call that is due, taken for ``LEASE`` so that no other worker sends it too; None where none is."""
    query = (
        select(WebhookCall, Webhook)
        .join(Webhook, Webhook.id == WebhookCall.webhook_id)
        .where(Webhook.is_active, WebhookCall.done_at.is_(None), WebhookCall.next_at <= uow.now)
        .order_by(WebhookCall.next_at, WebhookCall.id)
        .limit(1)
    )
    found = uow.session.execute(query).first()
    if found is None:
        return None
    call, hook = found
    taken = uow.session.execute(
        update(WebhookCall)
        .where(WebhookCall.id == call.id, WebhookCall.next_at == call.next_at)
        .values(next_at=uow.now + LEASE, tries=WebhookCall.tries + 1),
        execution_options={"synchronize_session": False},
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict
    body = json.dumps(call.body | {"call": call.public_id}, ensure_ascii=False, sort_keys=True).encode()
    return Due(call.id, hook.url, body, signed(hook.key, body, int(uow.now.timestamp())))


def record_answer(uow: UnitOfWork, call_id: int, status: int | None) -> WebhookCall:
    """Note what came of a call; ``status`` is None where nobody answered. Only 2xx counts as told."""
    call = uow.session.get_one(WebhookCall, call_id, with_for_update=True)
    hook = uow.session.get_one(Webhook, call.webhook_id, with_for_update=True)
    call.status = status
    if status is not None and 200 <= status < 300:
        call.done_at, call.next_at = uow.now, None
        hook.failed_count = 0
        return call
    call.next_at = uow.now + WAITS[call.tries - 1] if call.tries <= len(WAITS) else None
    hook.failed_count += 1
    if hook.failed_count >= MOST_FAILED and hook.is_active:
        hook.is_active = False
        uow.audit("webhook.pause", hook, failed=hook.failed_count)
    return call
