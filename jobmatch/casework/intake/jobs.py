"""Background work: long rosters, the clock of reporting, base counts, and what files lack."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.intake.models import IntakeBatch, RosterImport
from jobmatch.casework.intake.services import counts, roster
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed

HALF_DAY, WEEK = 12 * 60, 7 * 24 * 60
WATCH_JOB = "intake.watch"


def import_roster(context: JobContext, run_id: int) -> dict[str, Any]:
    """Store a long roster, 500 rows a unit, from where an earlier try stopped."""
    with context.unit(writing=False) as uow:
        run = uow.session.get_one(RosterImport, run_id)
        rows = roster.rows_of_import(uow, run, uow.session.get_one(IntakeBatch, run.batch_id))
    goes_on = bool(rows)
    while goes_on:
        with context.unit() as uow:
            run = uow.session.get_one(RosterImport, run_id)
            goes_on = roster.store_rows(uow, run, uow.session.get_one(IntakeBatch, run.batch_id), rows)
            done = run.next_row
        context.progress(done, len(rows))
    return {"rows": len(rows)}


def watch(context: JobContext) -> dict[str, int]:
    """Warnings and overdue lines of the rosters, base counts that agree or do not, and files kept long enough."""
    warned = late = 0
    more = True
    while more:
        with context.unit() as uow:
            tasks, overdue = roster.watch_deadlines(uow)
        warned, late, more = warned + tasks, late + overdue, tasks == roster.UNIT_ROWS
    last = 0
    while True:
        with context.unit() as uow:
            last = counts.compare_base_counts(uow, after_id=last)
        if not last:
            break
    with context.unit() as uow:
        dropped = roster.drop_old_files(uow)
    return {"warned": warned, "overdue": late, "files_dropped": dropped}


def missing_fields(context: JobContext, path: str = "") -> dict[str, int]:
    """Look through the files below ``path`` (all without one) for what they lack."""
    last = opened = closed = seen = 0
    while True:
        with context.unit() as uow:
            part = counts.check_missing(uow, path=path, after_id=last)
        if not part.last_id:
            break
        last, opened, closed, seen = part.last_id, opened + part.opened, closed + part.closed, seen + 1
        context.progress(seen * counts.UNIT_PEOPLE)
    return {"opened": opened, "closed": closed}


JOBS: dict[str, JobFunction] = {
    roster.IMPORT_JOB: import_roster,
    counts.MISSING_JOB: missing_fields,
    WATCH_JOB: watch,
}
TIMED = (Timed(WATCH_JOB, HALF_DAY), Timed(counts.MISSING_JOB, WEEK))
