"""Where else a row is named: what somebody already works with is not taken back."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column

from jobmatch.core.db import Base


@cache
def columns_that_name(target: str, but: frozenset[str]) -> tuple[Column[Any], ...]:
    """Every column of the house that points at ``target`` (``person.id``), but for those of the tables ``but``."""
    return tuple(
        key.parent
        for table in Base.metadata.sorted_tables
        if table.name not in but
        for key in table.foreign_keys
        if key.target_fullname == target
    )
