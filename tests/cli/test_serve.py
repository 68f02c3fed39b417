"""The embedded server in real processes: what is left when one of them is killed without warning."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from jobmatch.accounts import passwords
from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.crypto import KEY_FILES
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from tests.conftest import KEYS
from tests.factories import make_employer, make_user

COMMAND = (sys.executable, "-c", "from jobmatch.cli.entry import run; run()")
PASSWORD = "green-kettle-4471"
pytestmark = pytest.mark.timeout(60)


def children_of(pid: int) -> set[int]:
    """Process ids of the children of ``pid``."""
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()}


def is_settled(pid: int) -> bool:
    """Whether ``pid`` has two children, and the same ones half a second later."""
    before = children_of(pid)
    time.sleep(0.5)
    return len(before) == 2 and children_of(pid) == before


def is_running(pid: int) -> bool:
    """Whether a process does something; one that ended and waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(fact: Callable[[], object], seconds: float = 10.0) -> bool:
    """Whether ``fact`` comes true in time."""
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(fact())


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Site:
    """A server of its own on a fresh installation, and one browser before it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.cookies: dict[str, str] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JOBMATCH_")}
        own = {"JOBMATCH_DATA_DIR": str(data), "JOBMATCH_HTTPS": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
        with (data / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--port", str(self.port)], env=kept | own, stdout=log, stderr=log
            )

    def call(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of a GET, or of a POST of ``fields`` together with the keys of the form on that page."""
        body = None
        if fields is not None:
            keys = re.findall(r'name="(csrf_token|form_key)" value="([^"]+)"', self.call(path)[1])
            body = urlencode(dict(keys) | fields)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST" if body is not None else "GET", path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for header in answer.headers.get_all("Set-Cookie", []):
                name, _, value = header.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, text
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            return self.call("/readyz")[0] == 200
        except OSError:
            return False

    def log(self) -> str:
        return (self.data / "server.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def runtime(sqlite_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A fresh installation on disk, with its keys."""
    data, keys = tmp_path / "data", tmp_path / "data.keys"
    data.mkdir()
    keys.mkdir(mode=0o700)
    shutil.copy(sqlite_template, data / "jobmatch.db")
    for name in KEY_FILES:
        path = keys / f"{name}.key"
        path.touch(mode=0o600)
        path.write_bytes(getattr(KEYS, name))
    settings = Settings(data_dir=data, https=False)  # type: ignore[call-arg]
    made = Runtime(settings, KEYS, Database(settings.url))
    yield made
    made.database.engine.dispose()


@pytest.fixture
def site(runtime: Runtime) -> Iterator[Site]:
    served = Site(runtime.settings.data_dir)
    try:
        assert until(served.is_ready, 30), served.log()
        # One process answers while the others are made, and goes then; a web process and a worker are left.
        assert until(lambda: is_settled(served.process.pid), 30), served.log()
        yield served
    finally:
        served.stop()


def test_nobody_keeps_the_port_when_the_parent_is_killed(site: Site) -> None:
    children = children_of(site.process.pid)
    site.process.kill()
    site.process.wait()
    assert until(lambda: not any(map(is_running, children))), site.log()
    # A process counts as ended while its last thread may still hold the socket for a moment.
    assert until(lambda: is_free(site.port)), site.log()


def test_who_has_asked_is_answered_by_a_process_that_is_told_to_leave(site: Site) -> None:
    """Requests that run all the time see no process being replaced, neither the first one nor a later one."""
    answers: list[object] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            try:
                answers.append(site.call("/jobs?q=1")[0])
            except OSError as error:
                answers.append(error)

    askers = [threading.Thread(target=ask) for _number in range(4)]
    for one in askers:
        one.start()
    for _time in range(2):
        asked, before = len(answers), children_of(site.process.pid)
        assert until(lambda asked=asked: len(answers) > asked + 8)  # type: ignore[misc]
        for child in before:
            os.kill(child, signal.SIGTERM)
        assert until(lambda before=before: len(children_of(site.process.pid) - before) == 2, 30)  # type: ignore[misc]
    is_over.set()
    for one in askers:
        one.join()
    assert set(answers) == {200}


def test_everybody_leaves_when_the_parent_is_told_to(site: Site) -> None:
    children = children_of(site.process.pid)
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(15) == 0, site.log()
    assert not any(map(is_running, children))
    # A process counts as ended while its last thread may still hold the socket for a moment.
    assert until(lambda: is_free(site.port)), site.log()


def test_a_killed_web_process_is_replaced_and_what_it_answered_is_kept(runtime: Runtime, site: Site) -> None:
    with runtime.unit(system_actor("tests")) as uow:
        organization = uow.session.get_one(Organization, make_employer(uow).organization_id)
        user = make_user(
            uow, Role.EMPLOYER_MEMBER, organization=organization, password_hash=passwords.hash_password(PASSWORD)
        )
        number, phone = user.id, str(user.phone)
    status, text = site.call("/sign-in/password", {"phone": phone, "password": PASSWORD})
    assert status == 303, text

    acknowledged: list[str] = []
    is_enough = threading.Event()

    def rename() -> None:
        """Rename oneself again and again until nobody answers."""
        try:
            for n in range(1000):
                status, _text = site.call("/account", {"name": f"测试 {n}", "locale": "zh"})
                if status != 303:
                    return
                acknowledged.append(f"测试 {n}")
                if is_enough.is_set():
                    return
        except (OSError, http.client.HTTPException):
            return

    web = min(children_of(site.process.pid))  # The web process is made before the worker.
    busy = threading.Thread(target=rename)
    busy.start()
    assert until(lambda: len(acknowledged) >= 5), site.log()
    os.kill(web, signal.SIGKILL)
    # Killed between two requests, the process is replaced before the next one notices.
    is_enough.set()
    busy.join(15)
    assert not busy.is_alive()
    # The one that was being written when the process died may be there or not.
    possible = {acknowledged[-1], f"测试 {len(acknowledged)}"}
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        assert uow.session.get_one(User, number).name in possible
        renamed = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "user.renamed")
        assert uow.session.scalar(renamed) in {len(acknowledged), len(acknowledged) + 1}
    assert until(site.is_ready), site.log()
    assert len(children_of(site.process.pid) - {web}) == 2
    status, text = site.call("/account")
    assert status == 200
    assert any(name in text for name in possible)
