"""Workbooks of superiors (上级表样) whose cells are bound to figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.reports.superiors.states import BindingKind


class SuperiorForm(PublicIdMixin, VersionMixin, Base):
    """A workbook of a superior office (上级表样), kept as it came; its bindings say which cell shows which number."""

    __tablename__ = "superior_form"
    __table_args__ = (Index("ix_superior_form_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    name: Mapped[str] = mapped_column(String(120))
    office: Mapped[str] = mapped_column(String(120), default="")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]
    file: Mapped[StoredFile] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class CellBinding(Base):
    """What one cell of a superior's form shows: a figure by its code, over a place and a period.

    ``place_code`` empty: the place that the form is filled for. ``months_back`` shifts the period; ``detail`` holds
    the filters of a figure, the columns of a list, or fixed words.
    """

    __tablename__ = "cell_binding"
    __table_args__ = (UniqueConstraint("form_id", "sheet", "cell"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("superior_form.id"))
    sheet: Mapped[str] = mapped_column(String(60))
    cell: Mapped[str] = mapped_column(String(12))
    kind: Mapped[BindingKind] = mapped_column(stored(BindingKind, "kind"))
    code: Mapped[str] = mapped_column(String(60), default="")
    place_code: Mapped[str] = mapped_column(String(20), default="")
    months_back: Mapped[int] = mapped_column(default=0)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
