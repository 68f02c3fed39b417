"""What a set-up is asked to do, each with what is wanted and what was reached."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.deploy.site import HOST, Site, until

PROCESSES = 5
"""Of a web machine of several: four and a worker."""
READERS = 4
COUNTED = 12.0
"""Seconds after which an idle connection has told the server what it did."""
BOTH, MANY = ("one-machine", "several"), ("several",)
MARKS = ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options")
ENQUEUE = """
from jobmatch.app import create_app
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import start
from jobmatch.core.settings import Settings
runtime = start(Settings.read())
create_app(runtime)
with runtime.unit(system_actor("trial")) as uow:
    print(*[uow.enqueue("accounts.tidy") for _number in range({number})])
"""
STATES = """
from sqlalchemy import select
from jobmatch.app import create_app
from jobmatch.core.actors import system_actor
from jobmatch.core.job_rows import Job
from jobmatch.core.runtime import start
from jobmatch.core.settings import Settings
runtime = start(Settings.read())
with runtime.unit(system_actor("trial"), writing=False) as uow:
    rows = uow.session.execute(select(Job.state, Job.attempt_count).where(Job.id.in_({ids}))).all()
    print(sum(state.value == "done" for state, _tries in rows), sum(tries == 1 for _state, tries in rows))
"""
ADDRESSES = """
from sqlalchemy import select
import jobmatch.tables
from jobmatch.accounts.models import SignInSession
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import start
from jobmatch.core.settings import Settings
runtime = start(Settings.read())
with runtime.unit(system_actor("trial"), writing=False) as uow:
    print(*sorted(set(uow.session.scalars(select(SignInSession.ip)))))
