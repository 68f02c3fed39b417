"""Who may change code tables."""

from __future__ import annotations

from jobmatch.core.actors import Actor


def can_edit_reference(actor: Actor) -> bool:
    """Staff and system administrators keep the local rows; everybody may read them."""
    return actor.can("reference.edit")


def can_edit_region(actor: Actor, path: str) -> bool:
    """Station staff keep the places of their own subtree (``path`` of the place or of its parent), others all."""
    if not can_edit_reference(actor):
        return False
    return "station_staff" not in actor.roles or bool(actor.region_path and path.startswith(actor.region_path))
