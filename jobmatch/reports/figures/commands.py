"""What commands ask of the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import SetupError
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region
from jobmatch.reports.figures.documents import year_table_workbook
from jobmatch.reports.figures.year_table import LETTERS, YearRow, year_table


def year_table_for_cli(
    runtime: Runtime, year: int, org: str, *, day: date | None = None
) -> tuple[dict[str, Any], Callable[[], bytes]]:
    """The year table below the place with code ``org`` as plain values, and the form as a workbook.

    Raises ``SetupError`` for a code that is no place.
    """
    with runtime.unit(system_actor("report"), writing=False) as uow:
        table = year_table(uow, year, day=day, path=path_of(uow, org))
    counted = {
        "year": table.year,
        "cut_off": table.day.isoformat(),
        "rows": [_plain(row) for row in table.rows],
        "total": _plain(table.total),
    }
    return counted, lambda: year_table_workbook(table)


def path_of(uow: UnitOfWork, org: str) -> str:
    """The subtree of a place's code; without one that of the uppermost station."""
    if not org:
        top = select(Organization.region_path).where(Organization.kind == OrganizationKind.STATION)
        found = uow.session.scalar(top.order_by(func.length(Organization.region_path)).limit(1))
        return found or "/"
    region = uow.session.get(Region, org)
    if region is None:
        raise SetupError(f"There is no place with the code {org}.")
    return region.path


def _plain(row: YearRow) -> dict[str, Any]:
    letters = {letter: row[letter] for letter in LETTERS}
    rates = {"employment_percent": row.employment_percent, "settled_percent": row.settled_percent}
    below = {key: row[key] for key in row.counts if key not in LETTERS}
    return {"org": row.org, "name": row.name, **letters, **below, **rates}
