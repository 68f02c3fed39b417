"""``jobmatch fairs …``: job fairs and their reports."""

from __future__ import annotations

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
@click.option("--out", "path", required=True, type=click.Path(dir_okay=False, path_type=Path))
@with_runtime
def fairs_report(runtime: Runtime, fair_id: str, form: str, kind: str, path: Path) -> None:
    """Write the report of the fair with this public id as it is now; names in the lists are masked."""
    from jobmatch.fairs.outcomes.commands import report_for_cli

    content = report_for_cli(runtime, fair_id, kind, form)
    path.write_bytes(content)
    say(f"{path}: {len(content)} bytes")
