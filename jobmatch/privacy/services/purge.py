"""What the retention periods end: frozen records, texts of old applications, files that nobody uses.

Whoever has such a file is told ``NOTICE_DAYS`` before, once; a sign-in or a change of the file takes the notice back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import ColumnElement, delete, func, or_, select

from jobmatch.accounts.models import User
from jobmatch.applications.subjects import blank_application_texts, old_texts
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import tell_person
from jobmatch.people.states import VerificationState
from jobmatch.privacy import notices
from jobmatch.privacy.models import FrozenRecord, PurgeNotice
from jobmatch.privacy.services.common import years_after
from jobmatch.privacy.services.erase import record_erasure
from jobmatch.reference.queries import rule_value

BATCH = 200
NOTICE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows each rule ends today, and how many people are told that their file will end."""

    frozen_records: int
    application_texts: int
    idle_files: int
    idle_told: int


def due_today(uow: UnitOfWork) -> Due:
    """Count what ``purge`` would do now, and change nothing."""
    frozen = select(func.count()).select_from(FrozenRecord).where(FrozenRecord.keep_until < uow.today)
    idle = select(func.count()).select_from(Person).where(*_is_ended(uow))
    told = select(func.count()).select_from(Person).where(*_is_untold(uow))
    texts = select(func.count()).select_from(old_texts(_before(uow, "recruiting_keep_years")).subquery())
    return Due(*(uow.session.scalar(query) or 0 for query in (frozen, texts, idle, told)))


def purge(uow: UnitOfWork) -> Due:
    """End what is due, at most ``BATCH`` rows of each kind; what was done. Call again until nothing is left."""
    require(uow.actor.is_system)
    _take_back_notices(uow)
    ids = select(FrozenRecord.id).where(FrozenRecord.keep_until < uow.today).limit(BATCH)
    gone = uow.session.scalars(delete(FrozenRecord).where(FrozenRecord.id.in_(ids)).returning(FrozenRecord.id)).all()
    texts = blank_application_texts(uow, _before(uow, "recruiting_keep_years"), limit=BATCH)
    idle = uow.session.scalars(select(Person).where(*_is_ended(uow)).limit(BATCH)).all()
    for person in idle:
        record_erasure(uow, person)
    told = uow.session.scalars(select(Person).where(*_is_untold(uow)).limit(BATCH)).all()
    for person in told:
        _tell(uow, person)
    if gone or texts or idle or told:
        uow.audit("privacy.purge", frozen=len(gone), texts=texts, files=len(idle), told=len(told))
    return Due(len(gone), texts, len(idle), len(told))


def _tell(uow: UnitOfWork, person: Person) -> None:
    """A message to the person, and a task of their station to ask whether they want to stay."""
    notice = PurgeNotice(person_id=person.id, told_on=uow.today)
    uow.session.add(notice)
    uow.session.flush()
    last = uow.today + timedelta(days=NOTICE_DAYS)
    tell_person(uow, person, partial(notices.purge_soon, last.isoformat()), link="/me", once=notice.once)
    open_task(
        uow,
        once=notice.once,
        kind=TaskKind.OTHER,
        title=_("档案很久没用，%(day)s 以后会自动注销，请问本人要不要保留", day=last.isoformat()),
        due_on=last,
        person=person,
        link=f"/staff/people/{person.public_id}",
    )


def _take_back_notices(uow: UnitOfWork) -> None:
    """Whoever used the file again starts from the beginning."""
    unused = select(Person.id).where(*_is_idle(uow, _told_before(uow)))
    for notice in uow.session.scalars(select(PurgeNotice).where(PurgeNotice.person_id.not_in(unused)).limit(BATCH)):
        close_task(uow, once=notice.once, outcome=_("本人又用了"), state=TaskState.DROPPED)
        uow.session.delete(notice)
    uow.session.flush()


def _is_ended(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    told = select(PurgeNotice.person_id).where(PurgeNotice.told_on <= uow.today - timedelta(days=NOTICE_DAYS))
    return (*_is_idle(uow, _before(uow, "idle_file_years")), Person.id.in_(told))


def _is_untold(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    return (*_is_idle(uow, _told_before(uow)), Person.id.not_in(select(PurgeNotice.person_id)))


def _told_before(uow: UnitOfWork) -> datetime:
    return _before(uow, "idle_file_years") + timedelta(days=NOTICE_DAYS)


def _before(uow: UnitOfWork, rule: str) -> datetime:
    years = int(rule_value(uow.session, rule, uow.today))
    return _midnight(years_after(uow.today, -years))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - timedelta(hours=8)


def _is_idle(uow: UnitOfWork, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Files that people opened themselves, that nobody verified, and that lay untouched since ``before``.

    A verified file belongs to the statutory register (退役军人保障法 article 8) and stays.
    """
    awake = select(User.id).where(or_(User.last_sign_in_at >= before, User.created_at >= before))
    return (
        Person.erased_at.is_(None),
        Person.verification == VerificationState.UNVERIFIED,
        Person.user_id.is_not(None),
        Person.changed_at < before,
        Person.user_id.not_in(awake),
    )
