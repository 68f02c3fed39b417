"""Imports: many short units of work, so that a long file never holds the others up and can be taken up again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from jobmatch.core.errors import require
from jobmatch.core.sheets import Row, read_table
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.formats import CIVIL_SERVICE, MappingKind, PostingRow, find_mapping
from jobmatch.exchange.models import ImportRowError, ImportRun
from jobmatch.exchange.policies import can_import
from jobmatch.exchange.posting_employers import EmployerBook, Wanted
from jobmatch.exchange.posting_pass import duplicate_words
from jobmatch.reference.queries import find_region_by_name, sure_occupation
from recruiters.postings.services.importing import Draft, ImportedRow, Outcome, Seen, place_drafts, read_draft
from recruiters.postings.states import YesWay
from recruiters.postings.values import RequirementInput

UNIT_ROWS = 100
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
    """Store some rows in one unit; False when the file has ended."""
    chunk = list(islice(rows, UNIT_ROWS))
    if not chunk:
        return False
    with open_unit() as uow:
        run = uow.session.get_one(ImportRun, run_id)
        passage = _Passage(kind, uow)
        drafts = passage.store(chunk)
        for draft in drafts:
            column = _COLUMNS[draft.outcome]
            setattr(run, column, getattr(run, column) + 1)
            for words in [*draft.errors.values(), *([duplicate_words(draft)] if draft.twin or draft.twin_row else [])]:
                uow.session.add(ImportRowError(run_id=run.id, row_number=draft.number, message=words))
        run.next_row = chunk[-1][0]
    return True


_COLUMNS = {
    Outcome.NEW: "stored_count",
    Outcome.CHANGED: "same_count",
    Outcome.SAME: "same_count",
    Outcome.ENDED: "same_count",
    Outcome.DUPLICATE: "refused_count",
    Outcome.REFUSED: "refused_count",
}


class _Passage:
    """Rows of one unit of a command, read by a known mapping."""

    def __init__(self, kind: MappingKind, uow: UnitOfWork) -> None:
        self.kind, self.uow = kind, uow
        self.book = EmployerBook(kind.source_name, kind=kind.employer_kind)

    def store(self, rows: Sequence[tuple[int, Row]]) -> list[Draft]:
        """Store the rows and tell what came of each."""
        drafts, wanted = [], []
        for number, row in rows:
            errors: dict[str, str] = {}
            try:
                read = self.kind.read(row)
            except ValueError as error:
                read, errors = PostingRow("", "", {"title": "—"}), {"row": str(error)}
            draft = read_draft(self.uow, number, self._row(read, row))
            draft.errors = errors or draft.errors
            drafts.append(draft)
            wanted.append(Wanted(read.employer_name, region_code=draft.posting.region_code))
        self.book.load(self.uow, wanted)
        good = [(draft, one) for draft, one in zip(drafts, wanted, strict=True) if not draft.errors]
        found = self.book.find_or_make(self.uow, [one for _draft, one in good])
        for (draft, _one), (employer, errors) in zip(good, found, strict=True):
            draft.employer = employer
            draft.errors |= errors
        place_drafts(
            self.uow,
            drafts,
            prefix=self.kind.name,
            source_name=self.kind.source_name,
            # Only an official table is itself the notice by which the employers published.
            consent=YesWay.NOTICE if self.kind is CIVIL_SERVICE else None,
            read=lambda row: self._row(self.kind.read(dict(row)), dict(row)),
            seen=Seen(),
            is_official=self.kind is CIVIL_SERVICE,
        )
        return drafts

    def _row(self, read: PostingRow, row: Row) -> ImportedRow:
        region = find_region_by_name(self.uow.session, read.place) if read.place else None
        values = dict(read.values)
        if region is not None:
            values["region_code"] = region.code
        if not values.get("occupation_code"):
            # Only where the title leaves no doubt; whoever publishes the row sees it and can change it.
            values["occupation_code"] = sure_occupation(str(values.get("title") or ""))
        needs = tuple(
            RequirementInput(
                kind=need.kind, code=need.code, level=need.level, years=need.years, is_must=need.must, label=need.label
            )
            for need in read.needs
        )
        return ImportedRow(read.key, values, row, needs)
