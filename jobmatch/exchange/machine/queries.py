"""Reads of keys and webhooks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import Organization
from jobmatch.exchange.models import ApiToken, Webhook, WebhookCall


def api_tokens() -> Select[*tuple[Any, ...]]:
    """Tokens with the name of their office, live ones first; pass it through ``visible_api_tokens``."""
    return (
        select(ApiToken, Organization.name)
        .join(Organization, Organization.id == ApiToken.organization_id)
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    )


def api_token_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The token with this public id."""
    return select(ApiToken).where(ApiToken.public_id == public_id)


def webhooks() -> Select[*tuple[Any, ...]]:
    """Webhooks with the name of their office, the newest first; pass it through ``visible_webhooks``."""
    return (
        select(Webhook, Organization.name)
        .join(Organization, Organization.id == Webhook.organization_id)
        .order_by(Webhook.id.desc())
    )


def webhook_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The webhook with this public id."""
    return select(Webhook).where(Webhook.public_id == public_id)


def calls_of(hook: Webhook) -> Select[*tuple[Any, ...]]:
    """The calls of a webhook, the newest first."""
    return select(WebhookCall).where(WebhookCall.webhook_id == hook.id).order_by(WebhookCall.id.desc())
