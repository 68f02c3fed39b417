"""Reads of incubators, their plans and their tenancies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, contains_eager

from jobmatch.accounts.models import Organization, User
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.reference.models import Industry
from jobmatch.reference.queries import names
from training.incubation.parks.models import (
    Incubator,
    Space,
    SpaceLet,
    Tenancy,
    TenancyMove,
    TenancyReview,
)
from training.incubation.parks.money import months_due, months_waived_yuan
from training.incubation.parks.states import IN_STATES, LEFT_STATES, TenancyState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.states import LIVING_STATES

TABS: dict[str, tuple[TenancyState, ...]] = {
    "waiting": (TenancyState.APPLIED, TenancyState.TO_COMPLETE),
    "review": (TenancyState.ACCEPTED,),
    "notice": (TenancyState.NOTICED,),
    "in": IN_STATES,
    "left": LEFT_STATES,
    "none": (TenancyState.REJECTED, TenancyState.WITHDRAWN),
}
"""The board: which states stand in which column."""


@dataclass(frozen=True, slots=True)
class DeskCount:
    """How much of a plan is let: desks that can be used, let and free, and their areas in m²."""

    usable: int = 0
    let: int = 0
    area_m2: int = 0
    let_m2: int = 0
    low_yuan: int | None = None

    @property
    def free(self) -> int:
        """Desks that somebody could have today."""
        return self.usable - self.let

    @property
    def use_share(self) -> float | None:
        """Let area ÷ area that can be let."""
        return self.let_m2 / self.area_m2 if self.area_m2 else None


def _pairs(session: Session, query: Select[*tuple[Any, ...]]) -> dict[Any, Any]:
    """The first column of the rows, and the second."""
    return {row[0]: row[1] for row in session.execute(query)}


def incubators() -> Select[*tuple[Any, ...]]:
    """Incubators with their organization, open ones first, by name."""
    return (
        select(Incubator)
        .join(Organization, Organization.id == Incubator.organization_id)
        .options(contains_eager(Incubator.organization))
        .order_by(Incubator.is_open.desc(), Organization.name, Incubator.id)
    )


def incubator_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The incubator of this public id, with its organization."""
    return incubators().where(Incubator.public_id == public_id)


def own_incubator(organization_id: int | None) -> Select[*tuple[Any, ...]]:
    """The incubator that an organization runs."""
    return incubators().where(Incubator.organization_id == (organization_id or 0))


def desk_counts(session: Session, incubator_ids: Iterable[int]) -> dict[int, DeskCount]:
    """What is let and free of each of these incubators; one statement."""
    is_let = Space.tenancy_id.is_not(None)
    query = (
        select(
            Space.incubator_id,
            func.count(Space.id),
            func.sum(case((is_let, 1), else_=0)),
            func.sum(Space.area_m2),
            func.sum(case((is_let, Space.area_m2), else_=0)),
            func.min(Space.rent_yuan),
        )
        .where(Space.incubator_id.in_(list(incubator_ids)), Space.is_usable)
        .group_by(Space.incubator_id)
    )
    return {
        key: DeskCount(int(usable), int(let or 0), int(area or 0), int(let_area or 0), low)
        for key, usable, let, area, let_area, low in session.execute(query)
    }


def spaces_of(session: Session, incubator: Incubator) -> Sequence[Space]:
    """Every space on the plan, row by row."""
    query = select(Space).where(Space.incubator_id == incubator.id).order_by(Space.row, Space.col)
    return session.scalars(query).all()


def holders_of(session: Session, incubator: Incubator) -> dict[int, str]:
    """The names of ventures that hold desks, by tenancy; for operators and staff only."""
    query = (
        select(Tenancy.id, Venture.name)
        .join(Venture, Venture.id == Tenancy.venture_id)
        .where(Tenancy.incubator_id == incubator.id, Tenancy.state.in_(IN_STATES))
    )
    return _pairs(session, query)


def tenancies() -> Select[*tuple[Any, ...]]:
    """Tenancies with venture, incubator and its organization, latest application first."""
    return (
        select(Tenancy)
        .join(Tenancy.venture)
        .join(Tenancy.incubator)
        .options(contains_eager(Tenancy.venture), contains_eager(Tenancy.incubator).joinedload(Incubator.organization))
        .order_by(Tenancy.applied_at.desc(), Tenancy.id.desc())
    )


def tenancies_of(incubator: Incubator, tab: str = "") -> Select[*tuple[Any, ...]]:
    """Those of one incubator; ``tab`` names a column of the board."""
    query = tenancies().where(Tenancy.incubator_id == incubator.id)
    return query.where(Tenancy.state.in_(TABS[tab])) if tab in TABS else query


def tenancy_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The tenancy of this public id."""
    return tenancies().where(Tenancy.public_id == public_id)


def tab_counts(session: Session, incubator: Incubator) -> dict[str, int]:
    """How many tenancies stand in each column of the board."""
    query = (
        select(Tenancy.state, func.count(Tenancy.id))
        .where(Tenancy.incubator_id == incubator.id)
        .group_by(Tenancy.state)
    )
    by_state = _pairs(session, query)
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is behind an application, as they agreed to be seen."""

    name: str
    phone: str


