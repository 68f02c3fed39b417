"""Two files side by side, in words; sensitive values are masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Enum, select

from jobmatch.accounts.models import Organization, User
from jobmatch.core.db import Base
from jobmatch.core.i18n import current_locale, day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import mask_id_number
from jobmatch.people.models.person import Person
from jobmatch.privacy.services.merge import Choice
from jobmatch.privacy.words import column_label


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of both files: its label, both values in words, and whether they are the same."""

    name: str
    label: str
    target: str
    source: str
    is_same: bool


def compared(uow: UnitOfWork, target: Person, source: Person, choices: list[Choice]) -> list[Line]:
    """What the page of a merge shows for each choice."""
    return [
        Line(
            choice.name,
            column_label(choice.name),
            _words(uow, target, choice.columns, choice.target),
            _words(uow, source, choice.columns, choice.source),
            choice.is_same,
        )
        for choice in choices
    ]


_UNSHOWN = {"latitude", "longitude", "region_path", "pinyin", "initials"}
"""Columns that follow another one and say nothing to a reader."""


def _words(uow: UnitOfWork, person: Person, columns: tuple[str, ...], values: dict[str, Any]) -> str:
    if columns == ("user_id",):
        user = uow.session.get(User, person.user_id) if person.user_id else None
        return _mask_phone(user.phone) if user else _("没有账号")
    shown = [_word(uow, name, values[name]) for name in columns if name not in _UNSHOWN]
    return _("，").join(word for word in shown if word) or "—"


def _word(uow: UnitOfWork, name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name == "phone":
        return _mask_phone(value)
    if name == "id_number":
        return mask_id_number(value)
    if name == "station_id":
        station = uow.session.get(Organization, value)
        return station.name if station else ""
    if name.endswith(("_by_id", "_at")):
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    column = Base.metadata.tables["person"].c.get(name)
    if column is not None and isinstance(column.type, Enum) and column.type.enum_class:
        return str(getattr(column.type.enum_class(value), "label", value))
    for key in column.foreign_keys if column is not None else ():
        table = key.column.table
        if "name_zh" in table.c:
            words = f"name_{current_locale()}"
            found = uow.session.scalar(
                select(table.c[words if words in table.c else "name_zh"]).where(key.column == value)
            )
            return str(found or value)
    if name == "sex":
        return {"male": _("男"), "female": _("女")}.get(value, "")
    return day_words(value) if isinstance(value, date) else str(value)


def _mask_phone(value: str | None) -> str:
    return f"{value[:3]}****{value[-4:]}" if value and len(value) >= 7 else ""
