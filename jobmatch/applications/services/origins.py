"""Counting applications by the link they came by: a number for each link, and nothing about who came."""

from __future__ import annotations

from sqlalchemy import update

from jobmatch.applications.models import ApplicationOrigin
from jobmatch.core.uow import UnitOfWork


def record_origin(uow: UnitOfWork, code: str) -> None:
    """Begin to count for a link that an upper room gives out; only codes made known here are ever counted."""
    uow.session.add(ApplicationOrigin(code=code, made_at=uow.now))
    uow.session.flush()


def count_origin(uow: UnitOfWork, code: str) -> None:
    """One application came by ``code``; an unknown one counts nowhere."""
    if code:
        uow.session.execute(
            update(ApplicationOrigin)
            .where(ApplicationOrigin.code == code)
            .values(application_count=ApplicationOrigin.application_count + 1),
            execution_options={"synchronize_session": False},
        )
