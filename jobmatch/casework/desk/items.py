"""Service items as they hold now: the shipped rows, and over them what the office changed or added."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.casework.desk.models import ServiceItem
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import current_locale

DATA = Path(__file__).parent / "data" / "service_items.csv"
EDITABLE = (
    "name_zh",
    "name_en",
    "kinds",
    "papers",
    "limit_days",
    "old_limit_days",
    "old_limit_paper",
    "needs_center",
    "is_record_only",
    "is_active",
    "source",
)


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(_row(line) for line in csv.DictReader(file))


def _row(line: dict[str, str]) -> dict[str, Any]:
    return {
        **line,
        "kinds": json.loads(line["kinds"]),
        "papers": line["papers"].replace("|", "\n"),
        "limit_days": int(line["limit_days"]),
        "old_limit_days": int(line["old_limit_days"]) if line["old_limit_days"] else None,
        "needs_center": line["needs_center"] == "1",
        "is_record_only": line["is_record_only"] == "1",
        "source_on": date.fromisoformat(line["source_on"]),
        "sort_order": int(line["sort_order"]),
        "is_local": False,
        "is_active": True,
    }


def shipped_item(code: str) -> ServiceItem | None:
    """A fresh, unsaved row with the shipped values of ``code``."""
    return next((ServiceItem(**row) for row in _shipped() if row["code"] == code), None)


def service_items(session: Session) -> dict[str, ServiceItem]:
    """Every item by code in its order, inactive ones too. Rows that were not changed here belong to no session."""
    found = {row["code"]: ServiceItem(**row) for row in _shipped()}
    found |= {row.code: row for row in session.scalars(select(ServiceItem))}
    return dict(sorted(found.items(), key=lambda pair: (pair[1].sort_order, pair[0])))


def service_item(session: Session, code: str) -> ServiceItem:
    """One item. Raises ``NotFound``."""
    found = session.get(ServiceItem, code) or shipped_item(code)
    if found is None:
        raise NotFound
    return found


def item_name(item: ServiceItem) -> str:
    """Its name in the reader's language."""
    return (current_locale() == "en" and item.name_en) or item.name_zh


def is_for(item: ServiceItem, kinds: Collection[str]) -> bool:
    """Whether somebody of ``kinds`` may ask for it."""
    return not item.kinds or bool(set(item.kinds) & set(kinds))


def fingerprint(item: ServiceItem | None) -> str:
    """What a form saw of a row; a save with another fingerprint than the present row's is stale."""
    values = [getattr(item, name) for name in EDITABLE] if item is not None else None
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def saved_share(item: ServiceItem) -> float | None:
    """压缩率: what the limit gives up of the old one, 0 to 1; None where no paper set an old limit."""
    if item.old_limit_days is None or not item.old_limit_paper or item.old_limit_days <= 0:
        return None
    return (item.old_limit_days - item.limit_days) / item.old_limit_days
