"""Bringing a table of people in: check, confirm, store, take back. Many short units, so that nobody waits for a table
and a pass that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Column, Table, delete, insert, or_, select

from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.subjects import paths_above
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange import batches
from jobmatch.exchange.batches import Note, OpenUnit
from jobmatch.exchange.mentions import columns_that_name
from jobmatch.exchange.models import PeopleImport, PeopleImportPerson
from jobmatch.exchange.people_columns import PeopleTable, Reader, read_people_table
from jobmatch.exchange.people_rows import Judge, Judged, Key
from jobmatch.exchange.policies import can_change_people_import, can_import_people
from jobmatch.exchange.states import ImportState, RowNote
from jobmatch.people.models.person import Person, PersonKind, ServiceRecord
from jobmatch.people.services.bulk import forget_people, record_people

UNIT_ROWS = 500
CHECK_JOB, STORE_JOB, UNDO_JOB = "exchange.check_people", "exchange.import_people", "exchange.undo_people"
State = ImportState


# ---------- steps of the one who imports ----------


def open_people_import(
    uow: UnitOfWork, content: bytes, table: PeopleTable, *, name: str, is_kept: bool = True
) -> PeopleImport:
    """Take a table in whose head was read; the check begins in the background.

    ``is_kept``: the file is kept, encrypted, until its people are stored. A command that has the file at hand keeps
    none, and runs the pass itself.
    """
    require(can_import_people(uow.actor))
    batch = PeopleImport(
        organization_id=uow.actor.organization_id,
        state=State.CHECKING if is_kept else State.IMPORTING,
        titles=table.titles,
        unused=[title[:60] for title in table.unused[:60]],
    )
    batches.hand_in(uow, batch, content, name=name, is_kept=is_kept)
    if is_kept:
        uow.enqueue(CHECK_JOB, import_id=batch.id)
    return batch


def find_open_import(uow: UnitOfWork, content: bytes) -> PeopleImport | None:
    """The unfinished import of the same file that a command of the same actor began."""
    digest = hashlib.sha256(content).hexdigest()
    return uow.session.scalars(
        select(PeopleImport).where(
            PeopleImport.file_sha256 == digest,
            PeopleImport.state == State.IMPORTING,
            PeopleImport.file_id.is_(None),
            PeopleImport.created_by_id.is_(None)
            if uow.actor.user_id is None
            else PeopleImport.created_by_id == uow.actor.user_id,
        )
    ).first()


def confirm_people_import(uow: UnitOfWork, batch: PeopleImport) -> PeopleImport:
    """Store what the check found good; a second press changes nothing. Raises ``Conflict``, ``Invalid``."""
    require(can_change_people_import(uow.actor, batch))
    # Whoever is there with other facts is not changed by a table, so that alone is no reason to go on.
    if batch.state is State.CHECKED and not batch.stored_count:
        raise Invalid(_("这张表里没有可以导入的人"))
    batches.confirm(uow, batch, STORE_JOB, nothing=_("这张表里没有可以导入的人"))
    return batch


def drop_people_import(uow: UnitOfWork, batch: PeopleImport) -> None:
    """Forget a table that was not imported, with its file and its notes. Raises ``Conflict``."""
    require(can_change_people_import(uow.actor, batch))
    batches.drop(uow, batch)


def drop_tables_around(uow: UnitOfWork, person: Person) -> int:
    """Forget stored tables that may name somebody who is erased; what was counted stays, with a word why.

    That is the table that opened the file, where its import was interrupted, and every table around the person that
    waits for a confirmation and holds people with a file: nobody knows who they are. Returns how many.
    """
    opened = select(PeopleImportPerson.import_id).where(PeopleImportPerson.person_id == person.id)
    waits = (PeopleImport.state == State.CHECKED) & (PeopleImport.same_count > 0)
    around = waits & PeopleImport.region_path.in_(paths_above(person.region_path))
    found = select(PeopleImport).where(PeopleImport.file_id.is_not(None), or_(PeopleImport.id.in_(opened), around))
    tables = uow.session.scalars(found).all()
    for batch in tables:
        batches.remove_table(uow, batch)
        words = _("有人注销了档案，原表已删除。还要导入的，请重新上传")
        batches.write_notes(uow, batch, [Note(0, RowNote.REFUSED, "", "", words)])
        batch.state = State.DONE if batch.state is State.IMPORTING else State.UNREADABLE
        batch.changed_at = uow.now
        batch.finished_at = uow.now if batch.state is State.DONE else None
    uow.session.flush()
    return len(tables)


def undo_people_import(uow: UnitOfWork, batch: PeopleImport) -> PeopleImport:
    """Take back the people of an import whom nobody touched since. Raises ``Conflict``."""
    require(can_change_people_import(uow.actor, batch))
    batches.undo(uow, batch, UNDO_JOB)
    return batch


# ---------- passes over the rows ----------


@dataclass(slots=True)
class Check:
    """What an import would do, told without storing anything: every row is in exactly one of the first three."""

    stored: int
    same: int
    refused: int
    changed: int
    notes: list[Note]


def check_people(open_unit: OpenUnit, content: bytes) -> Check:
    """Judge every row of a table and leave nothing behind. Raises ``Invalid`` for what is no table of people."""
    table = read_people_table(content)
    judge: Judge | None = None
    total = Check(0, 0, 0, 0, [])
    while chunk := list(islice(table.rows, UNIT_ROWS)):
        with open_unit() as uow:
            judge = judge or Judge(Reader.made(uow, uow.actor.region_path), table.titles)
            judged = judge.judge(uow, chunk)
        total.stored += len(judged.good)
        total.same += judged.same
        total.refused += judged.refused
        total.changed += judged.changed
        total.notes += judged.notes
    return total


def run_check(open_unit: OpenUnit, import_id: int, content: bytes) -> None:
    """The check of an import that was handed in: counts and notes on its rows, from the first row on."""
    batches.check(open_unit, PeopleImport, import_id, lambda: _pass(open_unit, import_id, content, is_storing=False))


def run_import(
    open_unit: OpenUnit, import_id: int, content: bytes, *, progress: Callable[[int], None] = lambda _done: None
) -> None:
    """Store the good rows of an import, each once, going on after the last row that an earlier pass finished."""
    with open_unit() as uow:
        if uow.session.get_one(PeopleImport, import_id).state is not State.IMPORTING:
            return
    _pass(open_unit, import_id, content, is_storing=True, progress=progress)
    with open_unit() as uow:
        batch = uow.session.get_one(PeopleImport, import_id)
        batches.end(uow, batch)
        uow.audit("import.people", batch, stored=batch.stored_count, same=batch.same_count, refused=batch.refused_count)


def _pass(
    open_unit: OpenUnit,
    import_id: int,
    content: bytes,
    *,
    is_storing: bool,
    progress: Callable[[int], None] = lambda _done: None,
) -> None:
    table = read_people_table(content)
    with open_unit() as uow:
        batch = uow.session.get_one(PeopleImport, import_id)
        done, start = batch.next_row, batches.rows_of(batch)
        judge = Judge(Reader.made(uow, batch.region_path), table.titles, _stored_keys(uow, batch))
    for chunk in batches.chunks_after(table.rows, done, UNIT_ROWS):
        with open_unit() as uow:
            batch = batches.take_turn(uow, PeopleImport, import_id, done)
            judged = judge.judge(uow, chunk)
            if is_storing:
                _store(uow, batch, judged)
            _count(uow, batch, judged, last=chunk[-1][0])
        done = chunk[-1][0]
        start += judged.rows
        progress(start)


def _stored_keys(uow: UnitOfWork, batch: PeopleImport) -> dict[Key, int]:
    """What identifies the people that an earlier pass of this import stored, with their rows."""
    rows = uow.session.execute(
        select(Person.id_number_blind, Person.phone_blind, Person.name, PeopleImportPerson.row_number)
        .join(PeopleImportPerson, PeopleImportPerson.person_id == Person.id)
        .where(PeopleImportPerson.import_id == batch.id)
    )
    found: dict[Key, int] = {}
    for identity, phone, name, number in rows:
        if identity:
            found[identity] = number
        if phone:
            found[(phone, name)] = number
    return found


def _store(uow: UnitOfWork, batch: PeopleImport, judged: Judged) -> None:
    people = record_people(uow, [one for _number, one in judged.good], import_id=batch.public_id)
    links = [
        {"import_id": batch.id, "row_number": number, "person_id": person.id}
        for (number, _one), person in zip(judged.good, people, strict=True)
    ]
    if links:
        uow.session.execute(insert(PeopleImportPerson), links)


def _count(uow: UnitOfWork, batch: PeopleImport, judged: Judged, *, last: int) -> None:
    batch.next_row, batch.changed_at = last, uow.now
    batch.stored_count += len(judged.good)
    batch.same_count += judged.same
    batch.changed_count += judged.changed
    batch.refused_count += judged.refused
    batches.write_notes(uow, batch, judged.notes)


# ---------- taking back ----------


def run_undo(open_unit: OpenUnit, import_id: int) -> None:
    """Take back the people of an import, 500 at a time; who was touched since stays and is listed with the reason."""
    batches.take_back(open_unit, PeopleImport, import_id, _undo_some)


def _undo_some(uow: UnitOfWork, batch: PeopleImport) -> bool:
    links = uow.session.scalars(
        select(PeopleImportPerson)
        .where(PeopleImportPerson.import_id == batch.id, PeopleImportPerson.row_number > batch.next_row)
        .order_by(PeopleImportPerson.row_number)
        .limit(UNIT_ROWS)
    ).all()
    if not links:
        return False
    reasons = _kept_because(uow, [link.person_id for link in links])
    gone = [link.person_id for link in links if link.person_id not in reasons]
    kept = [
        Note(link.row_number, RowNote.KEPT, "", "", reasons[link.person_id])
        for link in links
        if link.person_id in reasons
    ]
    batches.write_notes(uow, batch, kept)
    batch.next_row = links[-1].row_number
    batch.removed_count += len(gone)
    if gone:
        uow.session.execute(delete(PeopleImportPerson).where(PeopleImportPerson.person_id.in_(gone)))
        forget_people(uow, gone, import_id=batch.public_id)
    return True


def _kept_because(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, str]:
    """Why people may not be taken back: somebody changed the file, or something of theirs stands elsewhere."""
    reasons: dict[int, str] = {}
    for column in _mentions():
        used = uow.session.scalars(select(column).where(column.in_(ids)).distinct())
        reasons |= dict.fromkeys(used, _("已经有办理记录"))
    people = select(Person.id, Person.created_at, Person.changed_at, Person.version, Person.user_id, Person.erased_at)
    for row in uow.session.execute(people.where(Person.id.in_(ids))):
        if row.erased_at is not None:
            reasons[row.id] = _("档案已经注销")
        elif row.user_id is not None:
            reasons[row.id] = _("本人已经认领")
        elif row.changed_at != row.created_at or row.version != 1:
            reasons[row.id] = _("导入以后改过")
    return reasons


def _mentions() -> tuple[Column[Any], ...]:
    """Every column of the house that names a person, but for what an import writes itself."""
    own: Iterable[Table] = [model.__table__ for model in (PersonKind, ServiceRecord, PeopleImportPerson)]  # type: ignore[misc]
    return columns_that_name("person.id", frozenset(table.name for table in own))
