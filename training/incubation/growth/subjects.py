"""What this room keeps about a person: that they work, or worked, for a venture."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from training.incubation.growth.models import VentureReport, VentureWorker
from training.incubation.ventures.models import Venture

KEPT: dict[str, str] = {}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's lines as a worker, and the reports of the ventures they started."""
    mine = select(Venture.id).where(Venture.person_id == person_id)
    return {
        "venture_worker": dump_rows(
            uow.session, VentureWorker, VentureWorker.person_id == person_id, without=("recorded_by_id",)
        ),
        "venture_report": dump_rows(
            uow.session, VentureReport, VentureReport.venture_id.in_(mine), without=("reported_by_id",)
        ),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """That a venture employed somebody stays as a number; who it was goes, and what a founder wrote."""
    rows = uow.session.scalars(select(VentureWorker).where(VentureWorker.person_id == person_id)).all()
    for row in rows:
        row.person_id, row.name = None, ""
    mine = select(Venture.id).where(Venture.person_id == person_id)
    reports = uow.session.scalars(
        select(VentureReport).where(VentureReport.venture_id.in_(mine), VentureReport.words != "")
    ).all()
    for report in reports:
        report.words = ""
    uow.session.flush()
    return {"venture_worker": len(rows), "venture_report": len(reports)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point the lines; two of one time for one venture are counted once by the figures."""
    return move_rows(uow.session, VentureWorker, "person_id", source_id, target_id)
