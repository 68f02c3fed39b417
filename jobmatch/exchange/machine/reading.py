"""One call of the API: the holder of a token, and the page of rows that is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.states import OrganizationState
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Limited
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.brakes import count_call
from jobmatch.exchange.machine.declarations import Resource
from jobmatch.exchange.models import ApiToken

PREFIX = "jma_"
"""A token that lies about somewhere can be recognised by it."""
MOST_CALLS = 60
"""Calls of one token in a minute."""


def admit(uow: UnitOfWork, text: str) -> tuple[Actor, frozenset[str]] | None:
    """Who shows this token and what it may read, counted as one call; None for one that is unknown, stopped or over.

    The actor is a machine without permissions: it sees what is public, within the subtree of its office.
    Raises ``Limited`` where it calls too often.
    """
    known = (
        ApiToken.token_sha256 == token_hash(text),
        ApiToken.revoked_at.is_(None),
        ApiToken.valid_until >= uow.today,
        Organization.state == OrganizationState.ACTIVE,
    )
    query = select(ApiToken).join(Organization, Organization.id == ApiToken.organization_id)
    token = uow.session.scalars(query.where(*known)).one_or_none()
    if token is None:
        return None
    if not count_call(uow, ApiToken, token.id, window=timedelta(minutes=1), most=MOST_CALLS):
        raise Limited(_("调用太快了，一分钟最多 %(n)s 次", n=MOST_CALLS), retry_after=60)
    actor = Actor(
        label=_("接口：%(name)s", name=token.name),
        roles=frozenset({"machine"}),
        region_path=token.region_path,
        organization_id=token.organization_id,
        ip=uow.actor.ip,
    )
    return actor, frozenset(token.scopes)


def read_page(uow: UnitOfWork, resource: Resource, given: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of one answer, oldest first, and under ``next`` the cursor of the one after it, where there is more.

    A cursor is the public id of the last row, so rows that come or go meanwhile shift nothing.
    """
    if resource.gather is not None:
        return {"data": [resource.answer(row) for row in resource.gather(uow)], "next": None}
    if resource.select is None:
        raise ValueError(resource.name)
    model, limit = resource.model, given["limit"]
    query = resource.select(uow).where(model.region_path.startswith(uow.actor.region_path, autoescape=True))
    if given["id"]:
        query = query.where(model.public_id == given["id"])
    if given["region"]:
        query = query.where(model.region_path.contains(f"/{given['region']}/", autoescape=True))
    if given["after"]:
        last = select(model.id).where(model.public_id == given["after"]).scalar_subquery()
        query = query.where(model.id > last)
    rows = uow.rows(query.order_by(model.id).limit(limit + 1))
    has_more = len(rows) > limit
    shown = rows[:limit]
    return {
        "data": [resource.answer(row) for row in shown],
        "next": shown[-1].public_id if has_more else None,
    }
