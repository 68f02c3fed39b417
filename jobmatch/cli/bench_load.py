"""Prints how many pages a second the real server gives while everybody comes at once, and how long they take.

People browse and apply, employers answer, the office works and reports, a fair checks in: a scripted mix over
keep-alive HTTP without a pause, beside two server processes on the same cores. The installation is synthetic, made
once and kept in ``--data``; nobody in it exists.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from jobmatch.cli.bench import say
from jobmatch.cli.bench_load_ground import Ground, build, enter, open_runtime, own_postgres
from jobmatch.cli.bench_load_site import Processes, serving, start_times
from jobmatch.cli.bench_load_visits import MIX, Browser, Desk, Visit

GOAL_PAGES, GOAL_P95, GOAL_START = 60.0, 250.0, 3.0
EVERY = 500
"""Requests between two looks at the memory and the descriptors of the server."""
STEADY = 0.10
"""A soak is flat where the last third stands at most so much above the first third after the warm-up."""
SETTLE = 0.2
"""Share of a soak that counts as warm-up: every thread has met every kind of page by then."""


@dataclass
class Tally:
    """What was answered, counted by all threads of the generator."""

    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    count: int = 0
    gate: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, milliseconds: float, trouble: str) -> None:
        """One answer; ``trouble`` is empty where it is what it should be."""
        with self.gate:
            self.count += 1
            self.spent[kind].append(milliseconds)
            if trouble:
                self.wrong[f"{kind}: {trouble}"] += 1


class Crowd:
    """Clients in a closed loop: each plays one visit after the other, as whoever of that role is free."""

    def __init__(self, port: int, ground: Ground, tally: Tally, *, seed: int) -> None:
        self.port, self.tally, self.seed = port, tally, seed
        self.desk = Desk(ground)
        self.idle = {
            role: [Browser(port, cookie, tally.add) for cookie in each] for role, each in ground.cookies.items()
        }
        self.idle["visitor"] = [Browser(port, "", tally.add) for _number in range(24)]
        self.gate = threading.Lock()

    def _take(self, visit: Visit) -> Browser | None:
        with self.gate:
            waiting = self.idle[visit.role]
            return waiting.pop(0) if waiting else None

    def play(self, draw: random.Random, is_over: Callable[[], bool]) -> None:
        """Visits until it is over."""
        weights = [visit.weight for visit in MIX]
        while not is_over():
            visit = draw.choices(MIX, weights)[0]
            browser = self._take(visit)
            if browser is None:
                continue
            try:
                visit.play(browser, self.desk, draw)
            except Exception as error:  # whatever went wrong is counted, and the client goes on
                self.tally.add(visit.name, 0.0, type(error).__name__)
                browser.close()
            finally:
                with self.gate:
                    self.idle[visit.role].append(browser)

    def run(self, clients: int, is_over: Callable[[], bool]) -> None:
        """All clients at once, each with its own draws."""
        draws = [random.Random(self.seed + number) for number in range(clients)]
        threads = [threading.Thread(target=self.play, args=(draw, is_over), daemon=True) for draw in draws]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def drive(
    port: int, ground: Ground, processes: Processes, *, seconds: float, clients: int, seed: int
) -> dict[str, Any]:
    """A warm-up and the measured time; what it came to."""
    warm_until = time.monotonic() + min(8.0, max(1.0, seconds / 5))
    warming = Tally()
    crowd = Crowd(port, ground, warming, seed=seed)
    crowd.run(clients, lambda: time.monotonic() >= warm_until)
    tally = crowd.tally = Tally()
    for browser in (one for each in crowd.idle.values() for one in each):
        browser.told = tally.add
    began, mine, server = time.monotonic(), time.process_time(), processes.seconds()
    crowd.run(clients, lambda: time.monotonic() >= began + seconds)
    lasted = time.monotonic() - began
    mine, server = time.process_time() - mine, processes.seconds() - server
    every = [value for each in tally.spent.values() for value in each]
    return {
        "pages": tally.count,
        "seconds": round(lasted, 1),
        "pages_a_second": round(tally.count / lasted, 1),
        "server_ms_a_page": round(server / tally.count * 1000, 1),
        "generator_ms_a_page": round(mine / tally.count * 1000, 1),
        "cores_used": round((mine + server) / lasted, 2),
        "load_average": os.getloadavg()[0],
        **_percentiles(every),
        "errors": dict(tally.wrong + warming.wrong),
        "kinds": {kind: {"count": len(each), **_percentiles(each)} for kind, each in sorted(tally.spent.items())},
    }


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    marks = np.percentile(values, (50, 95, 99))
    return {name: round(float(mark), 1) for name, mark in zip(("p50", "p95", "p99"), marks, strict=True)}


def show(found: dict[str, Any]) -> None:
    """The figures as lines."""
    for kind, one in sorted(found["kinds"].items(), key=lambda each: -each[1]["p95"]):
        say(f"{kind:28}{one['count']:6}  p50 {one['p50']:7.1f}  p95 {one['p95']:7.1f}  p99 {one['p99']:7.1f} ms")
    say(
        f"{found['pages']} pages in {found['seconds']} s: {found['pages_a_second']} a second (goal {GOAL_PAGES:.0f}), "
        f"p50 {found['p50']}, p95 {found['p95']} (goal {GOAL_P95:.0f}), p99 {found['p99']} ms"
    )
    say(
        f"processor: server {found['server_ms_a_page']} ms a page, generator {found['generator_ms_a_page']} ms a page, "
        f"{found['cores_used']} cores used of {os.cpu_count()}, load average {found['load_average']:.1f}"
    )
    say(f"errors: {sum(found['errors'].values())} (goal 0)")
    for words, times in sorted(found["errors"].items()):
        say(f"  {times:5} {words}")


def soak(port: int, ground: Ground, processes: Processes, *, requests: int, clients: int, seed: int) -> dict[str, Any]:
    """So many requests with a look at every server process in between; whether they stay flat."""
    tally = Tally()
    crowd = Crowd(port, ground, tally, seed=seed)
    looks: list[dict[int, tuple[float, int]]] = []
    while tally.count < requests:
        until = tally.count + EVERY
        crowd.run(clients, lambda until=until: tally.count >= until)  # type: ignore[misc]
        look = processes.look()
        looks.append(look)
        parts = ", ".join(f"{pid}: {rss:.0f} MB {files} files" for pid, (rss, files) in sorted(look.items()))
        say(f"{tally.count:6} requests  {parts}")
    settled = looks[int(len(looks) * SETTLE) :]
    third = max(1, len(settled) // 3)
    growth: dict[str, float] = {}
    for place, name in ((0, "memory"), (1, "files")):
        sums = [sum(one[place] for one in look.values()) for look in settled]
        growth[name] = round(float(np.mean(sums[-third:]) / np.mean(sums[:third])) - 1, 4)
        say(f"{name}: last third against the first after the warm-up {growth[name]:+.1%} (flat up to {STEADY:.0%})")
    is_same = set(looks[0]) == set(looks[-1])
    say(f"processes: {'the same all the way' if is_same else 'SOME DIED AND WERE STARTED AGAIN'}")
    say(f"errors: {sum(tally.wrong.values())} {dict(tally.wrong) or ''}")
    is_flat = is_same and all(each <= STEADY for each in growth.values())
    return {"requests": tally.count, "growth": growth, "is_flat": is_flat, "errors": dict(tally.wrong)}


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory() as scratch:
        yield Path(scratch)


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Build what is missing, serve it, and do what was asked for."""
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(given.data))
        url, database = given.url, 0
        if given.database == "postgres" and not url:
            url, database = stack.enter_context(own_postgres(folder / "pg"))
        runtime = open_runtime(folder / given.database, url)
        stack.callback(runtime.database.engine.dispose)
        build(runtime, people=given.people, postings=given.postings)
        if given.starts:
            return {"starts": start_times(runtime.settings, times=given.starts)}
        ground = enter(runtime, scans=given.scans)
        port, server = stack.enter_context(serving(runtime.settings, processes=given.processes))
        processes = Processes([server, *([database] if database else [])])
        seed = given.seed if given.seed is not None else secrets.randbelow(10**9)
        common: dict[str, Any] = {"clients": given.clients, "seed": seed}
        if given.requests:
            return soak(port, ground, Processes([server]), requests=given.requests, **common)
        return drive(port, ground, processes, seconds=given.seconds, **common)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; exit code 1 where an answer was wrong or a soak was not flat."""
    parser = argparse.ArgumentParser(prog="python -m jobmatch.cli.bench_load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument(
        "--url", default="", help="An empty PostgreSQL database; without it a server of its own starts."
    )
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--postings", type=int, default=20_000)
    parser.add_argument("--data", type=Path, help="Folder that keeps the installation, to measure again on it.")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scans", type=int, default=4000, help="Tickets of the fair that is checked in.")
    parser.add_argument("--seed", type=int, help="Of the draws; without it another mix each time.")
    parser.add_argument("--requests", type=int, default=0, help="A soak of so many requests instead.")
    parser.add_argument("--starts", type=int, default=0, help="Time so many starts to the first answer instead.")
    parser.add_argument("--json", action="store_true", help="The figures as one line.")
    given = parser.parse_args(arguments)
    found = run(given)
    if given.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    elif "kinds" in found:
        show(found)
    if found.get("errors") or not found.get("is_flat", True):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
