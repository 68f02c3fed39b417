"""One set-up of ``docs/deploy``, running on this machine: its units as processes, its servers on ports of their own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
CERTIFICATE = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost")
HOST = "jobs.example.gov.cn"
JOBMATCH = (sys.executable, "-c", "from jobmatch.cli.entry import run; run()")
QUIET = ("-c", "fsync=off")


def until(fact: Callable[[], Any], seconds: float = 60.0) -> bool:
    """Whether ``fact`` comes true in time."""
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.1)
    return bool(fact())


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on."""
    probes = [socket.socket() for _each in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class Site:
    """The set-up ``name`` below ``folder``."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.files = DEPLOY / name
        self.https, self.http, self.web1, self.web2, self.primary, self.replica, self.redis = free_ports(7)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.admin = ""
        folder.chmod(0o755)
        self.environment = self._settings()

    def start(self) -> None:
        """Everything, in the order of the guide."""
        if self.name == "several":
            self._start_postgres()
            self.start_redis()
        self.admin = self.run("init").strip()
        if self.name == "several":
            self.run("db", "roles", "--web", "jobmatch_web", "--apply")
            self.environment["JOBMATCH_DATABASE_URL"] = self._url("jobmatch_web", self.primary)
            self._start_replica()
            self.start_unit("web1", "jobmatch-web.service", port=self.web1)
            self.start_unit("web2", "jobmatch-web.service", port=self.web2)
            self.start_unit("worker1", "jobmatch-worker@.service")
            self.start_unit("worker2", "jobmatch-worker@.service")
        else:
            self.start_unit("web1", "jobmatch.service", port=self.web1)
        self._start_nginx()
        ports = [self.web1, self.web2] if self.name == "several" else [self.web1]
        for port in ports:
            if not until(lambda port=port: self._listens(port)):  # type: ignore[misc]
                raise RuntimeError(self.log("web1"))
        time.sleep(4)  # the processes that stay have taken over

    def stop(self) -> None:
        """Everybody ends."""
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def run(self, *arguments: str) -> str:
        """Standard output of a command of ours in this installation. Raises where it fails."""
        done = subprocess.run(
            [*JOBMATCH, *arguments], env=self.environment, capture_output=True, text=True, timeout=300
        )
        if done.returncode:
            raise RuntimeError(f"jobmatch {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def python(self, program: str) -> str:
        """Standard output of a small program in this installation."""
        command = [sys.executable, "-c", program]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout.strip()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def command_of(self, unit: str) -> list[str]:
        """What a unit starts, with our interpreter in the place of the installed program."""
        text = (self.files / unit).read_text(encoding="utf-8")
        program, *arguments = shlex.split(re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)[0])
        assert program.endswith("/bin/jobmatch"), program
        return [*JOBMATCH, *arguments]

    def start_unit(self, name: str, unit: str, *, port: int = 0) -> None:
        """The process of a unit, under ``name``; a second one of a machine has a data directory beside the first."""
        command = [str(port) if before == "--port" else word for before, word in _pairs(self.command_of(unit))]
        self._spawn(name, ["127.0.0.1" if word == "0.0.0.0" else word for word in command], env=self.environment)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        process = self.processes.pop(name)
        process.send_signal(number)
        process.wait(30)

    def start_redis(self) -> None:
        lines = (self.files / "redis.conf").read_text(encoding="utf-8").replace("10.0.0.31", "127.0.0.1")
        (self.folder / "redis.conf").write_text(f"{lines}\nport {self.redis}\ndir {self.folder}\n", encoding="utf-8")
        self._spawn("redis", ["redis-server", str(self.folder / "redis.conf")])
        assert until(lambda: self._listens(self.redis))

    def _spawn(self, name: str, command: Iterable[str], **options: Any) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(list(command), stdout=log, stderr=log, cwd=self.folder, **options)

    def _listens(self, port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def _settings(self) -> dict[str, str]:
        text = (self.files / "settings.env").read_text(encoding="utf-8")
        given = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
        for name in ("JOBMATCH_DATA_DIR", "JOBMATCH_KEYS_DIR", "JOBMATCH_BACKUP_DIR"):
            given[name] = str(self.folder / Path(given[name]).name) + (".copies" if "BACKUP" in name else "")
        given.pop("JOBMATCH_ANCHOR_SYSLOG", None)
        given.pop("PGPASSFILE", None)
        if "JOBMATCH_METRICS_TOKEN_FILE" in given:
            word = self.folder / "metrics.token"
            word.write_text("a synthetic word of the trial", encoding="utf-8")
            given["JOBMATCH_METRICS_TOKEN_FILE"] = str(word)
        if self.name == "several":
            given["JOBMATCH_DATABASE_URL"] = self._url("owner", self.primary)
            given["JOBMATCH_REPLICA_URL"] = self._url("jobmatch_web", self.replica)
            given["JOBMATCH_REDIS_URL"] = f"redis://127.0.0.1:{self.redis}/0"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JOBMATCH_")}
        return {**kept, **given, "PYTHONPATH": str(ROOT)}

    def _url(self, user: str, port: int) -> str:
        return f"postgresql://{user}@127.0.0.1:{port}/jobmatch"

    def postgres(self, program: str, *arguments: str) -> str:
        """A program of PostgreSQL, as the user who owns the servers."""
        binary = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1] / program
        command = ["runuser", "-u", "postgres", "--", str(binary), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/tmp")
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def ask(self, port: int, statement: str) -> str:
        """The answer of a server to one statement."""
        return self.postgres("psql", "-h", "127.0.0.1", "-p", str(port), "-U", "owner", "-XAtc", statement, "jobmatch")

    def _start_server(self, kind: str, port: int) -> None:
        data = self.folder / "pg" / kind
        lines = (self.files / f"postgresql-{kind}.conf").read_text(encoding="utf-8")
        lines = re.sub(r"10\.0\.0\.2\d", "127.0.0.1", lines).replace(
            "/var/lib/postgresql/archive", f"{self.folder}/pg/archive"
        )
        lines = re.sub(r"(shared_buffers|effective_cache_size) = .*", r"\1 = 128MB", lines)
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"\n{lines}\nport = {port}\nunix_socket_directories = ''\nfsync = off\n")
        binary = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1] / "postgres"
        self._spawn(kind, ["runuser", "-u", "postgres", "--", str(binary), "-D", str(data)])
        if not until(lambda: self._answers(port)):
            raise RuntimeError(self.log(kind))

    def _answers(self, port: int) -> bool:
        try:
            return self.ask(port, "SELECT 1") == "1"
        except RuntimeError:
            with suppress(RuntimeError):
                self.postgres("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "owner", "jobmatch")
            return False

    def _start_postgres(self) -> None:
        place = self.folder / "pg"
        (place / "archive").mkdir(parents=True)
        shutil.chown(place, "postgres")
        shutil.chown(place / "archive", "postgres")
        self.postgres("initdb", "-D", str(place / "primary"), "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._start_server("primary", self.primary)

    def _start_replica(self) -> None:
        data = str(self.folder / "pg" / "replica")
        where = ("-h", "127.0.0.1", "-p", str(self.primary), "-U", "owner")
        self.postgres("pg_basebackup", *where, "-D", data, "-R", "-X", "stream", "-c", "fast")
        self._start_server("replica", self.replica)

    def _start_nginx(self) -> None:
        key, chain = self.folder / "key.pem", self.folder / "chain.pem"
        subprocess.run([*CERTIFICATE, "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True)
        common = (DEPLOY / "nginx-common.conf").read_text(encoding="utf-8")
        (self.folder / "common.conf").write_text(common, encoding="utf-8")
        text = (self.files / "nginx.conf").read_text(encoding="utf-8")
        for there, here in (
            ("/etc/jobmatch/tls/fullchain.pem", str(chain)),
            ("/etc/jobmatch/tls/key.pem", str(key)),
            ("/opt/jobmatch/docs/deploy/nginx-common.conf", str(self.folder / "common.conf")),
            ("127.0.0.1:8000", f"127.0.0.1:{self.web1}"),
            ("10.0.0.11:8000", f"127.0.0.1:{self.web1}"),
            ("10.0.0.12:8000", f"127.0.0.1:{self.web2}"),
        ):
            text = text.replace(there, here)
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.http};").replace(
            "listen 443", f"listen 127.0.0.1:{self.https}"
        )
        frame = f"daemon off;\nuser root;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\n"
        temp = "".join(
            f"{each}_temp_path {self.folder}/{each};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = f"{frame}events {{}}\nhttp {{\naccess_log off;\n{temp}{text}\n}}\n"
        (self.folder / "nginx.conf").write_text(whole, encoding="utf-8")
        self._spawn("nginx", ["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)])
        if not until(lambda: self._listens(self.https), 20):
            raise RuntimeError(self.log("nginx"))


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return list(zip(["", *words[:-1]], words, strict=True))
