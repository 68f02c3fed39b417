"""Who may see somebody's policy card and keep the rules."""

from __future__ import annotations

from jobmatch.core.actors import Actor
from jobmatch.reference.policies import can_edit_reference


def can_edit_benefit(actor: Actor) -> bool:
    """Whoever keeps the code tables."""
    return can_edit_reference(actor)
