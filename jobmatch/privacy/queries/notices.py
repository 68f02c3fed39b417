"""Reads of the privacy notice for the reader of a page."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from jobmatch.accounts.models import User
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import PrivacyNotice
from jobmatch.privacy.models import NoticeAcceptance


def notice_due(uow: UnitOfWork) -> PrivacyNotice | None:
    """The version in force, where the actor has not accepted it yet and did not sign up under it; one statement."""
    newest = (
        select(PrivacyNotice.id)
        .where(PrivacyNotice.valid_from <= uow.today)
        .order_by(PrivacyNotice.valid_from.desc(), PrivacyNotice.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    accepted = (
        select(NoticeAcceptance.id)
        .where(NoticeAcceptance.user_id == uow.actor.user_id, NoticeAcceptance.notice_id == PrivacyNotice.id)
        .exists()
    )
    signed_up_under_it = (
        select(User.id)
        .where(User.id == uow.actor.user_id, User.created_at > PrivacyNotice.created_at)
        .where(func.date(User.created_at) >= PrivacyNotice.valid_from)
        .exists()
    )
    query = select(PrivacyNotice).where(PrivacyNotice.id == newest, ~accepted, ~signed_up_under_it)
    return uow.session.scalars(query).one_or_none()


def versions() -> Select[tuple[PrivacyNotice, int]]:
    """Every version with the number of accounts that accepted it, the newest first."""
    accepted = (
        select(func.count(NoticeAcceptance.id))
        .where(NoticeAcceptance.notice_id == PrivacyNotice.id)
        .correlate(PrivacyNotice)
        .scalar_subquery()
    )
    return select(PrivacyNotice, accepted).order_by(PrivacyNotice.number.desc())
