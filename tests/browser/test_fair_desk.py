"""The check-in desk of the fair that runs today: the network goes, scans go on, the page is opened anew, all arrive."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, Route, TimeoutError

from jobmatch.core import crypto
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.browser.conftest import CHROMIUM, QUIET, Visit
from tests.browser.reader import DESK, Reader
from tests.conftest import KEYS

FILM = (640, 480)
PRESSES = 3
KEPT_PAGE = "[data-ready]:not([hidden])"  # The screen says that the network may go.


def scan(reader: Reader, text: str) -> str:
    """Type like a scanner and read what fills the screen."""
    reader.page.fill("[data-form=scan] [name=text]", text)
    # Two people may be shown alike: what fills the screen is new even then.
    reader.page.evaluate("() => { document.querySelector('[data-hit]').firstElementChild.dataset.old = '1'; }")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("[data-hit] > :not([data-old])")
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
    staff.page.wait_for_selector(KEPT_PAGE)
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
    forgive_the_cut(staff)
    with sqlite3.connect(county / "jobmatch.db") as database:
        stored = database.execute(
            "SELECT count(*), count(DISTINCT registration_id) FROM check_in WHERE fair_id = ?", (fair_id,)
        )
        assert stored.fetchone() == (came + len(codes), came + len(codes))


def forgive_the_cut(staff: Reader) -> None:
    """What the worker could not fetch while the network was cut is no trouble."""
    staff.troubles[:] = [trouble for trouble in staff.troubles if "ERR_FAILED" not in trouble]


def film_of(text: str, path: Path) -> None:
    """What a camera sees of a ticket that is held a little askew."""
    drawn = io.BytesIO()
    segno.make_qr(text).save(drawn, kind="png", scale=8)
    ticket = Image.open(drawn).convert("L").resize((300, 300)).rotate(9, expand=True, fillcolor=200)
    seen = Image.new("L", FILM, 200)
    seen.paste(ticket, ((FILM[0] - ticket.width) // 2, (FILM[1] - ticket.height) // 2))
    colors = bytes([128]) * (FILM[0] * FILM[1] // 2)
    head = f"YUV4MPEG2 W{FILM[0]} H{FILM[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + seen.tobytes() + colors) * 2)


# The first reader never answers, as one that the device could not load: the page must take another.
FIRST_IS_SILENT = """
  const Real = window.Worker;
  let made = 0;
  window.Worker = function (address) { return new Real(made++ ? address : address.replace("reader.js", "worker.js")); };
