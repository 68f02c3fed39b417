"""Who sees figures, and who the people behind them."""

from __future__ import annotations

from jobmatch.core.actors import Actor


def can_read_figures(actor: Actor) -> bool:
    """Aggregates of the own subtree."""
    return actor.can("report.read")


def can_read_people_behind(actor: Actor) -> bool:
    """The list of people behind a number; a superior reader sees aggregates only."""
    return actor.can("report.people")


def shows_small_cells(actor: Actor) -> bool:
    """Staff who may open the list see exact counts; for others cells below five are masked."""
    return can_read_people_behind(actor)
