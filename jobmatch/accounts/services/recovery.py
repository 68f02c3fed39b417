"""Getting back in: forgotten password, lost second factor, changed phone. Each tells the old contact.

Nothing here says whether an account exists before the asker proved the phone to be the own one.
"""

from __future__ import annotations

from sqlalchemy import select, update

from jobmatch.accounts.models import AssistedRecovery, User, clean_phone
from jobmatch.accounts.policies import can_assist
from jobmatch.accounts.queries import find_user_by_phone
from jobmatch.accounts.services.codes import spend_code
from jobmatch.accounts.services.second_factor import record_factor_removed
from jobmatch.accounts.services.sessions import record_all_ended
from jobmatch.accounts.services.sign_in import find_pending
from jobmatch.accounts.services.telling import tell
from jobmatch.accounts.services.users import check_phone, record_password
from jobmatch.accounts.states import AssistKind, CodePurpose
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork


def recover_password(uow: UnitOfWork, *, phone: str, code: str, password_hash: str) -> User | None:
    """Store a new password for the account of a proven phone; None where there is none to recover.

    Call ``try_code`` in a unit of its own first. A second factor stays as it is. Raises ``Invalid`` on ``code``.
    """
    spend_code(uow, phone, code, CodePurpose.RECOVERY)
    user = find_user_by_phone(uow.session, phone)
    if user is None or not user.is_active:
        return None
    record_password(uow, user, password_hash)
    return user


def change_phone_by_codes(uow: UnitOfWork, *, old_phone: str, old_code: str, new_phone: str, new_code: str) -> User:
    """Move an account to a new phone; codes of both prove that both are the own ones.

    Call ``try_code`` for both first. Raises ``Invalid`` on ``old_phone``, ``code``, ``new_phone`` or ``new_code``.
    """
    number = check_phone(new_phone, field="new_phone")
    spend_code(uow, old_phone, old_code, CodePurpose.PHONE_CHANGE)
    try:
        spend_code(uow, number, new_code, CodePurpose.PHONE_CHANGE)
    except Invalid as error:
        raise Invalid(fields={"new_code": error.fields["code"]}) from None
    user = find_user_by_phone(uow.session, old_phone)
    if user is None or not user.is_active:
        raise Invalid(fields={"old_phone": _("这个手机号还没有账号")})
    _move(uow, user, number)
    return user


def _move(uow: UnitOfWork, user: User, new_phone: str) -> None:
    old_phone = user.phone or ""
    if clean_phone(old_phone) == new_phone:
        raise Invalid(fields={"new_phone": _("新手机号和原来的一样")})
    if find_user_by_phone(uow.session, new_phone) is not None:
        raise Invalid(fields={"new_phone": _("这个手机号已经有账号。要合并请打服务站电话")})
    user.phone = new_phone
    record_all_ended(uow, user)
    uow.audit("phone.changed", user)
    tell(uow, user, "phone_changed", phone=old_phone)


def change_phone_at_window(uow: UnitOfWork, user: User, *, new_phone: str, evidence: str) -> AssistedRecovery:
    """Move an account to a new phone because staff saw the person's card; ``evidence`` says which.

    Raises ``NotAllowed`` for an account this staff member may not serve, ``Invalid`` on ``new_phone``, ``evidence``.
    """
    require(can_assist(uow.actor, uow.session, user))
    number = check_phone(new_phone, field="new_phone")
    if not evidence.strip():
        raise Invalid(fields={"evidence": _("请写明看过的证件，例如优待证尾号")})
    _move(uow, user, number)
    row = AssistedRecovery(
        user_id=user.id,
        kind=AssistKind.PHONE,
        evidence=evidence.strip()[:200],
        first_by_id=uow.actor.user_id,
        created_at=uow.now,
        done_at=uow.now,
    )
    row.new_phone = number
    uow.session.add(row)
    uow.session.flush()
    uow.audit("recovery.phone", row)
    return row


def ask_factor_reset(uow: UnitOfWork, token: str) -> AssistedRecovery | None:
    """Ask staff to take the second factor away; only somebody who just gave the right password can.

    Asking again gives the request that waits already. None where the pending sign-in is over.
    """
    found = find_pending(uow, token)
    if found is None:
        return None
    user = found[1]
    waiting = uow.session.scalars(
        select(AssistedRecovery).where(
            AssistedRecovery.user_id == user.id,
            AssistedRecovery.kind == AssistKind.SECOND_FACTOR,
            AssistedRecovery.done_at.is_(None),
        )
    ).first()
    if waiting is not None:
        return waiting
    row = AssistedRecovery(user_id=user.id, kind=AssistKind.SECOND_FACTOR, created_at=uow.now)
    uow.session.add(row)
    uow.session.flush()
    uow.audit("recovery.asked", row)
    tell(uow, user, "help_asked")
    return row


def approve_factor_reset(uow: UnitOfWork, row: AssistedRecovery, *, evidence: str) -> AssistedRecovery:
    """Say as staff that the person was recognised; the second, different staff member takes the factor away.

    ``done_at`` of the row that comes back says whether it is done. Raises ``NotAllowed`` for an account this staff
    member may not serve or for the same
    staff member twice, ``Conflict`` where it was done already.
    """
    user = uow.session.get_one(User, row.user_id)
    require(can_assist(uow.actor, uow.session, user))
    if row.done_at is not None or row.kind is not AssistKind.SECOND_FACTOR:
        raise Conflict(_("这件事已经办完了"))
    if not evidence.strip():
        raise Invalid(fields={"evidence": _("请写明怎样认出本人，例如看过工作证")})
    staff_id = uow.actor.user_id
    if row.first_by_id is None:
        row.first_by_id = staff_id
        row.evidence = evidence.strip()[:200]
        uow.session.flush()
        uow.audit("recovery.first", row)
        return row
    if row.first_by_id == staff_id:
        raise NotAllowed(_("需要另一位工作人员来确认，同一个人不能确认两次"))
    taken = uow.session.execute(
        update(AssistedRecovery)
        .where(AssistedRecovery.id == row.id, AssistedRecovery.done_at.is_(None))
        .values(second_by_id=staff_id, done_at=uow.now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("这件事已经办完了"))
    row.detail = {"second_evidence": evidence.strip()[:200]}
    record_factor_removed(uow, user)
    record_all_ended(uow, user)
    uow.audit("recovery.second", row)
    tell(uow, user, "second_factor_reset")
    return row
