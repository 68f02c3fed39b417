"""Commands about the audit trail: verify its chain, note its head outside of the database, list entries."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

import click
from sqlalchemy import select

from jobmatch.cli.base import give_json, say, with_runtime
from jobmatch.core import chain
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.runtime import Runtime


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def verify(runtime: Runtime, as_json: bool) -> None:
    """Walk the chain of seals and hold it against the anchor; exit code 1 where anything was changed."""
    found = chain.verify(
        runtime.database, runtime.settings.anchor_path, progress=lambda count: say(f"{count} entries …")
    )
    if as_json:
        give_json(found.as_dict())
    else:
        for fault in found.faults:
            click.echo(fault)
        click.echo(f"{found.entries} entries, {found.sealed} sealed in order, {found.anchors} anchors.")
    if not found.is_right:
        sys.exit(1)


@audit.command()
@click.option("--restored", default="", help="Why an older copy of the database was put back on purpose.")
@with_runtime
def anchor(runtime: Runtime, restored: str) -> None:
    """Note the head of the chain outside of the database; the timer does so every 15 minutes."""
    settings = runtime.settings
    found = chain.write_anchor(runtime.database, settings.anchor_path, restored=restored, syslog=settings.anchor_syslog)
    click.echo(f"{found.seq} {found.hmac.hex()}")


@audit.command("list")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day, in local time.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, in local time.")
@click.option("--actor", type=int, help="Number of an account.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1_000_000))
@with_runtime
def list_entries(
    runtime: Runtime, since: datetime | None, until: datetime | None, actor: int | None, limit: int
) -> None:
    """Entries as JSON lines, the newest first: ids and codes, no names."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if since is not None:
        query = query.where(AuditEntry.at >= since.replace(tzinfo=SHANGHAI))
    if until is not None:
        query = query.where(AuditEntry.at < until.replace(tzinfo=SHANGHAI) + timedelta(days=1))
    if actor is not None:
        query = query.where(AuditEntry.actor_user_id == actor)
    named = ("id", "actor_user_id", "role", "action", "object_type", "object_id", "scope", "result", "reason")
    with runtime.unit(system_actor("cli"), writing=False) as uow:
        for row in uow.session.scalars(query):
            click.echo(
                json.dumps(
                    {"at": row.at.isoformat(), **{name: getattr(row, name) for name in named}}, ensure_ascii=False
                )
            )
