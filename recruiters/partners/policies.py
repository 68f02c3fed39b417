"""Who keeps in touch with employers, and who may see what was signed."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_office_employers

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def can_keep_partner(actor: Actor, employer: Employer) -> bool:
    """Staff of the employer's subtree."""
    return actor.is_system or (actor.can("employer.vet") and actor.reaches(employer.region_path))


def visible_partners(actor: Actor, query: S) -> S:
    """Rows that stand beside an employer (the statement joins it): those of employers of the subtree."""
    return visible_office_employers(actor, query)


def visible_hosts(actor: Actor, query: S) -> S:
    """Employers whose practice bases staff may send their people to, wherever they are: they are no secret to staff."""
    return visible(query, "employer") if actor.can("case.work") else visible_office_employers(actor, query)


def visible_trainees(actor: Actor, query: S) -> S:
    """Trainees of bases of the subtree; the statement shows names of people of the subtree alone."""
    return visible(visible_office_employers(actor, query), "person")
