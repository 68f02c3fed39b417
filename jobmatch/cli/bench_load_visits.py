"""The script of the load bench: who comes how often, and what they do, page after page."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

from jobmatch.cli.bench import WORDS
from jobmatch.cli.bench_load_ground import Ground
from jobmatch.core.ids import new_public_id

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="form_key" value="([^"]+)"')
DESK_TOKEN = re.compile(r'data-token="([^"]+)"')
VERSION = re.compile(r'name="version"[^>]*value="(\d+)"')
POSTING = re.compile(r'href="/postings/([\w-]+)')
RECEIVED = re.compile(r'href="/employer/applications/([\w-]{8,})"')
IDLE = 15.0
"""Seconds after which a browser opens its connection anew; the server closes those that are idle for 30."""
SAID = {"contact_time": "any", "note": "下周就能上班", "consent": "y"}
FILTERS = (
    {"q": "司机", "pay": "4000"},
    {"q": "电工 维修", "first": "y"},
    {"region": "4303", "pay": "6000"},
    {"q": "保安", "edu": "4", "over": "45"},
    {"type": "contract", "pay": "8000", "sort": "newest"},
)
NAMES = ("建国", "zjg", "王伟", "0042", "liming")


class Browser:
    """One browser with its cookies over one connection that it keeps; tells what each page took."""

    def __init__(self, port: int, cookie: str, told: Callable[[str, float, str], None]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self.told = told
        self.token, self.used = "", 0.0

    def close(self) -> None:
        """Begin anew with the next page."""
        self.connection.close()

    def ask(
        self, kind: str, path: str, fields: dict[str, str] | bytes | None = None, *, want: int = HTTPStatus.OK
    ) -> tuple[str, str]:
        """The page and where it leads on; anything but ``want`` counts as an error."""
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body: str | bytes | None = None
        if isinstance(fields, bytes):
            head |= {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token}
            body = fields
        elif fields is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields)
        if time.monotonic() - self.used > IDLE:
            self.connection.close()
        began = time.perf_counter()
        self.connection.request("GET" if fields is None else "POST", quote(path, safe="/?=&%"), body, head)
        answer = self.connection.getresponse()
        text = answer.read().decode(errors="replace")
        spent, self.used = (time.perf_counter() - began) * 1000, time.monotonic()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        self.told(kind, spent, "" if answer.status == want else str(answer.status))
        return text, answer.headers.get("Location", "")


class Desk:
    """What there is to open, and the tickets that are still to be scanned."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.tickets = iter(ground.tickets)


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that somebody of ``role`` comes for; ``weight`` says how often among all visits."""

    name: str
    role: str
    weight: float
    why: str
    play: Callable[[Browser, Desk, random.Random], None]


def _opens(kind: str, *paths: str) -> Callable[[Browser, Desk, random.Random], None]:
    def play(browser: Browser, _desk: Desk, draw: random.Random) -> None:
        browser.ask(kind, draw.choice(paths))

    return play


def _search(browser: Browser, _desk: Desk, draw: random.Random) -> None:
    """Search by words, and open one or two of what was found."""
    page, _place = browser.ask("search words", f"/jobs?{urlencode({'q': draw.choice(WORDS)})}")
    for found in draw.sample(found_ids, min(2, len(found_ids))) if (found_ids := POSTING.findall(page)) else ():
        browser.ask("posting", f"/postings/{found}")


def _narrow(browser: Browser, _desk: Desk, draw: random.Random) -> None:
    page, _place = browser.ask("search filters", f"/jobs?{urlencode(draw.choice(FILTERS))}")
    if found := POSTING.findall(page):
        browser.ask("posting", f"/postings/{draw.choice(found)}")


def _recommended(browser: Browser, _desk: Desk, draw: random.Random) -> None:
    page, _place = browser.ask("recommendations", "/me/jobs")
    if found := POSTING.findall(page):
        browser.ask("posting, signed in", f"/postings/{draw.choice(found)}")


def _apply(browser: Browser, desk: Desk, draw: random.Random) -> None:
    """The whole way of one application; whoever applied here before is sent to the progress, which ends it."""
    public_id = draw.choice(desk.ground.postings)
    way = f"/postings/{public_id}/apply"
    page, _place = browser.ask("posting, signed in", f"/postings/{public_id}")
    if f'href="{way}' not in page:
        return
    form, _place = browser.ask("apply: form", way)
    tokens = {"csrf_token": TOKEN.findall(form)[-1]}
    page, _place = browser.ask("apply: check", f"{way}/check", {**SAID, "step": "check", **tokens})
    tokens = {"csrf_token": TOKEN.findall(page)[-1], "form_key": KEY.findall(page)[-1]}
    _page, place = browser.ask("apply: send", way, {**SAID, "step": "send", **tokens}, want=HTTPStatus.SEE_OTHER)
    if place:
        browser.ask("apply: sent", place)


def _answer(browser: Browser, _desk: Desk, draw: random.Random) -> None:
    """Open who applied, and tell one of them that they are looked at."""
    page, _place = browser.ask("received", "/employer/applications")
    found = RECEIVED.findall(page)
    if not found:
        return
    public_id = draw.choice(found)
    page, _place = browser.ask("received: one", f"/employer/applications/{public_id}")
    part = page.partition(f'action="/employer/applications/{public_id}/screen"')[2]
    if part:
        fields = {"csrf_token": TOKEN.findall(part)[0], "form_key": KEY.findall(part)[0]}
        fields["version"] = VERSION.findall(part)[0]
        browser.ask(
            "received: decide",
            f"/employer/applications/{public_id}/screen",
            fields,
            want=HTTPStatus.SEE_OTHER,
        )


def _file(browser: Browser, desk: Desk, draw: random.Random) -> None:
    browser.ask("a person's file", f"/staff/people/{draw.choice(desk.ground.people)}")


def _find(browser: Browser, _desk: Desk, draw: random.Random) -> None:
    browser.ask("people: search", f"/staff/people?{urlencode({'q': draw.choice(NAMES)})}")


def _scan(browser: Browser, desk: Desk, draw: random.Random) -> None:
    """Open the desk, then ten visitors in a row."""
    path = f"/fairs/help/{desk.ground.fair_id}/desk"
    page, _place = browser.ask("fair: desk", path)
    found = DESK_TOKEN.search(page)
    if found is None:
        return
    browser.token = found[1]
    for ticket in itertools.islice(desk.tickets, 10):
        scan = {"scan_id": new_public_id(), "text": ticket, "way": "scanner", "desk": "东门", "live": True}
        said, _place = browser.ask("fair: scan", f"{path}/sync", json.dumps({"scans": [scan]}).encode())
        if '"ok"' not in said:
            browser.told("fair: scan", 0.0, "not counted")


def _board(browser: Browser, desk: Desk, _draw: random.Random) -> None:
    browser.ask("fair: board", desk.ground.board)


MIX = (
    Visit("home", "visitor", 10, "Everybody begins here, most without signing in.", _opens("home", "/")),
    Visit("jobs", "visitor", 8, "The list as it stands is what the home page leads to.", _opens("jobs", "/jobs")),
    Visit("search", "visitor", 14, "The main use: words, then one or two postings.", _search),
    Visit("narrow", "visitor", 8, "A third of searches are narrowed by pay, place or kind.", _narrow),
    Visit("recommended", "seeker", 8, "Signed-in people look at what suits them, and open one.", _recommended),
    Visit("apply", "seeker", 3, "One application to about thirty pages looked at; five pages each.", _apply),
    Visit(
        "own", "seeker", 5, "Whoever applied looks what became of it.", _opens("own applications", "/me/applications")
    ),
    Visit("answer", "employer", 4, "Employers answer about as often as people apply.", _answer),
    Visit(
        "tasks",
        "clerk",
        6,
        "The office begins with its tasks.",
        _opens("tasks", "/staff/tasks", "/staff/tasks?scope=below"),
    ),
    Visit("people", "clerk", 4, "The list of people, as it stands.", _opens("people", "/staff/people")),
    Visit("find", "clerk", 5, "Somebody at the counter is looked up.", _find),
    Visit("file", "clerk", 7, "A file is opened for every call and visit.", _file),
    Visit("rates", "clerk", 0.6, "Figures are read a few times a day.", _opens("rates", "/staff/rates")),
    Visit("indicators", "clerk", 0.4, "Indicators likewise.", _opens("indicators", "/staff/indicators")),
    Visit(
        "year",
        "clerk",
        0.3,
        "The year table is for one person, before reporting.",
        _opens("year table", "/staff/year-table"),
    ),
    Visit("sheet", "clerk", 0.3, "A report is taken home.", _opens("report as XLSX", "/staff/year-table.xlsx")),
    Visit("scan", "clerk", 1.2, "A fair of some hundred an hour: ten tickets for each opened desk.", _scan),
    Visit("board", "visitor", 4, "Screens of the fair refresh every few seconds.", _board),
)
