"""Keys of machines: made, shown once, stopped."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.machine.policies import can_keep, can_manage_api
from jobmatch.exchange.machine.reading import PREFIX
from jobmatch.exchange.machine.resources import RESOURCES
from jobmatch.exchange.models import ApiToken
from jobmatch.reference.queries import rule_value

MOST_DAYS = 365


def make_api_token(uow: UnitOfWork, *, name: str, scopes: Sequence[str], days: int | None) -> tuple[ApiToken, str]:
    """A token of the own office and its text, which is stored nowhere; ``days`` is how long it holds, from today.

    Raises ``Invalid`` by field, ``Conflict`` where the office has as many live ones as the dated rule
    ``feed_tokens_most`` allows.
    """
    require(can_manage_api(uow.actor))
    clean = " ".join(name.split())
    errors: dict[str, str] = {}
    if not 2 <= len(clean) <= 60:
        errors["name"] = _("请写谁用这个密钥，2 到 60 个字")
    if not scopes or not set(scopes) <= RESOURCES.keys():
        errors["scopes"] = _("请至少选一项，从列表里选")
    if days is None or not 1 <= days <= MOST_DAYS:
        errors["days"] = _("请写 1 到 %(n)s 天", n=MOST_DAYS)
    if errors or days is None:
        raise Invalid(fields=errors)
    # One after the other for one office, so that two presses at once do not pass the limit.
    uow.session.execute(select(Organization.id).where(Organization.id == uow.actor.organization_id).with_for_update())
    most = int(rule_value(uow.session, "feed_tokens_most", uow.today))
    live = select(func.count(ApiToken.id)).where(
        ApiToken.organization_id == uow.actor.organization_id,
        ApiToken.revoked_at.is_(None),
        ApiToken.valid_until >= uow.today,
    )
    if (uow.session.scalar(live) or 0) >= most:
        raise Conflict(_("一个单位最多同时有 %(n)s 个密钥，请先停用不用的", n=most))
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        organization_id=uow.actor.organization_id,
        region_path=uow.actor.region_path,
        name=clean,
        scopes=[name for name in RESOURCES if name in scopes],
        token_sha256=token_hash(text),
        valid_until=uow.today + timedelta(days=days - 1),
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(token)
    uow.session.flush()
    uow.audit("api_token.make", token, scopes=",".join(token.scopes))
    return token, text


def revoke_api_token(uow: UnitOfWork, token: ApiToken) -> ApiToken:
    """Stop a token at once; a second press changes nothing."""
    require(can_keep(uow.actor, token))
    if token.revoked_at is None:
        token.revoked_at = uow.now
        uow.audit("api_token.revoke", token)
    return token
