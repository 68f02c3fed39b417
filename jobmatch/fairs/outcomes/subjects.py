"""What this room keeps about a person: what they answered after a fair, and how content they were.

Both hang on the registration, which the visitors' room moves; here only words are exported and forgotten.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.outcomes.models import FairFollowUp, FairRating
from jobmatch.fairs.visitors.models import FairRegistration


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Answers to follow-ups with who gave them, and the own ratings."""
    return {
        "fair_follow_up": [
            {name: getattr(row, name) for name in ("day", "due_on", "result", "source", "note", "answered_at")}
            for row in uow.session.scalars(_follow_ups(person_id))
        ],
        "fair_rating": [
            {name: getattr(row, name) for name in ("stars", "words", "at")}
            for row in uow.session.scalars(_ratings(person_id))
        ],
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Words go; states and stars stay, because the fair's totals stand on them and they no longer say who it was."""
    follow_ups = list(uow.session.scalars(_follow_ups(person_id)))
    for follow_up in follow_ups:
        follow_up.note, follow_up.spell_id = "", None
    ratings = list(uow.session.scalars(_ratings(person_id)))
    for rating in ratings:
        rating.words = ""
    uow.session.flush()
    return {"fair_follow_up": len(follow_ups), "fair_rating": len(ratings)}


def move_person(_uow: UnitOfWork, _source_id: int, _target_id: int) -> list[MovedRow]:
    """Nothing points at the file itself; the registrations do."""
    return []


def _follow_ups(person_id: int) -> Select[FairFollowUp]:
    return (
        select(FairFollowUp)
        .join(Intention, Intention.id == FairFollowUp.intention_id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .where(FairRegistration.person_id == person_id)
        .order_by(FairFollowUp.id)
    )


def _ratings(person_id: int) -> Select[FairRating]:
    return (
        select(FairRating)
        .join(FairRegistration, FairRegistration.id == FairRating.registration_id)
        .where(FairRegistration.person_id == person_id)
        .order_by(FairRating.id)
    )
