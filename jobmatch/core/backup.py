"""Copies of an installation, and proof that they can be put back (R18).

A copy is a folder: the stored files (sealed as they are), the database, and ``manifest.json``, which is written last;
a folder without it was interrupted and is no copy. Files are taken before the database, so that no row points at a
missing file. Keys are never in it: they are kept apart, by two holders.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

from jobmatch.core.clock import utcnow
from jobmatch.core.errors import SetupError
from jobmatch.core.settings import DEMO_MARK, Settings

MANIFEST = "manifest.json"
SQLITE_PART, POSTGRES_PART = "jobmatch.db", "database.dump"
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and a checksum over all of them in the order of their keys."""

    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy, as its manifest describes it."""

    path: Path
    made_at: datetime
    revision: str
    part: str
    sha256: str
    tables: Mapping[str, TableSum]
    files: int
    seconds: float

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())


def list_backups(folder: Path) -> list[Backup]:
    """Whole copies, the oldest first."""
    found = [read_backup(path.parent) for path in folder.glob(f"*/{MANIFEST}")] if folder.exists() else []
    return sorted(found, key=lambda one: one.made_at)


def read_backup(folder: Path) -> Backup:
    """The copy in ``folder``. Raises ``SetupError`` for a folder that holds no copy."""
    try:
        row = json.loads((folder / MANIFEST).read_text())
        return Backup(
            folder,
            datetime.fromisoformat(row["made_at"]),
            row["revision"],
            row["part"],
            row["sha256"],
            {name: TableSum(**one) for name, one in row["tables"].items()},
            row["files"],
            row["seconds"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise SetupError(f"{folder} holds no whole copy: its {MANIFEST} is missing or cannot be read.") from None


def make_backup(settings: Settings, folder: Path) -> Backup:
    """Copy the installation into a new folder inside ``folder``; raises ``SetupError`` with one line where it cannot.

    Files that an earlier copy has already are linked to it, so a further copy costs little.
    """
    _refuse_place(settings, folder)
    begun = time.monotonic()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    earlier = list_backups(folder)
    now = utcnow()
    target = folder / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    partial = target.with_name(f".{target.name}.part")
    partial.mkdir(mode=0o700)
    try:
        files = _copy_files(settings.data_dir, partial, earlier[-1].path if earlier else None)
        part, revision, tables = _take_sqlite(settings, partial) if settings.is_sqlite else _dump(settings, partial)
        found = {
            "made_at": now.isoformat(),
            "revision": revision,
            "part": part,
            "sha256": _sha256(partial / part),
            "tables": {name: asdict(one) for name, one in tables.items()},
            "files": files,
            "seconds": round(time.monotonic() - begun, 2),
        }
        _write(partial / MANIFEST, json.dumps(found, indent=1).encode())
        partial.rename(target)
    except OSError as error:
        raise SetupError(f"The copy in {folder} could not be made: {error.strerror or error}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return read_backup(target)


def drop_old_backups(folder: Path, *, days: int) -> list[Backup]:
    """Remove copies older than ``days``, never the newest; returns what was removed."""
    old = [one for one in list_backups(folder)[:-1] if one.made_at < utcnow() - timedelta(days=days)]
    for one in old:
        shutil.rmtree(one.path)
    return old


def _refuse_place(settings: Settings, folder: Path) -> None:
    place = folder.resolve()
    for inside, why in ((settings.keys_path, "with the keys beside it anybody could open it"), (settings.data_dir, "")):
        root = inside.resolve()
        if place == root or root in place.parents:
            raise SetupError(f"A copy must not lie inside {inside}{': ' if why else ''}{why}. Name another place.")


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _copy_files(data_dir: Path, target: Path, earlier: Path | None) -> int:
    """Copy stored files; returns how many. A file that goes away meanwhile belongs to no row any more."""
    count = 0
    sources = [path for path in (data_dir / "files").rglob("*") if path.is_file() and path.suffix != ".part"]
    mark = data_dir / DEMO_MARK
    for path in [*sources, *([mark] if mark.exists() else [])]:
        name = path.relative_to(data_dir)
        to = target / name
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = earlier / name if earlier is not None else None
        try:
            if before is not None and before.exists() and _same(before, path):
                to.hardlink_to(before)
            else:
                shutil.copy2(path, to)
        except FileNotFoundError:
            continue
        count += path.suffix != "" or name.parts[0] == "files"
    return count


def _same(one: Path, other: Path) -> bool:
    """Contents are written once and replaced as a whole, so size and time tell them apart."""
    a, b = one.stat(), other.stat()
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


# ---------- SQLite ----------


def _take_sqlite(settings: Settings, target: Path) -> tuple[str, str, dict[str, TableSum]]:
    """A snapshot by the database itself: copying the file while it is written loses the newest rows."""
    path = target / SQLITE_PART
    with closing(sqlite3.connect(make_url(settings.url).database or "", isolation_level=None)) as source:
        source.execute("VACUUM INTO ?", (str(path),))
    path.chmod(0o600)
    return SQLITE_PART, *sqlite_sums(path)


def sqlite_sums(path: Path) -> tuple[str, dict[str, TableSum]]:
    """Schema revision and sums of every table of a file. Raises ``SetupError`` where it is damaged."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as connection:
        try:
            damage = connection.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            damage = str(error)
        if damage != "ok":
            raise SetupError(f"{path} is damaged: {damage.splitlines()[0]}")
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        tables = [row[0] for row in connection.execute(query)]
        sums = {name: _sum(repr(row).encode() for row in _ordered(connection, name)) for name in tables}
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return revision, sums


