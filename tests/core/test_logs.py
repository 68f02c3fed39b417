"""Log lines are JSON of one schema, one for each thing, whatever text comes in; faults are found."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from jobmatch.cli.main import cli
from jobmatch.core import logs
from jobmatch.core.logs import JsonLines, fault_of, first_fault
from jobmatch.core.settings import Settings


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    target = io.StringIO()
    handler = logging.StreamHandler(target)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("tests.lines")
    logger.addHandler(handler)
    logger.propagate = False
    yield target
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.mark.parametrize("text", ["a\r\nb", "\x0b\x0c\x1c\u2028\u2029\x85", '"}\n{"', "中文", "\x1b[31m"])
def test_no_text_makes_a_second_line(lines: io.StringIO, text: str) -> None:
    logging.getLogger("tests.lines").warning("what came: %s", text)
    [line] = lines.getvalue().split("\n")[:-1]
    assert fault_of(line) == "" and json.loads(line)["event"] == f"what came: {text}"


def test_an_exception_is_named_and_not_quoted(lines: io.StringIO) -> None:
    try:
        raise ValueError("张三 19900001234")
    except ValueError:
        logging.getLogger("tests.lines").exception("it broke")
    assert json.loads(lines.getvalue())["event"] == "it broke: ValueError"


def test_a_line_says_for_which_request_and_job(lines: io.StringIO) -> None:
    mine, job = logs.request_id.set("abcdef123456"), logs.job_id.set(7)
    try:
        logging.getLogger("tests.lines").warning("x", extra={"fields": {"status": 200, "ms": 1.5}})
    finally:
        logs.request_id.reset(mine)
        logs.job_id.reset(job)
    row = json.loads(lines.getvalue())
    assert (row["request"], row["job"], row["status"]) == ("abcdef123456", 7, 200)


RIGHT = {"at": "2026-11-21T02:00:00.000+00:00", "level": "INFO", "logger": "x", "event": "y"}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "plain text",
        "[]",
        json.dumps({"at": "now"}),
        json.dumps(RIGHT | {"at": "2026-11-21T02:00:00"}),
        json.dumps(RIGHT | {"at": "soon"}),
        json.dumps(RIGHT | {"level": "LOUD"}),
        json.dumps(RIGHT | {"phone": "19900001234"}),
        json.dumps(RIGHT | {"status": "200"}),
        json.dumps(RIGHT | {"status": True}),
    ],
)
def test_what_breaks_the_schema_is_told(line: str) -> None:
    assert fault_of(line) != ""
    assert first_fault([json.dumps(RIGHT), line])[0] == 2


def test_the_command_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(json.dumps(RIGHT) + "\n")
    assert CliRunner().invoke(cli, ["logs", "validate", str(path)]).exit_code == 0
    path.write_text(json.dumps(RIGHT) + "\nplain\n")
    done = CliRunner().invoke(cli, ["logs", "validate", str(path)])
    assert done.exit_code == 1 and "line 2: not JSON" in done.output


@pytest.mark.parametrize(
    ("form", "level"), [("json", logging.INFO), ("text", logging.WARNING), ("off", logging.WARNING)]
)
def test_the_settings_choose_the_form(tmp_path: Path, form: str, level: int) -> None:
    root = logging.getLogger()
    before, known = list(root.handlers), logs.access.level
    try:
        logs.configure(Settings(data_dir=tmp_path, log=form))
        assert logs.access.level == level and len(root.handlers) == 1
        assert isinstance(root.handlers[0].formatter, JsonLines) is (form == "json")
    finally:
        root.handlers[:] = before
        logs.access.setLevel(known)
