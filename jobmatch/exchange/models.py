"""Imports: the run with its counts and resume position, and the rows that could not be stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.exchange.states import ImportState, PostingRowNote, RowNote, TableKind, TakenKind, TakingState
from recruiters.postings.states import YesWay


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


class BatchMixin:
    """What every table on its way in has: where it came from, how far it is, and the counts of its last pass.

    ``next_row`` is where an interrupted pass goes on. The file goes once its rows are stored.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[ImportState] = mapped_column(stored(ImportState, "state"))
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


class PeopleImport(BatchMixin, PublicIdMixin, VersionMixin, Base):
    """A table of people on its way into the talent pool: the counts are of the check first, then of the import."""

    __tablename__ = "people_import"
    __table_args__ = (Index("ix_people_import_region_path", "region_path"), {"info": SCOPED})

    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    titles: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    unused: Mapped[list[str]] = mapped_column(JSON, default=list)

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


class PostingSource(PublicIdMixin, Base):
    """Where tables of postings come from again and again, with the columns of its tables (our field by its title).

    It belongs to an office, or to an employer that sends its own postings. Keys of postings are unique within it.
    """

    __tablename__ = "posting_source"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        Index("ix_posting_source_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    name: Mapped[str] = mapped_column(String(60))
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]


class PartnerToken(PublicIdMixin, Base):
    """What a machine shows to send postings into one source; only its hash is kept.

    ``call_count`` counts the calls since ``window_at``, so that a machine that runs wild is braked.
    """

    __tablename__ = "partner_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("posting_source.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    call_count: Mapped[int] = mapped_column(default=0)
    window_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PostingImport(BatchMixin, PublicIdMixin, VersionMixin, Base):
    """A table of postings on its way in, or one call of a partner's machine (``token_id``).

    ``titles`` and ``samples`` are the head and the first rows, for whoever says which column is which; ``mapping``
    gives the number of the column of each field. ``consent`` is how the employers agreed to publication.
    Only where ``is_full`` is said are postings of the source closed that the table no longer has.
    """

    __tablename__ = "posting_import"
    __table_args__ = (Index("ix_posting_import_region_path", "region_path"), {"info": SCOPED})

    source_id: Mapped[int] = mapped_column(ForeignKey("posting_source.id"), index=True)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("partner_token.id"))
    titles: Mapped[list[str]] = mapped_column(JSON, default=list)
    samples: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    mapping: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    consent: Mapped[YesWay | None] = mapped_column(stored(YesWay, "consent"))
    is_full: Mapped[bool] = mapped_column(default=False)
    duplicate_count: Mapped[int] = mapped_column(default=0)
    blocked_count: Mapped[int] = mapped_column(default=0)
    closed_count: Mapped[int] = mapped_column(default=0)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the machine was told: a call with the same key is told the same."""

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class PostingImportNote(Base):
    """A row of a table of postings that somebody has to look at, with column, value and reason."""

    __tablename__ = "posting_import_note"
    __table_args__ = (Index("ix_posting_import_note_place", "import_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("posting_import.id"))
    row_number: Mapped[int]
    kind: Mapped[PostingRowNote] = mapped_column(stored(PostingRowNote, "kind"))
    column: Mapped[str] = mapped_column(String(120), default="")
    value: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"))


class PostingImportRow(Base):
    """Which row of which table brought a posting in; it names every key that a full list holds."""

    __tablename__ = "posting_import_row"
    __table_args__ = (UniqueConstraint("import_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("posting_import.id"))
    row_number: Mapped[int]
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    is_new: Mapped[bool]


class TableImport(BatchMixin, PublicIdMixin, VersionMixin, Base):
    """A table of employers, fairs, classes or ventures on its way in; ``mapping`` gives each field's column number."""

    __tablename__ = "table_import"
    __table_args__ = (Index("ix_table_import_region_path", "region_path"), {"info": SCOPED})

    kind: Mapped[TableKind] = mapped_column(stored(TableKind, "kind"))
    titles: Mapped[list[str]] = mapped_column(JSON, default=list)
    samples: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    mapping: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class TableImportNote(Base):
    """A row of such a table that was not stored as it stands, with column, value and reason."""

    __tablename__ = "table_import_note"
    __table_args__ = (Index("ix_table_import_note_place", "import_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("table_import.id"))
    row_number: Mapped[int]
    kind: Mapped[RowNote] = mapped_column(stored(RowNote, "kind"))
    column: Mapped[str] = mapped_column(String(120), default="")
    value: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class TableImportRow(Base):
    """Which row of which table made which record, so that a batch can be taken back."""

    __tablename__ = "table_import_row"
    __table_args__ = (UniqueConstraint("import_id", "row_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("table_import.id"))
    row_number: Mapped[int]
    record_id: Mapped[int]


class TableExport(PublicIdMixin, VersionMixin, Base):
    """A long table that somebody takes out, made in the background and kept for a day.

    ``filters`` are the conditions of the list it comes from, by name; ``reason`` is printed on the table.
    """

    __tablename__ = "table_export"
    __table_args__ = (
        CheckConstraint("file_id IS NULL OR state = 'done'", name="file"),
        Index("ix_table_export_region_path", "region_path"),
        Index("ix_table_export_state", "state", "created_at"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TakenKind] = mapped_column(stored(TakenKind, "kind"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    reason: Mapped[str] = mapped_column(String(100))
    filters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    state: Mapped[TakingState] = mapped_column(stored(TakingState, "state"), default=TakingState.WAITING)
    done_count: Mapped[int] = mapped_column(default=0)
    row_count: Mapped[int]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class ApiToken(PublicIdMixin, Base):
    """What a machine of an office shows to read through the API; only its hash is kept, shown once when made.

    ``scopes`` are names of what it may read; ``call_count`` counts the calls since ``window_at``.
    """

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    call_count: Mapped[int] = mapped_column(default=0)
    window_at: Mapped[datetime | None]
    valid_until: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Webhook(PublicIdMixin, VersionMixin, Base):
    """An address that is told about events; each call is signed with ``key``, which is shown once."""

    __tablename__ = "webhook"
    __table_args__ = (Index("ix_webhook_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    url: Mapped[str] = mapped_column(String(300))
    events: Mapped[list[str]] = mapped_column(JSON, default=list)
    key = Secret()
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class WebhookCall(PublicIdMixin, Base):
    """One event for one address: ids and codes only. Tried again at ``next_at`` until ``done_at`` or given up."""

    __tablename__ = "webhook_call"
    __table_args__ = (Index("ix_webhook_call_next_at", "done_at", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), index=True)
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    status: Mapped[int | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
