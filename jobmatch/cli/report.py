"""``jobmatch report …``: the official year table and other published figures."""

from __future__ import annotations

from pathlib import Path

import click

from jobmatch.cli.base import give_json, say, with_runtime
from jobmatch.core.runtime import Runtime


@click.group()
def report() -> None:
    """Published figures."""


@report.command("year-table")
@click.option("--year", required=True, type=click.IntRange(2011, 2199), help="Year of discharge.")
@click.option("--org", default="", help="Code of a place, such as 430382; by default the whole installation.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Cut-off; by default the end of the year after.")
@click.option("--format", "form", default="json", show_default=True, type=click.Choice(["json", "xlsx"]))
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), help="By default year-table-YEAR.xlsx.")
@with_runtime
def year_table(runtime: Runtime, year: int, org: str, day: object, form: str, path: Path | None) -> None:
    """Write 新增自主就业退役士兵就业及去向情况表 (columns A to N) by place, as it was on the cut-off day."""
    from jobmatch.reports.figures.commands import year_table_for_cli

    counted, workbook = year_table_for_cli(runtime, year, org, day=getattr(day, "date", lambda: None)())
    if form == "json":
        give_json(counted)
        return
    target = path or Path(f"year-table-{year}.xlsx")
    target.write_bytes(workbook())
    say(f"Wrote {target}")


@report.command("freeze")
@click.option("--year", required=True, type=click.IntRange(2011, 2199), help="Year of discharge.")
@click.option("--org", default="", help="Code of a place, such as 430382; by default the whole installation.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Cut-off; by default the end of the year after.")
@click.option("--reason", default="", help="Why it is corrected; needed from the second revision on.")
@with_runtime
def freeze(runtime: Runtime, year: int, org: str, day: object, reason: str) -> None:
    """Freeze the year table as it is now and print the snapshot's id."""
    from jobmatch.reports.filing.commands import freeze_for_cli

    click.echo(freeze_for_cli(runtime, year, org, day=getattr(day, "date", lambda: None)(), reason=reason))


@report.command("diff")
@click.argument("old_id")
@click.argument("new_id")
@with_runtime
def diff(runtime: Runtime, old_id: str, new_id: str) -> None:
    """Print who moved between two snapshots, by subject number, as JSON."""
    from jobmatch.reports.filing.commands import diff_for_cli

    give_json(diff_for_cli(runtime, old_id, new_id))


@report.command("verify")
@with_runtime
def verify(runtime: Runtime) -> None:
    """Count every snapshot again from its own inputs; succeeds only if all are equal byte for byte."""
    from jobmatch.reports.filing.commands import verify_for_cli

    count, wrong = verify_for_cli(runtime)
    for public_id, problems in wrong.items():
        click.echo(f"{public_id}: {', '.join(problems)}")
    say(f"{count} snapshots, {len(wrong)} wrong")
    if wrong:
        raise SystemExit(1)
