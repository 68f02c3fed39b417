"""Who may see, edit and vet an employer."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, or_

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def can_register_employer(actor: Actor, region_path: str) -> bool:
    """Staff register employers of their own subtree; an employer signs itself up."""
    return actor.is_system or (actor.can("employer.vet") and actor.reaches(region_path))


def can_import_employer(actor: Actor) -> bool:
    return actor.can("import.run")


def can_edit_employer(actor: Actor, employer: Employer) -> bool:
    own = actor.organization_id is not None and actor.organization_id == employer.organization_id
    return actor.is_system or (actor.can("employer.own") and own)


def can_vet_employer(actor: Actor, employer: Employer) -> bool:
    """Staff of the subtree, except whoever registered this employer."""
    if actor.is_system:
        return True
    by_itself = employer.created_by_id is not None and employer.created_by_id == actor.user_id
    return actor.can("employer.vet") and actor.reaches(employer.region_path) and not by_itself


def can_hand_in_paper(actor: Actor, employer: Employer) -> bool:
    """The employer, or staff of the subtree in its place; who looks at it is decided by ``can_vet_employer``."""
    in_subtree = actor.can("employer.vet") and actor.reaches(employer.region_path)
    return can_edit_employer(actor, employer) or in_subtree


def can_read_paper(actor: Actor, employer: Employer) -> bool:
    """Papers are for the employer and its office, for nobody else."""
    return can_hand_in_paper(actor, employer)


def in_office(actor: Actor, column: Any, permission: str) -> ColumnElement[bool]:
    """Condition: the row's region path lies in the subtree of a staff member with ``permission``."""
    if not actor.region_path or not actor.can(permission):
        return false()
    return column.startswith(actor.region_path, autoescape=True)


def own_employer(actor: Actor) -> ColumnElement[bool]:
    """Condition: the employer is the actor's own; colleagues in every role see it."""
    if actor.organization_id is None or not actor.can("employer.read"):
        return false()
    return Employer.organization_id == actor.organization_id


def visible_employers(actor: Actor, select: S) -> S:
    """Vetted employers for everybody, the own one for its members, all of the subtree for staff."""
    if not actor.is_system:
        public = Employer.vetting == VettingState.VETTED
        select = select.where(or_(public, own_employer(actor), in_office(actor, Employer.region_path, "employer.vet")))
    return visible(select, "employer")


def visible_own_employers(actor: Actor, select: S) -> S:
    """The actor's own employer and no other."""
    return visible(select.where(own_employer(actor)), "employer")


def visible_office_employers(actor: Actor, select: S) -> S:
    """Employers of the staff member's subtree and no others."""
    if not actor.is_system:
        select = select.where(in_office(actor, Employer.region_path, "employer.vet"))
    return visible(select, "employer")
