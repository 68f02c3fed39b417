"""iCalendar (RFC 5545): appointments as any calendar program reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Event:
    """One appointment; ``uid`` names it for good, so that a changed time moves it in the reader's calendar."""

    uid: str
    starts_at: datetime
    minutes: int
    title: str
    place: str = ""
    link: str = ""
    is_canceled: bool = False


def write_calendar(name: str, events: Iterable[Event], *, now: datetime) -> bytes:
    """A calendar of ``events``. Times are in UTC, so that no table of time zones is needed."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//jobmatch//interviews//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"DTSTAMP:{_moment(now)}",
            f"DTSTART:{_moment(event.starts_at)}",
            f"DTEND:{_moment(event.starts_at + timedelta(minutes=event.minutes))}",
            f"SUMMARY:{_text(event.title)}",
        ]
        lines += [f"LOCATION:{_text(event.place)}"] if event.place else []
        lines += [f"URL:{event.link}"] if event.link else []
        lines += ["STATUS:CANCELLED"] if event.is_canceled else []
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A text with everything escaped that would end it; other control characters are dropped."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    for sign in "\\;,":
        value = value.replace(sign, f"\\{sign}")
    return "".join(c for c in value.replace("\n", "\\n") if c >= " " and c != "\x7f")


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, none of which cuts a character in two."""
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece])
