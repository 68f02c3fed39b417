"""The main job of the product, through its pages: an employer is vetted, a veteran is hired, the register knows."""

from __future__ import annotations

import io
import time
from datetime import timedelta

from PIL import Image
from playwright.sync_api import Locator

from jobmatch.accounts.actions import label_of_action
from jobmatch.core import clock
from jobmatch.demo.employers import synthetic_credit_code
from tests.browser.conftest import Visit
from tests.browser.reader import DESK, Reader

EMPLOYER = "安禾县长风冷链运输有限公司"
EMPLOYER_PHONE = "19899990001"
TITLE = "冷链货车司机"
VETERAN = "耿志远"
VETERAN_PHONE = "19999990002"
RATES = ("上年度新退役自主就业退役士兵就业率", "登记求职退役军人就业率")
OFFICER = "李晓梅"
ACTS = (
    *(("employer.approve", OFFICER), ("posting.submit", "何敏"), ("posting.publish", OFFICER)),
    *(("grant.given", VETERAN), ("application.submit", VETERAN), ("application.read", "何敏")),
    *(("application.offer", "何敏"), ("application.confirm_start", VETERAN), ("register.write", VETERAN)),
)


def test_a_veteran_is_hired_by_an_employer_that_was_vetted_today(visit: Visit) -> None:
    employer, staff = visit(size=DESK), visit("station_staff", size=DESK)
    before = {rate: employed(staff, rate) for rate in RATES}
    employer_signs_up(employer)
    staff_vets(staff)
    employer_posts(employer)
    staff_publishes(staff)
    veteran = visit()
    veteran_signs_up(veteran)
    veteran_fills_the_resume(veteran)
    veteran_finds_and_applies(veteran)
    another_employer_sees_nothing_of_it(visit("employer_member", size=DESK))
    one, address = employer_invites(employer)
    veteran_says_yes(veteran)
    other = veteran_applies_elsewhere_too(veteran)
    interviewer_notes_the_result(visit(), address)
    employer_offers(employer, one)
    veteran_starts(veteran, other)
    staff_sees_the_hire(staff, before)
    administrators_see_it(visit("system_admin", size=DESK), visit("audit_admin", size=DESK))


def test_the_main_job_works_without_script(visit: Visit) -> None:
    """Searching for a trade, sorting the list and applying need no script."""
    veteran = visit("veteran", scripts=False)
    veteran.go("/me/intention").fill("写想做的工作", "电工")
    veteran.press("查找")
    assert veteran.group("点选合适的，可以选几个").locator("label", has_text="电工").count()
    veteran.go("/me/jobs").follow("新发布")
    for address in [link.get_attribute("href") for link in veteran.main.locator("article h3 a").all()]:
        veteran.go(address or "")
        if veteran.main.get_by_role("link", name="投递简历", exact=True).count():
            break
    veteran.follow("投递简历")
    veteran.press("下一步，核对信息")
    assert "请选择方便接电话的时间" in veteran.text() and "需要您同意" in veteran.text()
    veteran.pick("什么时间方便接电话", "下午")
    veteran.main.get_by_label("同意把我的简历给这家单位看").check()
    veteran.press("下一步，核对信息")
    veteran.press("同意并投递")
    assert "投递好了" in veteran.text()
    veteran.follow("看投递进度")
    assert "您投了简历" in veteran.text()


def numerator(staff: Reader, rate: str) -> Locator:
    """Where the rates page, which is open, shows how many of a rate work."""
    card = staff.main.locator("section.card", has=staff.page.get_by_role("heading", name=rate, exact=True))
    return card.locator("dl.facts > div", has_text="已就业（分子）").locator("dd")


def employed(staff: Reader, rate: str) -> int:
    """How many people of a rate's population work, as its page shows it."""
    shown = numerator(staff.go("/staff/rates"), rate).inner_text()
    return int(shown.split()[0].replace(",", ""))


