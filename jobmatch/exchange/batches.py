"""Steps that all tables take alike on their way in: confirm, drop, take back, and passes over their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select

from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.files import StoredFile, display_name, read_file, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX, clean_cell
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Table
from jobmatch.exchange.models import (
    PeopleImport,
    PeopleImportNote,
    PostingImport,
    PostingImportNote,
    TableImport,
    TableImportNote,
)
from jobmatch.exchange.states import RUNNING, ImportState, PostingRowNote, RowNote

KEPT_DAYS = 30
"""How long a table, perhaps full of identity numbers, waits for somebody to confirm it."""
SAMPLES, SAMPLE = 3, 40
"""Rows, and characters of a cell, that are shown while columns are said."""
OpenUnit = Callable[..., AbstractContextManager[UnitOfWork]]
"""Opens a unit of the one who imports; ``writing=False`` for one that only reads."""
Batch = PeopleImport | PostingImport | TableImport
NoteModel = type[PeopleImportNote] | type[PostingImportNote] | type[TableImportNote]
State = ImportState
Rows = Iterator[tuple[int, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Note:
    """A row that was not stored as it stands; ``column`` is the title in the file, ``value`` has no number in full."""

    row_number: int
    kind: RowNote | PostingRowNote
    column: str
    value: str
    reason: str


def notes_model(batch: Batch) -> NoteModel:
    """The table that holds the notes on the rows of a batch."""
    if isinstance(batch, TableImport):
        return TableImportNote
    return PeopleImportNote if isinstance(batch, PeopleImport) else PostingImportNote


def misplaced(
    places: Mapping[str, int], titles: Mapping[str, str], needed: Sequence[str], width: int
) -> dict[str, str]:
    """What is wrong with the columns somebody chose, by field; ``titles`` of our fields, ``width`` of the table."""
    errors = {name: _("这一列一定要有") for name in needed if name not in places}
    used: dict[int, str] = {}
    for name, place in places.items():
        if name not in titles or not 0 <= place < width:
            errors[name] = _("请从列表里选一列")
        elif place in used:
            errors[name] = _("这一列已经用作“%(title)s”", title=_(titles[used[place]]))
        used.setdefault(place, name)
    return errors


def rows_of(batch: Batch) -> int:
    """How many rows a pass has seen."""
    count = batch.stored_count + batch.same_count + batch.refused_count
    return count + batch.changed_count + batch.duplicate_count if isinstance(batch, PostingImport) else count


def hand_in(uow: UnitOfWork, batch: Batch, content: bytes, *, name: str, is_kept: bool = True) -> None:
    """Store a new batch with its file, which ``is_kept`` encrypted until its rows are stored."""
    mimetype = XLSX if content[:2] == b"PK" else "text/csv"
    file = store_file(uow, content, name=name, mimetype=mimetype) if is_kept else None
    batch.file_id = file.id if file else None
    batch.file_name, batch.file_sha256 = display_name(name), hashlib.sha256(content).hexdigest()
    batch.region_path, batch.created_by_id = uow.actor.region_path, uow.actor.user_id
    batch.created_at = batch.changed_at = uow.now
    uow.session.add(batch)
    uow.session.flush()


def samples_of(table: Table) -> list[list[str]]:
    """The first rows of a table, shortened, for whoever says which column is which."""
    return [[clean_cell(cell)[:SAMPLE] for cell in line] for _number, line in islice(table.lines, SAMPLES)]


def few(rows: Rows, most: int) -> Rows:
    """The rows of a table. Raises ``Invalid`` at the first one beyond ``most``."""
    for count, row in enumerate(rows, start=1):
        if count > most:
            raise Invalid(_("一次最多导入 %(n)s 行，请分成几个文件", n=most))
        yield row


def check(open_unit: OpenUnit, model: type[Any], import_id: int, look: Callable[[], None]) -> None:
    """Let ``look`` judge every row of a table and store nothing but counts and notes, from the first row on.

    A table that turns out not to be readable is forgotten, and the batch says why.
    """
    with open_unit(writing=True) as uow:
        batch = uow.session.get_one(model, import_id)
        if batch.state is not State.CHECKING:
            return
        begin(uow, batch, State.CHECKING)
    try:
        look()
    except Invalid as error:
        with open_unit(writing=True) as uow:
            batch = uow.session.get_one(model, import_id)
            batch.state, batch.changed_at = State.UNREADABLE, uow.now
            kind = PostingRowNote.REFUSED if isinstance(batch, PostingImport) else RowNote.REFUSED
            write_notes(uow, batch, [Note(0, kind, "", "", error.message)])
            remove_table(uow, batch)
        return
    with open_unit(writing=True) as uow:
        batch = uow.session.get_one(model, import_id)
        batch.state, batch.changed_at, batch.row_count = State.CHECKED, uow.now, rows_of(batch)


def end(uow: UnitOfWork, batch: Batch) -> None:
    """Everything is stored: the file and the samples go."""
    batch.state, batch.changed_at, batch.finished_at = State.DONE, uow.now, uow.now
    batch.row_count = rows_of(batch)
    if not isinstance(batch, PeopleImport):
        batch.samples = []
    remove_table(uow, batch)


def confirm(uow: UnitOfWork, batch: Batch, job: str, *, nothing: str) -> None:
    """Store what the check found good; a second press changes nothing.

    Raises ``Conflict`` in another state, ``Invalid`` with the words of ``nothing`` where nothing would be stored.
    """
    if batch.state in (State.IMPORTING, State.DONE):
        return
    if batch.state is not State.CHECKED:
        raise Conflict
    if not batch.stored_count and not batch.changed_count:
        raise Invalid(nothing)
    begin(uow, batch, State.IMPORTING)
    uow.enqueue(job, import_id=batch.id)


def drop(uow: UnitOfWork, batch: Batch) -> None:
    """Forget a table that was not imported, with its file and its notes. Raises ``Conflict``."""
    if batch.state not in (State.MAPPING, State.CHECKED, State.UNREADABLE):
        raise Conflict
    remove_table(uow, batch)
    model = notes_model(batch)
    uow.session.execute(delete(model).where(model.import_id == batch.id))
    uow.session.delete(batch)


def undo(uow: UnitOfWork, batch: Batch, job: str) -> None:
    """Begin to take an import back; a second press changes nothing. Raises ``Conflict``."""
    if batch.state in (State.UNDOING, State.UNDONE):
        return
    if batch.state is not State.DONE:
        raise Conflict
    batch.state, batch.next_row, batch.changed_at = State.UNDOING, 0, uow.now
    uow.enqueue(job, import_id=batch.id)


def take_back(open_unit: OpenUnit, model: type[Any], import_id: int, some: Callable[[UnitOfWork, Any], bool]) -> None:
    """Take back what an import stored; ``some`` does it for some rows and tells whether there may be more."""
    is_open = True
    while is_open:
        with open_unit(writing=True) as uow:
            batch: Batch = uow.session.get_one(model, import_id)
            if batch.state is not State.UNDOING:
                return
            is_open = some(uow, batch)
            batch.changed_at = uow.now
            if not is_open:
                batch.state = State.UNDONE
                kept = batch.stored_count - batch.removed_count
                is_table, is_people = isinstance(batch, TableImport), isinstance(batch, PeopleImport)
                uow.audit(
                    "import.table_undone"
                    if is_table
                    else ("import.people_undone" if is_people else "import.postings_undone"),
                    batch,
                    removed=batch.removed_count,
                    kept=kept,
                )


def drop_forgotten(uow: UnitOfWork, model: type[Any]) -> int:
    """Forget tables that nobody confirmed for ``KEPT_DAYS``, at most 100; returns how many."""
    waiting = model.state.in_((State.MAPPING, State.CHECKED, State.UNREADABLE))
    old = model.changed_at < uow.now - timedelta(days=KEPT_DAYS)
    found = uow.session.scalars(select(model).where(waiting, old).limit(100)).all()
    for batch in found:
        drop(uow, batch)
    return len(found)


def write_notes(uow: UnitOfWork, batch: Batch, notes: Sequence[Any]) -> None:
    """Keep what has to be said about rows, with columns and values cut to what is shown."""
    rows: list[dict[str, Any]] = [
        {"import_id": batch.id, **asdict(note), "column": note.column[:120], "value": note.value[:80]} for note in notes
    ]
    if rows:
        uow.session.execute(insert(notes_model(batch)), rows)


def begin(uow: UnitOfWork, batch: Batch, state: ImportState) -> None:
    """A new pass over the rows: its counts and notes take the place of those before."""
    batch.state, batch.next_row, batch.changed_at = state, 0, uow.now
    batch.row_count = batch.row_count if state is State.IMPORTING else 0
    batch.stored_count = batch.same_count = batch.changed_count = batch.refused_count = 0
    if isinstance(batch, PostingImport):
        batch.duplicate_count = batch.blocked_count = batch.closed_count = 0
    model = notes_model(batch)
    uow.session.execute(delete(model).where(model.import_id == batch.id))


def remove_table(uow: UnitOfWork, batch: Batch) -> None:
    """Forget the file of a batch."""
    file = uow.session.get(StoredFile, batch.file_id) if batch.file_id else None
    if file is not None:
        batch.file_id = None
        uow.session.flush()
        remove_file(uow, file)


def content_of(uow: UnitOfWork, batch: Batch) -> bytes:
    """The table as it was handed in. Raises ``NotFound`` where it is gone."""
    return read_file(uow, uow.session.get_one(StoredFile, batch.file_id))


def is_running(batch: Batch) -> bool:
    """Whether a background job works on the import now."""
    return batch.state in RUNNING


def chunks_after(rows: Rows, done: int, size: int) -> Iterator[list[tuple[int, Mapping[str, str]]]]:
    """The rows that an earlier pass has not reached, some at a time."""
    left = (row for row in rows if row[0] > done)
    while chunk := list(islice(left, size)):
        yield list(chunk)


def take_turn(uow: UnitOfWork, model: type[Any], import_id: int, done: int) -> Any:
    """The batch, locked for the next rows. Raises ``Conflict`` where another process goes on with the same table."""
    batch = uow.session.get_one(model, import_id, with_for_update=True)
    if batch.next_row != done:
        raise Conflict
    return batch
