"""Prints how fast a fair's check-in desks are: answers online, scans without a network, and the arrival of a thousand.

Two server processes answer over HTTP. First eight desks scan tickets without a pause; every answer is checked, and
after it the rows. Then one desk's page runs in Chromium without a network: each scan's result, three hundred in a row
with the memory before and after, and then a thousand kept scans arrive while nobody is lost or counted twice.
The installation is temporary; nobody in it exists.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import re
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from jobmatch.accounts.models import Organization
from jobmatch.cli.bench_people import CITY, installation, say, staff_of
from jobmatch.core.actors import system_actor
from jobmatch.core.ids import new_public_id
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState
from jobmatch.fairs.visitors.tickets import ticket_text

CHROMIUM = Path("/usr/bin/chromium")
TOKEN = re.compile(r'data-token="([^"]+)"')
IN_A_ROW, KEPT = 300, 1000
SCAN = """async codes => {
  const field = document.querySelector("[data-form=scan] [name=text]"), hit = document.querySelector("[data-hit]");
  const spent = [];
  for (const code of codes) {
    const began = performance.now();
    await new Promise(done => {
      const seen = new MutationObserver(() => { seen.disconnect(); done(); });
      seen.observe(hit, { childList: true });
      field.value = code;
      field.form.requestSubmit();
    });
    spent.push(performance.now() - began);
    if (!hit.innerText.includes("已记在本机")) throw new Error(hit.innerText);
    // The next ticket is held out only after the one before was seen: the device finishes writing meanwhile.
    await new Promise(done => setTimeout(done, 20));
  }
  return spent;
}"""
"""Types like a scanner: from the Enter to the result on the screen, in milliseconds."""
ARRIVED = "() => document.querySelector('[data-left-count]').hidden"


def fill_fair(runtime: Runtime, people: int) -> tuple[str, list[str], list[str]]:
    """A running fair with so many registered people: its public id, their tickets and their codes."""
    with runtime.unit(system_actor("bench")) as uow:
        of_city = select(Organization).where(Organization.region_path == CITY).order_by(Organization.id)
        office = uow.session.scalars(of_city.limit(1)).one()
        fair = JobFair(
            organization_id=office.id,
            region_path=office.region_path,
            state=FairState.RUNNING,
            title="测试专场招聘会",
            opens_at=uow.now - timedelta(hours=1),
            closes_at=uow.now + timedelta(hours=5),
            opened_at=uow.now - timedelta(hours=1),
            capacity=people,
            taken=people,
            published_at=uow.now,
            created_at=uow.now,
            changed_at=uow.now,
        )
        uow.session.add(fair)
        uow.session.flush()
        rows = [
            {
                "public_id": new_public_id(),
                "fair_id": fair.id,
                "region_path": office.region_path,
                "code": f"{number:08d}",
                "name": f"测试{number}",
                "state": RegistrationState.SEATED,
                "registered_at": uow.now,
                "version": 1,
            }
            for number in range(people)
        ]
        uow.session.execute(insert(FairRegistration), rows)
        tickets = [ticket_text(fair.public_id, str(row["public_id"])) for row in rows]
        return fair.public_id, tickets, [str(row["code"]) for row in rows]


@contextmanager
def _served(runtime: Runtime) -> Iterator[tuple[int, str]]:
    """The port of two server processes, and the cookie of a signed-in clerk."""
    from jobmatch.app import create_app
    from jobmatch.cli.serve import listen, serve_children

    app = create_app(runtime)
    signed = {"_user_id": staff_of(runtime)[1], "_fresh": True}
    cookie = app.session_interface.get_signing_serializer(app).dumps(signed)  # type: ignore[attr-defined]
    sock = listen("127.0.0.1", 0)
    runtime.database.engine.dispose()
    children = serve_children(app, sock, processes=2)
    try:
        yield sock.getsockname()[1], f"{app.config['SESSION_COOKIE_NAME']}={cookie}"
    finally:
        for pid in children:
            os.kill(pid, signal.SIGTERM)
        for pid in children:
            os.waitpid(pid, 0)
        sock.close()


def _desk(port: int, cookie: str, path: str, tickets: list[str], pause: float, gate: Any, answers: Any) -> None:
    """One desk: opens its page, and scans one ticket after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie})
    page = connection.getresponse()
    found, fresh = TOKEN.search(page.read().decode()), page.headers.get_all("Set-Cookie") or []
    if found is None:
        raise SystemExit("the desk's page did not open")
    jar = dict(line.split(";")[0].split("=", 1) for line in [cookie, *fresh])
    head = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-CSRFToken": found[1],
    }
    gate.wait()
    kinds: Counter[str] = Counter()
    spent = []
    for ticket in tickets:
        scan = {"scan_id": new_public_id(), "text": ticket, "way": "scanner", "desk": "东门", "live": True}
        body = json.dumps({"scans": [scan]})
        began = time.perf_counter()
        connection.request("POST", f"{path}/sync", body, head)
        answer = connection.getresponse()
        said = answer.read()
        spent.append((time.perf_counter() - began) * 1000)
        kinds[json.loads(said)["answers"][0]["kind"] if answer.status == 200 else str(answer.status)] += 1
        time.sleep(pause)
    answers.put((kinds, spent))


