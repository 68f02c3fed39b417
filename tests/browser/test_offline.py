"""Where there is no network: a page that says so with what to do, and the ticket that was opened on this phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.reader import Reader
from tests.browser.test_pages import walk

Visit = Callable[..., Reader]
READY = "navigator.serviceWorker.ready.then(found => found.active.state)"


def test_a_phone_without_a_network_shows_a_page_and_the_ticket(visit: Visit, county: Path) -> None:
    reader = visit()
    list(walk(reader, ("/fairs/{running}/register",), county))
    assert reader.page.evaluate(READY) in {"activating", "activated"}
    reader.page.reload()
    reader.fill("姓名", "测试离线")
    reader.fill("手机号", "19900007788")
    reader.pick("您是", "退役军人")
    reader.press("报名")
    ticket, words = reader.path, reader.text()
    assert "/tickets/" in ticket
    reader.page.reload()
    reader.context.set_offline(True)
    reader.page.goto("/jobs?q=司机")
    assert "现在没有网络" in reader.text()
    reader.picture("offline-phone")
    reader.page.goto(ticket)
    assert "测试离线" in words and "测试离线" in reader.text()
    reader.context.set_offline(False)
    reader.go("/jobs")
    assert "现在没有网络" not in reader.text()