def employer_signs_up(employer: Reader) -> None:
    """The account of an employer, its profile, and the request to be vetted."""
    employer.go("/sign-up").follow("用人单位")
    employer.fill("单位名称", EMPLOYER)
    employer.fill("统一社会信用代码", synthetic_credit_code("91", 9_990_001))
    employer.select("单位所在地", "城关镇")
    employer.fill("经办人姓名", "何敏")
    employer.fill("经办人手机号", EMPLOYER_PHONE)
    employer.press("获取验证码")
    employer.fill("验证码", employer.take_code())
    employer.fill("设一个密码", "白露时节 北风很凉 2026")
    employer.press("注册单位账号")
    assert employer.path == "/employer/profile", employer.text()
    employer.pick("单位类型", "民营企业")
    employer.select("行业", "交通运输、仓储和邮政业")
    employer.fill("单位介绍", "做冷链运输，有 20 辆冷藏车，跑县里和邻近的市。")
    employer.fill("详细地址", "迎宾路 8 号")
    employer.fill("招聘联系人", "何敏")
    employer.fill("招聘电话", EMPLOYER_PHONE)
    employer.press("保存单位资料")
    assert "营业执照或登记证书的照片" in employer.text()
    employer.go("/employer/papers/licence/upload")
    employer.main.get_by_label("证照的照片或扫描件").set_input_files(
        {"name": "执照.png", "mimeType": "image/png", "buffer": sheet_of_paper()}
    )
    employer.press("上传")
    employer.press("提交审核")
    assert "待审核" in employer.text()


def staff_vets(staff: Reader) -> None:
    """The office finds the employer in its queue; it cannot pass before the licence was looked at."""
    staff.go("/staff/employers").follow(EMPLOYER)
    staff.press("通过")
    assert "营业执照" in staff.text() and "待审核" in staff.text()
    staff.press("清楚，和登记一致")
    staff.press("通过")
    assert f"{EMPLOYER}：" in staff.text()


def employer_posts(employer: Reader) -> None:
    """A posting with everything the law asks for; it goes to review once what a rule blocks is out of it."""
    employer.go("/employer/postings/new")
    employer.fill("招什么人", TITLE)
    employer.press("下一步")
    employer.pick("最接近的职业", "道路货运汽车驾驶员")
    employer.pick("岗位性质", "长期岗位")
    employer.fill("招几个人", "2")
    employer.fill("具体做什么", "开冷藏车给超市和食堂送货，每天跑 2 到 3 趟，出车前检查车辆和冷机。")
    employer.press("保存，下一页")
    employer.fill("找驾驶证、证书、技能、部队专业", "B2")
    employer.press("找")
    employer.pick("B2 驾驶证（大型货车）", "必须")
    employer.select("学历", "初中毕业")
    employer.pick("学历是必须还是加分", "必须")
    employer.fill("其他要求", "只要男的，能吃苦。")
    employer.press("保存，下一页")
    employer.pick("用工类型", "劳动合同")
    employer.fill("和谁签合同", "本单位")
    employer.pick("工资怎么算", "元/月")
    employer.pick("写的是哪种工资", "固定工资")
    employer.fill("最低多少元", "7200")
    employer.fill("最高多少元", "8600")
    employer.pick("应发还是到手", "应发")
    employer.pick("班次", "白班")
    employer.pick("吃饭", "包吃")
    employer.pick("住宿", "包住")
    employer.pick("社保", "五险")
    employer.press("保存，下一页")
    employer.fill("详细地址", "迎宾路 8 号")
    employer.group("招到什么时候").get_by_text("30 天").click()
    employer.main.get_by_label("同等条件退役军人优先").check()
    employer.press("保存")
    posting = employer.path
    assert "“只要男的”要改" in employer.text() and "就业促进法" in employer.text()
    assert not employer.main.get_by_role("button", name="提交审核", exact=True).count()
    employer.follow("要什么样的人")
    employer.fill("其他要求", "能吃苦，守时间。")
    employer.press("保存，下一页")
    employer.go(posting)
    employer.press("提交审核")
    assert "待审核" in employer.text() and "城关镇" in employer.text()


def sheet_of_paper() -> bytes:
    """A picture, as of a licence."""
    target = io.BytesIO()
    Image.new("RGB", (1200, 850), "white").save(target, "PNG")
    return target.getvalue()


