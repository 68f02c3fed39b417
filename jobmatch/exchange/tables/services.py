"""Bringing a table in: take it, say which column is which, check, store, take back.

The check does what storing does and takes it back at once, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select

from jobmatch.core.errors import AppError, Conflict, Invalid, NotAllowed, require
from jobmatch.core.files import check_hourly_uploads
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange import batches
from jobmatch.exchange.batches import Note, OpenUnit
from jobmatch.exchange.columns import Table, known_titles, open_table
from jobmatch.exchange.models import TableImport, TableImportRow
from jobmatch.exchange.states import ImportState, RowNote
from jobmatch.exchange.tables.kinds import SPECS
from jobmatch.exchange.tables.policies import can_change_table_import, can_use_tables
from jobmatch.exchange.tables.spec import Row, Spec

MOST_ROWS = 20_000
CHUNK, UNDO_ROWS = 100, 200
MOST_UPLOADS = 30
CHECK_JOB, STORE_JOB, UNDO_JOB = "tables.check", "tables.store", "tables.undo"
State = ImportState


def open_sheet(spec: Spec, content: bytes) -> Table:
    """The table with its titles. Raises ``Invalid`` where it cannot be read or has no line with titles."""
    table = open_table(content, known_titles(tuple(spec.columns)), is_strict=False)
    if not table.titles:
        raise Invalid(_("没有找到表头。第一行要写明每一列是什么"))
    return table


def open_table_import(uow: UnitOfWork, spec: Spec, content: bytes, table: Table, *, name: str) -> TableImport:
    """Take a table in whose titles were read; its columns are said next. Raises ``Invalid``, ``Limited``."""
    require(can_use_tables(uow.actor, spec))
    check_hourly_uploads(uow, "import.table_opened", MOST_UPLOADS)
    batch = TableImport(
        kind=spec.kind,
        state=State.MAPPING,
        titles=[title[:60] for title in table.titles],
        samples=batches.samples_of(table),
        mapping=table.places(known_titles(tuple(spec.columns))),
    )
    batches.hand_in(uow, batch, content, name=name)
    uow.audit("import.table_opened", batch, kind=spec.kind.value)
    return batch


def map_table_columns(uow: UnitOfWork, batch: TableImport, places: Mapping[str, int]) -> TableImport:
    """Say which column is which; the check begins in the background. Raises ``Invalid`` by field, ``Conflict``."""
    require(can_change_table_import(uow.actor, batch))
    if batch.state not in (State.MAPPING, State.CHECKED):
        raise Conflict
    spec = SPECS[batch.kind]
    errors = batches.misplaced(places, spec.titles, spec.needed, len(batch.titles))
    if errors:
        raise Invalid(fields=errors)
    batch.mapping = dict(places)
    batches.begin(uow, batch, State.CHECKING)
    uow.enqueue(CHECK_JOB, import_id=batch.id)
    return batch


def confirm_table_import(uow: UnitOfWork, batch: TableImport) -> TableImport:
    """Store what the check found good; a second press changes nothing. Raises ``Conflict``, ``Invalid``."""
    require(can_change_table_import(uow.actor, batch))
    batches.confirm(uow, batch, STORE_JOB, nothing=_("这张表里没有可以存入的行"))
    return batch


def drop_table_import(uow: UnitOfWork, batch: TableImport) -> None:
    """Forget a table that was not imported. Raises ``Conflict``."""
    require(can_change_table_import(uow.actor, batch))
    batches.drop(uow, batch)


def undo_table_import(uow: UnitOfWork, batch: TableImport) -> TableImport:
    """Take back what an import made and nobody touched since. Raises ``Conflict``."""
    require(can_change_table_import(uow.actor, batch))
    batches.undo(uow, batch, UNDO_JOB)
    return batch


# ---------- passes over the rows ----------


def run_check(open_unit: OpenUnit, import_id: int, content: bytes) -> None:
    """Judge every row of a table whose columns were said, and store nothing but counts and notes."""
    batches.check(open_unit, TableImport, import_id, lambda: _pass(open_unit, import_id, content, is_dry=True))


def run_import(open_unit: OpenUnit, import_id: int, content: bytes) -> None:
    """Store the good rows of an import, each once, going on after the last row that an earlier pass finished."""
    with open_unit(writing=False) as uow:
        if uow.session.get_one(TableImport, import_id).state is not State.IMPORTING:
            return
    _pass(open_unit, import_id, content, is_dry=False)
    with open_unit(writing=True) as uow:
        batch = uow.session.get_one(TableImport, import_id)
        batches.end(uow, batch)
        uow.audit("import.table", batch, stored=batch.stored_count, refused=batch.refused_count)


@dataclass(slots=True)
class _Passage:
    """A pass over the rows of one table; ``seen`` are the things that earlier rows named."""

    spec: Spec
    seen: dict[str, int] = field(default_factory=dict)
    stored: list[tuple[int, int]] = field(default_factory=list)
    same: int = 0
    refused: int = 0
    notes: list[Note] = field(default_factory=list)

    def place(self, uow: UnitOfWork, rows: Sequence[tuple[int, Row]]) -> None:
        """Store rows, each on its own: what is wrong with one hinders no other."""
        self.stored, self.notes, self.same, self.refused = [], [], 0, 0
        for number, row in rows:
            errors = {name: _("这一列一定要填") for name in self.spec.needed if not row.get(name)}
            key = self.spec.same_as(row)
            first = self.seen.setdefault(key, number)
            if first != number and not errors:
                errors = {self.spec.needed[0]: _("和第 %(n)s 行是同一个", n=first)}
            errors = errors or self._store(uow, number, row)
            self.refused += bool(errors)
            titles = self.spec.titles
            self.notes += [
                Note(number, RowNote.REFUSED, titles.get(name, ""), row.get(name, ""), words)
                for name, words in errors.items()
            ]

    def _store(self, uow: UnitOfWork, number: int, row: Row) -> dict[str, str]:
        try:
            with uow.session.begin_nested():
                made = self.spec.store(uow, row)
        except NotAllowed:
            return {"": _("不在本单位的辖区，不能存入")}
        except Invalid as error:
            return error.fields or {"": error.message}
        except AppError as error:
            return {"": error.message}
        if made is None:
            self.same += 1
        else:
            self.stored.append((number, made))
        return {}


class _OnlyTried(Exception):
    """Rows were stored to see whether they can be, and are taken back at once."""


def _pass(open_unit: OpenUnit, import_id: int, content: bytes, *, is_dry: bool) -> None:
    with open_unit(writing=False) as uow:
        batch = uow.session.get_one(TableImport, import_id)
        spec, places, done = SPECS[batch.kind], dict(batch.mapping), batch.next_row
    passage = _Passage(spec)
    rows = batches.few(open_sheet(spec, content).rows(places), MOST_ROWS)
    for chunk in batches.chunks_after(_remembering(rows, passage, done), done, CHUNK):
        with open_unit(writing=True) as uow:
            batches.take_turn(uow, TableImport, import_id, done)
            with suppress(_OnlyTried), uow.session.begin_nested():
                passage.place(uow, chunk)
                if is_dry:
                    raise _OnlyTried
            if is_dry:
                uow.enqueued.clear()
            _keep(uow, uow.session.get_one(TableImport, import_id), passage, chunk[-1][0], is_dry=is_dry)
        done = chunk[-1][0]


def _remembering(
    rows: Iterator[tuple[int, dict[str, str]]], passage: _Passage, done: int
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows; what stands in those that an earlier pass stored is remembered, so that it is not taken twice."""
    for number, row in rows:
        if number <= done:
            passage.seen.setdefault(passage.spec.same_as(row), number)
        yield number, row


