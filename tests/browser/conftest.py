"""A demo county behind a real server, and a real browser in front of it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.reader import PHONE, Reader
from tests.conftest import _once, _shared

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
COMMAND = (sys.executable, "-c", "from jobmatch.cli.entry import run; run()")
START_SECONDS = 120


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a browser test; the first one of a process also waits for the county."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(300))


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOBMATCH_")}
    return {**kept, "JOBMATCH_DATA_DIR": str(data), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a small demo county; several test processes build it once and copy it."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; get it with: apt install chromium fonts-noto-cjk")
    shared = _shared(tmp_path_factory) / "county"
    with _once(shared.parent, "county") as first:
        if first:
            # Pictures show the county as everybody gets it.
            size = () if os.environ.get("JOBMATCH_PICTURES") else ("--people", "80", "--postings", "40")
            subprocess.run(
                [*COMMAND, "demo", "build", *size], env=_environment(shared), check=True, stdout=subprocess.DEVNULL
            )
    own = tmp_path_factory.mktemp("demo") / "county"
    for name in ("county", "county.keys"):
        shutil.copytree(shared.with_name(name), own.with_name(name))
    return own


@pytest.fixture(scope="session")
def site(county: Path) -> Iterator[str]:
    """The address of a server on the demo county."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (county.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)], env=_environment(county), stdout=log, stderr=log
        )
        try:
            _wait(server, f"{address}/readyz", Path(log.name))
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError as error:
            # It answers that it is not ready; that answer holds a connection.
            error.close()
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the server did not get ready: {log.read_text(encoding='utf-8')[-2000:]}")


@pytest.fixture(scope="session")
def chromium(county: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def logins(county: Path) -> dict[str, dict[str, str]]:
    """One sign-in for each role of the demo county."""
    found: dict[str, dict[str, str]] = {}
    for account in json.loads((county / "DEMO").read_text(encoding="utf-8"))["accounts"]:
        found.setdefault(account["role"], account)
    return found


Visit = Callable[..., Reader]


@pytest.fixture
def visit(chromium: Browser, site: str, logins: dict[str, dict[str, str]]) -> Iterator[Visit]:
    """Opens a browser of its own for somebody, signed in where a role is given; nobody may meet troubles on the way.

    Pictures for the documents are taken where ``JOBMATCH_PICTURES`` names a folder.
    """
    readers: list[Reader] = []
    pictures = os.environ.get("JOBMATCH_PICTURES", "")

    def visit(role: str = "", *, size: tuple[int, int] = PHONE, scripts: bool = True, **options: Any) -> Reader:
        if pictures and size == PHONE:
            options["device_scale_factor"] = 2
        context = chromium.new_context(
            base_url=site,
            locale="zh-CN",
            java_script_enabled=scripts,
            viewport={"width": size[0], "height": size[1]},
            **options,
        )
        context.set_default_timeout(30_000)
        reader = Reader(context, scripts=scripts, pictures=Path(pictures) if pictures else None)
        readers.append(reader)
        if role:
            reader.sign_in(logins[role]["login"], logins[role]["secret"])
        return reader

    yield visit
    for reader in readers:
        reader.context.close()
    troubles = [trouble for reader in readers for trouble in reader.troubles]
    assert not troubles, "\n".join(troubles)