def staff_publishes(staff: Reader) -> None:
    """The office reads the posting and publishes it."""
    staff.go("/staff/postings").follow(TITLE)
    staff.picture("review-desktop")
    staff.press("通过，发布")
    assert f"{TITLE}：招聘中" in staff.text()


def veteran_signs_up(veteran: Reader) -> None:
    """A new account by phone and one-time code."""
    veteran.go("/").picture("home-phone")
    veteran.sign_up(VETERAN, VETERAN_PHONE)


def veteran_fills_the_resume(veteran: Reader) -> None:
    """Service, education, skills, licences and what is wanted, question by question."""
    last_year = clock.local_day(clock.utcnow()).year - 1
    veteran.go("/me/service/work")
    veteran.pick("您在部队做过哪些工作？", "汽车驾驶（运输）")
    veteran.press("保存，下一项")
    for question, year in (("入伍时间", last_year - 8), ("退役时间", last_year)):
        veteran.group(question).get_by_label("年").fill(str(year))
        veteran.group(question).get_by_label("月").fill("9")
    veteran.select("军兵种", "陆军")
    veteran.select("安置方式", "自主就业")
    veteran.pick("带过兵吗？", "没有")
    veteran.press("保存，下一项")
    veteran.pick("您的学历是？", "普通高中毕业")
    veteran.press("保存，下一项")
    veteran.pick("您会做什么？", "大型货车驾驶")
    veteran.press("保存，下一项")
    veteran.press("保存，下一项")
    veteran.pick("驾驶证", "B2 大型货车")
    veteran.press("保存，下一项")
    veteran.main.get_by_label("写想做的工作").press_sequentially("货车司机")
    veteran.pick("点选合适的，可以选几个", "道路货运汽车驾驶员")
    veteran.fill("每月最少多少元", "5000")
    veteran.press("保存，下一项")
    veteran.go("/me").picture("profile-phone")
    for part in ("汽车驾驶（运输）", "普通高中毕业", "B2 驾驶证", "道路货运汽车驾驶员"):
        assert part in veteran.text()


def veteran_finds_and_applies(veteran: Reader) -> None:
    """The posting of today stands among the recommended ones, with reasons; two steps and a consent send the résumé."""
    veteran.go("/me/jobs")
    card = veteran.main.locator("article", has=veteran.page.get_by_role("link", name=TITLE, exact=True))
    assert EMPLOYER in card.inner_text() and card.locator(".why li").count(), card.inner_text()
    veteran.picture("recommended-phone")
    veteran.follow(TITLE, inside=card)
    asked = veteran.main.locator("section", has=veteran.page.get_by_role("heading", name="岗位要求和您的情况"))
    assert "B2" in asked.inner_text()
    veteran.picture("posting-phone")
    veteran.follow("投递简历")
    veteran.pick("什么时间方便接电话", "都可以")
    veteran.fill("想对单位说的话", "下周就能上班。")
    veteran.main.get_by_label("同意把我的简历给这家单位看").check()
    veteran.press("下一步，核对信息")
    assert EMPLOYER in veteran.text()
    veteran.press("同意并投递")
    assert "投递好了" in veteran.text()


def another_employer_sees_nothing_of_it(other: Reader) -> None:
    """The list of another employer holds only the applications for its own postings."""
    other.go("/employer/applications").picture("received-desktop")
    assert VETERAN not in other.text()


def veteran_applies_elsewhere_too(veteran: Reader) -> str:
    """A second application, which the start will end. Returns the title of that posting."""
    veteran.go("/me/jobs")
    links = veteran.main.locator("article h3 a").all()
    for address in [link.get_attribute("href") for link in links if TITLE not in link.inner_text()]:
        veteran.go(address or "")
        if veteran.main.get_by_role("link", name="投递简历", exact=True).count():
            break
    title = veteran.main.locator("h1").inner_text()
    veteran.follow("投递简历")
    veteran.pick("什么时间方便接电话", "都可以")
    veteran.main.get_by_label("同意把我的简历给这家单位看").check()
    veteran.press("下一步，核对信息")
    veteran.press("同意并投递")
    assert "投递好了" in veteran.text()
    return title


