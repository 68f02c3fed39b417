"""Background work on tables: check, store, take back; take out, and delete what was taken out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from jobmatch.core.errors import NotAllowed
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import unit_of_work
from jobmatch.exchange.jobs import back, over_table
from jobmatch.exchange.models import TableExport, TableImport
from jobmatch.exchange.tables import services, taking


def take_out(context: JobContext, *, export_id: int) -> dict[str, Any]:
    """Write a long table as the one who asked for it."""
    with context.unit() as uow:
        export = uow.session.get_one(TableExport, export_id)
        try:
            actor = taking.taker(uow, export)
        except NotAllowed:
            export.state, export.finished_at = taking.State.FAILED, uow.now
            return {"export": export_id}
    taking.run_export(partial(unit_of_work, context.database, actor, writing=True), export_id)
    return {"export": export_id}


def drop_exports(context: JobContext) -> dict[str, Any]:
    """Delete tables that were kept long enough."""
    return {"dropped": context.until_done(taking.drop_old_exports)}


JOBS: Mapping[str, JobFunction] = {
    services.CHECK_JOB: over_table(TableImport, services.run_check),
    services.STORE_JOB: over_table(TableImport, services.run_import),
    services.UNDO_JOB: back(TableImport, services.run_undo),
    taking.TAKE_JOB: take_out,
    taking.DROP_JOB: drop_exports,
}
TIMED = (Timed(taking.DROP_JOB, 60),)
