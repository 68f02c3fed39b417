"""Papers for a request: photographed on the phone, opened and checked at the window."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from tests.browser.conftest import Visit
from tests.browser.reader import DESK


def test_papers_are_handed_in_on_the_phone_and_seen_at_the_window(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "正面.png"
    Image.new("RGB", (900, 600), "white").save(file)
    reader = visit("veteran")
    reader.go("/me/services/new/SFHY")
    reader.press("提交申请")
    assert "还缺：身份证、退役证件、优待证或关系证明" in reader.text()
    path = reader.page.url.partition("#")[0]
    reader.main.locator("#papers summary").first.click()
    reader.main.get_by_label("身份证：选文件或拍照").set_input_files(file)
    reader.main.locator("#papers form", has_text="身份证").get_by_role("button", name="上传").click()
    reader.page.wait_for_url("**#papers")
    assert "还缺：退役证件、优待证或关系证明" in reader.text()
    assert "正面.jpg" in reader.text()
    reader.picture("desk-papers-phone")
    clerk = visit("station_staff", size=DESK)
    clerk.go("/staff/desk/" + path.rsplit("/", 1)[1])
    assert re.search("还缺：退役证件、优待证或关系证明", clerk.text())
    clerk.main.locator("#papers").get_by_role("button", name="看过原件").last.click()
    clerk.page.wait_for_url("**#papers")
    assert "已交齐" in clerk.text()
    clerk.picture("desk-papers-desktop")
