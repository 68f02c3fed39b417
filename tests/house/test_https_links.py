"""Forms behind signed links as a browser sends them to a live installation: https, CSRF and referrer checked.

Every press that goes wrong here is no guess, so the brakes of signing in stay as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from jobmatch.accounts.models import Attempt
from jobmatch.accounts.services import throttles
from jobmatch.app import create_app
from jobmatch.applications import hand_links
from jobmatch.applications.services import links as interview_links
from jobmatch.applications.states import LinkPurpose as InterviewPurpose
from jobmatch.applications.states import Move
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from recruiters.demand.services import links as demand_links
from recruiters.demand.services import rounds
from recruiters.postings.services import entries
from recruiters.postings.states import LinkPurpose, PostingState
from tests.applications.samples import apply, employer_of, go
from tests.conftest import NOW, acting
from tests.factories import actor_of_employer, make_employer, make_posting, make_staff

SITE = "https://localhost"
SYSTEM = system_actor("tests")


class HttpsBrowser:
    """A browser that obeys the referrer policy of the page it stands on, and sends back what the form holds."""

    def __init__(self, app: Any) -> None:
        self.client: FlaskClient = app.test_client()

    def open(self, path: str) -> TestResponse:
        self.page = self.client.get(path, base_url=SITE)
        self.path = path
        return self.page

    def press(self, **data: str) -> TestResponse:
        html = self.page.get_data(as_text=True)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
        policy = self.page.headers["Referrer-Policy"]
        headers = {} if policy == "no-referrer" else {"Referer": SITE + self.path}
        answer = self.client.post(self.path, data=hidden | data, headers=headers, base_url=SITE)
        if answer.status_code in {409, 422}:
            self.page = answer
        return answer


@pytest.fixture
def live(sqlite_runtime: Runtime) -> Iterator[Any]:
    """The application with the settings of a live installation."""
    settings = sqlite_runtime.settings.model_copy(update={"https": True})
    sqlite_runtime.settings = settings
    assert settings.secure_cookies
    yield create_app(sqlite_runtime)


def _attempts(runtime: Runtime) -> int:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.scalar(select(func.count()).select_from(Attempt)) or 0


def _agree(runtime: Runtime) -> str:
    with runtime.unit(SYSTEM) as uow:
        posting = make_posting(uow, state=PostingState.IN_REVIEW, is_office_entry=True)
        return f"/p/{entries.make_link(uow, posting, LinkPurpose.AGREE)}"


def _interview(runtime: Runtime) -> str:
    with runtime.unit(SYSTEM) as uow:
        sent = go(uow, apply(uow), Move.INVITE)
        theirs = acting(uow, actor_of_employer(uow, employer_of(uow, sent)))
        return f"/i/{interview_links.make_link(theirs, sent, InterviewPurpose.RESULT)}"


def _hand(runtime: Runtime) -> str:
    with runtime.unit(SYSTEM) as uow:
        sent = apply(uow)
        theirs = acting(uow, actor_of_employer(uow, employer_of(uow, sent)))
        return f"/h/{hand_links.make_hand_link(theirs, sent)}"


def _demand(runtime: Runtime) -> str:
    with runtime.unit(SYSTEM) as uow:
        staff, employer = make_staff(uow), make_employer(uow)
        closes = uow.today + timedelta(days=14)
        held = rounds.hold_round(acting(uow, staff), quarter="2026Q4", opens_on=uow.today, closes_on=closes)
        return f"/d/{demand_links.link_token(rounds.asked_of(uow, held, employer).answer)}"


LINE = {"lines-0-words": "保安员", "by": "示例甲", "press": "save"}
LINKS: dict[str, tuple[Any, int, dict[str, str] | None, dict[str, str]]] = {
    # How the link is made, days that pass, a press that is refused, and one that is right.
    "posting": (_agree, 0, {"said": "x"}, {"said": "yes"}),
    "interview": (_interview, 3, {"said": "x"}, {"said": "passed"}),
    "hand": (_hand, 0, None, {}),
    "demand": (_demand, 0, LINE, LINE | {"lines-0-now_count": "3"}),
}


@pytest.mark.parametrize("kind", LINKS)
def test_a_form_behind_a_link_works_over_https_and_burns_no_brakes(live: Any, kind: str) -> None:
    make, days, wrong, right = LINKS[kind]
    runtime: Runtime = live.runtime
    path = make(runtime)
    with clock.frozen(NOW + timedelta(days=days)):
        browser = HttpsBrowser(live)
        assert browser.open(path).status_code == 200
        if wrong is not None:
            for _n in range(throttles.ACCOUNT_LIMIT + 1):
                assert browser.press(**wrong).status_code == 422
        assert _attempts(runtime) == 0
        answer = browser.press(**right)
        assert answer.status_code == 303, answer.get_data(as_text=True)[:400]
        assert _attempts(runtime) == 0
        assert browser.open(answer.headers["Location"]).status_code == 200
        assert browser.client.post(path, data=right, base_url=SITE).status_code == 400


@pytest.mark.parametrize("path", ["/p/unknown", "/i/unknown", "/h/unknown", "/d/none.such"])
def test_guesses_of_links_are_braked(app: Any, sqlite_runtime: Runtime, path: str) -> None:
    client = app.test_client()
    answers = [client.post(path, data={"said": "yes"}).status_code for _n in range(throttles.ACCOUNT_LIMIT + 1)]
    assert answers == [404] * throttles.ACCOUNT_LIMIT + [429]
