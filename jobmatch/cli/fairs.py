"""``jobmatch fairs …``: job fairs and their reports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from jobmatch.cli.base import give_json, say, with_runtime
from jobmatch.core.runtime import Runtime


@click.group()
def fairs() -> None:
    """Job fairs."""


@fairs.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def fairs_list(runtime: Runtime, as_json: bool) -> None:
    """Every fair, the newest first."""
    from jobmatch.fairs.outcomes.commands import list_fairs

    found = list_fairs(runtime)
    if as_json:
        give_json(found)
    else:
        for one in found:
            click.echo(f"{one['id']}  {one['opens_at'][:10]}  {one['state']:<9}  {one['part']:<6}  {one['title']}")


@fairs.command("report")
@click.argument("fair_id")
@click.option("--format", "form", default="docx", show_default=True, type=click.Choice(["docx", "pdf", "xlsx"]))
@click.option("--kind", default="quick", show_default=True, type=click.Choice(["quick", "day_90"]))
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), help="By default ID-KIND.FORMAT here.")
@with_runtime
def fairs_report(runtime: Runtime, fair_id: str, form: str, kind: str, path: Path | None) -> None:
    """Write the report of the fair with this public id as it is now; names in the lists are masked."""
    from jobmatch.fairs.outcomes.commands import report_for_cli

    _write(path or Path(f"{fair_id}-{kind}.{form}"), report_for_cli(runtime, fair_id, kind, form))


@fairs.command("effect")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--region", default="/", show_default=True, help="A place by its path, such as /43/4303/.")
@click.option("--format", "form", default="docx", show_default=True, type=click.Choice(["docx", "pdf", "xlsx"]))
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), help="By default effect.FORMAT here.")
@with_runtime
def fairs_effect(runtime: Runtime, since: datetime, until: datetime, region: str, form: str, path: Path | None) -> None:
    """Write the cumulative report of all fairs of a place between two days, both included."""
    from jobmatch.fairs.outcomes.commands import effect_for_cli

    _write(path or Path(f"effect.{form}"), effect_for_cli(runtime, region, since.date(), until.date(), form))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    say(f"{path}: {len(content)} bytes")
