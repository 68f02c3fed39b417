"""What this room keeps about a person, and about an organization.

The people of ventures are in the room of ventures. Here a person is behind a tenancy by their grant, and may be a
mentor by their account; the names of mentors are those of people who counsel for the office.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from jobmatch.core.subjects import MovedRow, change_row, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from training.incubation.parks.models import Incubator, Mentor, MentorTalk, Tenancy, TenancyReview


def _account(person_id: int) -> Any:
    return select(Person.user_id).where(Person.id == person_id, Person.user_id.is_not(None))


def _grants(person_id: int) -> Any:
    return select(Grant.id).where(Grant.person_id == person_id)


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What the person applied for, whom they counsel as a mentor, and what they talked about."""
    mine = select(Mentor.id).where(Mentor.user_id.in_(_account(person_id)))
    staff = ("recorded_by_id", "user_id")
    return {
        "tenancy": dump_rows(uow.session, Tenancy, Tenancy.grant_id.in_(_grants(person_id)), without=("grant_id",)),
        "mentor": dump_rows(uow.session, Mentor, Mentor.id.in_(mine), without=staff),
        "mentor_talk": dump_rows(uow.session, MentorTalk, MentorTalk.mentor_id.in_(mine), without=staff),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Words and contacts go; that desks were let, and for how many hours a mentor talked, stays as numbers."""
    mentors = uow.session.scalars(select(Mentor).where(Mentor.user_id.in_(_account(person_id)))).all()
    for mentor in mentors:
        mentor.name, mentor.phone, mentor.works_at, mentor.user_id = "—", "", "", None
        mentor.is_active = False
    talks = update(MentorTalk).where(MentorTalk.mentor_id.in_([one.id for one in mentors])).values(words="")
    said = update(Tenancy).where(Tenancy.grant_id.in_(_grants(person_id)))
    words = uow.session.execute(said.values(plan_words="", grant_id=None, version=Tenancy.version + 1))
    reviews = update(TenancyReview).where(TenancyReview.user_id.in_(_account(person_id))).values(words="")
    counted = {
        "mentor": len(mentors),
        "mentor_talk": int(getattr(uow.session.execute(talks), "rowcount", 0)),
        "tenancy": int(getattr(words, "rowcount", 0)),
        "tenancy_review": int(getattr(uow.session.execute(reviews), "rowcount", 0)),
    }
    uow.session.flush()
    return counted


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """A mentor follows the account that stays; tenancies follow their venture and their grant by themselves."""
    source, target = (uow.session.scalar(_account(one)) for one in (source_id, target_id))
    if source is None or target is None:
        return []
    is_taken = uow.session.scalar(select(Mentor.id).where(Mentor.user_id == target)) is not None
    found = uow.session.scalars(select(Mentor).where(Mentor.user_id == source)).all()
    moved = [change_row(one, user_id=None if is_taken else target) for one in found]
    uow.session.flush()
    return moved


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """The Incubator of an organization follows it; where both have one, each keeps its own."""
    has_one = uow.session.scalar(select(Incubator.id).where(Incubator.organization_id == target_id)) is not None
    if has_one:
        return []
    return move_rows(uow.session, Incubator, "organization_id", source_id, target_id)
