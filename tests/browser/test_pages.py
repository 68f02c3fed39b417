"""The main pages of each role: they fit small screens, they can be read aloud, and they speak English."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from jobmatch.fairs.halls.queries import PLACE
from jobmatch.web.context import DEMO_OPERATOR
from tests.browser.conftest import Visit
from tests.browser.reader import DESK, Reader

WIDTHS = (320, 390, 1440)
WORDS = Path(__file__).with_name("words.js").read_text(encoding="utf-8")
WIDE = Path(__file__).with_name("wide.js").read_text(encoding="utf-8")

HERE = "here"
FAIR_PAGES = (
    *("", "/papers", "/exhibitors", "/halls", "/registrations", "/calls", "/rides", "/booths", "/stations", "/screens"),
    *("/publicity", "/after", "/follow-ups", "/money", "/counters", "/invitations/new"),
)
"""Pages of the fair that runs in the demo."""
CLASS_PAGES = ("", "/timetable", "/people", "/meetings", "/leaves", "/notices", "/results", "/papers", "/payments")
STAFF_CLASS_PAGES = ("/calls", "/certificates", "/inspections", "/inspections/new", "/outcome", "/notices/new")
PARK_PAGES = ("", "/spaces", "/tenancies?tab=in", "/mentors", "/events", "/standards", "/apply", "/edit")
NAMED = {
    "running": "SELECT public_id FROM job_fair WHERE state = 'running'",
    "open": "SELECT public_id FROM course_session WHERE state = 'approved' ORDER BY starts_on DESC",
    "ended": "SELECT public_id FROM course_session WHERE state = 'ended'",
    "closed": "SELECT public_id FROM course_session WHERE state = 'closed'",
    "park": "SELECT public_id FROM incubator ORDER BY id",
    "venture": "SELECT public_id FROM venture WHERE state = 'operating' ORDER BY id",
}
"""What the pages name of the demo county."""
# A page, or a list (or the page before, as "here") and after it how the address of the first entry to open begins.
PAGES: dict[str, tuple[str, ...]] = {
    "": (
        *(
            "/classes",
            "/classes /classes/",
            "/courses",
            "/courses /courses/",
            "/incubators",
            "/incubators /incubators/",
        ),
        *("/fairs", *(f"/fairs/{{running}}{page}" for page in ("", "/plan", "/register", "/here"))),
        *("/", "/jobs", "/jobs /postings/", f"{HERE} /employers/", "/jobs/for-me", "/help", "/recover"),
        *("/jobs?near=城关镇&km=10", "/jobs?q=xyzzy&shift=night"),
        *("/sign-in", "/sign-in/password", "/sign-up", "/sign-up/person", "/sign-up/employer", "/sign-up/provider"),
    ),
    "veteran": (
        *("/me/jobs", "/me/jobs /postings/", "/me/saved", "/me/applications", "/me/applications /me/applications/"),
        *("/me", "/me/basics", "/me/kinds", "/me/service/work", "/me/service", "/me/education", "/me/skills"),
        *("/me/skills/levels", "/me/papers", "/me/work", "/me/work/new", "/me/intention", "/me/verification"),
        *("/me/privacy", "/messages", "/messages/preferences", "/account", "/account/sessions"),
        *("/me/fairs", "/me/searches", "/me/searches/new?q=司机&pay=4000", "/me/jobs/dismissed", "/me/digests/choices"),
        *("/my/courses", "/my/classes", "/my/classes /my/classes/", "/my/allowances", "/classes/{open}/enroll"),
        *("/my/venture", "/my/venture/new", "/my/venture/report", "/my/tenancy", "/incubators/{park}/apply"),
    ),
    "provider_member": (
        *("/provider", "/provider/classes", "/provider/classes/new", "/provider/classes?tab=running"),
        *(f"/provider/classes/{{ended}}{page}" for page in CLASS_PAGES),
        *("/provider/classes/{ended}/edit", "/provider/classes/{ended}/notices/new"),
    ),
    "incubator_operator": (
        *("/incubator", "/incubator/events", "/incubator/standards", "/incubator/mentors"),
        *("/incubator/mentors /incubator/mentors/", "/incubator/spaces", "/incubator/spaces /incubator/spaces/"),
        *("/incubator/tenancies?tab=in", "/incubator/tenancies?tab=in /incubator/tenancies/"),
        "/incubator/tenancies?tab=notice /incubator/tenancies/",
    ),
    "mentor": ("/mentor",),
    "employer_member": (
        *("/", "/employer/applications", "/employer/applications /employer/applications/", "/employer/postings"),
        *("/employer/postings?tab=open /employer/postings/", "/employer/postings/new", "/employer/profile"),
        *("/employer/fairs", "/account/invitations", "/account"),
    ),
    "station_staff": (
        *(
            "/",
            "/ /?path=",
            "/ /staff/place-people",
            "/staff/people",
            "/staff/people /staff/people/",
            "/staff/people/new",
            "/staff/employers",
        ),
        *("/staff/employer-base", "/staff/employer-base /staff/employers/", "/staff/postings"),
        *("/staff/postings/all", "/staff/postings/all /staff/postings/", "/staff/applications"),
        *("/staff/applications /staff/applications/", "/staff/rates", "/staff/rates /staff/rates/"),
        *("/staff/reference", "/staff/reference /staff/reference/", "/staff/accounts/codes"),
        *("/staff/accounts/invitations", "/staff/accounts/recoveries"),
        *("/staff/bulletins", "/staff/bulletins /staff/bulletins/"),
        *("/staff/fairs", "/staff/fairs/absences", "/staff/fairs/effect"),
        *(f"/staff/fairs/{{running}}{page}" for page in FAIR_PAGES),
        *("/staff/classes", "/staff/classes/new", "/staff/providers", "/staff/providers /staff/providers/"),
        *("/staff/adaptability", "/staff/training-demand", "/staff/supply-demand", "/staff/training-money"),
        *("/staff/training-outcomes", "/staff/training-outcomes/people?figure=completed"),
        *(f"/staff/classes/{{closed}}{page}" for page in (*CLASS_PAGES, *STAFF_CLASS_PAGES)),
        *("/staff/classes/{open}/edit", "/staff/classes/{open}/people /staff/classes/{open}/people/"),
        *("/staff/classes/{open}/calls", "/staff/ventures", "/staff/ventures /staff/ventures/", "/staff/ventures/new"),
        *("/staff/ventures/{venture}", "/staff/ventures/{venture}/workers", "/staff/ventures/{venture}/move/suspend"),
        *("/staff/venture-figures", "/staff/venture-figures/people?what=successes", "/staff/incubators"),
        *("/staff/incubators/new", *(f"/staff/incubators/{{park}}{page}" for page in PARK_PAGES)),
    ),
    "system_admin": ("/admin/users", "/admin/users /admin/users/", "/admin/stations"),
    "security_admin": ("/", "/admin/security"),
    "audit_admin": ("/", "/admin/audit"),
    "superior_reader": ("/", "/ /?path=", "/staff/rates", "/staff/screen"),
}


def walk(reader: Reader, pages: tuple[str, ...], county: Path) -> Iterator[str]:
    """Open one page after the other; says where it is. ``county``: the demo's folder, which knows what runs there."""
    with closing(sqlite3.connect(f"file:{county / 'jobmatch.db'}?mode=ro", uri=True)) as database:
        known = {name: database.execute(query).fetchone()[0] for name, query in NAMED.items()}
    for page in pages:
        place, _, entry = page.format(**known).partition(" ")
        if place != HERE:
            reader.go(place)
        if entry:
            found = reader.main.locator(f"a[href^='{entry}']").first
            reader.go(found.get_attribute("href") or "")
        yield reader.path


