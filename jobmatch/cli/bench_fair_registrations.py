"""Prints how many people register for one fair per second over HTTP, each from a browser of their own.

Two server processes answer; the clients are processes on the same machine, so that the figure is a low one. Every
answer is checked: each person has a ticket or a place in the queue, no seat is given twice, nobody is lost.
The installation is temporary; nobody in it exists.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import re
import signal
import tempfile
import time
from collections import Counter
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import func, select, update

import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.cli.bench import say
from jobmatch.core import crypto, migrate
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services.registering import NETWORK_RULE
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.reference.models import DatedRule
from jobmatch.reference.services import load_reference

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="form_key" value="([^"]+)"')
PATH = "/43/4303/430382/"


def run(*, people: int, seats: int, clients: int, url: str = "") -> None:
    """Serve with two processes and let ``clients`` people at a time register until ``people`` did."""
    from jobmatch.app import create_app
    from jobmatch.cli.serve import listen, serve_children

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        given = {"database_url": url} if url else {}
        settings = Settings(data_dir=data, keys_dir=Path(folder, "keys"), https=False, **given)  # type: ignore[arg-type]
        migrate.upgrade(settings.url)
        runtime = Runtime(settings, keys, Database(settings.url))
        fair_id = _fair(runtime, seats)
        app = create_app(runtime)
        sock = listen("127.0.0.1", 0)
        runtime.database.engine.dispose()
        children = serve_children(app, sock, processes=2)
        try:
            _measure(sock.getsockname()[1], fair_id, people, clients)
        finally:
            for pid in children:
                os.kill(pid, signal.SIGTERM)
            spent = [os.wait4(pid, 0)[2] for pid in children]
            sock.close()
        # What others run on the machine changes the time and not this.
        processor = sum(one.ru_utime + one.ru_stime for one in spent)
        say(f"the servers took {1000 * processor / people:.1f} ms of a processor for each, opening the form included")
        _check(runtime, people, seats)
        runtime.database.engine.dispose()


def _fair(runtime: Runtime, seats: int) -> str:
    with runtime.unit(system_actor("bench")) as uow:
        load_reference(uow)
        # Everybody comes from one address here; the brake still counts each, and stops nobody.
        uow.session.execute(update(DatedRule).where(DatedRule.code == NETWORK_RULE).values(value=1_000_000))
        now = uow.now
        station = Organization(
            kind=OrganizationKind.STATION,
            state=OrganizationState.ACTIVE,
            name="合成服务中心",
            region_path=PATH,
            created_at=now,
            changed_at=now,
        )
        uow.session.add(station)
        uow.session.flush()
        fair = JobFair(
            organization_id=station.id,
            region_path=PATH,
            state=FairState.PUBLISHED,
            title="合成招聘会",
            opens_at=now + timedelta(days=3),
            closes_at=now + timedelta(days=3, hours=6),
            place="合成体育馆",
            capacity=seats,
            created_at=now,
            changed_at=now,
            published_at=now,
        )
        uow.session.add(fair)
        uow.session.flush()
        return fair.public_id


def _measure(port: int, fair_id: str, people: int, clients: int) -> None:
    """Everybody opens the form first, then all send at once: what is timed is the sending."""
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(clients + 1), context.Queue()
    parts = [range(number, people, clients) for number in range(clients)]
    workers = [context.Process(target=_client, args=(port, fair_id, part, gate, answers)) for part in parts]
    for worker in workers:
        worker.start()
    gate.wait()
    start = time.perf_counter()
    found = [answers.get() for _worker in workers]
    spent = time.perf_counter() - start
    for worker in workers:
        worker.join()
    kinds: Counter[str] = Counter()
    times: list[float] = []
    for counted, each in found:
        kinds.update(counted)
        times.extend(each)
    say(f"{people} registrations from {clients} at once in {spent:.1f} s: {people / spent:.0f} a second")
    say(f"answers: {dict(kinds)}; p50 {np.percentile(times, 50):.0f} ms, p95 {np.percentile(times, 95):.0f} ms")


def _client(port: int, fair_id: str, numbers: range, gate: Any, answers: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    path = f"/fairs/{fair_id}/register"
    forms = []
    for number in numbers:
        cookie, page = _ask(connection, "GET", path)[1:]
        token, key = TOKEN.findall(page)[-1], KEY.findall(page)[-1]
        fields = {"name": f"合成来人{number}", "phone": f"199{number:08d}", "kind": "veteran"}
        forms.append((urlencode({**fields, "csrf_token": token, "form_key": key}), cookie))
    gate.wait()
    kinds: Counter[str] = Counter()
    times = []
    for body, cookie in forms:
        start = time.perf_counter()
        status, _cookie, place = _ask(connection, "POST", path, body, cookie)
        times.append((time.perf_counter() - start) * 1000)
        kinds["ticket" if status == HTTPStatus.SEE_OTHER and "/tickets/" in place else f"{status} {place[:40]}"] += 1
    answers.put((kinds, times))


def _ask(connection: Any, method: str, path: str, body: str | None = None, cookie: str = "") -> tuple[int, str, str]:
    """Status, cookie, and the page or the address to go on at."""
    head = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    if cookie:
        head["Cookie"] = cookie
    connection.request(method, path, body, head)
    answer = connection.getresponse()
    text = answer.read().decode()
    cookies = [line.split(";")[0] for line in answer.headers.get_all("Set-Cookie") or []]
    return answer.status, "; ".join(cookies), answer.headers.get("Location", "") if method == "POST" else text


def _check(runtime: Runtime, people: int, seats: int) -> None:
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        taken = uow.session.scalars(select(JobFair.taken)).one()
        query = select(FairRegistration.state, func.count()).group_by(FairRegistration.state)
        states = dict(uow.session.execute(query).all())
    seated, waiting = states.get(RegistrationState.SEATED, 0), states.get(RegistrationState.WAITING, 0)
    is_right = taken == seated == min(people, seats) and seated + waiting == people
    say(f"stored: {seated} seats of {seats}, {waiting} wait; {'right' if is_right else 'WRONG'}")
    if not is_right:
        raise SystemExit(1)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--seats", type=int, default=1_500)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--url", default="", help="an empty PostgreSQL database; SQLite without it")
    given = parser.parse_args()
    run(people=given.people, seats=given.seats, clients=given.clients, url=given.url)


if __name__ == "__main__":
    main()
