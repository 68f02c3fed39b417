"""The check-in desk of the fair that runs today: the network goes, scans go on, the page is opened anew, all arrive."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.browser.conftest import Visit
from tests.browser.reader import DESK, Reader


def scan(reader: Reader, text: str) -> str:
    """Type like a scanner and read what fills the screen."""
    reader.page.fill("[data-form=scan] [name=text]", text)
    before = reader.page.locator("[data-hit]").inner_html()
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_function("before => document.querySelector('[data-hit]').innerHTML !== before", arg=before)
    return reader.page.locator("[data-hit]").inner_text()


def test_scans_without_a_network_are_kept_and_arrive_once(visit: Visit, county: Path) -> None:
    with sqlite3.connect(county / "jobmatch.db") as database:
        fair_id, fair = database.execute("SELECT id, public_id FROM job_fair WHERE state = 'running'").fetchone()
        never = (
            "SELECT code FROM fair_registration WHERE fair_id = ? AND id NOT IN (SELECT registration_id FROM check_in)"
        )
        codes = [row[0] for row in database.execute(never, (fair_id,))]
        came = database.execute("SELECT count(*) FROM check_in WHERE fair_id = ?", (fair_id,)).fetchone()[0]
    assert codes, "the demo leaves some registered people who have not come yet"
    staff = visit("station_staff", size=DESK)
    staff.go(f"/fairs/help/{fair}/desk")
    staff.page.wait_for_selector("[data-state]:not([hidden])")
    # The worker keeps the page in the background; without it a reload would show the browser's own error.
    staff.page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    staff.page.wait_for_function("caches.open('jobmatch-desk-1').then(c => c.keys()).then(k => k.length > 2)")
    staff.context.set_offline(True)
    for code in codes:
        assert "没有网络，已记在本机" in scan(staff, code)
    assert "这台设备上已经扫过" in scan(staff, codes[0])
    assert "联网后核对" in scan(staff, "00000000")
    staff.page.reload()
    waiting = staff.page.locator("[data-left-count]")
    waiting.wait_for(state="visible")
    assert str(len(codes) + 2) in waiting.inner_text()
    staff.context.set_offline(False)
    staff.page.evaluate("window.dispatchEvent(new Event('online'))")
    waiting.wait_for(state="hidden")
    assert f"已签到 {came + len(codes)} /" in staff.page.locator("[data-tally]").inner_text()
    assert "00000000" in staff.page.locator("[data-odd-list]").inner_text()
    with sqlite3.connect(county / "jobmatch.db") as database:
        stored = database.execute(
            "SELECT count(*), count(DISTINCT registration_id) FROM check_in WHERE fair_id = ?", (fair_id,)
        )
        assert stored.fetchone() == (came + len(codes), came + len(codes))
