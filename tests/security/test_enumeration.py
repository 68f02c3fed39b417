"""Whether an account exists is not told: not by the status, not by the length, not by the time of an answer (G14)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete
from werkzeug.test import TestResponse

from jobmatch.accounts.models import Attempt, OneTimeCode, Organization
from jobmatch.accounts.services.invitations import invite_colleague
from jobmatch.core import clock
from tests import factories
from tests.accounts.conftest import Outbox, Site
from tests.conftest import NOW, acting

ROUNDS = 15
MOST_BYTES, MOST_SHARE = 40, 0.35
SLACK_SECONDS = 0.002
"""Below this nobody measures over a network; an answer of 3 ms would else fail on one page of memory."""
TRIES = 4


def clean(site: Site) -> None:
    """Take the brakes off between rounds: they are the same for both, and tested elsewhere."""
    with site.unit() as uow:
        uow.session.execute(delete(Attempt))
        uow.session.execute(delete(OneTimeCode))


def measured(
    site: Site, ask: Callable[[str], TestResponse], accounts: tuple[str, str]
) -> Iterator[tuple[int, int, float]]:
    """Status, length and best time of asking for each account, in turns, so that both meet the same machine."""
    found: dict[str, list[tuple[int, int, float]]] = {account: [] for account in accounts}
    for _ in range(ROUNDS):
        for account in accounts:
            started = time.perf_counter()
            answer = ask(account)
            found[account].append((answer.status_code, len(answer.data), time.perf_counter() - started))
        clean(site)
    for tries in found.values():
        assert len({status for status, _length, _time in tries}) == 1
        yield tries[0][0], tries[0][1], min(seconds for _status, _length, seconds in tries)


def same(site: Site, ask: Callable[[str], TestResponse], known: str, unknown: str) -> None:
    """Compare; a machine that did something else meanwhile gets another chance, a real difference stays one."""
    for left in reversed(range(TRIES)):
        first, second = measured(site, ask, (known, unknown))
        assert first[0] == second[0]
        assert abs(first[1] - second[1]) <= MOST_BYTES
        slow, fast = max(first[2], second[2]), min(first[2], second[2])
        if slow - fast <= max(MOST_SHARE * slow, SLACK_SECONDS):
            return
        assert left, f"{first[2] * 1000:.1f} ms and {second[2] * 1000:.1f} ms"


PHONE_FORMS = {
    "a sign-in by code": ("/sign-in", {}),
    "a sign-in by password": ("/sign-in/password", {"password": "guess guess guess"}),
    "recovering a password": ("/recover/password", {}),
    "changing a phone": ("/recover/phone", {"new_phone": "19900009990"}),
}


@pytest.mark.parametrize("way", PHONE_FORMS)
def test_a_phone_of_an_account_answers_as_any_other(site: Site, outbox: Outbox, way: str) -> None:
    path, more = PHONE_FORMS[way]
    field = "old_phone" if "new_phone" in more else "phone"
    known = site.employer().phone or ""
    same(site, lambda phone: site.browser().post(path, data={field: phone, **more}), known, factories.phone())


def test_signing_up_answers_the_same_until_the_phone_is_proven(site: Site, outbox: Outbox) -> None:
    with site.unit() as uow:
        factories.make_station(uow, path=factories.PATH_A, region_code=factories.TOWN_A)
    facts = {"kinds": ["TYJR"], "name": "测试新人", "birth_on": ["1988", "4"], "region_code": factories.TOWN_A}

    def ask(phone: str) -> TestResponse:
        return site.browser().post("/sign-up/person", data=facts | {"phone": phone, "agreed": "y", "send": "1"})

    same(site, ask, site.person().phone or "", factories.phone())


def test_the_control_sees_a_difference(site: Site) -> None:
    """A page that looks an account up and hashes for it alone is told apart."""

    def leaky(phone: str) -> TestResponse:
        if phone == "known":
            time.sleep(0.02)
        return site.browser().get("/sign-in")

    with pytest.raises(AssertionError, match="ms and"):
        same(site, leaky, "known", "unknown")


def test_an_invitation_that_is_over_answers_as_one_that_never_was(site: Site) -> None:
    with site.unit() as uow:
        employer = factories.make_employer(uow)
        member = factories.actor_of_employer(uow, employer)
        organization = uow.session.get_one(Organization, employer.organization_id)
        token = invite_colleague(acting(uow, member), organization, name="测试同事", phone=factories.phone())
    assert site.browser().get(f"/invitations/{token}").status_code == 200
    with clock.frozen(NOW + timedelta(days=8)):
        over, never = (site.browser().get(f"/invitations/{one}") for one in (token, "a" * len(token)))
        assert over.status_code == never.status_code
        assert abs(len(over.data) - len(never.data)) <= MOST_BYTES


@pytest.mark.parametrize("path", ["/services/status/{}", "/sign-in/once/{}", "/invitations/{}"])
def test_links_that_were_never_given_out_answer_alike(site: Site, path: str) -> None:
    answers = [site.browser().get(path.format(token)) for token in ("a" * 22, "b" * 22, "zz22zz22zz22zz22")]
    assert len({answer.status_code for answer in answers}) == 1
    lengths = [len(answer.data) for answer in answers]
    assert max(lengths) - min(lengths) <= MOST_BYTES
