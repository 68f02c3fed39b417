"""Who counts whom: figures are counted over the reader's subtree, by the place of resettlement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible


def can_read_figures(actor: Actor) -> bool:
    """Aggregates of the own subtree."""
    return actor.is_system or actor.can("report.read")


def can_read_people_behind(actor: Actor) -> bool:
    """The list of people behind a number; a superior reader sees aggregates only."""
    return actor.is_system or actor.can("report.people")


def shows_small_cells(actor: Actor) -> bool:
    """Staff who may open the list see exact counts; for others cells below five are masked."""
    return can_read_people_behind(actor)


def visible_counts(actor: Actor, select: Any, path: str) -> Any:
    """A ``select`` that counts what lies below ``path``: nothing unless ``path`` lies in the reader's subtree."""
    may = actor.is_system or (can_read_figures(actor) and actor.reaches(path))
    return visible(select if may else select.where(false()), *_COUNTED)


def visible_behind(actor: Actor, select: Any, path: str) -> Any:
    """The rows behind a number below ``path``, for whoever may open its list."""
    may = actor.is_system or (can_read_people_behind(actor) and actor.reaches(path))
    return visible(select if may else select.where(false()), *_COUNTED)


_COUNTED = (
    "application",
    "complaint",
    "course_call",
    "course_session",
    "employer",
    "enrollment",
    "exhibitor",
    "fair_registration",
    "incubator",
    "intake",
    "intake_batch",
    "job_fair",
    "mentor",
    "person",
    "placement",
    "posting",
    "provider",
    "rating",
    "roster_entry",
    "service_request",
    "survey",
    "task",
    "tenancy",
    "venture",
    "venture_support",
    "visit_plan",
)
"""Scoped tables that definitions read; each definition narrows its rows to the subtree itself."""
