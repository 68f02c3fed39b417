"""Who may be matched with whom, and who sees the result."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy import select as sql_select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.matching.models import SavedSearch
from jobmatch.matching.queries import is_open_person
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_read_person
from jobmatch.people.queries.people import not_blocked
from jobmatch.people.states import ClaimState
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_create_posting, can_keep_posting

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def can_match_person(actor: Actor, person: Person) -> bool:
    """Recommendations for a person are for themselves and for the staff who answer for them."""
    return can_read_person(actor, person)


def can_choose_postings(actor: Actor, person: Person) -> bool:
    """Only the person themselves saves, dismisses, or turns recommendations off."""
    own = actor.can("match.own") and actor.user_id is not None and actor.user_id == person.user_id
    return actor.is_system or own


def can_find_people(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Members of a vetted employer for its own postings, and staff of the posting's subtree."""
    own = actor.organization_id is not None and actor.organization_id == employer.organization_id
    in_office = actor.reaches(posting.region_path)
    return actor.is_system or (actor.can("match.people") and own) or (actor.can("person.read") and in_office)


def can_count_people(actor: Actor, posting: Posting, employer: Employer) -> bool:
    """Whoever may write the posting learns how many people meet it, before its employer is vetted too."""
    return can_create_posting(actor, employer) or can_keep_posting(actor, posting, employer)


def can_invite_person(actor: Actor, employer: Employer) -> bool:
    """Members of a vetted employer; the service itself recommends, it does not invite in an employer's name."""
    own = actor.organization_id is not None and actor.organization_id == employer.organization_id
    return actor.is_system or (actor.can("match.people") and own)


def can_read_models(actor: Actor) -> bool:
    """Staff of the office and system administrators; whoever answers for the list should see what makes it."""
    return actor.can("model.read")


def can_manage_models(actor: Actor) -> bool:
    """System administrators say which version is in use."""
    return actor.can("system.manage")


def visible_saved_searches(actor: Actor, select: S) -> S:
    """Searches are for whoever keeps them, and for nobody else."""
    mine = sql_select(Person.id).where(Person.user_id == actor.user_id, Person.claim_state == ClaimState.NONE)
    return visible(select.where(SavedSearch.person_id.in_(mine)), "saved_search")


def visible_open_people(actor: Actor, select: S) -> S:
    """People who let employers find them: only ever shown as masked cards, and to those who may look for people.

    An employer never meets those who do not want to be seen by it.
    """
    if actor.is_system or actor.can("person.read"):
        return visible(select.where(is_open_person()), "person")
    if actor.can("match.people") and actor.organization_id is not None:
        return visible(select.where(is_open_person(), not_blocked(actor.organization_id)), "person")
    return visible(select.where(Person.id.is_(None)), "person")
