"""One line of JSON for each thing that happens; nothing personal is handed in, so nothing personal comes out.

A line has a time with its offset, a level, where it comes from, what happened, and what ``fields`` add. Line breaks in
anything are escaped, so no text makes a second line.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from jobmatch.core.settings import Settings

FORMATS = ("json", "text", "off")
SCHEMA: dict[str, type | tuple[type, ...]] = {
    "at": str,
    "level": str,
    "logger": str,
    "event": str,
    "request": str,
    "job": int,
    "method": str,
    "rule": str,
    "status": int,
    "ms": (int, float),
    "user": str,
}
"""Every name a line may have, and what stands under it; the first four are always there."""
ALWAYS = ("at", "level", "logger", "event")
LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
request_id: ContextVar[str] = ContextVar("jobmatch_request", default="")
job_id: ContextVar[int] = ContextVar("jobmatch_job", default=0)
access = logging.getLogger("jobmatch.access")
"""One line for each answered request: method, rule (never the address), status, milliseconds, the user's public id."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON in the order of ``SCHEMA``."""

    def format(self, record: logging.LogRecord) -> str:
        event = record.getMessage()
        if record.exc_info:
            # The words of an exception may quote a row; its kind does not.
            event = f"{event}: {record.exc_info[0].__name__ if record.exc_info[0] else ''}"
        row: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": event,
        }
        if request_id.get():
            row["request"] = request_id.get()
        if job_id.get():
            row["job"] = job_id.get()
        return json.dumps(row | getattr(record, "fields", {}), ensure_ascii=False)


def configure(settings: Settings) -> None:
    """Send this product's lines to standard error in the form of the settings; once per process at start-up."""
    form = settings.log or ("text" if settings.is_demo else "json")
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    access.setLevel(logging.INFO if form == "json" else logging.WARNING)
    if form == "off":
        root.addHandler(logging.NullHandler())
        return
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else plain)
    root.addHandler(handler)


def fault_of(line: str) -> str:
    """What is wrong with a line; empty where it is right."""
    try:
        row = json.loads(line)
    except ValueError:
        return "not JSON"
    if not isinstance(row, dict):
        return "not an object"
    missing = [name for name in ALWAYS if name not in row]
    if missing:
        return f"{missing[0]} is missing"
    for name, value in row.items():
        kind = SCHEMA.get(name)
        if kind is None:
            return f"{name} is not a known name"
        if not isinstance(value, kind) or isinstance(value, bool):
            return f"{name} is of another kind"
    try:
        if datetime.fromisoformat(row["at"]).tzinfo is None:
            return "at has no offset"
    except ValueError:
        return "at is no time"
    return "" if row["level"] in LEVELS else "level is not a known one"


def first_fault(lines: Iterable[str]) -> tuple[int, str]:
    """How many lines were read, and what is wrong with the last of them; empty where all are right."""
    count = 0
    for count, line in enumerate(lines, start=1):
        fault = fault_of(line)
        if fault:
            return count, fault
    return count, ""
