"""What the commands about whole people and about keys do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.backup import list_backups
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from jobmatch.people.policies import seen_person, visible_people
from jobmatch.privacy.services import keys
from jobmatch.privacy.services.erase import frozen_of, record_erasure
from jobmatch.privacy.services.export import export_person, record_export
from jobmatch.privacy.services.purge import due_today, purge

SYSTEM = system_actor("cli")


def export_for_cli(runtime: Runtime, public_id: str) -> dict[str, Any]:
    """Everything about one person, after a trace of it was left. Raises ``NotFound``."""
    with runtime.unit(SYSTEM) as uow:
        person = seen_person(uow, public_id)
        record_export(uow, person)
    with runtime.unit(SYSTEM, writing=False) as uow:
        return export_person(uow, uow.one(visible_people(uow.actor, select(Person).where(Person.id == person.id))))


def erase_for_cli(runtime: Runtime, public_id: str, *, dry_run: bool) -> dict[str, Any]:
    """Erase a person, or say what that would blank; raises ``NotFound`` and ``Conflict``.

    A dry run does everything in a unit that is taken back. ``still_in`` names copies of the database that hold the
    person until their day; the search index and the artefacts of the model are made anew at their next turn.
    """

    class _TakenBack(Exception):
        pass

    settings, counts = runtime.settings, {}
    kept: dict[str, str] = {}
    try:
        with runtime.unit(SYSTEM) as uow:
            person = seen_person(uow, public_id)
            counts = record_erasure(uow, person)
            kept = {row.rule_code: row.keep_until.isoformat() for row in frozen_of(uow, person)}
            if dry_run:
                raise _TakenBack
    except _TakenBack:
        pass
    return {
        "person": public_id,
        "erased": not dry_run,
        "blanked": {table: number for table, number in counts.items() if number},
        "kept_until": kept,
        "still_in": [
            {"backup": one.path.name, "until": (one.made_at + timedelta(days=settings.backup_days)).date().isoformat()}
            for one in list_backups(settings.backup_path)
        ],
    }


def purge_for_cli(runtime: Runtime, *, dry_run: bool) -> dict[str, int]:
    """Counts of what is due, or of what was ended, in units of their own until nothing is left."""
    if dry_run:
        with runtime.unit(SYSTEM, writing=False) as uow:
            return asdict(due_today(uow))
    total: Counter[str] = Counter()
    while True:
        with runtime.unit(SYSTEM) as uow:
            done = asdict(purge(uow))
        total.update(done)
        if not any(done.values()):
            return dict(total)


def list_keys(runtime: Runtime) -> list[dict[str, Any]]:
    """Number, count of sealed values, and which one seals."""
    with runtime.unit(SYSTEM, writing=False) as uow:
        counts = keys.count_by_key(uow)
    newest = crypto.keyring().newest
    return [{"number": n, "values": count, "is_newest": n == newest} for n, count in counts.items()]


def new_key(runtime: Runtime) -> int:
    """Add a data key and note it; returns its number."""
    number = crypto.make_data_key(runtime.settings.keys_path)
    crypto.use_keys(crypto.read_keys(runtime.settings.keys_path))
    with runtime.unit(SYSTEM) as uow:
        uow.audit("keys.new", number=number)
    return number


def rotate_keys(runtime: Runtime, progress: Callable[[int], Any]) -> int:
    """Seal everything under the newest key; returns how many values."""
    return keys.rotate(lambda: runtime.unit(SYSTEM), progress)


def rotate_blind_key(runtime: Runtime) -> int:
    """Compute blind indexes under a new key, then put it into use; an interrupted run goes on with the same key."""
    folder = runtime.settings.keys_path
    ring = replace(crypto.keyring(), blind=crypto.make_next_blind_key(folder))
    with runtime.unit(SYSTEM) as uow:
        done = keys.rotate_blind(uow, ring)
    crypto.take_next_blind_key(folder)
    crypto.use_keys(crypto.read_keys(folder))
    return done
