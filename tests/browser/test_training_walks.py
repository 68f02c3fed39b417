"""From a suggested course to work that counts, and from a wish to a venture that leaves the incubator as a graduate."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobmatch.core import clock
from jobmatch.demo.accounts import PASSWORD
from jobmatch.demo.employers import synthetic_credit_code
from tests.browser.conftest import Visit, _environment
from tests.browser.reader import DESK, Reader
from tests.browser.training_world import NAMES, PHONE, POSTING, TITLE

World = Callable[..., dict[str, Any]]
MONTHS = 6
LATER = 200
"""Days after which the class's work is looked at: a little more than six months."""
VENTURE = "走查汽修店"
LOAN = "创业担保贷款推荐"
"""A support policy of the demo county."""
SECOND = "19600000002"
"""The second reviewer of the county."""


@pytest.fixture
def world(county: Path) -> World:
    """Has services do what is asked in the county behind the running server."""

    def ask(*asked: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.browser.training_world", *asked]
        done = subprocess.run(command, env=_environment(county), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-2000:]
        made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return made

    return ask


def come(visit: Visit, number: int, **options: Any) -> Reader:
    """Somebody of the walks, signed in at their phone."""
    reader = visit(**options)
    reader.sign_in(PHONE % number, PASSWORD)
    return reader


def test_a_course_leads_to_postings_and_work_changes_the_figure_of_the_class(visit: Visit, world: World) -> None:
    made = world("class")
    learner, other, staff = come(visit, 0), come(visit, 1), visit("station_staff", size=DESK)
    learner_waits_for_the_class(learner)
    other_gives_up_the_seat(other)
    assert "已报名" in learner.go("/my/classes").text()
    place = f"/staff/classes/{made['class']}"
    staff_holds_the_class(staff, place)
    staff_certifies(staff, place)
    learner_sees_what_it_opened(learner)
    staff_writes_the_start_of_work(staff, made["person"])
    assert employment(staff, place) == ["还没到时点"]
    world("later", made["class"], str(LATER))
    assert employment(staff, place) == ["2", "1", "1"]
    staff.follow("1", inside=staff.main.locator("tr", has_text="时点就业").first)
    assert NAMES[0] in staff.text() and NAMES[2] not in staff.text()


def learner_waits_for_the_class(learner: Reader) -> None:
    """The course stands first for who lacks its certificate; the class is full, so its page puts them in the queue."""
    learner.go("/my/courses").picture("my-courses-phone")
    card = learner.main.locator("article", has=learner.page.get_by_role("heading", name="低压电工作业取证"))
    assert "能投这" in card.inner_text(), learner.text()
    learner.follow(TITLE, inside=card)
    assert "可以排候补" in learner.text()
    learner.follow("看我能不能报，一键报名")
    learner.tick("同意承训机构和办班单位看到姓名和手机号")
    learner.press("排候补")
    assert "您排在第 1 位" in learner.text()
    learner.follow(TITLE)
    assert "候补" in learner.text() and "课表" in learner.text()


def other_gives_up_the_seat(other: Reader) -> None:
    other.go("/my/classes").follow("取消报名")
    other.press("取消报名")
    assert "已取消" in other.text()


def staff_holds_the_class(staff: Reader, place: str) -> None:
    """The class begins, both report in, one press marks them present, the roll is closed, the class is over."""
    staff.go(place).press("开班")
    staff.go(f"{place}/people").press("2 人全部报到")
    staff.go(f"{place}/meetings").follow("点名", inside=staff.main.locator("section"))
    staff.main.get_by_role("button", name="没点的都算到课", exact=True).click()
    staff.main.get_by_text("都点到了").wait_for()
    staff.press("点名结束")
    assert "点名结束" in staff.text()
    staff.go(place).press("结课")


def staff_certifies(staff: Reader, place: str) -> None:
    """Everybody passes and completes; one gets the certificate of the trade."""
    staff.go(f"{place}/results").press("没定的都算合格")
    staff.press("全班办结业")
    assert "2 人结业" in staff.text()
    staff.press("给 2 人发结业证书")
    staff.select("对应的证书", "低压电工作业证")
    staff.fill(f"{NAMES[0]}的证书编号", "ZC-0001")
    staff.press("登记")
    assert "ZC-0001" in staff.text()


def learner_sees_what_it_opened(learner: Reader) -> None:
    """The certificate is on the own page, and the posting that asks for it is open now."""
    learner.go("/my/classes").follow(TITLE)
    assert "ZC-0001" in learner.text() and "下载证书" in learner.text()
    learner.follow("看打开的岗位")
    opened = learner.main.locator("section", has_text="给您打开的岗位")
    assert "多了" in opened.inner_text(), learner.text()
    learner.picture("opened-phone")
    learner.follow("看这些岗位", inside=opened)
    assert POSTING in learner.text()


def staff_writes_the_start_of_work(staff: Reader, person: str) -> None:
    """The line of the register, with the contract that was seen."""
    today = str(clock.local_day(clock.utcnow()))
    staff.go(f"/staff/people/{person}/register")
    staff.select("就业情况", "签了劳动（聘用）合同")
    staff.fill("开始日期", today)
    staff.fill("单位或工作", "安禾县走查电气公司")
    staff.fill("岗位", "值班电工")
    staff.select("谁说的，或者看了什么", "劳动合同")
    staff.press("登记")
    assert "台账已登记" in staff.text()


def employment(staff: Reader, place: str) -> list[str]:
    """What the class's page says of six months after completion: who should work, who works, who ever did."""
    row = staff.go(f"{place}/outcome").main.locator("tr", has_text=f"结业 {MONTHS} 个月")
    return row.locator("td").all_inner_texts()


def test_a_wish_becomes_a_venture_that_graduates_from_the_incubator(visit: Visit, world: World) -> None:
    world("venture")
    founder, operator = come(visit, 3), visit("incubator_operator", size=DESK)
    staff = visit("station_staff", size=DESK)
    founder_wishes(founder)
    venture = staff_registers_the_venture(staff)
    founder_applies_for_a_desk(founder)
    tenancy = operator_takes_it_up(operator)
    place = f"/staff/incubators/{incubator(staff)}/tenancies/{tenancy}"
    second = visit(size=DESK)
    second.sign_in(SECOND, PASSWORD)
    for reviewer in (staff, second):
        score(reviewer, place)
    world("score")
    staff.go(place).press("按评分定")
    assert "公示中" in staff.text()
    world("noticed")
    operator_signs_the_tenancy(operator, tenancy)
    founder_employs_somebody(founder)
    assert "带动就业 1 人" in staff.go(f"/staff/ventures/{venture}/workers").text()
    founder_asks_for_a_loan(founder)
    staff_writes_down_the_loan(staff)
    founder.go("/my/supports").follow(LOAN)
    assert "已兑现" in founder.text() and "贷款 100,000 元" in founder.text()
    operator_graduates_it(operator, tenancy)
    assert "毕业" in founder.go("/my/tenancy").text()


def founder_wishes(founder: Reader) -> None:
    """A wish in a few words; the page then names the class for founders."""
    founder.go("/my/venture").follow("登记创业意愿")
    founder.fill("想做什么", "在镇上开一家汽修店")
    founder.press("登记")
    assert "我的创业：意向" in founder.text()
    founder.picture("my-venture-phone")
    founder.follow("创业走查班")
    assert "创办你的企业" in founder.text()


def staff_registers_the_venture(staff: Reader) -> str:
    """The office prepares and registers it, and it opens. Returns the public id."""
    staff.go("/staff/ventures?q=汽修店").follow("在镇上开一家汽修店")
    venture = staff.path.rsplit("/", 1)[1]
    staff.follow("开始筹备")
    staff.press("开始筹备")
    staff.follow("登记了")
    staff.fill("营业执照上的名称", VENTURE)
    staff.pick("登记类型", "个体工商户")
    staff.fill("统一社会信用代码", synthetic_credit_code("92", 9_990_077))
    staff.pick("是本人第一次创业登记吗", "是")
    staff.pick("是接手别人的店或企业吗", "不是")
    staff.press("登记了")
    assert "个体工商户的经营者是退役军人" in staff.text(), staff.text()
    staff.follow("开业经营")
    staff.press("开业经营")
    assert f"{VENTURE}：经营" in staff.text()
    return venture


def founder_applies_for_a_desk(founder: Reader) -> None:
    founder.go("/my/venture").follow("找孵化基地")
    founder.follow("", inside=founder.main.locator("article h2"))
    founder.follow("申请入驻")
    founder.select("哪个项目", VENTURE)
    founder.fill("要几个工位", "1")
    founder.fill("创业计划", "修车和保养，先做镇上的货车，半年内雇 2 个人。")
    founder.main.get_by_role("checkbox").check()
    founder.press("交申请")
    assert "已申请" in founder.text()


def operator_takes_it_up(operator: Reader) -> str:
    """The operator finds it complete. Returns the tenancy's public id."""
    operator.go("/incubator/tenancies?tab=waiting").follow(VENTURE)
    assert NAMES[3] in operator.text()
    operator.press("受理，送评审")
    assert "待评审" in operator.text()
    return operator.path.rsplit("/", 1)[1]


def incubator(staff: Reader) -> str:
    """The public id of the county's incubator."""
    link = staff.go("/staff/incubators").main.locator("tbody a").first
    return (link.get_attribute("href") or "").rsplit("/", 1)[1]


def score(reviewer: Reader, place: str) -> None:
    """Points for each criterion, with a word."""
    reviewer.go(place)
    for criterion in ("团队", "市场", "技术或特色", "带动就业", "可行性"):
        reviewer.fill(criterion, "16")
    reviewer.fill("评语", "踏实")
    reviewer.press("交评分")
    assert "80" in reviewer.text()


def operator_signs_the_tenancy(operator: Reader, tenancy: str) -> None:
    """A desk, a term, a rent; the agreement can be printed."""
    operator.go(f"/incubator/tenancies/{tenancy}")
    operator.group("哪些工位").locator("label").first.click()
    operator.fill("月租合计（元）", "300")
    operator.press("入驻")
    assert "在孵" in operator.text()
    address = operator.main.get_by_role("link", name="协议 PDF", exact=True).get_attribute("href")
    answer = operator.context.request.get(address or "")
    assert answer.ok and answer.body().startswith(b"%PDF")


def founder_employs_somebody(founder: Reader) -> None:
    founder.go("/my/venture").follow("报季报")
    workers = founder.main.locator("#workers")
    workers.get_by_label("姓名").fill("冉帮工")
    founder.press("加一个人", inside=workers)
    assert "冉帮工" in founder.text()


def founder_asks_for_a_loan(founder: Reader) -> None:
    """The calculator first, then the request for the policy of the county."""
    founder.go("/tools/loan").picture("loan-phone")
    founder.go("/my/supports/new").main.locator("label", has_text=LOAN).click()
    founder.fill("金额（元）", "100000")
    founder.fill("用来做什么", "买举升机")
    founder.press("申请")
    assert "等服务站审核" in founder.text()


def staff_writes_down_the_loan(staff: Reader) -> None:
    """Approved, lent by the bank, and done."""
    staff.go(f"/staff/supports?q={VENTURE}").follow(VENTURE, inside=staff.main.locator("tr", has_text=LOAN).first)
    staff.press("批准")
    for label, value in (("放款金额（元）", "100000"), ("放款银行", "走查农村商业银行"), ("年利率", "3.45")):
        staff.fill(label, value)
    staff.fill("期限（月）", "24")
    staff.press("登记放款")
    assert "已兑现" in staff.text() and "3.45%" in staff.text()


def operator_graduates_it(operator: Reader, tenancy: str) -> None:
    """It stands on its own feet: the desk is free again."""
    operator.go(f"/incubator/tenancies/{tenancy}")
    operator.pick("怎么出园", "毕业")
    operator.fill("原因", "站稳了，搬到临街门面")
    operator.press("办出园")
    assert "毕业" in operator.text() and "跟踪到" in operator.text()
