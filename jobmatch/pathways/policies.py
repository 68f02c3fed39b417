"""Who may see what courses would open to the people of an office."""

from __future__ import annotations

from jobmatch.core.actors import Actor


def can_plan_courses(actor: Actor) -> bool:
    """Staff who plan classes for their subtree."""
    return actor.is_system or (actor.can("class.manage") and bool(actor.region_path))
