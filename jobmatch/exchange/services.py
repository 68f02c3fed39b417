"""Imports: many short units of work, so that a long file never holds the others up and can be taken up again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from jobmatch.core.errors import AppError, require
from jobmatch.core.sheets import Row, read_table
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.formats import MappingKind, PostingRow, find_mapping
from jobmatch.exchange.models import ImportRowError, ImportRun
from jobmatch.exchange.policies import can_import
from jobmatch.exchange.states import RowOutcome
from jobmatch.reference.queries import find_region_by_name, sure_occupation
from recruiters.employers.models import Employer
from recruiters.employers.services.employers import import_employer
from recruiters.postings.services.importing import store_imported_posting
from recruiters.postings.values import RequirementInput

UNIT_ROWS = 500
UNIT_SECONDS = 1.0
OpenUnit = Callable[[], AbstractContextManager[UnitOfWork]]


@dataclass(slots=True)
class ImportResult:
    """Counts of a run: every row of the file is in exactly one of the three."""

    run_id: str
    stored: int
    same: int
    refused: int

    @property
    def total(self) -> int:
        return self.stored + self.same + self.refused


def import_postings(
    open_unit: OpenUnit, path: Path, *, mapping: str | None = None, progress: Callable[[int], None] = lambda _done: None
) -> ImportResult:
    """Store every row of a posting table as an unpublished import; a bad row is noted and never stops the rest.

    A file that was interrupted goes on where it stopped; a second run finds everything there and doubles nothing.
    Raises ``Invalid`` for a file that cannot be read or whose columns fit no mapping, before anything is stored.
    """
    header, rows = read_table(path)
    kind = find_mapping(header, mapping)
    with open_unit() as uow:
        run = _open_run(uow, path, kind)
        run_id, start = run.id, run.next_row
    numbered = islice(enumerate(rows, start=1), start, None)
    while _store_some(open_unit, run_id, kind, numbered):
        with open_unit() as uow:
            progress(uow.session.get_one(ImportRun, run_id).next_row)
    with open_unit() as uow:
        run = uow.session.get_one(ImportRun, run_id)
        run.finished_at = uow.now
        uow.audit("import.postings", run, stored=run.stored_count, same=run.same_count, refused=run.refused_count)
        return ImportResult(run.public_id, run.stored_count, run.same_count, run.refused_count)


def _open_run(uow: UnitOfWork, path: Path, kind: MappingKind) -> ImportRun:
    """The unfinished run of the same file, or a new one."""
    require(can_import(uow.actor))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    run = uow.session.scalars(
        select(ImportRun).where(
            ImportRun.file_sha256 == digest, ImportRun.mapping == kind.name, ImportRun.finished_at.is_(None)
        )
    ).first()
    if run is None:
        run = ImportRun(
            kind="postings",
            file_name=path.name[:120],
            file_sha256=digest,
            mapping=kind.name[:60],
            created_by_id=uow.actor.user_id,
            created_at=uow.now,
        )
        uow.session.add(run)
        uow.session.flush()
    return run


def _store_some(open_unit: OpenUnit, run_id: int, kind: MappingKind, rows: Iterator[tuple[int, Row]]) -> bool:
    """Store rows for at most a second in one unit; False when the file has ended."""
    chunk = list(islice(rows, UNIT_ROWS))
    while chunk:
        deadline = time.monotonic() + UNIT_SECONDS
        with open_unit() as uow:
            run = uow.session.get_one(ImportRun, run_id)
            employers: dict[str, Employer] = {}
            done = 0
            for number, row in chunk:
                outcome = _store_row(uow, run, kind, number, row, employers)
                column = f"{outcome.value}_count" if outcome is not RowOutcome.REFUSED else "refused_count"
                setattr(run, column, getattr(run, column) + 1)
                run.next_row = number
                done += 1
                if time.monotonic() > deadline:
                    break
        chunk = chunk[done:]
        if not chunk:
            return True
    return False


def _store_row(
    uow: UnitOfWork, run: ImportRun, kind: MappingKind, number: int, row: Row, employers: dict[str, Employer]
) -> RowOutcome:
    try:
        read = kind.read(row)
        with uow.session.begin_nested():
            created = _store_posting(uow, kind, read, row, employers)
    except (AppError, ValueError) as error:
        message = getattr(error, "message", "") or str(error)
        uow.session.add(ImportRowError(run_id=run.id, row_number=number, message=message))
        return RowOutcome.REFUSED
    return RowOutcome.STORED if created else RowOutcome.SAME


def _store_posting(
    uow: UnitOfWork, kind: MappingKind, read: PostingRow, row: Row, employers: dict[str, Employer]
) -> bool:
    employer = employers.get(read.employer_name)
    region = find_region_by_name(uow.session, read.place) if read.place else None
    if employer is None:
        employer = import_employer(
            uow,
            name=read.employer_name,
            source=kind.source_name,
            key=f"{kind.name}:{read.employer_name}"[:160],
            kind=kind.employer_kind,
            region_code=region.code if region else None,
        )
        employers[read.employer_name] = employer
    values = dict(read.values)
    if region is not None:
        values["region_code"] = region.code
    if not values.get("occupation_code"):
        # Only where the title leaves no doubt; whoever publishes the row sees it and can change it.
        values["occupation_code"] = sure_occupation(str(values.get("title") or ""))
    needs = [
        RequirementInput(
            kind=need.kind, code=need.code, level=need.level, years=need.years, is_must=need.must, label=need.label
        )
        for need in read.needs
    ]
    _posting, created = store_imported_posting(
        uow,
        employer,
        source_name=kind.source_name,
        source_key=f"{kind.name}:{read.key}"[:120],
        values=values,
        requirements=needs,
        source_row=row,
    )
    return created
