"""The tables of ``docs/security.md``, read from the running configuration; ``python -m tests.security --tables`` renews
them in the document, and ``test_security_doc.py`` compares the two."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import jobmatch.tables  # noqa: F401 - every column must be known
from jobmatch.accounts import passwords
from jobmatch.accounts.roles import PERMISSIONS, ROLE_TABLE
from jobmatch.accounts.services import codes, invitations, second_factor, sessions, throttles, users
from jobmatch.accounts.states import ADMIN_ROLES, PASSWORD_ROLES, SECOND_FACTOR_ROLES, STAFF_ROLES
from jobmatch.core import crypto, uploads
from jobmatch.core.db import Base

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "security.md"
Row = Sequence[str]
Table = tuple[Row, list[Row]]
MEGA, KILO = 1024 * 1024, 1024


def span(length: timedelta) -> str:
    """``10 minutes``, ``12 hours``, ``30 days``."""
    seconds = int(length.total_seconds())
    for size, word in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            return f"{seconds // size} {word}{'s' if seconds != size else ''}"
    raise ValueError(length)


def size(count: int) -> str:
    """``12 MB``, ``64 kB``."""
    return f"{count // MEGA} MB" if count % MEGA == 0 else f"{count // KILO} kB"


def _roles(_app: Any) -> Table:
    rows = []
    for name, words in PERMISSIONS.items():
        holders = sorted(role for role, granted in ROLE_TABLE.items() if name in granted)
        everybody = len(holders) == len(ROLE_TABLE)
        signed_in = set(holders) == set(ROLE_TABLE) - {"anonymous"}
        who = "everybody" if everybody else "everybody signed in" if signed_in else ", ".join(holders)
        rows.append((f"`{name}`", words, who))
    return ("permission", "what it opens", "roles"), rows


def _factors(_app: Any) -> Table:
    def mark(role: Any, group: Any) -> str:
        return "yes" if role in group else "no"

    from jobmatch.accounts.states import Role

    groups = (PASSWORD_ROLES, SECOND_FACTOR_ROLES, STAFF_ROLES, ADMIN_ROLES)
    rows = [(role.value, *(mark(role, group) for group in groups)) for role in Role]
    return ("role", "password", "second factor", "short sessions", "one of the three posts"), rows


def _passwords(_app: Any) -> Table:
    stored = passwords.hash_password("x" * 20).split("$")
    return ("rule", "value"), [
        ("least characters", str(passwords.MINIMUM)),
        ("least characters, staff and administrators", str(passwords.STAFF_MINIMUM)),
        ("most characters", str(passwords.MAXIMUM)),
        ("stored as", f"{stored[1]} {stored[3]}"),
        ("computed at once", str(passwords.AT_ONCE)),
        ("life of a one-time password", span(users.SECRET_LIFETIME)),
        ("life of a one-time code", span(codes.LIFETIME)),
        ("tries of a one-time code", str(codes.TRIES)),
        ("step of the authenticator", f"{second_factor.STEP_SECONDS} seconds"),
        ("recovery codes", str(second_factor.RECOVERY_CODES)),
        ("life of an invitation", span(invitations.LIFETIME)),
    ]


def _sessions(_app: Any) -> Table:
    return ("session", "idle", "longest"), [
        ("staff and administrators", span(sessions.STAFF_IDLE), span(sessions.STAFF_LONGEST)),
        ("everybody else", span(sessions.IDLE), span(sessions.LONGEST)),
        ("between password and second factor", "–", span(sessions.PENDING)),
    ]


def _throttles(_app: Any) -> Table:
    window = span(throttles.WINDOW)
    return ("what is counted", "most", "in"), [
        ("wrong answers of an account", str(throttles.ACCOUNT_LIMIT), window),
        ("wrong answers of an address (IPv6: a /64)", str(throttles.ADDRESS_LIMIT), window),
        ("wrong answers on the whole site", str(throttles.SITE_LIMIT), window),
        ("codes asked for a phone", str(throttles.CODES_PER_PHONE), window),
        ("codes asked from an address", str(throttles.CODES_PER_ADDRESS), window),
    ]


def _served(name: str) -> int:
    """A limit that ``jobmatch serve`` gives to the server, read from its source."""
    source = (ROOT / "jobmatch" / "cli" / "serve.py").read_text(encoding="utf-8")
    found = re.search(rf"{name}=([\d *]+),", source)
    assert found is not None, name
    value = 1
    for part in found[1].split("*"):
        value *= int(part)
    return value


def _bodies(app: Any) -> Table:
    marks = [view.access for view in app.view_functions.values()]
    return ("limit", "value"), [
        ("body of a request", size(app.config["MAX_CONTENT_LENGTH"])),
        ("fields of a form together", size(app.config["MAX_FORM_MEMORY_SIZE"])),
        ("parts of a form", str(app.config["MAX_FORM_PARTS"])),
        ("head of a request", size(_served("max_request_header_size"))),
        ("body that the server reads at all", size(_served("max_request_body_size"))),
        ("largest body of a view that takes files", f"{max(m.upload for m in marks) / MEGA:.2f} MB"),
        ("file that is kept", size(uploads.MOST_BYTES)),
        ("entries of an archive", str(uploads.MOST_ENTRIES)),
        ("archive unpacked", size(uploads.MOST_UNPACKED)),
        ("times an entry may grow", str(uploads.MOST_RATIO)),
        ("pixels of a picture", str(uploads.MOST_PIXELS)),
        ("kinds", ", ".join(sorted(kind.value for kind in uploads.Kind))),
    ]


HEADERS = (
    *("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"),
    *("Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control", "Strict-Transport-Security"),
)


def _headers(app: Any) -> Table:
    answer = app.test_client().get("/sign-in", base_url="https://localhost")
    return ("header", "value"), [(name, f"`{answer.headers[name]}`") for name in HEADERS]


def _cookies(app: Any) -> Table:
    config = app.config
    flags = f"Secure, HttpOnly, SameSite={config['SESSION_COOKIE_SAMESITE']}"
    assert config["SESSION_COOKIE_SECURE"] and config["SESSION_COOKIE_HTTPONLY"]
    from jobmatch.accounts.login import DEVICE_COOKIE, DEVICE_SECONDS

    return ("cookie", "flags", "life"), [
        (f"`{config['SESSION_COOKIE_NAME']}`", flags, span(config["PERMANENT_SESSION_LIFETIME"])),
        (f"`{DEVICE_COOKIE}`", flags, span(timedelta(seconds=DEVICE_SECONDS))),
    ]


KEYS = {
    "cookie": "signs cookies and links",
    "data": "seals columns and files (AES-256-GCM, bound to table, column and row)",
    "blind": "keyed fingerprints for look-ups (HMAC-SHA-256)",
    "audit": "seals the audit trail",
}


def _keys(_app: Any) -> Table:
    assert set(KEYS) == set(crypto.KEY_FILES)
    return ("key", "bytes", "use"), [(f"`{n}.key`", str(crypto.KEY_BYTES), KEYS[n]) for n in crypto.KEY_FILES]


def classed() -> dict[str, dict[str, list[str]]]:
    """Columns about people: class, table, names."""
    found: dict[str, dict[str, list[str]]] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            kind = column.info.get("data")
            if kind:
                found.setdefault(kind, {}).setdefault(table.name, []).append(column.name)
    return found


def _classes(_app: Any) -> Table:
    rows = [
        (kind, table, ", ".join(f"`{name}`" for name in sorted(names)))
        for kind, tables in sorted(classed().items())
        for table, names in sorted(tables.items())
    ]
    return ("class", "table", "columns"), rows


TABLES: dict[str, Callable[[Any], Table]] = {
    "roles": _roles,
    "factors": _factors,
    "passwords": _passwords,
    "sessions": _sessions,
    "throttles": _throttles,
    "bodies": _bodies,
    "headers": _headers,
    "cookies": _cookies,
    "keys": _keys,
    "classes": _classes,
}


def lines_of(table: Table) -> list[str]:
    """The table as it stands in the document."""
    head, rows = table
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


def written(text: str, name: str) -> list[str]:
    """The lines of the table ``name`` in a document: they follow its mark."""
    after = text.split(f"<!-- table: {name} -->\n\n", 1)[1]
    return after.split("\n\n", 1)[0].splitlines()


def renew(app: Any) -> str:
    """The document with every table as the configuration has it now."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, make in TABLES.items():
        mark = f"<!-- table: {name} -->\n\n"
        before, after = text.split(mark, 1)
        rest = after.split("\n\n", 1)[1] if after.startswith("|") else after
        text = before + mark + "\n".join(lines_of(make(app))) + "\n\n" + rest.lstrip("\n")
    return text
