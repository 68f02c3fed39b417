"""Who may see and change plans to go on with school."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file, own_files, visible_people, visible_served_people
from training.courses.schooling.models import SchoolPlan


def _with_person(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).join(Person, Person.id == SchoolPlan.person_id)


def managed_plans(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Plans of people whom the office serves; ``query`` joins ``Person``."""
    narrowed: Select[*tuple[Any, ...]] = visible_served_people(actor, query)
    return narrowed


def managed_plan(uow: UnitOfWork, public_id: str) -> SchoolPlan:
    """A plan of somebody whom the office serves. Raises ``NotFound``."""
    query = _with_person(SchoolPlan).where(SchoolPlan.public_id == public_id)
    plan: SchoolPlan = uow.one(managed_plans(uow.actor, query))
    return plan


def own_plan(uow: UnitOfWork, public_id: str) -> SchoolPlan:
    """A plan of the actor's own. Raises ``NotFound``."""
    query = _with_person(SchoolPlan).where(SchoolPlan.public_id == public_id, own_files(uow.actor))
    plan: SchoolPlan = uow.one(visible_people(uow.actor, query))
    return plan


def can_keep_plans(actor: Actor, person: Person) -> bool:
    """Staff of the subtree who answer for classes and the register."""
    reaches = actor.can("class.manage") and actor.can("register.write") and actor.reaches(person.region_path)
    return actor.is_system or (reaches and person.user_id != actor.user_id)


def can_edit_plan(actor: Actor, person: Person) -> bool:
    """The person, or those staff."""
    return is_own_file(actor, person) or can_keep_plans(actor, person)
