"""What machines around the product ask: ready or not, numbers, and lines about requests without a word of anybody."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from jobmatch.core import logs, ready
from jobmatch.core.logs import JsonLines, fault_of
from jobmatch.core.runtime import Runtime

WORD = "a-word-of-more-than-sixteen"


@pytest.fixture
def word(app: Any, tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "word"
    path.write_text(WORD + "\n")
    app.runtime.settings.metrics_token_file = path
    return {"Authorization": f"Bearer {WORD}"}


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong-word-of-many-signs", WORD])
def test_numbers_are_for_whoever_has_the_word(app: Any, word: dict[str, str], given: str) -> None:
    client: FlaskClient = app.test_client()
    assert client.get("/metrics", headers={"Authorization": given}).status_code == (200 if given == WORD else 404)
    app.runtime.settings.metrics_token_file = None
    assert client.get("/metrics", headers=word).status_code == 404


def test_numbers_hold_rules_and_never_addresses(app: Any, word: dict[str, str]) -> None:
    client: FlaskClient = app.test_client()
    client.get("/jobs?q=19900001234")
    client.get("/postings/23456789abcdefgh")
    client.get("/no/such/page/19900001234")
    client.open("/", method="STRANGE")
    found = client.get("/metrics", headers=word).text
    assert 'jobmatch_requests_total{method="GET",rule="/postings/<public_id>",status="4xx"}' in found
    assert 'jobmatch_jobs{state="queued"}' in found and "jobmatch_disk_free_ratio" in found
    assert "19900001234" not in found and "STRANGE" not in found


def test_a_process_is_ready_or_says_what_is_missing_to_whom_it_may(
    app: Any, word: dict[str, str], sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: FlaskClient = app.test_client()
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200
    with sqlite_runtime.database.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (503, "not ready\n", "5")
    assert client.get("/readyz", headers=word).text == "not ready: schema\n"
    with sqlite_runtime.database.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of a later version'"))
        connection.commit()
    assert client.get("/readyz").status_code == 200, "a schema that a later version added to is one to live with"
    monkeypatch.setitem(ready.CHECKS, "disk", lambda _runtime: 1 / 0)
    assert client.get("/readyz", headers=word).text == "not ready: disk\n"


def test_each_request_leaves_one_line_without_its_words(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=logs.access.name)
    client: FlaskClient = app.test_client()
    answer = client.get("/jobs?q=19900001234&next=\r\nx", headers={"X-Request-Id": "given-by-anybody"})
    [record] = [one for one in caplog.records if one.name == logs.access.name]
    line = JsonLines().format(record)
    assert fault_of(line) == ""
    row = json.loads(line)
    assert (row["rule"], row["method"], row["status"]) == ("/jobs", "GET", 200)
    assert row["request"] == answer.headers["X-Request-Id"] != "given-by-anybody"
    assert "19900001234" not in line


@pytest.mark.parametrize(("given", "is_kept"), [("a1b2c3d4-e5f6", True), ("short", False), ("a b\r\nc" * 3, False)])
def test_a_trusted_proxy_names_the_request(app: Any, given: str, is_kept: bool) -> None:
    app.runtime.settings.proxy_hops = 1
    try:
        answer = app.test_client().get("/healthz", headers={"X-Request-Id": given.replace("\r\n", "")})
    finally:
        app.runtime.settings.proxy_hops = 0
    assert (answer.headers["X-Request-Id"] == given) is is_kept
