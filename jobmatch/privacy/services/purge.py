"""What the retention periods end: frozen records, texts of old applications, files that nobody uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select

from jobmatch.accounts.models import User
from jobmatch.applications.subjects import blank_application_texts, old_texts
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.states import VerificationState
from jobmatch.privacy.models import FrozenRecord
from jobmatch.privacy.services.common import years_after
from jobmatch.privacy.services.erase import record_erasure
from jobmatch.reference.queries import rule_value

BATCH = 200


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows each rule ends today."""

    frozen_records: int
    application_texts: int
    idle_files: int


def due_today(uow: UnitOfWork) -> Due:
    """Count what ``purge`` would do now, and change nothing."""
    frozen = select(func.count()).select_from(FrozenRecord).where(FrozenRecord.keep_until < uow.today)
    idle = select(func.count()).select_from(Person).where(*_is_idle(uow))
    texts = select(func.count()).select_from(old_texts(_before(uow, "recruiting_keep_years")).subquery())
    return Due(*(uow.session.scalar(query) or 0 for query in (frozen, texts, idle)))


def purge(uow: UnitOfWork) -> Due:
    """End what is due, at most ``BATCH`` rows of each kind; what was done. Call again until nothing is left."""
    require(uow.actor.is_system)
    ids = select(FrozenRecord.id).where(FrozenRecord.keep_until < uow.today).limit(BATCH)
    gone = uow.session.scalars(delete(FrozenRecord).where(FrozenRecord.id.in_(ids)).returning(FrozenRecord.id)).all()
    texts = blank_application_texts(uow, _before(uow, "recruiting_keep_years"), limit=BATCH)
    idle = uow.session.scalars(select(Person).where(*_is_idle(uow)).limit(BATCH)).all()
    for person in idle:
        record_erasure(uow, person)
    if gone or texts or idle:
        uow.audit("privacy.purge", frozen=len(gone), texts=texts, files=len(idle))
    return Due(len(gone), texts, len(idle))


def _before(uow: UnitOfWork, rule: str) -> datetime:
    years = int(rule_value(uow.session, rule, uow.today))
    return _midnight(years_after(uow.today, -years))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - timedelta(hours=8)


def _is_idle(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    """Files that people opened themselves, that nobody verified, and that lay untouched for years.

    A verified file belongs to the statutory register (退役军人保障法 article 8) and stays.
    """
    before = _before(uow, "idle_file_years")
    awake = select(User.id).where(or_(User.last_sign_in_at >= before, User.created_at >= before))
    return (
        Person.erased_at.is_(None),
        Person.verification == VerificationState.UNVERIFIED,
        Person.user_id.is_not(None),
        Person.changed_at < before,
        Person.user_id.not_in(awake),
    )
