"""Webhooks: only to named public hosts, signed, told once, tried again with growing waits, paused, resumed."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from jobmatch.core import clock
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.job_rows import Job
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.exchange.machine import hooks, sending
from jobmatch.exchange.machine.events import EventKind, record_event
from jobmatch.exchange.machine.jobs import call_webhooks
from jobmatch.exchange.models import Webhook, WebhookCall
from tests.conftest import NOW
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_employer, make_posting, make_staff
from tests.fairs.help import make_fair

SYSTEM = system_actor("tests")
HOSTS = frozenset({"hooks.example.cn"})
EVENTS = [kind.value for kind in EventKind]


class Listener:
    """A server on this machine that keeps what it is told and answers ``status``."""

    def __init__(self) -> None:
        self.status, self.heard = 200, list[tuple[dict[str, str], bytes]]()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((dict(self.headers), body))
                self.send_response(outer.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/in?x=1"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    sending.use_way(sending.WayOut(frozenset({"127.0.0.1"}), is_trial=True))
    yield made
    sending.use_way(sending.WayOut())
    made.close()


@pytest.fixture
def staff(sqlite_runtime: Runtime) -> Actor:
    with sqlite_runtime.unit(SYSTEM) as uow:
        return make_staff(uow, path=PATH_COUNTY)


def hook_of(runtime: Runtime, actor: Actor, url: str, events: list[str] | None = None) -> tuple[int, str]:
    """A webhook whose address the test chose; made an hour ago, so that what happens now is new to it."""
    with runtime.unit(actor) as uow:
        hook, key = hooks.make_webhook(
            uow, url="https://hooks.example.cn/in", events=EVENTS if events is None else events, hosts=HOSTS
        )
        hook.url, hook.created_at = url, uow.now - timedelta(hours=1)
        return hook.id, key


def run(runtime: Runtime) -> dict[str, Any]:
    return call_webhooks(JobContext(runtime.database, 0, "machine.call_webhooks"))


def calls(runtime: Runtime) -> list[WebhookCall]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return list(uow.session.scalars(select(WebhookCall).order_by(WebhookCall.id)))


def test_an_event_is_told_once_signed_and_by_its_id_alone(
    sqlite_runtime: Runtime, staff: Actor, listener: Listener
) -> None:
    _hook, key = hook_of(sqlite_runtime, staff, listener.url)
    with sqlite_runtime.unit(SYSTEM) as uow:
        posting = make_posting(uow, make_employer(uow))
        make_posting(uow, make_employer(uow, path=PATH_OTHER), region_path=PATH_OTHER)
        make_posting(uow, make_employer(uow), only_for="fair0000")
        make_fair(uow, region_path=PATH_COUNTY)
        make_posting(uow, make_employer(uow), published_at=uow.now - timedelta(hours=2))
    run(sqlite_runtime)
    run(sqlite_runtime)
    assert [json.loads(body)["event"] for _headers, body in listener.heard] == ["posting.published", "fair.published"]
    headers, body = listener.heard[0]
    told = json.loads(body)
    assert told == {
        "event": "posting.published",
        "id": posting.public_id,
        "region_code": "430382",
        "at": NOW.isoformat(),
        "call": calls(sqlite_runtime)[0].public_id,
    }
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["X-Jobmatch-Signature"])
    assert found is not None
    right = hmac.new(key.encode(), f"{found[1]}.".encode() + body, hashlib.sha256).hexdigest()
    assert found[2] == right
    assert all(one.done_at and one.status == 200 for one in calls(sqlite_runtime))


def test_a_failed_call_is_tried_again_with_growing_waits_and_then_given_up(
    sqlite_runtime: Runtime, staff: Actor, listener: Listener
) -> None:
    hook_of(sqlite_runtime, staff, listener.url)
    listener.status = 302
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_posting(uow, make_employer(uow))
    at, waits = NOW, []
    for _n in range(len(hooks.WAITS) + 1):
        with clock.frozen(at):
            run(sqlite_runtime)
            run(sqlite_runtime)
        (call,) = calls(sqlite_runtime)
        if call.next_at is not None:
            waits.append(call.next_at - at)
            at = call.next_at
    assert waits == list(hooks.WAITS) and sum(waits, timedelta()) < timedelta(days=1)
    assert (call.tries, call.next_at, call.done_at, call.status) == (7, None, None, 302)
    assert len(listener.heard) == 7


def test_an_address_that_fails_twenty_times_is_paused_and_can_be_resumed(
    sqlite_runtime: Runtime, staff: Actor, listener: Listener
) -> None:
    hook_id, _key = hook_of(sqlite_runtime, staff, "http://127.0.0.1:9/none")
    with sqlite_runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow)
        for _n in range(25):
            make_posting(uow, employer, requirements=False)
    run(sqlite_runtime)
    with sqlite_runtime.unit(staff) as uow:
        hook = uow.session.get_one(Webhook, hook_id)
        assert (hook.is_active, hook.failed_count) == (False, 20)
        waiting = uow.session.scalars(select(WebhookCall).where(WebhookCall.tries == 0)).all()
        assert len(waiting) == 5
        with pytest.raises(Conflict):
            hooks.call_again(uow, hook, waiting[0])
        hook.url = listener.url
        hooks.switch_webhook(uow, hook, on=True)
    run(sqlite_runtime)
    assert len(listener.heard) == 5
    with sqlite_runtime.unit(staff) as uow:
        hook = uow.session.get_one(Webhook, hook_id)
        failed = uow.session.scalars(select(WebhookCall).where(WebhookCall.done_at.is_(None))).first()
        assert failed is not None and hook.failed_count == 0
        hooks.call_again(uow, hook, failed)
    run(sqlite_runtime)
    assert len(listener.heard) == 6


def test_rooms_beside_tell_by_a_hook(sqlite_runtime: Runtime, staff: Actor, listener: Listener) -> None:
    hook_of(sqlite_runtime, staff, listener.url)
    hook_of(sqlite_runtime, staff, listener.url, ["fair.published"])
    with sqlite_runtime.unit(SYSTEM) as uow:
        assert record_event(uow, EventKind.SUBMISSION, public_id="abcdefghjkmnpqrs", region_path=PATH_A) == 1
        assert record_event(uow, EventKind.SUBMISSION, public_id="abcdefghjkmnpqrs", region_path=PATH_OTHER) == 0
    run(sqlite_runtime)
    ((_headers, body),) = listener.heard
    assert json.loads(body)["event"] == "submission.accepted"


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.cn/in",
        "https://evil.example.cn/in",
        "https://hooks.example.cn:8443/in",
        "https://user@hooks.example.cn/in",
        "https://hooks.example.cn.evil.cn/",
        "https://127.0.0.1/",
        "https://[::1/",
        "https://hooks.example.cn/a b",
        "https://hooks.example.cn/#x",
        "ftp://hooks.example.cn/",
        "//hooks.example.cn/",
        "",
    ],
)
def test_other_addresses_are_refused(sqlite_runtime: Runtime, staff: Actor, url: str) -> None:
    with pytest.raises(Invalid) as caught, sqlite_runtime.unit(staff) as uow:
        hooks.make_webhook(uow, url=url, events=EVENTS, hosts=HOSTS)
    assert list(caught.value.fields) == ["url"]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "fe80::1"]
)
def test_a_named_host_that_leads_into_a_closed_network_is_not_called(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", (address, 443))]
    )
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: asked.append(a))
    sending.use_way(sending.WayOut(HOSTS))
    try:
        for url in ("https://hooks.example.cn/in", "http://hooks.example.cn/in", "https://other.example.cn/"):
            with pytest.raises(OSError):
                sending.send(url, b"{}", "")
    finally:
        sending.use_way(sending.WayOut())
    assert asked == []


def test_without_named_hosts_nothing_is_sent_or_gathered(sqlite_runtime: Runtime, staff: Actor) -> None:
    hook_of(sqlite_runtime, staff, "https://hooks.example.cn/in")
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_posting(uow, make_employer(uow))
    assert run(sqlite_runtime) == {"sent": 0}
    assert calls(sqlite_runtime) == []


def test_only_staff_of_the_place_keep_an_address(sqlite_runtime: Runtime, staff: Actor) -> None:
    hook_id, key = hook_of(sqlite_runtime, staff, "https://hooks.example.cn/in")
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed), sqlite_runtime.unit(far) as uow:
        hooks.switch_webhook(uow, uow.session.get_one(Webhook, hook_id), on=False)
    with pytest.raises(Invalid), sqlite_runtime.unit(staff) as uow:
        hooks.make_webhook(uow, url="https://hooks.example.cn/in", events=["person.created"], hosts=HOSTS)
    with sqlite_runtime.unit(staff) as uow:
        for _n in range(9):
            hooks.make_webhook(uow, url="https://hooks.example.cn/in", events=EVENTS, hosts=HOSTS)
    with pytest.raises(Conflict), sqlite_runtime.unit(staff) as uow:
        hooks.make_webhook(uow, url="https://hooks.example.cn/in", events=EVENTS, hosts=HOSTS)
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        hook = uow.session.get_one(Webhook, hook_id)
        assert hook.key == key and key.encode() not in (hook.key_sealed or b"")
        assert uow.session.scalars(select(Job)).all() == []


def test_the_pages_make_show_pause_and_send_again(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    from jobmatch.accounts.states import Role
    from tests.house.test_access import sign_in

    sign_in(client, sqlite_runtime, Role.STATION_STAFF)
    assert "还没有开通" in client.get("/staff/webhooks").text
    data = {"url": "https://hooks.example.cn/in", "events": ["fair.published"]}
    assert "没有开通" in client.post("/staff/webhooks", data=data).text
    sqlite_runtime.settings.webhook_hosts = "hooks.example.cn, other.example.cn"
    made = client.post("/staff/webhooks", data=data)
    assert made.status_code == 303
    assert "whk_" in client.get(made.location).text
    assert "whk_" not in client.get(made.location).text
    assert "hooks.example.cn/in" in client.get("/staff/webhooks").text
    with sqlite_runtime.unit(SYSTEM) as uow:
        path = uow.session.scalars(select(Webhook)).one().region_path
        record_event(uow, EventKind.FAIR, public_id="abcdefghjkmnpqrs", region_path=path)
        uow.session.execute(update(WebhookCall).values(next_at=None, tries=7, status=500))
    text = client.get(made.location).text
    assert "没送到，不再试" in text and "abcdefghjkmnpqrs" in text
    again = re.search(r"/staff/webhooks/\w{16}/calls/\w{16}/again", text)
    assert again is not None
    assert client.post(again[0]).status_code == 303
    assert calls(sqlite_runtime)[0].next_at is not None
    assert client.post(f"{made.location}/switch").status_code == 303
    assert "恢复通知" in client.get(made.location).text
    assert client.post(again[0]).status_code == 409
    client.post(f"{made.location}/switch", data={"on": "1"})
    assert "停用通知" in client.get(made.location).text
