"""The served side of the load bench: the real command in a process of its own, and what its processes cost."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from jobmatch.cli.bench import say
from jobmatch.core.errors import SetupError
from jobmatch.core.settings import Settings

COMMAND = (sys.executable, "-c", "from jobmatch.cli.entry import run; run()")
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
FIRST = ("/", "/jobs?q=司机", "/readyz")
PATIENCE = 60.0
SETTLED = 4.0
"""Seconds after the first answer until the process that gave it has made room for those that stay."""


class Processes:
    """Some processes and all their descendants."""

    def __init__(self, roots: list[int]) -> None:
        self.roots = roots

    def all(self) -> list[int]:
        """Process ids of those that live now."""
        found, waiting = [], list(self.roots)
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
            except OSError:
                continue
            waiting += [int(one) for one in children.split()]
        return found

    def seconds(self) -> float:
        """Processor time of all, with that of children that have ended."""
        return sum(_ticks(pid) for pid in self.all()) / TICKS

    def look(self) -> dict[int, tuple[float, int]]:
        """Resident megabytes and open descriptors of each."""
        found = {}
        for pid in self.all():
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
                found[pid] = (pages * PAGE / 2**20, sum(1 for _file in Path(f"/proc/{pid}/fd").iterdir()))
            except OSError:
                continue
        return found


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(each) for each in fields[11:15])


def _start(settings: Settings, processes: int) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOBMATCH_")}
    own = {
        "JOBMATCH_DATA_DIR": str(settings.data_dir),
        "JOBMATCH_DATABASE_URL": settings.database_url,
        "JOBMATCH_HTTPS": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with (settings.data_dir / "server.log").open("ab") as log:
        serve = [*COMMAND, "serve", "--port", str(port), "--processes", str(processes)]
        return subprocess.Popen(serve, env=kept | own, stdout=log, stderr=log), port  # noqa: S603


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    server.wait(30)


def _first_answer(server: subprocess.Popen[bytes], port: int, path: str) -> float:
    """The moment of the first 200 of ``path``. Raises ``SetupError`` where none comes within a minute."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", quote(path, safe="/?=&"))
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status == 200:
                return time.monotonic()
        except OSError:
            pass
        time.sleep(0.02)
    raise SetupError(f"The server gave no 200 for {path}; see server.log in the data directory.")


@contextmanager
def serving(settings: Settings, *, processes: int) -> Iterator[tuple[int, int]]:
    """The port of ``jobmatch serve`` and its process id, once it has answered; it ends with the block."""
    server, port = _start(settings, processes)
    try:
        _first_answer(server, port, "/")
        time.sleep(SETTLED)
        yield port, server.pid
    finally:
        _stop(server)


def start_times(settings: Settings, *, times: int) -> dict[str, list[float]]:
    """Seconds from the start of the process to the first 200 of each of the first pages, a new start for each."""
    found: dict[str, list[float]] = {}
    for path in FIRST:
        for _time in range(times):
            began = time.monotonic()
            server, port = _start(settings, 2)
            try:
                found.setdefault(path, []).append(round(_first_answer(server, port, path) - began, 2))
            finally:
                _stop(server)
        each = sorted(found[path])
        say(f"start to {path}: {each[len(each) // 2]:.2f} s, longest {each[-1]:.2f} s of {times} (goal 3)")
    return found
