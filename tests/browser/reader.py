"""Somebody at a browser: does what people do, by the words they read, and notes what went wrong on the way."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Response

PHONE = (390, 844)
DESK = (1440, 900)
OPTIONAL = "（可不填）"
SLIPS = Path(__file__).with_name("slips.js").read_text(encoding="utf-8")


def exactly(text: str) -> re.Pattern[str]:
    """Matches ``text`` alone, with or without the mark of a question that may stay empty."""
    return re.compile(rf"^\s*{re.escape(text)}\s*({OPTIONAL})?\s*$")


class Reader:
    """One person with a browser of their own.

    ``troubles`` holds script errors, blocked content, broken answers, and what a page that was opened does to people
    with a screen reader. ``inputs`` counts everything that was typed, chosen, ticked, opened, followed or pressed.
    """

    def __init__(self, context: BrowserContext, *, scripts: bool = True, pictures: Path | None = None) -> None:
        self.context = context
        self.scripts = scripts
        self.pictures = pictures
        self.page = context.new_page()
        self.troubles: list[str] = []
        self.inputs = 0
        self.page.on("pageerror", lambda error: self.troubles.append(f"{self.path}: {error}"))
        self.page.on("console", self._listen)
        self.page.on("response", self._watch)

    def _listen(self, message: ConsoleMessage) -> None:
        # Chromium also reports every 4xx answer here; a form sent back with 422 is no trouble, nor is a lost network.
        expected = ("the server responded with a status of", "net::ERR_INTERNET_DISCONNECTED")
        if message.type == "error" and not any(text in message.text for text in expected):
            self.troubles.append(f"{self.path}: {message.text}")

    def _watch(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and response.request.resource_type != "document"):
            self.troubles.append(f"{response.status} {response.url}")

    def _look(self) -> None:
        if self.scripts:
            self.troubles += [f"{self.path}: {slip}" for slip in self.page.evaluate(SLIPS)]

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def go(self, path: str) -> Reader:
        """Open an address of the site, which must answer."""
        answer = self.page.goto(path)
        assert answer is not None and answer.ok, f"{path} answered {answer and answer.status}"
        self._look()
        return self

    def text(self) -> str:
        """The words of the page."""
        return self.main.inner_text()

    def fill(self, label: str, value: str) -> None:
        """Type into the field of that name."""
        self.inputs += 1
        self.main.get_by_label(exactly(label)).fill(value)

    def select(self, label: str, ending: str) -> None:
        """Choose the entry that ends with these words."""
        self.inputs += 1
        box = self.main.get_by_label(exactly(label))
        value = box.locator("option").filter(has_text=re.compile(rf"{re.escape(ending)}\s*$")).get_attribute("value")
        box.select_option(value=value)

    def group(self, question: str) -> Locator:
        """The choices under one question."""
        heading = self.page.locator("legend", has_text=exactly(question))
        return self.main.locator("fieldset").filter(has=heading)

    def pick(self, question: str, *answers: str) -> None:
        """Tick answers of one question."""
        for answer in answers:
            self.inputs += 1
            self.group(question).locator("label", has_text=exactly(answer)).click()

    def tick(self, label: str) -> None:
        """Tick the box of that name."""
        self.inputs += 1
        self.main.get_by_label(exactly(label)).check()

    def unfold(self, title: str) -> None:
        """Open the part of the page that is folded under these words."""
        self.inputs += 1
        self.main.locator("summary", has_text=title).click()

    def press(self, name: str, *, inside: Locator | None = None) -> None:
        """Press a button of the page and wait for the next page."""
        self.inputs += 1
        button = (inside or self.main).get_by_role("button", name=name, exact=True)
        with self.page.expect_navigation():
            button.click()
        self._look()

    def follow(self, name: str, *, inside: Locator | None = None) -> None:
        """Follow the first link of that name, or the first at all, and wait for the next page."""
        self.inputs += 1
        scope = inside or self.main
        link = (scope.get_by_role("link", name=name, exact=True) if name else scope.get_by_role("link")).first
        with self.page.expect_navigation():
            link.click()
        self._look()

    def sign_in(self, phone: str, password: str) -> None:
        self.go("/sign-in/password")
        self.fill("手机号", phone)
        self.fill("密码", password)
        self.press("登录")
        assert not self.path.startswith("/sign-in"), self.text()

    def sign_up(self, name: str, phone: str, kind: str = "退役军人") -> None:
        """Make a new account by phone and one-time code, as somebody who lives in the county's seat."""
        self.go("/sign-up").follow("退役军人，或者军人家属")
        self.pick("您是哪一类人员？", kind)
        self.fill("姓名", name)
        born = self.group("出生年月")
        born.get_by_label("年").fill("1998")
        born.get_by_label("月").fill("6")
        self.select("现在住在哪里？", "城关镇")
        self.tick("我同意按上面的说明使用我的信息")
        self.fill("手机号", phone)
        self.press("获取验证码")
        self.fill("验证码", self.take_code())
        self.press("注册，建我的简历")
        assert self.path == "/me/welcome", self.text()

    def take_code(self) -> str:
        """The one-time code, which a demo shows on the page."""
        found = re.search(r"验证码是\s*(\d{6})", self.text())
        assert found, self.text()
        return found[1]

    def picture(self, name: str, *, full: bool = False) -> None:
        """Keep what is seen for the documents, where somebody asked for pictures."""
        if self.pictures is None:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=full, animations="disabled")
