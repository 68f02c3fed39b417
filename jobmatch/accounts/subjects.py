"""An account in whole-person acts: what it holds, closing it, and which of two stays open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select

from jobmatch.accounts.models import AssistedRecovery, Invitation, Membership, RecoveryCode, SignInSession, User
from jobmatch.accounts.services.sessions import record_all_ended
from jobmatch.accounts.states import PERSON_ROLES
from jobmatch.core.subjects import MovedRow, change_row, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork


def export_user(uow: UnitOfWork, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The account, its roles, its devices and what staff did to help with it; no secrets of signing in."""
    secrets = ("password_hash", "totp_secret", "totp_last_step", "password_expires_at")
    of_user = {
        "user": (User, User.id == user_id, secrets),
        "membership": (Membership, Membership.user_id == user_id, ()),
        "sign_in_session": (SignInSession, SignInSession.user_id == user_id, ()),
        "assisted_recovery": (AssistedRecovery, AssistedRecovery.user_id == user_id, ("detail",)),
    }
    return {
        table: dump_rows(uow.session, model, where, without=without)
        for table, (model, where, without) in of_user.items()
    }


def erase_user(uow: UnitOfWork, user_id: int) -> dict[str, int]:
    """End the roles of a person; an account without another role (an employer's, say) is blanked and closed."""
    session = uow.session
    user = session.get_one(User, user_id)
    own = session.scalars(
        select(Membership).where(Membership.user_id == user_id, Membership.role.in_(PERSON_ROLES), Membership.is_active)
    ).all()
    for membership in own:
        membership.is_active = False
    session.flush()
    others = select(func.count()).select_from(Membership).where(Membership.user_id == user_id, Membership.is_active)
    if session.scalar(others):
        return {"membership": len(own)}
    record_all_ended(uow, user)
    user.name, user.phone, user.email, user.password_hash, user.totp_secret = "", None, None, "", None
    user.is_active = False
    counts = {"membership": len(own), "user": 1}
    for model in (SignInSession, RecoveryCode):
        gone = session.scalars(delete(model).where(model.user_id == user_id).returning(model.id))
        counts[model.__tablename__] = len(gone.all())
    for row in session.scalars(select(AssistedRecovery).where(AssistedRecovery.user_id == user_id)):
        row.new_phone, row.evidence, row.detail = None, "", {}
    session.flush()
    return counts


def move_user(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Close the account ``source_id``, whose person goes on in ``target_id``; its roles stay with it.

    An account with a role outside the service (an employer's, say) stays open for that.
    """
    session = uow.session
    user = session.get_one(User, source_id)
    roles = select(Membership).where(Membership.user_id == source_id, Membership.is_active)
    own = [row for row in session.scalars(roles) if row.role in PERSON_ROLES]
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .where(Membership.user_id == source_id, Membership.is_active, Membership.role.not_in(PERSON_ROLES))
    )
    moved = [change_row(row, is_active=False) for row in own]
    if not others:
        moved.append(change_row(user, is_active=False))
        record_all_ended(uow, user)
    session.flush()
    return moved


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Colleagues and open invitations go to the organization that goes on; a role somebody has there stays one."""
    session = uow.session
    held = set(
        session.execute(select(Membership.user_id, Membership.role).where(Membership.organization_id == target_id))
    )
    moved = []
    for row in session.scalars(select(Membership).where(Membership.organization_id == source_id)).all():
        if (row.user_id, row.role) in held:
            moved.append(change_row(row, is_active=False))
        else:
            moved.append(change_row(row, organization_id=target_id))
    session.flush()
    return moved + move_rows(session, Invitation, "organization_id", source_id, target_id)
