"""转给用人部门 without an account: a link that one browser opens for seven days, and that shows no phone.

The first press on the page takes the link into that browser (a preview in a chat only reads the page, so it uses up
nothing); every other browser is told that it was opened already. Every opening is logged.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.states import OrganizationState
from jobmatch.applications.cards import ApplicationSheet
from jobmatch.applications.handing import sheet_without_contact
from jobmatch.applications.models import Application, HandLink
from jobmatch.applications.policies import can_hand_application
from jobmatch.applications.queries import with_posting
from jobmatch.applications.states import LIVE
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

LINK_DAYS = 7
MOST_LINKS = 5


@dataclass(frozen=True, slots=True)
class Handed:
    """What a link leads to."""

    link: HandLink
    application: Application


def make_hand_link(uow: UnitOfWork, application: Application) -> str:
    """A fresh link to one application; returns its token, which is stored nowhere.

    Raises ``Conflict`` for an application that is over, or that has as many open links as anybody needs.
    """
    require(can_hand_application(uow.actor, application))
    if application.state not in LIVE:
        raise Conflict(_("这份投递已经结束，不能再转"))
    if len([one for one in links_of(uow, application) if is_open(one, uow)]) >= MOST_LINKS:
        raise Conflict(_("已经有 %(n)s 个链接在用，请先收回不用的", n=MOST_LINKS))
    token = secrets.token_urlsafe(32)
    link = HandLink(
        application_id=application.id,
        token_sha256=token_hash(token),
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
        expires_at=uow.now + timedelta(days=LINK_DAYS),
    )
    uow.session.add(link)
    uow.session.flush()
    uow.audit("hand_link.make", application, link=link.public_id)
    return token


def links_of(uow: UnitOfWork, application: Application) -> list[HandLink]:
    """Every link to an application, the newest first."""
    query = select(HandLink).where(HandLink.application_id == application.id)
    return list(uow.session.scalars(query.order_by(HandLink.id.desc())))


def is_open(link: HandLink, uow: UnitOfWork) -> bool:
    """Whether a link can still be opened by somebody."""
    return link.revoked_at is None and link.expires_at > uow.now


def revoke_hand_link(uow: UnitOfWork, application: Application, public_id: str) -> HandLink:
    """Take one link back at once; twice changes nothing. Raises ``NotFound`` for one of another application."""
    require(can_hand_application(uow.actor, application))
    link = next((one for one in links_of(uow, application) if one.public_id == public_id), None)
    if link is None:
        raise NotFound
    if link.revoked_at is None:
        link.revoked_at = uow.now
        uow.session.flush()
        uow.audit("hand_link.revoke", application, link=link.public_id)
    return link


def find_hand_link(uow: UnitOfWork, token: str) -> Handed:
    """What a link leads to. Raises ``NotFound`` for one that is unknown, over or taken back."""
    query = (
        select(HandLink, Application)
        .join(Application, Application.id == HandLink.application_id)
        .join(Organization, Organization.id == Application.organization_id)
        .where(
            HandLink.token_sha256 == token_hash(token),
            HandLink.expires_at > uow.now,
            HandLink.revoked_at.is_(None),
            Application.state.in_(LIVE),
            Organization.state == OrganizationState.ACTIVE,
        )
    )
    row = uow.session.execute(with_posting(query)).one_or_none()
    if row is None:
        raise NotFound(_("这个链接过期了，或者已经被收回。请找转给您的同事"))
    return Handed(*row)


def belongs_to(link: HandLink, browser: str) -> bool:
    """Whether the browser with this secret is the one that opened the link first."""
    known = link.browser_sha256
    return known is not None and bool(browser) and hmac.compare_digest(known, token_hash(browser))


def claim_hand_link(uow: UnitOfWork, token: str) -> str | None:
    """The first press: the link belongs to this browser from now on; returns the browser's secret.

    None where another browser was faster. One guarded statement, so that two presses never both win.
    """
    handed = find_hand_link(uow, token)
    browser = secrets.token_urlsafe(32)
    changed = uow.session.execute(
        update(HandLink)
        .where(HandLink.id == handed.link.id, HandLink.opened_at.is_(None))
        .values(opened_at=uow.now, browser_sha256=token_hash(browser)),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]
    return browser if changed == 1 else None


def read_hand_link(uow: UnitOfWork, token: str, browser: str) -> tuple[Handed, ApplicationSheet] | None:
    """What the browser that owns the link sees, once ``log_opening`` was called; None for every other browser."""
    handed = find_hand_link(uow, token)
    if not belongs_to(handed.link, browser):
        return None
    reader, uow.actor = uow.actor, department(handed.application, ip=uow.actor.ip)
    try:
        return handed, sheet_without_contact(uow, handed.application)
    finally:
        uow.actor = reader


def log_opening(uow: UnitOfWork, token: str) -> None:
    """Count and log that the owner of the link reads it, before the page leaves. Raises ``NotFound``."""
    handed = find_hand_link(uow, token)
    link, application = handed.link, handed.application
    link.opened_count, link.last_opened_at = link.opened_count + 1, uow.now
    uow.session.flush()
    reader, uow.actor = uow.actor, department(application, ip=uow.actor.ip)
    try:
        uow.audit("hand_link.open", application, link=link.public_id)
    finally:
        uow.actor = reader


def department(application: Application, *, ip: str = "") -> Actor:
    """Whoever reads by a link: of the employer, with nothing but what was handed over."""
    return Actor(
        user_id=None,
        label=_("用人部门（链接）"),
        permissions=frozenset({"application.handed"}),
        organization_id=application.organization_id,
        ip=ip,
    )
