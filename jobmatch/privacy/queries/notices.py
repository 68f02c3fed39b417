"""Reads of the privacy notice for the reader of a page."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import PrivacyNotice
from jobmatch.privacy.models import NoticeAcceptance


def notice_due(uow: UnitOfWork) -> PrivacyNotice | None:
    """The version in force, where the actor has not accepted it yet; one statement."""
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
    return uow.session.scalars(select(PrivacyNotice).where(PrivacyNotice.id == newest, ~accepted)).one_or_none()


def versions() -> Select[tuple[PrivacyNotice, int]]:
    """Every version with the number of accounts that accepted it, the newest first."""
    accepted = (
        select(func.count(NoticeAcceptance.id))
        .where(NoticeAcceptance.notice_id == PrivacyNotice.id)
        .correlate(PrivacyNotice)
        .scalar_subquery()
    )
    return select(PrivacyNotice, accepted).order_by(PrivacyNotice.number.desc())
