"""Who may see and do what with batches, rosters, intakes and counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, literal, or_

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible


def _reach(actor: Actor) -> str:
    return actor.region_path if actor.can("case.work") else ""


def _below(column: Any, actor: Actor) -> Any:
    reach = _reach(actor)
    return column.startswith(reach, autoescape=True) if reach else false()


def visible_batches(actor: Actor, select: Any) -> Any:
    """Batches of the subtree, and those of stations above, of whose roster only the own part shows."""
    if actor.is_system:
        return visible(select, "intake_batch")
    reach = _reach(actor)
    above = literal(reach).startswith(IntakeBatch.region_path) if reach else false()
    return visible(select.where(or_(_below(IntakeBatch.region_path, actor), above)), "intake_batch")


def visible_entries(actor: Actor, select: Any) -> Any:
    """Lines of the roster whose expected place lies in the subtree."""
    if actor.is_system:
        return visible(select, "roster_entry")
    return visible(select.where(_below(RosterEntry.region_path, actor)), "roster_entry")


def visible_intakes(actor: Actor, select: Any) -> Any:
    """Intakes of the subtree."""
    if actor.is_system:
        return visible(select, "intake")
    return visible(select.where(_below(Intake.region_path, actor)), "intake")


def stations_in_reach(actor: Actor, select: Any) -> Any:
    """Stations of the subtree; ``select`` is a ``Select`` over organizations."""
    here = select.where(Organization.kind == OrganizationKind.STATION)
    return here if actor.is_system else here.where(_below(Organization.region_path, actor))


def _has(actor: Actor, permission: str, region_path: str) -> bool:
    if actor.is_system:
        return True
    return actor.can(permission) and actor.reaches(region_path)


def can_make_batch(actor: Actor, station: Organization) -> bool:
    """Staff of the subtree, for a station in it."""
    return station.kind is OrganizationKind.STATION and _has(actor, "case.work", station.region_path)


def can_import_roster(actor: Actor, batch: IntakeBatch) -> bool:
    """Staff who answer for the whole batch."""
    return _has(actor, "person.import", batch.region_path)


def can_move_entry(actor: Actor, entry: RosterEntry) -> bool:
    """Staff of the expected place."""
    return _has(actor, "case.work", entry.region_path)


def can_start_intake(actor: Actor) -> bool:
    """Whoever registers people at a window."""
    return actor.is_system or (actor.can("person.write") and actor.can("case.work") and bool(actor.region_path))


def can_work_intake(actor: Actor, intake: Intake) -> bool:
    """Staff of the station where somebody reported, and of those above."""
    return _has(actor, "person.write", intake.region_path)


def can_count_station(actor: Actor, station: Organization) -> bool:
    """Staff of the station and of those above."""
    return can_make_batch(actor, station)
