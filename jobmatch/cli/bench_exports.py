"""Prints how long it takes to take 100,000 people out as a workbook of 12 columns, and what memory the worker needs.

The people are those of ``bench_people``; the table is written by the job as the worker runs it, in a process of its
own, whose peak is printed. Nobody in it exists.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select, update

from jobmatch.cli.bench_people import peopled, say, staff_of
from jobmatch.core.actors import system_actor
from jobmatch.core.jobs import run_job
from jobmatch.core.runtime import Runtime
from jobmatch.exchange.models import TableExport
from jobmatch.exchange.states import TakenKind
from jobmatch.exchange.tables.kinds import TAKEN
from jobmatch.exchange.tables.taking import begin_export, read_export
from jobmatch.people.models.person import Person
from jobmatch.rooms import job_functions


def peak_mb() -> float:
    """Peak memory of this program in MB; ``getrusage`` of a child begins with what its parent had."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _take(runtime: Runtime) -> None:
    """One export from the press of the button to the file."""
    actor, _token = staff_of(runtime)
    functions = job_functions()
    say(f"worker with every room before the job: {peak_mb():.0f} MB")
    with runtime.unit(actor) as uow:
        export = begin_export(uow, TAKEN[TakenKind.PEOPLE], reason="测量导出用时")
        key, job_id = export.id, uow.enqueued[-1]
    began, worked = time.perf_counter(), time.process_time()
    run_job(runtime.database, functions, job_id)
    seconds, worked, peak = time.perf_counter() - began, time.process_time() - worked, peak_mb()
    with runtime.unit(actor) as uow:
        done = uow.session.scalars(select(TableExport).where(TableExport.id == key)).one()
        size = len(read_export(uow, done)[1])
        say(
            f"{done.row_count} rows x {len(TAKEN[done.kind].columns)} columns: {seconds:.1f} s "
            f"({worked:.1f} s of a processor), {size / 1e6:.1f} MB, peak of the process {peak:.0f} MB"
        )


def main() -> None:
    """Make the people where they are not there yet, then take them out in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m jobmatch.cli.bench_exports", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="Folder that keeps the installation, to measure again on it.")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch) / "data"
        with peopled(folder, given.people) as runtime:
            if given.child:
                _take(runtime)
                return
            with runtime.unit(system_actor("bench")) as uow:
                uow.session.execute(update(Person).values(major="机电一体化"))
        command = [sys.executable, "-m", "jobmatch.cli.bench_exports", "--child", "--keep", str(folder)]
        subprocess.run(command, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
