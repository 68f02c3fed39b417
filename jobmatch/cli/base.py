"""What the commands share: progress on standard error, JSON on standard output, a started runtime."""

from __future__ import annotations

import functools
import json
import os
import shutil
from collections.abc import Callable
from typing import Any, TypeVar

import click

from jobmatch.core.errors import SetupError
from jobmatch.core.runtime import start
from jobmatch.core.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def say(message: str) -> None:
    """A line of progress for the person who waits; never on standard output."""
    click.echo(message, err=True)


def give_json(value: Any) -> None:
    """The only thing a JSON command prints."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def share_counts(*, fresh: bool) -> None:
    """Let the processes of this machine add up what they count; ``fresh`` begins at zero.

    The library looks for the folder when it is imported, so this comes before anything that imports it.
    """
    data_dir = Settings.read().data_dir
    if not data_dir.exists():
        return
    folder = data_dir / "metrics"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def with_runtime(function: F) -> F:
    """Give the command a started runtime whose schema is current."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
        from jobmatch.core.migrate import can_serve

        runtime = start(Settings.read())
        try:
            if not can_serve(runtime.database):
                raise SetupError(
                    "The database is not at the newest schema. Run `jobmatch init` or `jobmatch db upgrade`."
                )
            return function(runtime, *args, **kwargs)
        finally:
            runtime.database.engine.dispose()

    return run  # type: ignore[return-value]