def _storm(port: int, cookie: str, path: str, tickets: list[str], desks: int, pause: float) -> None:
    """All desks at once; prints what the answers took."""
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(desks + 1), context.Queue()
    parts = [(port, cookie, path, tickets[n::desks], pause, gate, answers) for n in range(desks)]
    workers = [context.Process(target=_desk, args=part) for part in parts]
    for worker in workers:
        worker.start()
    gate.wait(60)
    began = time.perf_counter()
    found = [answers.get() for _worker in workers]
    lasted = time.perf_counter() - began
    for worker in workers:
        worker.join()
    spent = sorted(value for _kinds, each in found for value in each)
    kinds = sum((counted for counted, _each in found), Counter[str]())
    p50, p95 = statistics.median(spent), spent[int(len(spent) * 0.95)]
    way = f"each {pause:.1f} s" if pause else "without a pause"
    say(f"{desks} desks {way}, {len(spent) / lasted:.0f} scans a second: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    if kinds != Counter(ok=len(tickets)):
        raise SystemExit(f"WRONG answers: {dict(kinds)}")


def _heap(tools: Any) -> float:
    """Megabytes of the page's memory after the garbage is gone."""
    for _ in range(3):
        tools.send("HeapProfiler.collectGarbage")
    values = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    return float(values["JSHeapUsedSize"]) / 2**20


def _offline(port: int, cookie: str, path: str, codes: list[str]) -> None:
    """One desk in a browser: the network goes, a thousand are scanned, the network comes back."""
    from playwright.sync_api import sync_playwright

    name, value = cookie.split("=", 1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", locale="zh-CN")
        context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
        page = context.new_page()
        page.goto(path)
        page.wait_for_selector("[data-state]:not([hidden])")
        context.set_offline(True)
        tools = context.new_cdp_session(page)
        tools.send("Performance.enable")
        tools.send("HeapProfiler.enable")
        page.evaluate(SCAN, codes[:5])
        before = _heap(tools)
        row = page.evaluate(SCAN, codes[5 : 5 + IN_A_ROW])
        after = _heap(tools)
        rest = page.evaluate(SCAN, codes[5 + IN_A_ROW :])
        spent = sorted(row)
        p95 = spent[int(len(spent) * 0.95)]
        say(f"without a network: p50 {statistics.median(row):.0f} ms, p95 {p95:.0f} ms, most {spent[-1]:.0f} ms")
        say(f"{IN_A_ROW} in a row without a reload: memory {before:.2f} MB before, {after:.2f} MB after")
        say(f"the last ten of {len(codes)}: {statistics.median(rest[-10:]):.0f} ms")
        began = time.perf_counter()
        context.set_offline(False)
        page.wait_for_function(ARRIVED, polling=20, timeout=60_000)
        say(f"{len(codes)} kept scans arrived {time.perf_counter() - began:.1f} s after the network came back")
        odd = page.locator("[data-odd-list] li").count()
        browser.close()
    if odd:
        raise SystemExit(f"WRONG: {odd} scans were not found")


def _check(runtime: Runtime, expected: int) -> None:
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        numbers = uow.session.scalars(select(CheckIn.number).order_by(CheckIn.number)).all()
        people = uow.session.scalar(select(func.count(func.distinct(CheckIn.registration_id))))
    is_right = list(numbers) == list(range(1, expected + 1)) and people == expected
    say(f"stored: {people} people, numbers 1 to {len(numbers)}; {'right' if is_right else 'WRONG'}")
    if not is_right:
        raise SystemExit(1)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=8)
    parser.add_argument("--each", type=int, default=100, help="tickets of each desk, with a pause and without")
    given = parser.parse_args()
    online = given.desks * given.each
    with tempfile.TemporaryDirectory() as folder:
        runtime = installation(Path(folder))
        fair, tickets, codes = fill_fair(runtime, 2 * online + KEPT)
        path = f"/fairs/help/{fair}/desk"
        with _served(runtime) as (port, cookie):
            _storm(port, cookie, path, tickets[:online], given.desks, 0.0)
            _storm(port, cookie, path, tickets[online : 2 * online], given.desks, 0.5)
            came = 2 * online
            if CHROMIUM.exists():
                _offline(port, cookie, path, codes[came:])
                came += KEPT
            else:
                say(f"no Chromium at {CHROMIUM}: the desk without a network was not measured")
        _check(runtime, came)
        runtime.database.engine.dispose()


if __name__ == "__main__":
    main()