def _keep(uow: UnitOfWork, batch: TableImport, passage: _Passage, last: int, *, is_dry: bool) -> None:
    batch.next_row, batch.changed_at = last, uow.now
    batch.stored_count += len(passage.stored)
    batch.same_count += passage.same
    batch.refused_count += passage.refused
    batches.write_notes(uow, batch, passage.notes)
    if passage.stored and not is_dry:
        links = [{"import_id": batch.id, "row_number": row, "record_id": made} for row, made in passage.stored]
        uow.session.execute(insert(TableImportRow), links)


# ---------- taking back ----------


def run_undo(open_unit: OpenUnit, import_id: int) -> None:
    """Take back what an import made, some at a time; what was touched since stays and is listed with the reason."""
    batches.take_back(open_unit, TableImport, import_id, _undo_some)


def _undo_some(uow: UnitOfWork, batch: TableImport) -> bool:
    mine = (TableImportRow.import_id == batch.id, TableImportRow.row_number > batch.next_row)
    links = uow.session.scalars(
        select(TableImportRow).where(*mine).order_by(TableImportRow.row_number).limit(UNDO_ROWS)
    ).all()
    if not links:
        return False
    batch.next_row = links[-1].row_number
    ids = [link.record_id for link in links]
    reasons = SPECS[batch.kind].take_back(uow, ids)
    kept = [
        Note(link.row_number, RowNote.KEPT, "", "", reasons[link.record_id])
        for link in links
        if link.record_id in reasons
    ]
    batches.write_notes(uow, batch, kept)
    gone = [one for one in ids if one not in reasons]
    batch.removed_count += len(gone)
    uow.session.execute(
        delete(TableImportRow).where(TableImportRow.import_id == batch.id, TableImportRow.record_id.in_(gone))
    )
    return True
