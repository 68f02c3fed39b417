"""What each station brought: who was called, registered, came, and reached an intention."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, func, select

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import CheckIn, Intention
from jobmatch.fairs.day.standing import counted_sql
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.calls_policies import visible_riders
from jobmatch.fairs.visitors.calls_queries import StationLine, station_lines
from jobmatch.fairs.visitors.models import FairRegistration


def station_results(uow: UnitOfWork, fair: JobFair) -> list[StationLine]:
    """The lines of the mobilisation with those who came and those with an intention that counts; people, not marks."""
    came = select(CheckIn.registration_id).where(CheckIn.fair_id == fair.id)
    meant = select(Intention.registration_id).where(Intention.fair_id == fair.id, counted_sql())
    return station_lines(uow, fair, (_by_place(uow, came), _by_place(uow, meant)))


def _by_place(uow: UnitOfWork, ids: Select[int]) -> Mapping[str, int]:
    query = select(FairRegistration.region_path, func.count()).where(FairRegistration.id.in_(ids))
    rows = uow.rows(visible_riders(uow.actor, query.group_by(FairRegistration.region_path)))
    return dict(rows)
