"""转给用人部门 by link: one browser, seven days, no phone, every opening logged, taken back at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.applications import hand_links
from jobmatch.applications.models import Application, HandLink
from jobmatch.applications.states import Move
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import phone_of
from tests.applications.browser import SYSTEM, Browser, words
from tests.applications.conftest import World
from tests.applications.samples import apply, employer_of, go
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer
from tests.people.help import counted


def handed(uow: UnitOfWork) -> tuple[UnitOfWork, Application, str]:
    sent = apply(uow)
    theirs = acting(uow, actor_of_employer(uow, employer_of(uow, sent)))
    return theirs, sent, hand_links.make_hand_link(theirs, sent)


def test_the_first_browser_keeps_the_link_and_sees_no_phone(uow: UnitOfWork) -> None:
    theirs, sent, token = handed(uow)
    assert hand_links.read_hand_link(uow, token, "") is None
    browser = hand_links.claim_hand_link(uow, token)
    assert browser
    assert hand_links.claim_hand_link(uow, token) is None
    found = hand_links.read_hand_link(uow, token, browser)
    assert found is not None
    assert found[1].card.person is not None
    assert found[1].card.person.phone is None
    assert not found[1].card.person.is_masked
    assert hand_links.read_hand_link(uow, token, "another") is None
    for _n in range(2):
        hand_links.log_opening(uow, token)
    assert hand_links.links_of(theirs, sent)[0].opened_count == 2
    opened = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "hand_link.open")).all()
    assert [row.object_id for row in opened] == [sent.public_id] * 2


def test_a_link_ends_by_time_by_hand_and_with_its_application(uow: UnitOfWork) -> None:
    theirs, sent, token = handed(uow)
    other = hand_links.make_hand_link(theirs, sent)
    browser = hand_links.claim_hand_link(uow, token) or ""
    first = hand_links.links_of(theirs, sent)[-1]
    hand_links.revoke_hand_link(theirs, sent, first.public_id)
    hand_links.revoke_hand_link(theirs, sent, first.public_id)
    with pytest.raises(NotFound):
        hand_links.read_hand_link(uow, token, browser)
    later = acting(uow, SYSTEM)
    later.now += timedelta(days=7, seconds=1)
    with pytest.raises(NotFound):
        hand_links.find_hand_link(later, other)
    assert hand_links.find_hand_link(uow, other)
    go(uow, sent, Move.REJECT)
    with pytest.raises(NotFound):
        hand_links.find_hand_link(uow, other)
    with pytest.raises(Conflict):
        hand_links.make_hand_link(theirs, sent)


def test_only_the_own_employer_makes_and_takes_back(uow: UnitOfWork) -> None:
    _theirs, sent, _token = handed(uow)
    rival = acting(uow, actor_of_employer(uow, make_employer(uow)))
    with pytest.raises(NotAllowed):
        hand_links.make_hand_link(rival, sent)
    with pytest.raises(NotAllowed):
        hand_links.revoke_hand_link(rival, sent, hand_links.links_of(uow, sent)[0].public_id)


def test_there_are_no_more_links_than_anybody_needs(uow: UnitOfWork) -> None:
    theirs, sent, _token = handed(uow)
    for _n in range(hand_links.MOST_LINKS - 1):
        hand_links.make_hand_link(theirs, sent)
    with pytest.raises(Conflict):
        hand_links.make_hand_link(theirs, sent)


def test_two_presses_at_once_have_one_winner(world: World) -> None:
    public_id = world.applied()
    world.employer.post("make_hand_link", public_id=public_id)
    with world.app.runtime.unit(SYSTEM) as uow:
        sent = uow.session.query(Application).filter_by(public_id=public_id).one()
        theirs = acting(uow, actor_of_employer(uow, employer_of(uow, sent)))
        token = hand_links.make_hand_link(theirs, sent)
    won: list[str | None] = []

    def press() -> None:
        with world.app.runtime.unit(SYSTEM) as uow:
            won.append(hand_links.claim_hand_link(uow, token))

    threads = [threading.Thread(target=press) for _n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one is not None for one in won) == 1


def test_the_page_opens_in_one_browser_only(world: World) -> None:
    public_id = world.applied()
    made = world.employer.post("make_hand_link", public_id=public_id)
    assert made.status_code == 200
    token = made.text.split("/h/")[1].split('"')[0]
    phone_owner = Browser(world.app)
    asked = phone_owner.get("by_hand_link", token=token)
    assert asked.status_code == 200
    assert "测试王建国" not in asked.text
    assert phone_owner.post("by_hand_link", token=token).status_code == 303
    seen = phone_owner.get("by_hand_link", token=token)
    assert "测试王建国" in words(seen)
    with world.app.runtime.unit(SYSTEM, writing=False) as uow:
        number = phone_of(uow.session, uow.session.get_one(Person, world.person_id)) or ""
    assert number not in seen.text
    assert seen.headers["Cache-Control"] == "private, no-store"
    world.nobody.client.set_cookie("handed", "x" * 40, path=f"/h/{token}")
    with counted(world.app.runtime.database.engine) as seen_statements:
        second = world.nobody.get("by_hand_link", token=token)
    # A stranger's cookie opens no writing unit.
    assert not [one for one in seen_statements if one.startswith(("BEGIN IMMEDIATE", "UPDATE", "INSERT"))]
    assert second.status_code == 410
    assert "测试王建国" not in second.text
    assert world.nobody.post("by_hand_link", token=token).status_code == 303
    assert world.nobody.get("by_hand_link", token=token).status_code == 410
    assert world.nobody.get("by_hand_link", token="unknown").status_code == 404
    with world.app.runtime.unit(SYSTEM, writing=False) as uow:
        link = uow.session.scalars(select(HandLink)).one()
    page = words(world.employer.get("received_one", public_id=public_id))
    assert "打开 1 次" in page
    assert world.rival.post("revoke_hand_link", public_id=public_id, link_id=link.public_id).status_code == 404
    assert world.employer.post("revoke_hand_link", public_id=public_id, link_id=link.public_id).status_code == 303
    assert phone_owner.get("by_hand_link", token=token).status_code == 404
