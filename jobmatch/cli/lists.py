"""What the commands print: plain values, ids that are public, no phone or identity numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import case, select

from jobmatch.accounts.models import Membership, User
from jobmatch.core.errors import Invalid
from jobmatch.core.sheets import read_table
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.states import JobSearchState
from jobmatch.reference.queries import posting_rules, region_label
from recruiters.postings.checks import check_text


def list_users(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Every account with the names of its roles."""
    roles: dict[int, list[str]] = {}
    for user_id, role in uow.session.execute(select(Membership.user_id, Membership.role).where(Membership.is_active)):
        roles.setdefault(user_id, []).append(role.value)
    users = uow.session.scalars(select(User).order_by(User.id))
    return [
        {"id": user.public_id, "name": user.name, "roles": sorted(roles.get(user.id, [])), "active": user.is_active}
        for user in users
    ]


def list_people(uow: UnitOfWork, *, limit: int, everybody: bool) -> list[dict[str, Any]]:
    """People who look for work first; with ``everybody`` the others after them."""
    order = case(
        (Person.search_state == JobSearchState.LOOKING, 0), (Person.search_state == JobSearchState.OPEN, 1), else_=2
    )
    query = select(Person).where(Person.erased_at.is_(None)).order_by(order, Person.id).limit(limit)
    if not everybody:
        query = query.where(Person.search_state != JobSearchState.NOT_LOOKING)
    return [
        {
            "id": person.public_id,
            "search_state": person.search_state.value,
            "verification": person.verification.value,
            "place": region_label(uow.session, person.living_region_code),
        }
        for person in uow.rows(visible_people(uow.actor, query))
    ]


def check_postings(uow: UnitOfWork, path: str) -> list[dict[str, Any]]:
    """Findings of the legal check for each row of a CSV file. Raises ``Invalid`` where columns are missing."""
    header, rows = read_table(Path(path))
    missing = {"id", "title", "description"} - set(header)
    if missing:
        raise Invalid(f"The file lacks the columns {', '.join(sorted(missing))}.")
    rules = posting_rules(uow.session)
    return [
        {
            "id": row["id"],
            "findings": [
                {
                    "rule": finding.rule,
                    "severity": finding.severity,
                    "text": finding.text,
                    "message": finding.message,
                }
                for finding in check_text(rules, title=row["title"], text=row["description"])
            ],
        }
        for row in rows
    ]
