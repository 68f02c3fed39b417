"""``python -m tests.browser``: looks at page after page of the demo county and prints one line for each.

Bytes over the network with an empty cache, violations that axe finds, layout shift, the smallest button or link of
its own line, and blocked content, at four widths, in light and dark; ends with 1 where a page misses its figure.
``--quick`` looks at a phone in light and a desk in dark.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.conftest import CHROMIUM, COMMAND, QUIET, _environment, _wait
from tests.browser.reader import Reader
from tests.browser.test_pages import PAGES, walk

AXE = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"
WIDTHS = (390, 820, 1440, 1920)
STAFF = {"station_staff", "system_admin", "security_admin", "audit_admin", "superior_reader"}
PEOPLE_KB, STAFF_KB, SMALLEST = 60, 80, 44
RUN_AXE = """() => axe.run(document, { resultTypes: ["violations"] }).then(found => found.violations.map(
  one => one.id + " " + one.nodes.length + "× " + one.nodes[0].target.join(" ")))"""
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => { if (!one.hadRecentInput) sum += one.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 120);
})"""
TARGETS = """() => Math.min(99, ...[...document.querySelectorAll("main button, main a.btn, main .ctl, nav a")]
  .map(one => one.getBoundingClientRect()).filter(box => box.width && box.height).map(box => Math.round(box.height)))"""


@dataclass
class Line:
    """What was seen of one page at one width in one theme."""

    place: str
    width: int
    theme: str
    kilobytes: float
    shift: float
    smallest: int
    slips: list[str] = field(default_factory=list)

    def faults(self, *, is_staff: bool) -> list[str]:
        """What misses its figure."""
        most = STAFF_KB if is_staff else PEOPLE_KB
        found = list(self.slips)
        found += [f"{self.kilobytes:.0f} KB"] * (self.kilobytes > most)
        found += [f"shift {self.shift:.3f}"] * (self.shift > 0)
        found += [f"{self.smallest} px high"] * (not is_staff and self.width == WIDTHS[0] and self.smallest < SMALLEST)
        return found


@contextmanager
def _site(county: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = county.parent / "server.log"
    with log.open("wb") as out:
        command = [*COMMAND, "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=_environment(county), stdout=out, stderr=out)
    try:
        _wait(server, f"{address}/readyz", log)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _context(browser: Browser, address: str, theme: str) -> BrowserContext:
    context = browser.new_context(
        base_url=address, locale="zh-CN", color_scheme="dark" if theme == "dark" else "light", service_workers="block"
    )
    context.set_default_timeout(30_000)
    return context


def _see(reader: Reader, place: str, width: int, theme: str, received: list[int]) -> Line:
    page = reader.page
    page.set_viewport_size({"width": width, "height": 900})
    received.clear()
    reader.troubles.clear()
    page.goto(place)
    page.wait_for_load_state("load")
    shift = page.evaluate(SHIFT)
    smallest = page.evaluate(TARGETS)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    slips = [*page.evaluate(RUN_AXE), *reader.troubles]
    return Line(place, width, theme, sum(received) / 1000, shift, smallest, slips)


def look(browser: Browser, address: str, county: Path, role: str, *, quick: bool) -> Iterator[Line]:
    """Every page of one role: walked once for its addresses, then opened at each width and in both themes."""
    accounts = json.loads((county / "DEMO").read_text(encoding="utf-8"))["accounts"]
    login: dict[str, Any] | None = next((one for one in accounts if one["role"] == role), None)
    places: list[str] = []
    for theme in ("light", "dark"):
        with _context(browser, address, theme) as context:
            reader = Reader(context)
            if login is not None:
                reader.sign_in(login["login"], login["secret"])
            if not places:
                pages = (*PAGES[role],)
                for _path in walk(reader, pages, county):
                    place = reader.page.url.removeprefix(address)
                    places += [place] if place not in places else []
            session = context.new_cdp_session(reader.page)
            received: list[int] = []
            session.send("Network.enable")
            session.send("Network.setCacheDisabled", {"cacheDisabled": True})
            session.on("Network.loadingFinished", lambda seen, into=received: into.append(seen["encodedDataLength"]))
            widths = WIDTHS if not quick else WIDTHS[:1] if theme == "light" else WIDTHS[2:3]
            for place in places:
                for width in widths:
                    yield _see(reader, place, width, theme, received)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--role", default="", help="only the pages of this role; 'anonymous' for visitors")
    parser.add_argument("--data", type=Path, help="the data directory of a demo county; a small one is built otherwise")
    asked = parser.parse_args()
    if not AXE.exists():
        print(f"no {AXE}; get it with: npm ci --prefix tests/browser", file=sys.stderr)
        return 2
    missed = seen = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        county = asked.data or Path(folder) / "county"
        if not asked.data:
            size = ("--people", "80", "--postings", "40")
            subprocess.run([*COMMAND, "demo", "build", *size], env=_environment(county), check=True, stdout=sys.stderr)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        with _site(county) as address:
            for role in PAGES:
                if asked.role and asked.role != (role or "anonymous"):
                    continue
                for line in look(browser, address, county, role, quick=asked.quick):
                    faults = line.faults(is_staff=role in STAFF)
                    seen, missed = seen + 1, missed + bool(faults)
                    told = "; ".join(faults) or "right"
                    size = f"{line.kilobytes:5.1f} KB {line.smallest:3d} px"
                    print(
                        f"{role or 'anonymous':<18} {line.width:>4} {line.theme:<5} {size}  {line.place:<50} {told}",
                        flush=True,
                    )
        browser.close()
    print(f"{seen} looks, {missed} with something to mend; load {os.getloadavg()[0]:.1f}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
