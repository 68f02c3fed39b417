"""Who may bring tables of employers, fairs, classes and ventures in, and take such tables out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.exchange.models import TableImport
from jobmatch.exchange.tables.kinds import SPECS
from jobmatch.exchange.tables.spec import Spec


def can_use_tables(actor: Actor, spec: Spec) -> bool:
    """Staff who answer for a place and work with this kind of thing."""
    may = actor.can("import.run") and actor.can(spec.permission) and bool(actor.region_path)
    return actor.is_system or may


def visible_table_imports(actor: Actor, query: Any) -> Any:
    """Tables that offices of the actor's subtree brought in."""
    if not actor.is_system:
        is_below = TableImport.region_path.startswith(actor.region_path, autoescape=True)
        query = query.where(is_below if actor.can("import.run") and actor.region_path else false())
    return visible(query, "table_import")


def can_change_table_import(actor: Actor, batch: TableImport) -> bool:
    """Whether the actor may say columns of, confirm, drop or take back an import."""
    in_subtree = can_use_tables(actor, SPECS[batch.kind]) and batch.region_path.startswith(actor.region_path)
    return actor.is_system or in_subtree
