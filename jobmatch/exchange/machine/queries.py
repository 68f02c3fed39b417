"""Reads of keys and webhooks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import Organization
from jobmatch.exchange.models import ApiToken


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
