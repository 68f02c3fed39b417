"""Who may bring tables in."""

from __future__ import annotations

from jobmatch.core.actors import Actor


def can_import(actor: Actor) -> bool:
    """Staff and the system itself."""
    return actor.can("import.run")
