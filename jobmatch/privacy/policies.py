"""Who may ask, answer, join and look when it is about the data of a whole person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file, own_files
from jobmatch.privacy.models import Merge, OrganizationMerge, RightsRequest
from recruiters.employers.models import Employer
from recruiters.employers.policies import in_office


def _covers(actor: Actor, permission: str, region_path: str) -> bool:
    return actor.can(permission) and actor.reaches(region_path)


def can_export_person(actor: Actor, person: Person) -> bool:
    """The person, or staff who answer a request of somebody in their subtree."""
    return actor.is_system or is_own_file(actor, person) or _covers(actor, "rights.handle", person.region_path)


def can_request_rights(actor: Actor, person: Person) -> bool:
    """The person, or staff at the window who write down what the person asks for."""
    return can_export_person(actor, person)


def can_handle_request(actor: Actor, request: RightsRequest, person: Person) -> bool:
    """Staff of the subtree; nobody decides about the own file."""
    if actor.is_system:
        return True
    is_own = actor.user_id is not None and person.user_id == actor.user_id
    return _covers(actor, "rights.handle", request.region_path) and not is_own


def can_withdraw_request(actor: Actor, person: Person) -> bool:
    return actor.is_system or is_own_file(actor, person)


def can_merge_people(actor: Actor, *people: Person) -> bool:
    """Staff in whose subtree all the files lie."""
    return actor.is_system or all(_covers(actor, "person.merge", person.region_path) for person in people)


def can_undo_merge(actor: Actor, merge: Merge) -> bool:
    return actor.is_system or _covers(actor, "person.merge", merge.region_path)


def can_merge_organizations(actor: Actor, *paths: str) -> bool:
    """Staff in whose subtree all the employers lie."""
    return actor.is_system or all(_covers(actor, "employer.merge", path) for path in paths)


def can_undo_organization_merge(actor: Actor, merge: OrganizationMerge) -> bool:
    return actor.is_system or _covers(actor, "employer.merge", merge.region_path)


def can_manage_privacy(actor: Actor) -> bool:
    return actor.can("privacy.manage")


def visible_requests(actor: Actor, query: Any) -> Any:
    """Own requests, or those of people of the subtree."""
    if actor.is_system:
        return visible(query, "rights_request")
    ways: list[ColumnElement[bool]] = [RightsRequest.person_id.in_(select(Person.id).where(own_files(actor)))]
    if actor.can("rights.handle") and actor.region_path:
        ways.append(RightsRequest.region_path.startswith(actor.region_path, autoescape=True))
    return visible(query.where(or_(false(), *ways)), "rights_request")


def visible_merges(actor: Actor, query: Any) -> Any:
    """Merges of files of the subtree."""
    if actor.is_system:
        return visible(query, "merge")
    reach = actor.region_path if actor.can("person.merge") else ""
    return visible(query.where(Merge.region_path.startswith(reach, autoescape=True) if reach else false()), "merge")


def visible_organization_merges(actor: Actor, query: Any) -> Any:
    """Joined employers of the subtree."""
    if actor.is_system:
        return visible(query, "organization_merge")
    near = in_office(actor, OrganizationMerge.region_path, "employer.merge")
    return visible(query.where(near), "organization_merge")


def visible_employer_pairs(actor: Actor, query: Any, other: Any) -> Any:
    """Pairs of employers (the second one is the alias ``other``) that both lie in the subtree."""
    if not actor.is_system:
        near = (in_office(actor, column, "employer.merge") for column in (Employer.region_path, other.region_path))
        query = query.where(*near)
    return visible(query, "employer")
