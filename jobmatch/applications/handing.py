"""转给用人部门: a recruiter hands an application to a colleague who reads it without contact data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.queries import live_membership
from jobmatch.accounts.states import Role
from jobmatch.applications.cards import ApplicationSheet, application_sheet
from jobmatch.applications.models import Application, ApplicationHandOver
from jobmatch.applications.policies import can_hand_application
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup


def departments(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Colleagues of the actor's employer who read what they are handed: public id and name."""
    found = uow.session.execute(_departments(uow).with_only_columns(User.public_id, User.name))
    return [(public_id, name) for public_id, name in found]


def _departments(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    return (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organization_id == (uow.actor.organization_id or 0),
            Membership.role == Role.EMPLOYER_READER,
            User.is_active,
            live_membership(uow.now),
        )
        .order_by(User.id)
    )


def hand_over(uow: UnitOfWork, application: Application, *, to: str) -> ApplicationHandOver:
    """Let a colleague (public id) read an application; twice changes nothing. Raises ``Invalid`` on ``to``."""
    require(can_hand_application(uow.actor, application))
    reader = uow.session.scalars(_departments(uow).where(User.public_id == to)).one_or_none()
    if reader is None:
        raise Invalid(fields={"to": _("请从列表里选一个用人部门")})
    key = (ApplicationHandOver.application_id == application.id, ApplicationHandOver.user_id == reader.id)
    row = uow.session.scalars(select(ApplicationHandOver).where(*key)).one_or_none()
    if row is not None:
        return row
    row = ApplicationHandOver(application_id=application.id, user_id=reader.id, at=uow.now, by_id=uow.actor.user_id)
    uow.session.add(row)
    uow.session.flush()
    uow.audit("application.handed", application, to=reader.public_id)
    send(
        uow,
        reader,
        group=MessageGroup.APPLICATION,
        title=lambda: _("同事转给您一份简历"),
        link=f"/employer/handed/{application.public_id}",
        once=f"handed:{application.public_id}",
    )
    return row


def sheet_without_contact(uow: UnitOfWork, application: Application) -> ApplicationSheet:
    """What the department reads: the card and the comparison, never the phone."""
    sheet = application_sheet(uow, application)
    if sheet.card.person is None:
        return sheet
    return replace(sheet, card=replace(sheet.card, person=replace(sheet.card.person, phone=None)))
