"""``jobmatch resume …``: what the product reads in a résumé; works without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.group()
def resume() -> None:
    """Résumé files."""


@resume.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def read(file: Path, as_json: bool) -> None:
    """Print the fields of a résumé, each with the words it came from. A file that is refused ends with code 3."""
    from jobmatch.core.errors import Invalid
    from jobmatch.core.uploads import check_upload
    from jobmatch.people.reading.text import KINDS, read_file

    try:
        content = file.read_bytes()
        found = read_file(content, check_upload(file.name, content, KINDS))
    except Invalid as error:
        click.echo(json.dumps({"refused": error.message}, ensure_ascii=False) if as_json else error.message)
        sys.exit(3)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for name, value in found.items():
        for one in value if isinstance(value, list) else [value] if value else []:
            click.echo(f"{name}\t{one['confidence']}\t{one['value']}\t← {one['source']}")
