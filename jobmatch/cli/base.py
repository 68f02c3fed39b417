"""What the commands share: progress on standard error, JSON on standard output, a started runtime."""

from __future__ import annotations

import functools
import json
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


def with_runtime(function: F) -> F:
    """Give the command a started runtime whose schema is current."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
        from jobmatch.core.migrate import is_current

        runtime = start(Settings.read())
        try:
            if not is_current(runtime.database):
                raise SetupError(
                    "The database is not at the newest schema. Run `jobmatch init` or `jobmatch db upgrade`."
                )
            return function(runtime, *args, **kwargs)
        finally:
            runtime.database.engine.dispose()

    return run  # type: ignore[return-value]
