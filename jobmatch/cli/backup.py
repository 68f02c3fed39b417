"""Commands about copies: make one, put one back, and prove on a copy beside the live one that this works."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from jobmatch.cli.base import give_json, say
from jobmatch.core import backup as copies
from jobmatch.core import chain, crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.db import Database
from jobmatch.core.errors import SetupError
from jobmatch.core.files import StoredFile, read_file
from jobmatch.core.runtime import Runtime, start
from jobmatch.core.settings import Settings

SAMPLE = 50
"""How many sealed values of each column, and stored files, a drill opens."""


def _place(settings: Settings, given: Path | None) -> Path:
    return given or settings.backup_path


def _described(one: copies.Backup, settings: Settings) -> dict[str, Any]:
    return {
        "path": str(one.path),
        "made_at": one.made_at.isoformat(),
        "ends_on": (one.made_at + timedelta(days=settings.backup_days)).date().isoformat(),
        "rows": sum(table.rows for table in one.tables.values()),
        "files": one.files,
        "seconds": one.seconds,
    }


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Default: JOBMATCH_BACKUP_DIR.")
@click.option("--watch", type=click.IntRange(1, 1440), help="Make one every so many minutes until told to stop.")
@click.option("--list", "only_list", is_flag=True, help="Show the copies there are and make none.")
@click.option("--json", "as_json", is_flag=True)
def backup(folder: Path | None, watch: int | None, only_list: bool, as_json: bool) -> None:
    """Copy database and files; keys are not in it. Prints where it is. Copies older than JOBMATCH_BACKUP_DAYS go."""
    settings = Settings.read()
    place = _place(settings, folder)
    if only_list:
        found = [_described(one, settings) for one in copies.list_backups(place)]
        if as_json:
            give_json(found)
        else:
            for row in found:
                click.echo(f"{row['path']}  {row['made_at']}  {row['rows']} rows  until {row['ends_on']}")
        return
    while True:
        runtime = start(settings)
        try:
            made = copies.make_backup(settings, place)
            chain.write_anchor(runtime.database, settings.anchor_path, syslog=settings.anchor_syslog)
        finally:
            runtime.database.engine.dispose()
        for old in copies.drop_old_backups(place, days=settings.backup_days):
            say(f"{old.path} is gone: it was older than {settings.backup_days} days.")
        if as_json:
            give_json(_described(made, settings))
        else:
            click.echo(made.path)
        sys.stdout.flush()
        if not watch:
            return
        time.sleep(watch * 60)


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Put it in the place of what is there; stop servers and workers before.")
@click.option("--dry-run", is_flag=True, help="Check the copy and say what would happen.")
def restore(path: Path, force: bool, dry_run: bool) -> None:
    """Put a copy back into the data directory and the database of the settings."""
    settings = Settings.read()
    found = copies.read_backup(path)
    copies.check_backup(found)
    empty = copies.is_empty(settings)
    if dry_run:
        rows = sum(table.rows for table in found.tables.values())
        state = "empty" if empty else "not empty"
        click.echo(f"{rows} rows of {found.made_at.isoformat()}, {found.files} files; the place is {state}.")
        return
    if not empty and not (force and settings.is_sqlite):
        hint = "--force puts the copy in its place" if settings.is_sqlite else "make an empty one and name it"
        raise SetupError(f"There is a database already: {hint}.")
    done = copies.restore(found, settings.data_dir, settings.url)
    if done.differences:
        raise SetupError(f"These tables are not as they were: {', '.join(done.differences)}")
    click.echo(f"{done.rows} rows in {done.tables} tables are as they were ({done.seconds} s).")
    say("Now: jobmatch db upgrade; jobmatch audit anchor --restored REASON; start servers and workers.")


@click.command()
@click.option("--from", "folder", type=click.Path(path_type=Path), help="Default: JOBMATCH_BACKUP_DIR.")
@click.option("--json", "as_json", is_flag=True)
def drill(folder: Path | None, as_json: bool) -> None:
    """Put the newest copy beside the live installation, compare every table, open sealed values.

    Exit code 0 only if all is right. Where there is no copy yet, one is made.
    """
    settings = Settings.read()
    runtime = start(settings)
    place = _place(settings, folder)
    try:
        known = copies.list_backups(place)
        newest = known[-1] if known else copies.make_backup(settings, place)
        with copies.beside(settings) as (data_dir, url):
            done = copies.restore(newest, data_dir, url)
            opened = _open_sample(runtime, data_dir, url)
    finally:
        runtime.database.engine.dispose()
    found = {
        "backup": str(newest.path),
        "rpo_seconds": round((utcnow() - newest.made_at).total_seconds()),
        "rto_seconds": done.seconds,
        "tables": done.tables,
        "rows": done.rows,
        "values_opened": opened,
        "differences": done.differences,
        "right": not done.differences,
    }
    if as_json:
        give_json(found)
    else:
        click.echo(
            f"{done.rows} rows in {done.tables} tables, {opened} sealed values and files opened, back in"
            f" {done.seconds} s; the copy is {found['rpo_seconds']} s old."
        )
        for name in done.differences:
            click.echo(f"{name} is not as it was")
    if done.differences:
        sys.exit(1)


def _open_sample(runtime: Runtime, data_dir: Path, url: str) -> int:
    """Open some sealed values of each column and some files of the copy with the live keys; returns how many.

    Raises ``SetupError`` for one that does not open.
    """
    import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
    from jobmatch.privacy.services.keys import sample_sealed

    database = Database(url)
    database.info["data_dir"] = data_dir
    ring, opened = crypto.keyring(), 0
    try:
        with Runtime(runtime.settings, runtime.keys, database).unit(system_actor("drill"), writing=False) as uow:
            uow.session.info["data_dir"] = data_dir
            for place, sealed in sample_sealed(uow, SAMPLE):
                ring.open_bytes(sealed, place=place)
                opened += 1
            for row in uow.session.query(StoredFile).order_by(StoredFile.id.desc()).limit(SAMPLE):
                read_file(uow, row)
                opened += 1
    except ValueError as error:
        raise SetupError(f"The keys do not open the copy: {error}") from None
    finally:
        database.engine.dispose()
    return opened
