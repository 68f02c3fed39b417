"""What arrives at the door: host names, odd methods, text that no database stores."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.web.assets import static_url


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000@evil", "localhost.evil", "evil\\localhost", ""])
def test_another_host_name_gets_no_page(client: FlaskClient, host: str) -> None:
    for path in ("/", "/sign-in", "/nowhere"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400 and "<html" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_our_own_host_name_gets_one(client: FlaskClient) -> None:
    assert client.get("/sign-in", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    forwarded = client.get("/sign-in", headers={"X-Forwarded-Host": "evil.example"})
    assert forwarded.status_code == 200 and "evil" not in forwarded.text


def test_a_nul_is_refused_wherever_it_stands(client: FlaskClient) -> None:
    assert client.get("/postings/%00").status_code == 404
    assert client.get("/jobs?q=%00").status_code == 422
    assert client.get("/jobs?%00=1").status_code == 422
    assert client.post("/sign-in", data={"phone": "1\x00"}).status_code == 422


def test_unknown_methods_are_refused(client: FlaskClient) -> None:
    for method in ("TRACE", "PUT", "DELETE", "FOO"):
        assert client.open("/jobs", method=method).status_code == 405


def test_addresses_of_files_follow_where_the_site_is_mounted(app: Any) -> None:
    found = []
    for root in ("", "/jobs-of-the-county", ""):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            found.append(static_url("icons.svg"))
    plain, mounted, again = found
    assert plain == again
    assert mounted == f"/jobs-of-the-county{plain}"


def test_pages_are_packed_for_whoever_can_read_that(client: FlaskClient) -> None:
    plain = client.get("/help")
    assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain.headers["Vary"]
    answers = [client.get("/help", headers={"Accept-Encoding": "gzip, br"}) for _n in range(12)]
    for answer in answers:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data) / 2
        assert "<h1>" in gzip.decompress(answer.data).decode()
    assert len({len(answer.data) for answer in answers}) > 1, "the length says less than it could"
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
