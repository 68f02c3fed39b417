"""Reads of how ventures grow: what the figures are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import RegisterSource
from training.incubation.growth.figures import Declared, Leaving, Life, Stock, Worker, stock
from training.incubation.growth.models import VentureReport, VentureWorker
from training.incubation.growth.periods import quarter_of
from training.incubation.parks.models import Incubator, Tenancy
from training.incubation.parks.states import LEFT_STATES, TenancyState
from training.incubation.ventures.models import Venture, VentureFounder
from training.incubation.ventures.states import VentureState

REPORTING = (VentureState.REGISTERED, VentureState.OPERATING, VentureState.SUSPENDED)
"""States in which a venture reports each quarter."""


def ventures_of(region_path: str) -> Select[*tuple[Any, ...]]:
    """Ids of the ventures of a place that were ever registered."""
    return select(Venture.id).where(
        Venture.region_path.startswith(region_path, autoescape=True), Venture.registered_on.is_not(None)
    )


def lives_of(session: Session, venture_ids: Collection[int] | Select[*tuple[Any, ...]]) -> list[Life]:
    """When ventures began and closed."""
    rows = session.execute(
        select(Venture.id, Venture.registered_on, Venture.ended_on).where(
            Venture.id.in_(venture_ids), Venture.registered_on.is_not(None)
        )
    )
    return [Life(venture_id, begun, ended) for venture_id, begun, ended in rows if begun is not None]


def stock_on(session: Session, venture_ids: Collection[int] | Select[*tuple[Any, ...]], on: date) -> Stock:
    """带动就业 of ventures on a day; five statements, whatever their number."""
    alive = {one.venture_id for one in lives_of(session, venture_ids) if one.is_open_on(on)}
    return stock(workers_on(session, venture_ids, on), declared_on(session, venture_ids, on), on=on, alive=alive)


def workers_on(session: Session, venture_ids: Collection[int] | Select[*tuple[Any, ...]], on: date) -> list[Worker]:
    """Rows that hold on a day, with who is a founder of that venture and who is placed elsewhere by us."""
    spell = aliased(EmploymentSpell)
    founder = exists().where(
        VentureFounder.venture_id == VentureWorker.venture_id,
        VentureFounder.person_id == VentureWorker.person_id,
        VentureFounder.since_on <= on,
        or_(VentureFounder.until_on.is_(None), VentureFounder.until_on >= on),
    )
    placed = exists().where(
        spell.person_id == VentureWorker.person_id,
        spell.source == RegisterSource.HIRE,
        spell.superseded_at.is_(None),
        spell.started_on <= on,
        or_(spell.ended_on.is_(None), spell.ended_on >= on),
        or_(
            spell.organization_id.is_(None),
            Venture.organization_id.is_(None),
            spell.organization_id != Venture.organization_id,
        ),
    )
    rows = session.execute(
        select(VentureWorker, founder.label("founder"), placed.label("placed"))
        .join(Venture, Venture.id == VentureWorker.venture_id)
        .where(
            VentureWorker.venture_id.in_(venture_ids),
            VentureWorker.started_on <= on,
            or_(VentureWorker.ended_on.is_(None), VentureWorker.ended_on >= on),
        )
        .order_by(VentureWorker.id)
    )
    return [
        Worker(
            row_id=one.id,
            venture_id=one.venture_id,
            person_id=one.person_id,
            evidence=one.evidence,
            is_veteran=one.is_veteran,
            started_on=one.started_on,
            ended_on=one.ended_on,
            is_founder=bool(is_founder),
            is_placed=bool(is_placed),
        )
        for one, is_founder, is_placed in rows
    ]


def declared_on(session: Session, venture_ids: Collection[int] | Select[*tuple[Any, ...]], on: date) -> list[Declared]:
    """The last report of each venture for the quarter of a day or one before it."""
    last = (
        select(VentureReport.venture_id, func.max(VentureReport.period_on).label("period_on"))
        .where(VentureReport.venture_id.in_(venture_ids), VentureReport.period_on <= quarter_of(on))
        .group_by(VentureReport.venture_id)
        .subquery()
    )
    rows = session.scalars(
        select(VentureReport).join(
            last, (last.c.venture_id == VentureReport.venture_id) & (last.c.period_on == VentureReport.period_on)
        )
    )
    return [Declared(one.venture_id, one.worker_count, one.veteran_count, one.is_operating) for one in rows]


def jobs_created(session: Session, venture_ids: Iterable[int], on: date) -> int:
    """带动就业 of these ventures on a day, founders excluded; for the standards of incubators."""
    return stock_on(session, list(venture_ids), on).total


def leavings_of(session: Session, *where: Any) -> list[Leaving]:
    """Tenancies that ended, with what became of the venture."""
    rows = session.execute(
        select(Tenancy.id, Tenancy.left_on, Tenancy.state, Venture.ended_on, Venture.suspended_on)
        .join(Venture, Venture.id == Tenancy.venture_id)
        .where(Tenancy.state.in_(LEFT_STATES), *where)
    )
    return [
        Leaving(key, left, state is TenancyState.GRADUATED, state is TenancyState.EXPIRED, ended, suspended)
        for key, left, state, ended, suspended in rows
        if left is not None
    ]


# ---------- one venture ----------


def reports_of(session: Session, venture: Venture) -> Sequence[VentureReport]:
    """Reports of a venture, the newest first."""
    return session.scalars(
        select(VentureReport).where(VentureReport.venture_id == venture.id).order_by(VentureReport.period_on.desc())
    ).all()


def find_report(session: Session, venture: Venture, period_on: date) -> VentureReport | None:
    """The report for a quarter."""
    return session.scalars(
        select(VentureReport).where(VentureReport.venture_id == venture.id, VentureReport.period_on == period_on)
    ).one_or_none()


def worker_rows(session: Session, venture: Venture) -> Sequence[VentureWorker]:
    """People who work or worked for a venture: those who do first."""
    return session.scalars(
        select(VentureWorker)
        .where(VentureWorker.venture_id == venture.id)
        .order_by(VentureWorker.ended_on.is_not(None), VentureWorker.started_on.desc(), VentureWorker.id)
    ).all()


def get_worker(session: Session, venture: Venture, public_id: str) -> VentureWorker:
    """A row of a venture. Raises ``NotFound``."""
    row = session.scalars(
        select(VentureWorker).where(VentureWorker.venture_id == venture.id, VentureWorker.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def reporting() -> Select[*tuple[Any, ...]]:
    """Own ventures that report; narrowed by ``own_ventures``."""
    return select(Venture).where(Venture.state.in_(REPORTING)).order_by(Venture.registered_on.desc(), Venture.id.desc())


def unreported(period_on: date, last_day: date) -> Select[*tuple[Any, ...]]:
    """Ventures that should have reported a quarter and did not, with the person; narrowed by a policy."""
    done = exists().where(VentureReport.venture_id == Venture.id, VentureReport.period_on == period_on)
    return (
        select(Venture, Person.name)
        .outerjoin(Person, Person.id == Venture.person_id)
        .where(Venture.state.in_(REPORTING), Venture.registered_on <= last_day, ~done)
        .order_by(Venture.registered_on, Venture.id)
        .execution_options(visible=frozenset({"person"}))
    )


def incubator_names(session: Session) -> dict[int, str]:
    """Names of incubators by their own key."""
    rows = session.execute(
        select(Incubator.id, Organization.name).join(Organization, Organization.id == Incubator.organization_id)
    )
    return {key: str(name) for key, name in rows}
