"""Data keys: how much each still seals, and sealing everything anew under the newest one.

What is left to do is read from the sealed values themselves (their first byte is the number of the key), so a rotation
that was killed goes on where it stood, and running it again does nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, Table, bindparam, delete, func, select, update

from jobmatch.accounts.models import RecoveryCode
from jobmatch.core.crypto import Keyring, Secret, keyring, place_of
from jobmatch.core.db import Base
from jobmatch.core.errors import require
from jobmatch.core.files import file_place, sealed_files
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.privacy.policies import can_manage_privacy

ROTATE_JOB = "privacy.rotate_keys"
OpenUnit = Callable[[], AbstractContextManager[UnitOfWork]]
BATCH = 500


def sealed_columns() -> Iterator[tuple[Table, str]]:
    """Every sealed column of the house with the attribute it belongs to."""
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if column.name.endswith("_sealed") and isinstance(column.type, LargeBinary):
                yield table, column.name


def sample_sealed(uow: UnitOfWork, most: int) -> Iterator[tuple[str, bytes]]:
    """Some values of every sealed column, the newest first, with the place each is bound to."""
    for table, name in sealed_columns():
        column = table.c[name]
        query = select(_bound_to(table), column).where(column.is_not(None)).order_by(table.c.id.desc()).limit(most)
        for bound, sealed in uow.session.execute(query):
            yield place_of(table.name, name.removesuffix("_sealed"), str(bound)), sealed


def count_by_key(uow: UnitOfWork) -> dict[int, int]:
    """How many values and stored files each data key seals, by its number; keys that seal nothing are there with 0."""
    counts: Counter[int] = Counter()
    for table, name in sealed_columns():
        first = func.substr(table.c[name], 1, 1)
        query = select(first, func.count()).where(table.c[name].is_not(None)).group_by(first)
        for byte, number in uow.session.execute(query):
            counts[bytes(byte)[0]] += number
    for path in sealed_files(uow):
        with path.open("rb") as source:
            counts[source.read(1)[0]] += 1
    return {number: counts[number] for number in sorted({*counts, *keyring().numbers})}


def ask_rotation(uow: UnitOfWork) -> int:
    """Let the worker seal everything anew; returns the job, the one that is at work already where there is one."""
    require(can_manage_privacy(uow.actor))
    last = last_rotation(uow)
    if last is not None and last.state in {JobState.QUEUED, JobState.RUNNING}:
        return last.id
    uow.audit("keys.ask_rotation", number=keyring().newest)
    return uow.enqueue(ROTATE_JOB)


def last_rotation(uow: UnitOfWork) -> Job | None:
    """The newest rotation that was asked for on the page."""
    return uow.session.scalars(select(Job).where(Job.name == ROTATE_JOB).order_by(Job.id.desc()).limit(1)).one_or_none()


def rotate(open_unit: OpenUnit, progress: Callable[[int], Any] = lambda done: None) -> int:
    """Seal everything under the newest key, in units of ``BATCH`` values; returns how many were sealed anew.

    Raises ``ValueError`` for a value that does not open in its place: it was moved there, and is left as it is.
    """
    ring, done = keyring(), 0
    for table, name in sealed_columns():
        while True:
            with open_unit() as uow:
                number = _reseal_some(uow, ring, table, name)
            if not number:
                break
            done += number
            progress(done)
    with open_unit() as uow:
        require(uow.actor.is_system)
        for path in sealed_files(uow):
            done += _reseal_file(ring, path)
        uow.audit("keys.rotate", number=ring.newest, values=done)
    progress(done)
    return done


def _reseal_some(uow: UnitOfWork, ring: Keyring, table: Table, name: str) -> int:
    require(uow.actor.is_system)
    column, newest = table.c[name], bytes([ring.newest])
    found = uow.session.execute(
        select(table.c.id, _bound_to(table), column)
        .where(column.is_not(None), func.substr(column, 1, 1) != newest)
        .order_by(table.c.id)
        .limit(BATCH)
    ).all()
    changes = []
    for row_id, bound, sealed in found:
        place = place_of(table.name, name.removesuffix("_sealed"), str(bound))
        content = ring.open_bytes(sealed, place=place)
        changes.append({"row": row_id, "was": sealed, "becomes": ring.seal_bytes(content, place=place)})
    if changes:
        # The old value is a condition: what somebody wrote meanwhile is not overwritten.
        statement = (
            update(table)
            .where(table.c.id == bindparam("row"), column == bindparam("was"))
            .values({name: bindparam("becomes")})
        )
        uow.session.connection().execute(statement, changes)
    return len(changes)


def _bound_to(table: Table) -> Any:
    """The column that a sealed value is bound to: the public id, or the number of rows that have none."""
    return table.c.public_id if "public_id" in table.c else table.c.id


def _reseal_file(ring: Keyring, path: Path) -> int:
    sealed = path.read_bytes()
    if sealed[:1] == bytes([ring.newest]):
        return 0
    place = file_place(path.name)
    fresh = path.with_suffix(".part")
    fresh.write_bytes(ring.seal_bytes(ring.open_bytes(sealed, place=place), place=place))
    fresh.chmod(0o600)
    fresh.replace(path)
    return 1


def rotate_blind(uow: UnitOfWork, ring: Keyring) -> int:
    """Compute every blind index anew with the blind key of ``ring``, in one unit, with nobody else at work.

    Recovery codes are hashes under the old key and go; who had some makes new ones. Returns how many indexes.
    """
    require(uow.actor.is_system)
    done = 0
    for mapper in Base.registry.mappers:
        for name, secret in vars(mapper.class_).items():
            if not (isinstance(secret, Secret) and (secret.blind or secret.tail)):
                continue
            sealed = getattr(mapper.class_, f"{name}_sealed")
            table: Any = mapper.local_table
            changes = []
            for row_id, bound, value in uow.session.execute(
                select(table.c.id, _bound_to(table), sealed).where(sealed.is_not(None))
            ):
                text = ring.open(value, place=place_of(table.name, name, str(bound)))
                changes.append({"row": row_id, **secret.indexes(text, ring)})
            if changes:
                named: dict[str, Any] = {column: bindparam(column) for column in changes[0] if column != "row"}
                statement = update(table).where(table.c.id == bindparam("row")).values(named)
                uow.session.connection().execute(statement, changes)
                done += len(changes) * len(named)
    uow.session.execute(delete(RecoveryCode))
    uow.audit("keys.rotate_blind", values=done)
    return done
