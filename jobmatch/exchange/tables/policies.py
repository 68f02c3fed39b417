"""Who may bring tables of employers, fairs, classes and ventures in, and take such tables out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.exchange.models import TableExport, TableImport
from jobmatch.exchange.tables.kinds import SPECS, TAKEN
from jobmatch.exchange.tables.spec import Taking


def can_use_tables(actor: Actor, spec: Taking) -> bool:
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


def visible_exports(actor: Actor, query: Any) -> Any:
    """Long tables that offices of the actor's subtree took out, of kinds that the actor works with."""
    if not actor.is_system:
        kinds = [kind for kind, one in TAKEN.items() if can_use_tables(actor, one)]
        is_below = TableExport.region_path.startswith(actor.region_path, autoescape=True)
        query = query.where(TableExport.kind.in_(kinds), is_below)
    return visible(query, "table_export")


def can_open_export(actor: Actor, export: TableExport) -> bool:
    """Whoever may take the same rows out: staff of the place and above who work with this kind of thing."""
    in_subtree = can_use_tables(actor, TAKEN[export.kind]) and export.region_path.startswith(actor.region_path)
    return actor.is_system or in_subtree