def _ordered(connection: sqlite3.Connection, table: str) -> Iterator[Any]:
    return iter(connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid'))  # noqa: S608 - a name of the schema


def _sum(rows: Iterator[bytes]) -> TableSum:
    digest, count = hashlib.blake2b(digest_size=16), 0
    for row in rows:
        digest.update(row + b"\n")
        count += 1
    return TableSum(count, digest.hexdigest())


# ---------- PostgreSQL ----------


_EVERYWHERE = "-c app.region=*"
"""A copy holds the rows of every region: row-level security binds the owner of the tables too."""


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise SetupError(f"{name} is missing. Install PostgreSQL's client programs, as new as the server.")
    return path


def _bare(url: URL) -> tuple[str, dict[str, str]]:
    """Address and environment for PostgreSQL's programs; the password never stands among their arguments."""
    environment = {**os.environ, "PGOPTIONS": _EVERYWHERE}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False), environment


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [""]
        raise SetupError(f"{Path(command[0]).name} ended with code {done.returncode}: {lines[-1]}")


@contextmanager
def _one_moment(url: URL) -> Iterator[tuple[Any, str]]:
    """A connection that sees one moment, and the name by which ``pg_dump`` sees the same."""
    import psycopg

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, options=_EVERYWHERE) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        name = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, str(name[0]) if name else ""


def _postgres_sums(connection: Any) -> tuple[str, dict[str, TableSum]]:
    """Revision and sums; rows are read in the order of their texts, byte by byte."""
    from psycopg import sql

    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    sums = {}
    for (name,) in connection.execute(query).fetchall():
        command = sql.SQL('COPY (SELECT * FROM {} t ORDER BY t::text COLLATE "C") TO STDOUT').format(
            sql.Identifier(name)
        )
        with connection.cursor().copy(command) as rows:
            sums[name] = _sum(bytes(row) for row in rows)
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return revision, sums


def _dump(settings: Settings, target: Path) -> tuple[str, str, dict[str, TableSum]]:
    program, url = _program("pg_dump"), make_url(settings.url)
    address, environment = _bare(url)
    path = target / POSTGRES_PART
    with _one_moment(url) as (connection, snapshot):
        _run(
            [
                program,
                "-Fc",
                "--no-owner",
                "--enable-row-security",
                f"--snapshot={snapshot}",
                "-f",
                str(path),
                "-d",
                address,
            ],
            environment,
        )
        revision, sums = _postgres_sums(connection)
    path.chmod(0o600)
    return POSTGRES_PART, revision, sums


# ---------- putting back ----------


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of putting a copy back; ``differences`` names tables that are not as they were."""

    seconds: float
    tables: int
    rows: int
    differences: list[str]


def check_backup(backup: Backup) -> None:
    """Raises ``SetupError`` where the database part is not the one that was written."""
    path = backup.path / backup.part
    if not path.exists() or _sha256(path) != backup.sha256:
        raise SetupError(f"{path} is not what was written: its checksum is another.")


def restore(backup: Backup, data_dir: Path, url: str) -> Restored:
    """Put a copy into an empty data directory and an empty database, and compare every table with the manifest."""
    begun = time.monotonic()
    check_backup(backup)
    target = make_url(url)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("files", DEMO_MARK):
        source = backup.path / name
        if source.is_dir():
            shutil.copytree(source, data_dir / name, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy2(source, data_dir / name)
    if backup.part == SQLITE_PART:
        if target.get_backend_name() != "sqlite":
            raise SetupError("This copy is of SQLite, the database address is not.")
        _put(backup.path / SQLITE_PART, Path(target.database or ""))
        _revision, sums = sqlite_sums(Path(target.database or ""))
    else:
        address, environment = _bare(target)
        command = [_program("pg_restore"), "--no-owner", "--exit-on-error", "-d", address]
        _run([*command, str(backup.path / backup.part)], environment)
        with _one_moment(target) as (connection, _snapshot):
            _revision, sums = _postgres_sums(connection)
    differences = sorted(name for name in {*sums, *backup.tables} if sums.get(name) != backup.tables.get(name))
    return Restored(round(time.monotonic() - begun, 2), len(sums), sum(one.rows for one in sums.values()), differences)


def _put(source: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, partial)
    partial.chmod(0o600)
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    for tail in ("-wal", "-shm"):
        target.with_name(target.name + tail).unlink(missing_ok=True)
    partial.replace(target)


def is_empty(settings: Settings) -> bool:
    """Whether nothing stands where a copy would be put."""
    if settings.is_sqlite:
        return not Path(make_url(settings.url).database or "").exists()
    import psycopg

    address = make_url(settings.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return found is None


@contextmanager
def beside(settings: Settings) -> Iterator[tuple[Path, str]]:
    """A data directory and a database beside the live ones, for a drill; both are gone afterwards."""
    folder = settings.data_dir.with_name(f".{settings.data_dir.name}.drill-{secrets.token_hex(4)}")
    try:
        if settings.is_sqlite:
            yield folder, f"sqlite:///{folder.resolve() / SQLITE_PART}"
            return
        import psycopg

        url, name = make_url(settings.url), f"drill_{secrets.token_hex(6)}"
        admin = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            try:
                yield folder, url.set(database=name).render_as_string(hide_password=False)
            finally:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
