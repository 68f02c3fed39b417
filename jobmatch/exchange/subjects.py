"""What an import keeps of a person and of an employer: which row opened the file, and what a machine sends for it."""

from __future__ import annotations

from sqlalchemy import CursorResult, Select, and_, delete, select

from jobmatch.core.subjects import MovedRow, change_row
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.models import PeopleImport, PeopleImportNote, PeopleImportPerson, PostingSource
from jobmatch.exchange.people_imports import drop_tables_around
from jobmatch.exchange.tables.taking import drop_exports_around
from jobmatch.people.models.person import Person


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, object]]]:
    """The table that opened the file, where one did, and what was noted about its row (numbers masked)."""
    notes = uow.session.scalars(_notes_about(person_id).order_by(PeopleImportNote.id))
    rows = uow.session.execute(
        select(PeopleImport.file_name, PeopleImport.created_at, PeopleImportPerson.row_number)
        .join(PeopleImportPerson, PeopleImportPerson.import_id == PeopleImport.id)
        .where(PeopleImportPerson.person_id == person_id)
    )
    return {
        "people_import_person": [
            {"file_name": name, "created_at": at.isoformat(), "row_number": number} for name, at, number in rows
        ],
        "people_import_note": [
            {"row_number": note.row_number, "column": note.column, "value": note.value, "reason": note.reason}
            for note in notes
        ],
    }


def _notes_about(person_id: int) -> Select[PeopleImportNote]:
    return select(PeopleImportNote).join(
        PeopleImportPerson,
        and_(
            PeopleImportPerson.import_id == PeopleImportNote.import_id,
            PeopleImportPerson.row_number == PeopleImportNote.row_number,
            PeopleImportPerson.person_id == person_id,
        ),
    )


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Forget which row of a table the person stood in, what was noted about it, and stored tables that may hold it."""
    person = uow.session.get_one(Person, person_id)
    tables, exports = drop_tables_around(uow, person), drop_exports_around(uow, person)
    notes = uow.session.scalars(_notes_about(person_id)).all()
    for note in notes:
        uow.session.delete(note)
    uow.session.flush()
    found = uow.session.execute(delete(PeopleImportPerson).where(PeopleImportPerson.person_id == person_id))
    gone = found.rowcount if isinstance(found, CursorResult) else 0
    return {
        "people_import_person": gone,
        "people_import_note": len(notes),
        "people_import": tables,
        "table_export": exports,
    }


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Nothing moves: the row says who opened that very file, and taking the import back leaves a merged file alone."""
    return []


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point the sources of postings that an employer sends itself; a name that both have gets a mark."""
    taken = set(uow.session.scalars(select(PostingSource.name).where(PostingSource.organization_id == target_id)))
    moved = []
    for row in uow.session.scalars(select(PostingSource).where(PostingSource.organization_id == source_id)).all():
        renamed = {"name": f"{row.name[:50]}（并入 {row.id}）"} if row.name in taken else {}
        moved.append(change_row(row, organization_id=target_id, **renamed))
    uow.session.flush()
    return moved
