"""What commands ask of frozen figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import SetupError
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.commands import path_of
from jobmatch.reports.figures.year_table import default_day
from jobmatch.reports.filing.models import Snapshot
from jobmatch.reports.filing.queries import differences
from jobmatch.reports.filing.services.freezing import freeze_year_table, problems_of

SYSTEM = system_actor("report")


def freeze_for_cli(runtime: Runtime, year: int, org: str, *, day: date | None, reason: str) -> str:
    """Freeze the year table below the place with code ``org``; the snapshot's public id."""
    with runtime.unit(SYSTEM) as uow:
        cut_off = day or default_day(year, uow.today)
        return freeze_year_table(uow, year=year, path=path_of(uow, org), day=cut_off, reason=reason).public_id


def diff_for_cli(runtime: Runtime, old_id: str, new_id: str) -> list[dict[str, Any]]:
    """Who moved between two snapshots, by subject number. Raises ``SetupError`` for an id that is none."""
    with runtime.unit(SYSTEM, writing=False) as uow:
        return [asdict(move) for move in differences(uow, _named(uow, old_id), _named(uow, new_id))]


def _named(uow: UnitOfWork, public_id: str) -> Snapshot:
    found = uow.session.scalars(select(Snapshot).where(Snapshot.public_id == public_id)).one_or_none()
    if found is None:
        raise SetupError(f"There is no snapshot {public_id}.")
    return found


def verify_for_cli(runtime: Runtime) -> tuple[int, dict[str, list[str]]]:
    """How many snapshots there are, and what is wrong with those that do not follow from their inputs."""
    with runtime.unit(SYSTEM, writing=False) as uow:
        ids = list(uow.session.scalars(select(Snapshot.id).order_by(Snapshot.id)))
    wrong = {}
    for key in ids:
        with runtime.unit(SYSTEM, writing=False) as uow:
            snapshot = uow.session.get_one(Snapshot, key)
            problems = problems_of(snapshot)
            if problems:
                wrong[snapshot.public_id] = problems
    return len(ids), wrong
