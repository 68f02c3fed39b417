"""Who may change code tables."""

from __future__ import annotations

from jobmatch.core.actors import Actor


def can_edit_reference(actor: Actor) -> bool:
    """Staff and system administrators keep the local rows; everybody may read them."""
    return actor.can("reference.edit")