"""


@dataclass(frozen=True)
class Trial:
    """``run`` returns what was reached, in words, and whether that is right."""

    name: str
    wanted: str
    run: Callable[[Site], tuple[str, bool]]
    places: tuple[str, ...] = BOTH


@dataclass(frozen=True)
class Outcome:
    place: str
    name: str
    wanted: str
    reached: str
    is_right: bool

    def line(self, seconds: float) -> str:
        """One line of the table."""
        verdict = "ok  " if self.is_right else "MISS"
        return (
            f"{verdict} {self.place:12} {self.name:34} wanted {self.wanted:44} reached {self.reached} ({seconds:.1f} s)"
        )


def _call(
    site: Site, path: str, *, body: str | None = None, cookies: dict[str, str] | None = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", site.https, timeout=30, context=context)
    given = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if cookies:
        given["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if body is not None:
        given |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{path}"}
    try:
        connection.request("GET" if body is None else "POST", path, body=body, headers=given)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie", []):
            if cookies is not None:
                name, _, value = line.split(";")[0].partition("=")
                cookies[name] = value
        return answer.status, answer.headers, text
    finally:
        connection.close()


def first_page(site: Site) -> tuple[str, bool]:
    status, headers, _text = _call(site, "/")
    absent = [name for name in MARKS if name not in headers]
    server = headers.get("Server", "")
    return f"{status}, Server: {server}, absent: {absent or 'none'}", (
        status == 200 and not absent and not re.search(r"\d", server)
    )


def only_tls(site: Site) -> tuple[str, bool]:
    connection = http.client.HTTPConnection("127.0.0.1", site.http, timeout=10)
    connection.request("GET", "/jobs", headers={"Host": HOST})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    spoken = {}
    for version in ("-tls1_1", "-tls1_2", "-tls1_3"):
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{site.https}", version, "-cipher", "ALL:@SECLEVEL=0"]
        spoken[version] = subprocess.run(command, input=b"", capture_output=True, timeout=20).returncode == 0
    reached = f"http {answer.status} to {answer.getheader('Location')}; {spoken}"
    is_moved = answer.status == 301 and answer.getheader("Location") == f"https://{HOST}/jobs"
    return reached, is_moved and list(spoken.values()) == [False, True, True]


def nothing_inside(site: Site) -> tuple[str, bool]:
    found = {path: _call(site, path)[0] for path in ("/.git/HEAD", "/console", "/metrics", "/readyz", "/ui")}
    return str(found), set(found.values()) == {404}


def sign_in(site: Site) -> tuple[str, bool]:
    """The administrator of a fresh installation, who claims to come from elsewhere."""
    cookies: dict[str, str] = {}
    login, secret = site.admin.split()[-2:]
    _status, headers, text = _call(site, "/sign-in/password", cookies=cookies)
    keys = dict(re.findall(r'name="(csrf_token|form_key)" value="([^"]+)"', text))
    body = urlencode({**keys, "phone": login, "password": secret})
    status, headers, _text = _call(site, "/sign-in/password", body=body, cookies=cookies, X_Forwarded_For="6.6.6.6")
    kept = next((line for line in headers.get_all("Set-Cookie", []) if "session" in line), "")
    addresses = site.python(ADDRESSES)
    is_right = status == 303 and kept.startswith("__Host-") and "Secure" in kept and addresses == "127.0.0.1"
    return f"{status}, {kept.split('=')[0]}, address kept: {addresses}", is_right


def large_body(site: Site) -> tuple[str, bool]:
    began = time.monotonic()
    with _raw(site) as tls:
        tls.sendall(f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {200 * 2**20}\r\n\r\n".encode())
        answer = tls.recv(200)
    spent = time.monotonic() - began
    return f"{answer.split(chr(13).encode())[0].decode()} in {spent:.1f} s", b" 413 " in answer and spent < 10


def two_lengths(site: Site) -> tuple[str, bool]:
    with _raw(site) as tls:
        lengths = "Content-Length: 5\r\nTransfer-Encoding: chunked"
        tls.sendall(f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\n{lengths}\r\n\r\n0\r\n\r\n".encode())
        answer = tls.recv(200)
    return answer.split(b"\r")[0].decode(), b" 400 " in answer


def _raw(site: Site) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", site.https), timeout=30))


def slow_clients(site: Site) -> tuple[str, bool]:
    """From one address no more than 40 connections are let in, so the honest reader makes the 40th."""
    held = [_raw(site) for _number in range(39)]
    for number, one in enumerate(held):
        one.sendall(f"{'GET' if number % 2 else 'POST'} / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())
    began = time.monotonic()
    status = _call(site, "/")[0]
    spent = time.monotonic() - began
    for one in held:
        one.close()
    return f"{status} in {spent:.2f} s", status == 200 and spent < 3


def _done(site: Site, number: int, seconds: float) -> tuple[str, bool]:
    ids = [int(one) for one in site.python(ENQUEUE.format(number=number)).split()]
    began, found = time.monotonic(), ["0", "0"]

    def all_done() -> bool:
        found[:] = site.python(STATES.format(ids=ids)).split()
        return int(found[0]) == number

    until(all_done, seconds)
    reached = f"{found[0]} of {number} done, {found[1]} at the first try, {time.monotonic() - began:.0f} s"
    return reached, found == [str(number)] * 2


def jobs(site: Site) -> tuple[str, bool]:
    return _done(site, 20, 90)


def worker_dies(site: Site) -> tuple[str, bool]:
    site.kill("worker1")
    try:
        return _done(site, 20, 90)
    finally:
        site.start_unit("worker1", "jobmatch-worker@.service")


def redis_dies(site: Site) -> tuple[str, bool]:
    site.kill("redis")
    threading.Timer(8.0, site.start_redis).start()
    return _done(site, 5, 180)


def _children(pid: int) -> list[int]:
    return sorted(int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split())


@contextmanager
def _readers(site: Site) -> Iterator[list[int]]:
    """What four visitors are answered who read all the time within the block."""
    answers: list[int] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            answers.append(_call(site, "/jobs")[0])

    threads = [threading.Thread(target=read) for _number in range(READERS)]
    for one in threads:
        one.start()
    try:
        yield answers
    finally:
        is_over.set()
        for one in threads:
            one.join()


def _words(answers: list[int]) -> tuple[str, int]:
    wrong = sum(one != 200 for one in answers)
    return f"{len(answers)} read, {wrong} without an answer", wrong


def web_dies(site: Site) -> tuple[str, bool]:
    """Readers go on while processes are killed; on several machines a whole machine goes away and comes back."""
    with _readers(site) as answers:
        time.sleep(2)
        if site.name == "several":
            site.kill("web1")
            time.sleep(4)
            site.start_unit("web1", "jobmatch-web.service", port=site.web1)
            until(lambda: len(_children(site.processes["web1"].pid)) == PROCESSES)
            time.sleep(2)
            allowed = 0
        else:
            subprocess.run(["kill", "-9", str(_children(site.processes["web1"].pid)[0])], check=True)
            time.sleep(8)
            allowed = READERS  # what the killed process was answering
    words, wrong = _words(answers)
    return words, len(answers) > 50 and wrong <= allowed and set(answers[-20:]) == {200}


def leaves_in_peace(site: Site) -> tuple[str, bool]:
    """Every web process is told to leave in turn, as an upgrade does."""
    with _readers(site) as answers:
        for child in _children(site.processes["web1"].pid):
            subprocess.run(["kill", f"-{signal.SIGTERM.value}", str(child)], check=True)
            time.sleep(3)
    words, wrong = _words(answers)
    return words, len(answers) > 50 and wrong == 0


def reads_replica(site: Site) -> tuple[str, bool]:
    count = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'jobmatch'"
    for _number in range(40):  # each process looks at the replica at its first visitor
        _call(site, "/jobs")
    time.sleep(COUNTED)
    before = int(site.ask(site.replica, count))
    for _number in range(40):
        _call(site, "/jobs")
    time.sleep(COUNTED)
    found = int(site.ask(site.replica, count)) - before
    return f"{found} transactions on the replica for 40 pages", found >= 40


def copies(site: Site) -> tuple[str, bool]:
    """What the timers start, from their units."""
    for unit in ("jobmatch-backup.service", "jobmatch-check.service", "jobmatch-drill.service"):
        command = site.command_of(unit)
        done = subprocess.run(command, env=site.environment, capture_output=True, text=True, timeout=300)
        if done.returncode:
            return f"{unit}: {done.stderr.strip()[-200:]}", False
    kept = json.loads(site.run("backup", "--list", "--json"))
    return f"{len(kept)} copies, checked and put back", len(kept) >= 1


def archives(site: Site) -> tuple[str, bool]:
    site.ask(site.primary, "SELECT pg_switch_wal()")
    place = site.folder / "pg" / "archive"
    until(lambda: any(place.iterdir()), 20)
    found = len(list(place.iterdir()))
    return f"{found} pieces of the log in the archive", found > 0


TRIALS = (
    Trial("first page", "200, headers, no version of the server", first_page),
    Trial("only TLS 1.2 and 1.3", "301 to https; 1.1 refused", only_tls),
    Trial("nothing of the inside", "404", nothing_inside),
    Trial("sign in; a forged address", "303, __Host- cookie, the real address", sign_in),
    Trial("200 MB", "413 within 10 s", large_body),
    Trial("a length and chunks", "400", two_lengths),
    Trial("39 slow clients", "200 within 3 s", slow_clients),
    Trial("jobs", "each once", jobs),
    Trial("a web process is killed", "others go on; on several machines 0 lost", web_dies),
    Trial("web processes are replaced", "0 lost", leaves_in_peace),
    Trial("a worker is killed", "each job once", worker_dies, MANY),
    Trial("Redis is away for 8 s", "each job once", redis_dies, MANY),
    Trial("visitors read the replica", "a transaction a page at least", reads_replica, MANY),
    Trial("the log is archived", "a piece at least", archives, MANY),
    Trial("copy, check, drill", "each ends with 0", copies, ("one-machine",)),
)
