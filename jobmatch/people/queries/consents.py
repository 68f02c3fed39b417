"""Reads of the ledger of consent and of the privacy notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.people.models.consents import Consent, PrivacyNotice
from jobmatch.people.states import ConsentPurpose


def current_notice(session: Session, day: date) -> PrivacyNotice | None:
    """The version of the privacy notice that is in force on ``day``."""
    return session.scalars(
        select(PrivacyNotice)
        .where(PrivacyNotice.valid_from <= day)
        .order_by(PrivacyNotice.valid_from.desc(), PrivacyNotice.number.desc())
        .limit(1)
    ).one_or_none()


def consents_of(session: Session, person_id: int) -> Sequence[Consent]:
    """Every line of a person's ledger, the newest first."""
    return session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc())).all()


def has_consent(session: Session, person_id: int, purpose: ConsentPurpose) -> bool:
    """Whether the person's last word on ``purpose`` was yes; nobody is taken to have agreed."""
    query = select(Consent.is_given).where(Consent.person_id == person_id, Consent.purpose == purpose)
    return session.scalar(query.order_by(Consent.id.desc()).limit(1)) is True
