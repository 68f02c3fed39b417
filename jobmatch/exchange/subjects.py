"""What an import keeps of a person: which row of which table opened the file."""

from __future__ import annotations

from sqlalchemy import CursorResult, delete, select

from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.models import PeopleImport, PeopleImportPerson


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, object]]]:
    """The table that opened the file, where one did."""
    rows = uow.session.execute(
        select(PeopleImport.file_name, PeopleImport.created_at, PeopleImportPerson.row_number)
        .join(PeopleImportPerson, PeopleImportPerson.import_id == PeopleImport.id)
        .where(PeopleImportPerson.person_id == person_id)
    )
    return {
        "people_import": [
            {"file_name": name, "created_at": at.isoformat(), "row_number": number} for name, at, number in rows
        ]
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Forget which row of a table the person stood in."""
    found = uow.session.execute(delete(PeopleImportPerson).where(PeopleImportPerson.person_id == person_id))
    return {"people_import_person": found.rowcount if isinstance(found, CursorResult) else 0}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Nothing moves: the row says who opened that very file, and taking the import back leaves a merged file alone."""
    return []