def employer_invites(employer: Reader) -> tuple[str, str]:
    """The employer reads the application and invites to an interview. Returns its page and the interviewer's link."""
    soon = clock.utcnow().astimezone(clock.SHANGHAI) + timedelta(minutes=1)
    employer.go("/employer/applications").follow(VETERAN)
    one = employer.path
    employer.follow("定一个面试时间")
    employer.fill("面试时间", soon.strftime("%Y-%m-%dT%H:%M"))
    employer.fill("面试地点", "迎宾路 8 号 2 楼")
    employer.press("约面试，告诉本人")
    employer.press("给面试官一个链接")
    return one, employer.main.get_by_label("或者复制这个地址发过去").input_value()


def veteran_says_yes(veteran: Reader) -> None:
    veteran.go("/me/applications").follow(TITLE)
    veteran.press("我去")
    assert "您已确认会去" in veteran.text()


def interviewer_notes_the_result(phone: Reader, address: str) -> None:
    """Somebody without an account: the link shows one interview, and one press notes what came of it."""
    phone.go(address)
    for _n in range(40):
        if phone.main.get_by_role("button", name="通过", exact=True).count():
            break
        assert "面试开始以后再来记结果" in phone.text()
        time.sleep(2)
        phone.go(address)
    phone.press("通过")
    assert "已经记下：通过" in phone.text()


def employer_offers(employer: Reader, one: str) -> None:
    """The employer sees the result and offers the work."""
    today = clock.local_day(clock.utcnow())
    employer.go(one)
    assert employer.main.locator("dd", has_text="通过").count()
    employer.follow("录用")
    employer.fill("工资", "7500 元/月，应发")
    employer.fill("上班日期", str(today))
    employer.press("发录用通知")
    assert "录用通知已发" in employer.text()


def veteran_starts(veteran: Reader, other: str) -> None:
    """The veteran accepts, and confirms to have started: that ends the other application, and can be undone."""
    veteran.go("/me/applications").follow(TITLE)
    veteran.press("接受录用")
    veteran.press("就这样")
    veteran.go("/me/applications").follow(TITLE)
    veteran.follow("确认已入职")
    assert "另外 1 份投递会结束" in veteran.text()
    veteran.press("确认已入职")
    assert "恭喜入职" in veteran.text()
    veteran.go("/me/applications").follow(TITLE)
    assert "撤销入职确认" in veteran.text()
    veteran.go("/me/applications").follow(other)
    assert not veteran.main.get_by_role("link", name="撤回投递", exact=True).count()


def staff_sees_the_hire(staff: Reader, before: dict[str, int]) -> None:
    """One more registered seeker works, the person in the list behind it, and the line in the register.

    The other rate counts by the roster, which does not have this person: the year table names them apart.
    """
    staff.go("/").picture("staff-desktop")
    returnees, seekers = RATES
    assert employed(staff, returnees) == before[returnees]
    assert employed(staff, seekers) == before[seekers] + 1
    staff.picture("rates-desktop")
    staff.go("/staff/year-table/doubts/off_roster")
    assert staff.main.get_by_role("link", name=VETERAN, exact=True).count()
    staff.go("/staff/rates").follow(str(before[seekers] + 1), inside=numerator(staff, seekers))
    while not staff.main.get_by_role("link", name=VETERAN, exact=True).count():
        staff.follow("下一页")
    staff.follow(VETERAN)
    line = staff.main.locator("section", has=staff.page.get_by_role("heading", name="就业台账")).first.inner_text()
    for fact in (EMPLOYER, TITLE, "单位确认", "平台投递入职"):
        assert fact in line


def administrators_see_it(system: Reader, audit: Reader) -> None:
    """One administrator finds the new accounts, another one what was done."""
    for name in (VETERAN, "何敏"):
        system.go("/admin/users")
        system.main.get_by_role("searchbox").fill(name)
        system.press("查找")
        assert system.main.get_by_role("link", name=name, exact=True).count() == 1
    for act, who in ACTS:
        audit.go(f"/admin/audit?q={act}")
        newest = audit.main.get_by_role("row").nth(1).inner_text()
        assert label_of_action(act) in newest and who in newest, newest
