"""What an intention counts as: the same rule once for a row and once for the database."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, exists, or_
from sqlalchemy.orm import aliased

from jobmatch.fairs.day.models import CheckIn, Intention
from jobmatch.fairs.day.states import CheckInWay, IntentionMark, IntentionStanding
from jobmatch.fairs.visitors.models import FairRegistration

COUNTED = (IntentionStanding.BOTH, IntentionStanding.HIRED)
"""Standings that count as 达成意向: both said yes."""
ONE_SIDED = (IntentionStanding.EMPLOYER, IntentionStanding.PERSON, IntentionStanding.HIRE_OPEN)
"""Standings of one yes, listed apart; they may be joined until ``open_until``."""


def standing(row: Intention) -> IntentionStanding:
    """What one intention counts as. A person who said no ends it, whatever the employer noted."""
    wants = row.mark in {IntentionMark.INTENTION, IntentionMark.HIRE}
    if row.declined_at is not None:
        return IntentionStanding.NONE
    if row.hire_yes_at is not None:
        return IntentionStanding.HIRED
    if wants and row.person_yes_at is not None:
        return IntentionStanding.BOTH
    if row.mark is IntentionMark.HIRE:
        return IntentionStanding.HIRE_OPEN
    if wants:
        return IntentionStanding.EMPLOYER
    return IntentionStanding.PERSON if row.person_yes_at is not None else IntentionStanding.NONE


def standing_sql() -> ColumnElement[str]:
    """The same as an expression over ``Intention``, for lists and figures."""
    wants = Intention.mark.in_([IntentionMark.INTENTION, IntentionMark.HIRE])
    said_yes = Intention.person_yes_at.is_not(None)
    return case(
        (Intention.declined_at.is_not(None), IntentionStanding.NONE.value),
        (Intention.hire_yes_at.is_not(None), IntentionStanding.HIRED.value),
        (and_(wants, said_yes), IntentionStanding.BOTH.value),
        (Intention.mark == IntentionMark.HIRE, IntentionStanding.HIRE_OPEN.value),
        (wants, IntentionStanding.EMPLOYER.value),
        (said_yes, IntentionStanding.PERSON.value),
        else_=IntentionStanding.NONE.value,
    )


def vouched_sql() -> ColumnElement[bool]:
    """Condition on ``Intention``: somebody other than the two sides stands for it that the person exists and came.

    That is a file, a desk that let the person in, or a signed sheet that staff keyed in. A phone that somebody typed
    and a code that somebody typed again at the poster are nobody's word: an exhibitor could invent its own hires.
    """
    came, who = aliased(CheckIn), aliased(FairRegistration)
    return or_(
        Intention.is_from_sheet,
        exists().where(came.registration_id == Intention.registration_id, came.way != CheckInWay.SELF),
        exists().where(who.id == Intention.registration_id, who.person_id.is_not(None)),
    )


def counted_sql() -> ColumnElement[bool]:
    """Condition on ``Intention``: both said yes, and it is vouched for, so that it counts."""
    kind = standing_sql()
    return and_(or_(*(kind == one.value for one in COUNTED)), vouched_sql())
