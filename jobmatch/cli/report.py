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
