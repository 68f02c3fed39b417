"""What stations do every day, through their pages: intake at the window, verification, a visit without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.reader import DESK, PHONE, Reader, exactly

MOST_INPUTS = 25
COMER_PHONE = "19999990101"
DEPENDANT, DEPENDANT_PHONE = "柏云舒", "19999990102"
REFUSED, REFUSED_PHONE = "祁远航", "19999990103"
MISSING = "照片看不清，请带退出现役证原件"
COMPLAINT = "退出现役证是今年新换的，照片清楚，请再看一次"
MET, MOVED = "想学电工，下周来站里报名", "邻居说搬到县城了"


def prints(reader: Reader, button: str) -> bool:
    """Whether the link of that name answers with a page for the printer."""
    address = reader.main.get_by_role("link", name=button, exact=True).get_attribute("href")
    answer = reader.context.request.get(address or "")
    return answer.ok and answer.body().startswith(b"%PDF")


def test_a_clerk_registers_somebody_of_the_roster_in_one_sitting(visit: Visit) -> None:
    clerk = visit("station_staff", size=DESK).go("/staff/intake")
    clerk.picture("intake-desktop")
    clerk.inputs = 0
    clerk.follow("", inside=clerk.main.locator("tbody th"))
    row = clerk.main.locator("tr", has=clerk.page.get_by_role("link", name="登记报到", exact=True)).first
    name = row.locator("th").inner_text()
    clerk.follow("登记报到", inside=row)
    clerk.fill("手机号", COMER_PHONE)
    clerk.unfold("服役和退役")
    clerk.select("军兵种", "陆军")
    clerk.unfold("四个地方")
    clerk.pick("意向地", "安禾县（演示）")
    clerk.select("学历", "普通高中毕业")
    clerk.pick("驾驶证", "B2 大型货车")
    clerk.pick("在部队做过的工作", "汽车驾驶（运输）", "汽车修理")
    clerk.fill("想做的工作", "货车司机")
    clerk.tick("本人已看过并同意信息使用说明")
    clerk.press("登记，打印受理单")
    assert clerk.inputs <= MOST_INPUTS, clerk.inputs
    assert f"{name} 已报到" in clerk.text()
    clerk.picture("receipt-desktop")
    assert clerk.main.locator(".qr svg").is_visible() and prints(clerk, "打印受理单")
    number = clerk.main.locator(".donepanel b").inner_text()
    comer = visit().go(f"/r/{number}")
    assert "收到登记" in comer.text() and name not in comer.text()
    clerk.follow("看档案")
    for known in ("正在找工作", "汽车驾驶（运输）", "普通高中毕业", "B2 驾驶证"):
        assert known in clerk.text()
    clerk.follow("联系")
    assert "报到后首次联系" in clerk.text()


def test_staff_verify_on_the_last_four_digits_and_the_paper_runs_out(visit: Visit) -> None:
    dependant = visit()
    dependant.sign_up(DEPENDANT, DEPENDANT_PHONE, "军属（配偶）")
    dependant.go("/me/verification")
    assert "还没有核验" in dependant.text() and "要带的证件" in dependant.text()
    clerk = visit("station_staff", size=DESK)
    clerk.go("/staff/verification").picture("verification-desktop")
    waiting = count_in(clerk.main.locator("h1"))
    clerk.select("看过的证件种类", "退出现役证")
    clerk.fill("证号的最后 4 位", "4821")
    clerk.press("通过，看下一位")
    assert count_in(clerk.main.locator("h1")) == waiting - 1
    clerk.go(f"/staff/people?q={DEPENDANT}").follow(DEPENDANT)
    clerk.select("看过的证件种类", "结婚证和部队身份证明")
    clerk.fill("证号的最后 4 位", "37061998")
    clerk.press("通过核验")
    assert "有 1 处需要修改" in clerk.text()
    clerk.fill("证号的最后 4 位", "0617")
    clerk.press("通过核验")
    assert "（尾号 0617）" in clerk.text() and re.search(r"到 \d{4} 年 \d+ 月 \d+ 日有效", clerk.text())
    assert re.search(r"核验到 \d{4} 年 \d+ 月 \d+ 日有效", dependant.go("/me/verification").text())


def test_somebody_refused_is_heard_by_the_office_above(visit: Visit, county: Path) -> None:
    veteran = visit()
    veteran.sign_up(REFUSED, REFUSED_PHONE)
    town, secret = town_clerk(county)
    station = visit(size=DESK)
    station.sign_in(town, secret)
    station.go(f"/staff/people?q={REFUSED}").follow(REFUSED)
    station.unfold("还差材料")
    station.fill("说明", MISSING)
    station.press("告诉本人还差什么")
    assert MISSING in veteran.go("/me/verification").text()
    veteran.follow("觉得弄错了？向上一级服务机构申诉")
    veteran.main.get_by_role("textbox").fill(COMPLAINT)
    veteran.press("提交申诉")
    assert "等上级处理" in veteran.text()
    clerk = visit("station_staff", size=DESK).go("/staff/verification/appeals")
    case = clerk.main.locator("section.card", has_text=COMPLAINT)
    case.locator("label", has_text=exactly("申诉成立，重新核验")).click()
    case.get_by_label("理由").fill("新证照片清楚，请服务站再看一次")
    clerk.press("保存处理结果", inside=case)
    assert "申诉成立" in veteran.go("/me/verification").text()


def test_a_visit_is_recorded_without_a_network_and_sent_later(visit: Visit) -> None:
    clerk = visit("station_staff", size=DESK).go("/staff/visits")
    clerk.picture("visits-desktop")
    clerk.follow("", inside=clerk.main.locator("tbody th"))
    clerk.follow("计划走访")
    boxes = clerk.main.locator("input[name=people]")
    assert boxes.count() >= 2, clerk.text()
    for number in range(2):
        boxes.nth(number).check()
    clerk.press("保存计划")
    assert prints(clerk, "打印名单")
    clerk.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    cards = clerk.main.locator("section[id^=v-]")
    people = [card.locator("h2").inner_text() for card in cards.all()]

    clerk.context.set_offline(True)
    for card, outcome, note in zip(cards.all(), ("见到本人", "已搬走"), (MET, MOVED), strict=False):
        card.locator("label", has_text=exactly(outcome)).click()
        card.get_by_label(re.compile("说了什么")).fill(note)
        card.get_by_role("button", name="登记", exact=True).click()
        expect(card.locator("[data-state]")).to_have_text("已记在本机，有网时自动发送")
    expect(clerk.page.locator("#left")).to_have_text("本机还有 2 条没发出")
    clerk.picture("visit-phone")
    clerk.context.set_offline(False)
    for number in range(2):
        expect(cards.nth(number).locator("[data-state]")).to_have_text("已登记")
    expect(clerk.page.locator("#left")).to_be_empty()

    address = clerk.path
    for person, note in zip(people, (MET, MOVED), strict=False):
        clerk.go(f"/staff/people?q={person}").follow(person)
        clerk.follow("联系")
        assert note in clerk.text()
    assert "见到本人" in clerk.go(address).text()


def count_in(heading: Locator) -> int:
    """The number that a heading begins with."""
    return int(heading.inner_text().split()[0])


def town_clerk(county: Path) -> tuple[str, str]:
    """Phone and password of a clerk at the station of the county's seat."""
    accounts = json.loads((county / "DEMO").read_text(encoding="utf-8"))["accounts"]
    found = next(one for one in accounts if one["login"] == "19600000100")
    return found["login"], found["secret"]
