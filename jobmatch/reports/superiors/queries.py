"""Reads of superiors' forms."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from jobmatch.core.files import StoredFile, read_file
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.superiors.models import CellBinding, SuperiorForm


def forms() -> Select[*tuple[Any, ...]]:
    """Forms with how many cells are bound, the newest first; a policy narrows it."""
    bound = select(func.count()).where(CellBinding.form_id == SuperiorForm.id).correlate(SuperiorForm).scalar_subquery()
    return select(SuperiorForm, bound).order_by(SuperiorForm.changed_at.desc(), SuperiorForm.id.desc())


def form_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One form with its count."""
    return forms().where(SuperiorForm.public_id == public_id)


def bindings_of(session: Session, form: SuperiorForm) -> dict[tuple[str, str], CellBinding]:
    """What each cell of a form is bound to."""
    rows = session.scalars(select(CellBinding).where(CellBinding.form_id == form.id).order_by(CellBinding.id))
    return {(one.sheet, one.cell): one for one in rows}


def content_of(uow: UnitOfWork, form: SuperiorForm) -> bytes:
    """The workbook as it came."""
    return read_file(uow, uow.session.get_one(StoredFile, form.file_id))
