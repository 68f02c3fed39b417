"""Reads of imports of tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import User
from jobmatch.exchange.models import TableExport, TableImport, TableImportNote


def table_imports() -> Select[*tuple[Any, ...]]:
    """Imports with the name of who began each, the newest first; pass it through ``visible_table_imports``."""
    return (
        select(TableImport, User.name)
        .outerjoin(User, User.id == TableImport.created_by_id)
        .order_by(TableImport.id.desc())
    )


def table_import_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The import with this public id."""
    return select(TableImport).where(TableImport.public_id == public_id)


def table_notes_of(batch: TableImport) -> Select[*tuple[Any, ...]]:
    """The notes on the rows of an import in the order of the table."""
    return (
        select(TableImportNote)
        .where(TableImportNote.import_id == batch.id)
        .order_by(TableImportNote.row_number, TableImportNote.id)
    )


def exports_by(user_id: int | None) -> Select[*tuple[Any, ...]]:
    """Long tables that somebody took out, the newest first; pass it through ``visible_exports``."""
    return select(TableExport).where(TableExport.created_by_id == user_id).order_by(TableExport.id.desc())


def export_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The table taken out under this public id."""
    return select(TableExport).where(TableExport.public_id == public_id)