def contacts_of(uow: UnitOfWork, found: Sequence[Tenancy]) -> dict[int, Contact]:
    """Name and phone of who applied, by tenancy: operators by the grant in force, staff whom their office may see.

    Staff read the number in the file, where each look is logged; here they see its ends.
    """
    grants = {one.grant_id: one.id for one in found if one.grant_id is not None}
    if not grants:
        return {}
    query = select(Grant.id, Person).join(Grant, Grant.person_id == Person.id).where(Grant.id.in_(grants))
    if uow.actor.can("venture.manage"):
        rows = uow.rows(visible_people(uow.actor, query))
    else:
        live = query.where(
            Grant.organization_id == uow.actor.organization_id,
            Grant.revoked_at.is_(None),
            Grant.valid_until >= uow.today,
            Person.erased_at.is_(None),
        )
        rows = uow.session.execute(live).all()
    is_staff = uow.actor.can("venture.manage") and not uow.actor.is_system
    return {
        grants[key]: Contact(person.name, _ends(person.phone or "") if is_staff else person.phone or "")
        for key, person in rows
    }


def _ends(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else ""


def desks_of(session: Session, tenancy_ids: Iterable[int]) -> dict[int, list[str]]:
    """The numbers of the desks that tenancies hold or held last, by tenancy."""
    query = (
        select(SpaceLet.tenancy_id, Space.number)
        .join(Space, Space.id == SpaceLet.space_id)
        .where(SpaceLet.tenancy_id.in_(list(tenancy_ids)))
        .order_by(Space.row, Space.col)
    )
    found: dict[int, list[str]] = {}
    for key, number in session.execute(query):
        found.setdefault(key, []).append(number)
    return found


def moves_of(session: Session, tenancy: Tenancy) -> list[tuple[str, TenancyMove]]:
    """The log of a tenancy with the label of each state it reached, oldest first."""
    query = select(TenancyMove).where(TenancyMove.tenancy_id == tenancy.id).order_by(TenancyMove.id)
    return [(TenancyState(move.after).label, move) for move in session.scalars(query)]


def reviews_of(session: Session, tenancy: Tenancy) -> list[tuple[TenancyReview, str]]:
    """The reviews of a tenancy with the reviewer's name, oldest first."""
    query = (
        select(TenancyReview, User.name)
        .join(User, User.id == TenancyReview.user_id)
        .where(TenancyReview.tenancy_id == tenancy.id)
        .order_by(TenancyReview.id)
    )
    return [(review, name) for review, name in session.execute(query)]


def free_spaces_of(session: Session, incubator_id: int) -> Sequence[Space]:
    """Spaces that can be let today."""
    query = (
        select(Space)
        .where(Space.incubator_id == incubator_id, Space.tenancy_id.is_(None), Space.is_usable)
        .order_by(Space.row, Space.col)
    )
    return session.scalars(query).all()


def sector_name(session: Session, code: str | None) -> str:
    """What the sector of a venture is called."""
    return names(session, Industry).get(code or "", "")


def ventures_in(session: Session, incubator_id: int | None) -> list[tuple[str, str]]:
    """Ventures that sit in an incubator, as choices (public id, name)."""
    query = (
        select(Venture.public_id, Venture.name)
        .join(Tenancy, Tenancy.venture_id == Venture.id)
        .where(Tenancy.incubator_id == (incubator_id or 0), Tenancy.state.in_(IN_STATES))
        .order_by(Venture.name)
    )
    return [(key, name) for key, name in session.execute(query)]


def waived_yuan(session: Session, incubator_id: int, since: date, until: date) -> int:
    """Rent in whole yuan that an incubator waived for the months that fell due from ``since`` to ``until``, inclusive.

    A month falls due on its first day, counted from moving in; who left pays no month after that day.
    """
    query = select(
        Tenancy.term_from, Tenancy.term_until, Tenancy.left_on, Tenancy.rent_yuan, Tenancy.waiver_share
    ).where(
        Tenancy.incubator_id == incubator_id,
        Tenancy.state.in_((*IN_STATES, *LEFT_STATES)),
        Tenancy.term_from <= until,
        Tenancy.waiver_share > 0,
    )
    total = 0
    for term_from, term_until, left_on, rent, share in session.execute(query):
        # The row's checks give both days to whoever moved in.
        if term_from is None or term_until is None:
            continue
        last = min(left_on or term_until, term_until)
        total += months_waived_yuan(months_due(term_from, last, since, until), rent, share)
    return total


def newest_ventures(*, most: int = 200) -> Select[*tuple[Any, ...]]:
    """Ventures that are not over, as choices of who applies."""
    return select(Venture).where(Venture.state.in_(LIVING_STATES)).order_by(Venture.created_at.desc()).limit(most)


def waiting_counts(session: Session, incubator_ids: Iterable[int]) -> dict[int, int]:
    """How many applications wait for an answer at each of these incubators."""
    query = (
        select(Tenancy.incubator_id, func.count(Tenancy.id))
        .where(Tenancy.incubator_id.in_(list(incubator_ids)), Tenancy.state == TenancyState.APPLIED)
        .group_by(Tenancy.incubator_id)
    )
    return _pairs(session, query)
