"""iCalendar files: folded by octets, escaped, in UTC, every line ended by CR LF."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from jobmatch.core.calendars import LINE_OCTETS, Event, write_calendar
from jobmatch.core.clock import SHANGHAI

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_an_interview_is_an_event_with_both_ends() -> None:
    at = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
    event = Event(
        "a1@example.invalid", at, 45, "面试：货车司机，王建国", "物流园 3 号, 二楼; 左", "https://example.invalid/1"
    )
    lines = unfolded(write_calendar("面试日程", [event], now=NOW))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "DTSTART:20261123T013000Z" in lines
    assert "DTEND:20261123T021500Z" in lines
    assert "LOCATION:物流园 3 号\\, 二楼\\; 左" in lines
    assert "UID:a1@example.invalid" in lines
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


@given(st.text(max_size=200))
def test_no_title_breaks_out_of_its_line(title: str) -> None:
    title = title.encode("utf-8", "ignore").decode()
    content = write_calendar("测试", [Event("a@b", NOW, 30, title)], now=NOW)
    assert all(len(line) <= LINE_OCTETS for line in content.split(b"\r\n"))
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
    [summary] = [line for line in unfolded(content) if line.startswith("SUMMARY:")]
    assert unfolded(content).count("BEGIN:VEVENT") == 1
    kept = "".join(
        c for c in title.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or (c >= " " and c != "\x7f")
    )
    read = summary.removeprefix("SUMMARY:").replace("\\\\", "\0").replace("\\n", "\n")
    assert read.replace("\\;", ";").replace("\\,", ",").replace("\0", "\\") == kept
