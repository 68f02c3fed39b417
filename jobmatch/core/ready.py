"""Whether a process can serve people now; each check is quick, and what cannot answer within a second is not ready."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from jobmatch.core import chain, migrate
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import unit_of_work

LEAST_FREE = 0.05


def _database(runtime: Runtime) -> bool:
    with runtime.database.engine.connect() as connection:
        if not runtime.database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = '1s'"))
            # A server that only reads, such as a replica, cannot take what people send.
            return connection.execute(text("SELECT pg_is_in_recovery()")).scalar() is False
        return connection.execute(text("SELECT 1")).scalar() == 1


def _schema(runtime: Runtime) -> bool:
    return migrate.can_serve(runtime.database)


def _disk(runtime: Runtime) -> bool:
    usage = shutil.disk_usage(runtime.settings.data_dir)
    return usage.free / usage.total > LEAST_FREE


def _writable(runtime: Runtime) -> bool:
    """The data directory can be written: the gate's lock file is opened for that by every writing unit."""
    path = Path(runtime.settings.data_dir) / ".ready"
    path.touch(mode=0o600)
    return True


def _seals(runtime: Runtime) -> bool:
    if runtime.database.is_sqlite:
        return True
    with unit_of_work(runtime.database, system_actor("ready"), writing=False) as uow:
        behind = chain.lag(uow.session)
    return behind is None or behind <= chain.SEALED_WITHIN


CHECKS: dict[str, Callable[[Runtime], bool]] = {
    "database": _database,
    "schema": _schema,
    "disk": _disk,
    "writable": _writable,
    "seals": _seals,
}


def missing(runtime: Runtime) -> list[str]:
    """Names of the checks that do not hold; none where people can be served."""
    found = []
    for name, check in CHECKS.items():
        try:
            holds = check(runtime)
        except Exception:  # whatever goes wrong inside a check means that it does not hold
            holds = False
        if not holds:
            found.append(name)
    return found