"""


@pytest.mark.parametrize("is_offline", [False, True])
def test_the_camera_reads_a_ticket_where_the_browser_has_no_reader(
    chromium: Browser, site: str, county: Path, logins: dict[str, dict[str, str]], tmp_path: Path, is_offline: bool
) -> None:
    with sqlite3.connect(county / "jobmatch.db") as database:
        fair, person, name = database.execute(
            "SELECT f.public_id, r.public_id, r.name FROM job_fair f JOIN fair_registration r ON r.fair_id = f.id"
            " WHERE f.state = 'running' AND r.state = 'seated' ORDER BY r.id LIMIT 1"
        ).fetchone()
    crypto.use_keys(crypto.read_keys(county.with_name("county.keys")))
    film_of(ticket_text(fair, person), tmp_path / "film.y4m")
    crypto.use_keys(KEYS)
    seeing = (
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
        f"--use-file-for-fake-video-capture={tmp_path / 'film.y4m'}",
    )
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*QUIET, *seeing])
    try:
        context = browser.new_context(base_url=site, locale="zh-CN", permissions=["camera"])
        context.set_default_timeout(30_000)
        context.add_init_script("delete window.BarcodeDetector")
        if not is_offline:
            context.add_init_script(FIRST_IS_SILENT)
        staff = Reader(context)
        staff.sign_in(logins["station_staff"]["login"], logins["station_staff"]["secret"])
        staff.go(f"/fairs/help/{fair}/desk")
        staff.page.wait_for_selector("[data-state]:not([hidden])")
        if is_offline:
            staff.page.wait_for_selector(KEPT_PAGE)
            context.set_offline(True)
            staff.page.reload()
            staff.page.wait_for_selector("[data-state]:not([hidden])")
        button = staff.page.get_by_role("button", name="用摄像头扫码")
        hit = staff.page.locator("[data-hit] .hit-ok, [data-hit] .hit-warn")
        # On a machine under load the browser may give the camera up before it opens; people press once more.
        for _turn in range(PRESSES):
            if button.get_attribute("aria-pressed") == "false":
                button.click()
            with contextlib.suppress(TimeoutError):
                hit.wait_for(timeout=20_000)
                break
        said = staff.page.locator("[data-hit]").inner_text()
        assert name[0] in said and (is_offline or name in said), said
        # Without a network a picture may be missing; nothing else may be.
        assert [trouble for trouble in staff.troubles if "ERR_FAILED" not in trouble] == []
    finally:
        browser.close()


KEPT = """() => new Promise(done => {
  const user = document.querySelector("[data-user]").dataset.user;
  const asked = indexedDB.open("jobmatch-desk-" + user, 1);
  asked.onsuccess = () => {
    const rows = asked.result.transaction("scans").objectStore("scans").getAll();
    rows.onsuccess = () => done(JSON.stringify(rows.result));
  };
})"""


def test_a_card_leaves_no_number_on_the_device_and_a_wrong_field_is_understood(visit: Visit, county: Path) -> None:
    number, line = "99000119900501001X", "测试卡,男,汉,测试路 12 号,99000119900501001X"
    with sqlite3.connect(county / "jobmatch.db") as database:
        fair, code = database.execute(
            "SELECT f.public_id, r.code FROM job_fair f JOIN fair_registration r ON r.fair_id = f.id"
            " WHERE f.state = 'running' AND r.state = 'seated' ORDER BY r.id DESC LIMIT 1"
        ).fetchone()
    staff = visit("station_staff", size=DESK)
    staff.go(f"/fairs/help/{fair}/desk")
    staff.page.wait_for_selector("[data-state]:not([hidden])")
    hit, walk = staff.page.locator("[data-hit]"), staff.page.locator("[data-form=walk]")
    assert "请填姓名" in scan(staff, number)
    assert staff.page.locator("[data-by-name] [name=id_tail]").input_value() == "001X"
    staff.unfold("现场登记")
    forged = "jmf" + "2" * 48
    walk.locator("[name=phone]").fill(forged)
    walk.locator("[name=phone]").press("Enter")
    staff.page.wait_for_function("() => document.querySelector('[data-hit]').innerText.includes('核对不上')")
    assert walk.locator("[name=phone]").input_value() == ""
    staff.context.set_offline(True)
    assert "只凭身份证号查不了" in scan(staff, number)
    assert "联网后核对" in scan(staff, line) and "测试卡" in hit.inner_text()
    scan(staff, code)
    kept = staff.page.evaluate(KEPT)
    assert code in kept and "测试卡" in kept and "001X" in kept and number[:17] not in kept
    staff.context.set_offline(False)
    staff.page.evaluate("window.dispatchEvent(new Event('online'))")
    staff.page.locator("[data-left-count]").wait_for(state="hidden")
    odd = staff.page.locator("[data-odd-list]").inner_text()
    assert "测试卡" in odd and number not in odd
    forgive_the_cut(staff)


def test_an_answer_that_is_lost_on_the_way_counts_nobody_twice(visit: Visit, county: Path) -> None:
    counted = "SELECT count(*) FROM check_in c JOIN job_fair f ON f.id = c.fair_id WHERE f.state = 'running'"
    with sqlite3.connect(county / "jobmatch.db") as database:
        fair = database.execute("SELECT public_id FROM job_fair WHERE state = 'running'").fetchone()[0]
        before = database.execute(counted).fetchone()[0]
    staff = visit("station_staff", size=DESK)
    lost: list[int] = []
    staff.go(f"/fairs/help/{fair}/desk")
    staff.page.wait_for_selector("[data-state]:not([hidden])")

    def lose(route: Route) -> None:
        """The server does what it was asked; the network goes before its answer arrives."""
        if len(lost) >= 2:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    staff.page.route("**/desk/sync", lose)
    staff.unfold("现场登记")
    walk = staff.page.locator("[data-form=walk]")
    walk.locator("[name=name]").fill("测试现场")
    walk.locator("[name=phone]").fill("19900007766")
    walk.locator("[name=phone]").press("Enter")
    waiting = staff.page.locator("[data-left-count]")
    waiting.wait_for(state="visible")
    staff.page.evaluate("window.dispatchEvent(new Event('online'))")
    staff.page.wait_for_timeout(1500)
    staff.page.evaluate("window.dispatchEvent(new Event('online'))")
    waiting.wait_for(state="hidden")
    assert lost == [200, 200] and staff.page.locator("[data-odd-list] li").count() == 0
    staff.page.wait_for_timeout(500)
    forgive_the_cut(staff)
    with sqlite3.connect(county / "jobmatch.db") as database:
        assert database.execute(counted).fetchone()[0] == before + 1
