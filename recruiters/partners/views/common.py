"""What several pages of the room load."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names
from jobmatch.web.edge import current_uow
from recruiters.employers.models import Employer
from recruiters.employers.queries import load_full
from recruiters.partners.models import Agreement, PracticeBase
from recruiters.partners.policies import visible_partners
from recruiters.partners.queries import agreement_named, base_named


def employer_named(public_id: str) -> Employer:
    """The employer of the subtree with this public id."""
    uow = current_uow()
    query = load_full(select(Employer).where(Employer.public_id == public_id))
    found: Employer = uow.one(visible_partners(uow.actor, query))
    return found


def agreement(public_id: str) -> tuple[Agreement, Employer, int]:
    """An agreement of the subtree, its employer and how many posts were filled."""
    uow = current_uow()
    row: Any = uow.one(visible_partners(uow.actor, agreement_named(public_id)))
    return row[0], row[1], row[2]


def base(public_id: str) -> tuple[PracticeBase, Employer]:
    """A practice base of the subtree and its employer."""
    uow = current_uow()
    row: Any = uow.one(visible_partners(uow.actor, base_named(public_id)))
    return row[0], row[1]


def work_names(codes: list[str]) -> list[tuple[str, str]]:
    """Codes of occupations with their names."""
    known = names(current_uow().session, Occupation)
    return [(code, known.get(code, code)) for code in codes]
