"""Whoever holds a phone shows that the file behind it is theirs: a file that staff filled in, a number long unused."""

from __future__ import annotations

import hmac
from datetime import timedelta

from sqlalchemy import func, select

from jobmatch.accounts.models import User
from jobmatch.core.errors import Conflict, require
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_claim_person, can_verify_person
from jobmatch.people.services.common import clean_line, clean_person_name, touch
from jobmatch.people.states import ClaimState
from jobmatch.reference.queries import rule_value

TRIES = 3
DAYS_A_MONTH = 30.5
BATCH = 500


def claim_file(uow: UnitOfWork, person: Person, *, name: str, tail: str) -> ClaimState:
    """Compare name and last four of the identity number; the third wrong try locks the file until a station looks.

    Returns the state after it and raises nothing for a wrong answer, so that the try is counted.
    """
    require(can_claim_person(uow.actor, person))
    if person.claim_state is ClaimState.NONE:
        return person.claim_state
    if person.claim_state is ClaimState.LOCKED:
        raise Conflict
    given = clean_line(tail).upper()[-4:].encode()
    right = (person.id_number or "")[-4:].encode()
    is_right = len(right) == 4 and hmac.compare_digest(given, right) and clean_person_name(name) == person.name
    if is_right:
        _open(uow, person)
        uow.audit("person.claim", person)
        return person.claim_state
    person.claim_tries += 1
    if person.claim_tries >= TRIES:
        person.claim_state = ClaimState.LOCKED
    uow.session.flush()
    uow.audit("person.claim", person, result="refused", tries=person.claim_tries)
    return person.claim_state


def release_claim(uow: UnitOfWork, person: Person) -> Person:
    """Staff compared the person with their papers at the window: the file is theirs."""
    require(can_verify_person(uow.actor, person))
    if person.claim_state is not ClaimState.NONE:
        _open(uow, person)
        uow.audit("person.claim_released", person)
    return person


def _open(uow: UnitOfWork, person: Person) -> None:
    person.claim_state, person.claim_tries, person.claimed_at = ClaimState.NONE, 0, uow.now
    touch(uow, person)


def ask_claims(uow: UnitOfWork) -> int:
    """Ask for the claim again where a phone was not used for months (numbers are given to others); returns how many.

    Files without an identity number have nothing to compare with and are left to the stations.
    """
    require(uow.actor.is_system)
    months = int(rule_value(uow.session, "claim_recheck_months", uow.today))
    before = uow.now - timedelta(days=months * DAYS_A_MONTH)
    silent = uow.session.scalars(
        select(Person)
        .join(User, User.id == Person.user_id)
        .where(
            func.coalesce(User.last_sign_in_at, User.created_at) < before,
            func.coalesce(Person.claimed_at, Person.created_at) < before,
            Person.claim_state == ClaimState.NONE,
            Person.id_number_blind.is_not(None),
            Person.erased_at.is_(None),
        )
        .limit(BATCH)
    ).all()
    for person in silent:
        person.claim_state, person.claim_tries = ClaimState.DUE, 0
    uow.session.flush()
    return len(silent)
