"""What is installed and whom it may talk to: hashes, licenses, and no connection but through the ports (G28)."""

from __future__ import annotations

import ast
import re
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PORTS = {
    "jobmatch/exchange/machine/sending.py": {"http", "socket", "ssl"},
    "jobmatch/core/mail.py": {"smtplib", "ssl"},
    "jobmatch/cli/serve.py": {"socket"},
}
"""Who may open connections: webhooks to named hosts, the mail server of the settings, and the server that listens."""
BENCHES = re.compile(r"^jobmatch/cli/(?:bench\w*|simulate\w*)\.py$")
"""Load generators speak to a server of their own on this machine."""
CONNECTING = {
    "requests",
    "httpx",
    "urllib3",
    "aiohttp",
    "smtplib",
    "ftplib",
    "telnetlib",
    "imaplib",
    "poplib",
    "xmlrpc",
}
CONNECTING |= {"http", "socket", "ssl", "socketserver", "asyncore"}
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def connecting(path: Path) -> set[str]:
    """Modules that open connections, as far as ``path`` imports them; ``http.HTTPStatus`` and addresses open none."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            harmless = node.module == "http" and {a.name for a in node.names} <= {"HTTPStatus"}
            names = [] if harmless else [node.module or ""]
        found |= {name.split(".")[0] for name in names} & CONNECTING
        found |= {name for name in names if name == "urllib.request"}
    return found


def test_only_the_ports_connect_to_the_outside() -> None:
    wrong = {}
    for package in ("jobmatch", "recruiters", "training", "ml"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            more = connecting(path) - PORTS.get(name, set())
            if more and not BENCHES.match(name):
                wrong[name] = sorted(more)
    assert wrong == {}


def test_the_tests_run_with_closed_sockets() -> None:
    """The control of the fixture under which every other test runs."""
    with socket.socket() as line, pytest.raises(OSError, match="tried to reach"):
        line.connect(("192.0.2.1", 80))


def locked() -> dict[str, str]:
    return dict(LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))


def test_every_locked_package_has_hashes_and_a_license() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(locked()) > 50
    for block in re.split(r"^(?=[a-z0-9][a-z0-9._-]*==)", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "--require-hashes" in (ROOT / "Makefile").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| ([a-z0-9._-]+) \| (\d\S*) \| [^|]+ \|$", page, re.MULTILINE))
    assert listed == locked(), "renew: make licences"


def test_no_license_asks_for_our_source() -> None:
    """Nothing under the AGPL or GPL is part of the service; the LGPL is, for libraries used as they come."""
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| [a-z0-9._-]+ \| \d\S* \| ([^|]+) \|$", text, re.MULTILINE)
    binding = [one for one in named if re.search(r"(?<!L)\b(?:A?GPL|GNU General)", one) and " OR " not in one]
    assert len(named) > 50 and binding == []
    assert "unknown" not in text
