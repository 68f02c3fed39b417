"""The site on a phone's first screen: what the phone asks for, and what is shown without a network."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from jobmatch.core.runtime import Runtime
from tests.people.help import make_world, sign_in


def test_a_phone_is_told_name_pictures_and_address(client: FlaskClient) -> None:
    page = client.get("/jobs").get_data(as_text=True)
    found = re.search(r'<link rel="manifest" href="([^"]+)" data-worker="([^"]+)">', page)
    assert found is not None
    answer = client.get(found[1])
    assert answer.mimetype == "application/manifest+json"
    told = answer.get_json()
    assert (told["name"], told["display"], told["start_url"], told["scope"]) == (
        "退役军人就业创业",
        "standalone",
        "/",
        "/",
    )
    assert {(one["sizes"], one["purpose"]) for one in told["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for one in told["icons"]:
        assert client.get(one["src"]).data.startswith(b"\x89PNG")
    worker = client.get(found[2])
    assert (worker.mimetype, worker.headers["Cache-Control"]) == ("text/javascript", "no-store")


def test_the_page_without_a_network_holds_nothing_of_anybody(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    before = client.get("/offline").get_data(as_text=True)
    sign_in(client, make_world(sqlite_runtime).user_id)
    assert client.get("/offline").get_data(as_text=True) == before
    assert "现在没有网络" in before
    assert "<form" not in before and "csrf" not in before


def test_staff_are_not_asked_to_install_anything(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    sign_in(client, make_world(sqlite_runtime).staff_id)
    assert 'rel="manifest"' not in client.get("/staff/people").get_data(as_text=True)
