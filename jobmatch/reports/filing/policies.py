"""Who may freeze figures, sign them, and see which people are behind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, false

from jobmatch.casework.intake.models import RosterEntry
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.reports.filing.models import Snapshot


def can_freeze(actor: Actor, path: str) -> bool:
    """Staff of the subtree."""
    return actor.is_system or (actor.can("report.submit") and actor.reaches(path))


def can_confirm(actor: Actor, snapshot: Snapshot) -> bool:
    """Another person of the subtree than the one who froze it."""
    return can_freeze(actor, snapshot.region_path) and actor.user_id != snapshot.frozen_by_id


def visible_snapshots(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Frozen figures of the reader's subtree: whole tables, so for readers of people only."""
    if actor.is_system:
        return visible(query, "snapshot")
    reads = actor.can("report.people") and bool(actor.region_path)
    below = Snapshot.region_path.startswith(actor.region_path, autoescape=True) if reads else false()
    return visible(query.where(below), "snapshot")


def visible_lines(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Lines of rosters in the reader's subtree, of people who have no file."""
    if actor.is_system:
        return visible(query, "roster_entry")
    reads = actor.can("report.people") and bool(actor.region_path)
    below = RosterEntry.region_path.startswith(actor.region_path, autoescape=True) if reads else false()
    return visible(query.where(below), "roster_entry")
