"""The half-yearly count, what was done for a family, and the tasks that call for the count."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, literal, select

from jobmatch.casework.families.models import FamilyAid, FamilyCheck
from jobmatch.casework.families.queries import check_of, first_day, half_year_of, is_accompanying
from jobmatch.casework.families.states import AidKind, TrainingWish
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reference.queries import rule_value

EARLIEST_AID = date(2000, 1, 1)


def _once(person: Person, half_year: str) -> str:
    return f"family:{person.public_id}:{half_year}"


def _may(uow: UnitOfWork, person: Person) -> bool:
    return uow.actor.is_system or (uow.actor.can("case.work") and can_edit_person(uow.actor, person))


def check_family(uow: UnitOfWork, person: Person, *, training_wish: str, note: str = "") -> FamilyCheck:
    """Note that a person was asked this half-year; the work status is what the register says today.

    A second time in the half-year corrects the first. Raises ``Invalid``.
    """
    require(_may(uow, person))
    found = Findings()
    found.check(training_wish in set(TrainingWish), "training_wish", _("请选想不想学、学什么"))
    texts = keep_secrets_out(found, {"note": clean_line(note)[:200]}, accept_masked=False)
    found.stop()
    half, spell = half_year_of(uow.today), current_spell(uow.session, person.id)
    row = check_of(uow.session, person.id, half) or FamilyCheck(person_id=person.id, half_year=half)
    row.checked_on, row.status_code = uow.today, spell.status_code if spell else None
    row.training_wish, row.note, row.checked_by_id = TrainingWish(training_wish), texts["note"], uow.actor.user_id
    uow.session.add(row)
    uow.session.flush()
    close_task(uow, once=_once(person, half), outcome=_("已核对"))
    uow.audit("family.check", person, half_year=half)
    return row


def record_aid(uow: UnitOfWork, person: Person, *, kind: str, happened_on: date | None, words: str = "") -> FamilyAid:
    """Note what was done for a person. Raises ``Invalid`` with every finding."""
    require(_may(uow, person))
    found = Findings()
    found.check(kind in set(AidKind), "kind", _("请选是对口安置、推荐还是补助"))
    if happened_on is None or not EARLIEST_AID <= happened_on <= uow.today:
        found.add("happened_on", _("请填日期，不能晚于今天"))
    texts = keep_secrets_out(found, {"words": clean_line(words)[:200]}, accept_masked=False)
    day = found.need(happened_on)
    row = FamilyAid(
        person_id=person.id,
        kind=AidKind(kind),
        happened_on=day,
        words=texts["words"],
        recorded_by_id=uow.actor.user_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("family.aid", person, kind=row.kind.value)
    return row


def call_for_checks(uow: UnitOfWork, *, limit: int = 100) -> int:
    """Open a task for each person not asked yet, once a half-year, some weeks into it; returns how many."""
    require(uow.actor.is_system)
    half = half_year_of(uow.today)
    start = first_day(half) + timedelta(days=int(rule_value(uow.session, "family_check_days", uow.today)))
    if uow.today < start:
        return 0
    asked = exists().where(FamilyCheck.person_id == Person.id, FamilyCheck.half_year == half)
    called = exists().where(Task.once == literal("family:") + Person.public_id + literal(f":{half}"))
    people = uow.session.scalars(
        select(Person)
        .where(is_accompanying(uow.today), Person.erased_at.is_(None), ~asked, ~called)
        .order_by(Person.id)
        .limit(limit)
    ).all()
    for person in people:
        open_task(
            uow,
            once=_once(person, half),
            kind=TaskKind.HALF_YEAR,
            title=_("核对随军家属情况"),
            due_on=uow.today + timedelta(days=30),
            person=person,
            link=f"/staff/people/{person.public_id}/family",
        )
    return len(people)
