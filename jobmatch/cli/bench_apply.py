"""Prints how long applying takes over HTTP while eight people apply at once: each page, and the whole way.

The installation is that of ``jobmatch.cli.bench``: synthetic, temporary, made with a fixed seed; nobody in it exists.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import signal
import tempfile
import threading
import time
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import func, select

from jobmatch.applications.models import Application
from jobmatch.cli.bench import fill, once, say, sign_in
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.matching.index import pools
from jobmatch.matching.services import recommend_postings
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="form_key" value="([^"]+)"')
SAID = {"contact_time": "any", "note": "下周就能上班", "consent": "y"}
STEPS = ("posting", "form", "check", "send", "done", "whole way")


class Applicant:
    """A signed-in browser of one person that goes the whole way of one application."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port = port
        self.cookies = dict([cookie.split("=", 1)])
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, address to go on at, and the page. Raises ``RuntimeError`` for an error page."""
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(fields) if fields is not None else None, head)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return answer.status, answer.headers.get("Location", ""), text

    def apply(self, public_id: str) -> list[float]:
        """Milliseconds of each step and of all of them."""
        way, spent = f"/postings/{public_id}/apply", []

        def timed(method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
            start = time.perf_counter()
            answer = self.ask(method, path, fields)
            spent.append((time.perf_counter() - start) * 1000)
            return answer

        timed("GET", f"/postings/{public_id}")
        form = timed("GET", way)[2]
        check = timed("POST", f"{way}/check", {**SAID, "step": "check", "csrf_token": TOKEN.findall(form)[-1]})[2]
        keys = {"csrf_token": TOKEN.findall(check)[-1], "form_key": KEY.findall(check)[-1]}
        status, place, _page = timed("POST", way, {**SAID, "step": "send", **keys})
        if status != HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"sending answered {status}")
        timed("GET", place)
        return [*spent, sum(spent)]


def run(*, people: int, each: int, postings: int, clients: int) -> None:
    """Fill, serve with two processes, and let ``clients`` people at a time send ``each`` applications."""
    from jobmatch.app import create_app
    from jobmatch.cli.serve import listen, serve_children

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        settings = Settings(data_dir=data, keys_dir=Path(folder, "keys"), https=False)  # type: ignore[call-arg]
        runtime = Runtime(settings, keys, Database(settings.url))
        once(f"fill with {postings} postings, {people} people", lambda: fill(runtime, postings=postings, people=people))
        wanted = _prepare(runtime, people=people, each=each + 1)
        app = create_app(runtime)
        cookies = [sign_in(app, runtime, number) for number in range(1, people + 1)]
        sock = listen("127.0.0.1", 0)
        runtime.database.engine.dispose()
        children = serve_children(app, sock, processes=2)
        try:
            spent = _storm(sock.getsockname()[1], cookies, wanted, clients)
        finally:
            for pid in children:
                os.kill(pid, signal.SIGTERM)
            for pid in children:
                os.waitpid(pid, 0)
            sock.close()
        with runtime.unit(system_actor("bench"), writing=False) as uow:
            stored = uow.session.scalar(select(func.count()).select_from(Application))
        for name, values in zip(STEPS, zip(*spent, strict=True), strict=True):
            p50, p95 = np.percentile(values, 50), np.percentile(values, 95)
            say(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
        say(f"{len(spent)} applications timed with {clients} people at once, {stored} stored")
        runtime.database.engine.dispose()


def _prepare(runtime: Runtime, *, people: int, each: int) -> list[list[str]]:
    """The index, and for each person the postings that suit them best."""

    def reading() -> object:
        return runtime.unit(system_actor("bench"), writing=False)

    with runtime.unit(system_actor("bench"), writing=False) as uow:
        both = pools(uow.session)
    for one in both.all():
        once(f"build the index of {one.source.kind}", lambda one=one: one.rebuild(reading, anyway=True))  # type: ignore[misc]
    found = []
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        names = dict(uow.session.execute(select(Posting.id, Posting.public_id)).all())
        for number in range(1, people + 1):
            best = recommend_postings(uow, uow.session.get_one(Person, number), top=each)
            found.append([names[one.posting_id] for one in best])
    return found


def _storm(port: int, cookies: list[str], wanted: list[list[str]], clients: int) -> list[list[float]]:
    """The times of all applications; the first of each person warms up and is left out."""
    spent: list[list[float]] = []

    def work(mine: list[int]) -> None:
        for number in mine:
            applicant = Applicant(port, cookies[number])
            for turn, public_id in enumerate(wanted[number]):
                times = applicant.apply(public_id)
                if turn:
                    spent.append(times)

    threads = [threading.Thread(target=work, args=(range(n, len(cookies), clients),)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=48)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--postings", type=int, default=5_000)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    run(people=given.people, each=given.each, postings=given.postings, clients=given.clients)


if __name__ == "__main__":
    main()
