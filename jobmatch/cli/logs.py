"""Commands about log lines."""

from __future__ import annotations

import sys
from typing import TextIO

import click

from jobmatch.core.logs import first_fault


@click.group()
def logs() -> None:
    """Log lines."""


@logs.command()
@click.argument("file", type=click.File("r"), default="-")
def validate(file: TextIO) -> None:
    """Hold lines (of a file, or of standard input) against the schema; exit code 1 at the first that breaks it."""
    count, fault = first_fault(file)
    click.echo(f"line {count}: {fault}" if fault else f"{count} lines are right.")
    if fault:
        sys.exit(1)
