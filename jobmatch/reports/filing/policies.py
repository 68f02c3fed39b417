"""Who may freeze figures, sign them, and see which people are behind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, false, or_, select
from sqlalchemy.orm import aliased

from jobmatch.casework.intake.models import RosterEntry
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.reports.filing.calendar import COUNTY, depth_of
from jobmatch.reports.filing.models import Circular, CircularReceipt, Snapshot, Submission


def can_freeze(actor: Actor, path: str) -> bool:
    """Staff of the subtree."""
    return actor.is_system or (actor.can("report.submit") and actor.reaches(path))


def can_confirm(actor: Actor, snapshot: Snapshot) -> bool:
    """Another person of the subtree than the one who froze it."""
    return can_freeze(actor, snapshot.region_path) and actor.user_id != snapshot.frozen_by_id


def can_fill(actor: Actor, path: str) -> bool:
    """Staff of the station, and of the offices above it."""
    return can_freeze(actor, path)


def can_review(actor: Actor, submission: Submission, *, has_above: bool) -> bool:
    """Another person than who filled it, who sits above the station; of the same office where nobody is above."""
    if not can_freeze(actor, submission.region_path) or actor.user_id == submission.filled_by_id:
        return False
    return actor.region_path != submission.region_path or not has_above


def can_accept(actor: Actor, submission: Submission, *, has_above: bool) -> bool:
    """A third person, of the county or above, who sits above a county's own forms where anybody does."""
    is_third = actor.user_id not in {submission.filled_by_id, submission.reviewed_by_id}
    sits_high = actor.is_system or depth_of(actor.region_path) <= COUNTY
    return is_third and sits_high and can_review(actor, submission, has_above=has_above)


def visible_submissions(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Forms of the stations of the reader's subtree."""
    if actor.is_system:
        return visible(query, "submission")
    reads = actor.can("report.submit") and bool(actor.region_path)
    below = Submission.region_path.startswith(actor.region_path, autoescape=True) if reads else false()
    return visible(query.where(below), "submission")


def can_send_circular(actor: Actor) -> bool:
    """Staff of an office; that stations sit below it is asked where it is sent."""
    return actor.is_system or (actor.can("report.submit") and bool(actor.region_path))


def visible_circulars(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Notices of the reader's own office, and of those above that sent them down to it."""
    if actor.is_system:
        return visible(query, "circular")
    mine = aliased(CircularReceipt)
    to_me = exists(select(mine.id).where(mine.circular_id == Circular.id, mine.station_id == actor.organization_id))
    may = or_(Circular.region_path == actor.region_path, to_me) if can_send_circular(actor) else false()
    return visible(query.where(may), "circular")


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
