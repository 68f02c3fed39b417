"""Who may see and move an application."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, or_, select

from jobmatch.applications.models import Application, ApplicationHandOver, Digest
from jobmatch.applications.states import ASKING, Side, Stage
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person
from jobmatch.people.states import ClaimState
from recruiters.employers.models import Employer

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def visible_applications(actor: Actor, query: S) -> S:
    """Own applications, those to the own (vetted) employer, or those of people of the own subtree."""
    if actor.is_system:
        return visible(query, "application")
    ways: list[ColumnElement[bool]] = []
    if actor.can("application.own"):
        mine = (Person.user_id == actor.user_id, Person.claim_state == ClaimState.NONE)
        ways.append(Application.person_id.in_(select(Person.id).where(*mine)))
    if actor.can("application.handle") and actor.organization_id is not None:
        ways.append(Application.organization_id == actor.organization_id)
    if actor.can("application.handed") and actor.organization_id is not None:
        given = select(ApplicationHandOver.application_id).where(ApplicationHandOver.user_id == actor.user_id)
        ways.append((Application.organization_id == actor.organization_id) & Application.id.in_(given))
    if actor.can("application.read") and actor.region_path:
        ways.append(Application.region_path.startswith(actor.region_path, autoescape=True))
    return visible(query.where(or_(false(), *ways)), "application")


def visible_digests(actor: Actor, query: S) -> S:
    """A digest is for whom it was made."""
    mine = select(Person.id).where(Person.user_id == actor.user_id, Person.claim_state == ClaimState.NONE)
    return visible(query.where(Digest.person_id.in_(mine)), "digest")


def can_submit_application(actor: Actor, person: Person, *, has_consent: bool = False) -> bool:
    """The person themselves sends a résumé; staff of the subtree do where the person agreed to it (``has_consent``)."""
    if actor.is_system or (actor.can("application.own") and _is_self(actor, person)):
        return True
    in_subtree = actor.reaches(person.region_path)
    return has_consent and actor.can("person.write") and in_subtree


def can_move_application(actor: Actor, application: Application, person: Person, side: Side) -> bool:
    """Each side makes its own moves; those of the system are made by nobody else."""
    if actor.is_system:
        return True
    if side is Side.PERSON:
        return actor.can("application.own") and _is_self(actor, person)
    if side is Side.EMPLOYER:
        return actor.can("application.handle") and actor.organization_id == application.organization_id
    return False


def can_hand_application(actor: Actor, application: Application) -> bool:
    """Who answers an application may let a department of the own employer read it."""
    return actor.can("application.handle") and actor.organization_id == application.organization_id


def can_note_application(actor: Actor, application: Application) -> bool:
    """Staff of the person's subtree keep notes that neither side reads."""
    in_subtree = actor.reaches(application.region_path)
    return actor.is_system or (actor.can("application.read") and in_subtree)


def can_keep_slots(actor: Actor, employer: Employer) -> bool:
    """Members of a vetted employer: interview times and documents of its postings."""
    return actor.is_system or (actor.can("application.handle") and actor.organization_id == employer.organization_id)


def can_see_document(actor: Actor, application: Application, stage: Stage) -> bool:
    """The employer, only while the application stands where the document is asked for."""
    is_theirs = actor.can("application.handle") and actor.organization_id == application.organization_id
    return is_theirs and ASKING[stage] is application.state


def can_decide_no_show(actor: Actor, application: Application) -> bool:
    """Staff of the person's subtree, who are neither side."""
    return can_note_application(actor, application)


def _is_self(actor: Actor, person: Person) -> bool:
    is_claimed = person.claim_state is ClaimState.NONE
    return actor.user_id is not None and person.user_id == actor.user_id and is_claimed
