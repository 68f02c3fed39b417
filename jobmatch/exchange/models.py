"""Imports: the run with its counts and resume position, and the rows that could not be stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.exchange.states import PeopleImportState, RowNote


class ImportRun(PublicIdMixin, Base):
    """One run over one file; ``next_row`` is where it goes on after an interruption."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    mapping: Mapped[str] = mapped_column(String(60))
    next_row: Mapped[int] = mapped_column(default=0)
    stored_count: Mapped[int] = mapped_column(default=0)
    same_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRowError(Base):
    """A row that was not stored, with its number in the file and the reason in words."""

    __tablename__ = "import_row_error"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    row_number: Mapped[int]
    message: Mapped[str] = mapped_column(Text)


class PeopleImport(PublicIdMixin, VersionMixin, Base):
    """A table of people on its way into the talent pool; ``next_row`` is where an interrupted pass goes on.

    The counts are of the last pass: of the check first, then of the import. The file itself goes once it is stored.
    """

    __tablename__ = "people_import"
    __table_args__ = (Index("ix_people_import_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(String(80))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[PeopleImportState] = mapped_column(stored(PeopleImportState, "state"))
    titles: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    unused: Mapped[list[str]] = mapped_column(JSON, default=list)
    next_row: Mapped[int] = mapped_column(default=0)
    row_count: Mapped[int] = mapped_column(default=0)
    stored_count: Mapped[int] = mapped_column(default=0)
    same_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    removed_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class PeopleImportNote(Base):
    """A row that was not stored as it stands, with column, value (numbers masked) and reason."""

    __tablename__ = "people_import_note"
    __table_args__ = (Index("ix_people_import_note_place", "import_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id"))
    row_number: Mapped[int]
    kind: Mapped[RowNote] = mapped_column(stored(RowNote, "kind"))
    column: Mapped[str] = mapped_column(String(120), default="")
    value: Mapped[str] = mapped_column(String(80), default="", info={"data": "contact"})
    reason: Mapped[str] = mapped_column(Text, default="")


class PeopleImportPerson(Base):
    """Which row of which table opened the file of a person."""

    __tablename__ = "people_import_person"
    __table_args__ = (UniqueConstraint("import_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id"))
    row_number: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
