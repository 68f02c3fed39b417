"""Choices that several forms of accounts offer."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from jobmatch.accounts.policies import stations_below
from jobmatch.accounts.queries import served_regions
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

K = TypeVar("K", bound=StrEnum)


def region_choices(uow: UnitOfWork) -> list[SelectChoice]:
    """Regions that have a station, with the name of what they belong to."""
    return [
        SelectChoice(value=row.code, label=" ".join(name for name in (row.parent_name, row.name_zh) if name))
        for row in uow.rows(served_regions())
    ]


def station_choices(uow: UnitOfWork) -> list[SelectChoice]:
    """Stations that the actor answers for."""
    rows = uow.rows(stations_below(uow.actor))
    return [SelectChoice(value=s.public_id, label=f"{s.level} {s.name}".strip()) for s in rows]


def chosen(kind: type[K], value: str | None, field: str) -> K:
    """The member that a form names. Raises ``Invalid`` on ``field``."""
    try:
        return kind(value or "")
    except ValueError:
        raise Invalid(fields={field: _("请选一项")}) from None