@pytest.mark.parametrize("role", PAGES)
def test_pages_have_no_sideways_scroll_and_no_accessibility_slips(visit: Visit, county: Path, role: str) -> None:
    reader = visit(role, size=DESK)
    wide = []
    for place in walk(reader, PAGES[role], county):
        for width, size in product(WIDTHS, ("normal", "big")):
            reader.page.set_viewport_size({"width": width, "height": 844})
            reader.page.evaluate("size => { document.documentElement.dataset.size = size }", size)
            wide += [f"{place}, {width} wide, {size}: {slip}" for slip in reader.page.evaluate(WIDE)]
    found = [*reader.troubles, *wide]
    reader.troubles.clear()
    assert not found, "\n".join(found)


HAN = re.compile(r"[\u3400-\u9fff]")
NO_WORDS = re.compile(r"“[^”]*”|[\u3400-\u9fff]\*+")
"""Chinese that English pages show on purpose: quoted as something to type, and names behind stars."""
OWN_NAMES = ("退役军人就业创业", "中文")
"""The name of the site, which is a setting, and the way back to Chinese."""


def plain(text: str) -> str:
    """The text without what typesetting adds: blanks and full-width forms."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def data_words(database: Path) -> list[str]:
    """Every text with Chinese characters that is stored, the longest first: places, people, trades, postings."""
    found: set[str] = set()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, str):
                        found.update(plain(part) for part in (*value.splitlines(), *value.split("、")))
    return sorted((word for word in found if HAN.search(word)), key=len, reverse=True)


def is_program(text: str, data: list[str]) -> bool:
    """Whether Chinese characters are left of ``text`` without the words that are data."""
    left = plain(NO_WORDS.sub(" ", text))
    for word in (*OWN_NAMES, plain(DEMO_OPERATOR), *data):
        if not HAN.search(left):
            return False
        left = left.replace(word, " ")
    return bool(HAN.search(left))


@pytest.mark.parametrize("role", ["", "veteran"])
def test_english_is_complete_on_the_main_pages(visit: Visit, county: Path, role: str) -> None:
    """Every Chinese word that is left belongs to the data."""
    reader = visit(role, size=DESK).go("/help")
    with reader.page.expect_navigation():
        reader.page.get_by_role("banner").get_by_role("button", name="EN English").click()
    shown = [(place, text) for place in walk(reader, PAGES[role], county) for text in reader.page.evaluate(WORDS)]
    # Read last: the server's own work writes messages meanwhile.
    data = data_words(county / "jobmatch.db")
    # In a hall plan's booths stand the first characters of names, without the place.
    names = {PLACE.sub("", word)[: 4 * width] for word in data if PLACE.match(word) for width in (1, 2)}
    data = sorted({*data, *names}, key=len, reverse=True)
    chinese = [f"{place}: {text}" for place, text in shown if is_program(text, data)]
    assert not chinese, "\n".join(chinese)
