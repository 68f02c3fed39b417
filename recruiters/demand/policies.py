"""Who holds rounds, and whose answers staff see."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, false, or_

from jobmatch.core.actors import Actor
from jobmatch.core.subjects import paths_above
from jobmatch.core.uow import visible
from recruiters.demand.models import DemandRound, PostingForm
from recruiters.employers.models import Employer
from recruiters.employers.policies import in_office, visible_office_employers

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def can_hold_round(actor: Actor, region_path: str) -> bool:
    """Staff of the office that asks, and of those above it."""
    return actor.is_system or (actor.can("employer.vet") and actor.reaches(region_path))


def can_answer_demand(actor: Actor, employer: Employer) -> bool:
    """The employer itself, the holder of its link (the system), or staff of the subtree in its place."""
    own = actor.can("posting.write") and actor.organization_id == employer.organization_id
    in_subtree = actor.can("employer.vet") and actor.reaches(employer.region_path)
    return actor.is_system or (own and actor.organization_id is not None) or in_subtree


def visible_rounds(actor: Actor, query: S) -> S:
    """Rounds of the staff member's subtree, and those of offices above, which ask the same employers."""
    if not actor.is_system:
        may = actor.can("employer.vet") and bool(actor.region_path)
        below = DemandRound.region_path.startswith(actor.region_path, autoescape=True)
        above = DemandRound.region_path.in_(paths_above(actor.region_path))
        query = query.where(or_(below, above) if may else false())
    return visible(query, "demand_round")


def visible_answers(actor: Actor, query: S) -> S:
    """Answers of employers of the subtree, whichever office asked; the statement joins their employers."""
    return visible(visible_office_employers(actor, query), "demand_round")


def visible_forms(actor: Actor, query: S) -> S:
    """Forms about work in the staff member's subtree, with their postings."""
    if not actor.is_system:
        query = query.where(in_office(actor, PostingForm.region_path, "posting.review"))
    return visible(query, "posting_form", "posting", "employer")
