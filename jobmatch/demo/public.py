"""Searches that people of the demo county keep, their digests, and two issues of the bulletin with their counts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.accounts.states import PERSON_ROLES
from jobmatch.applications.services.digests import find_news, news_pool, tell_news
from jobmatch.applications.services.submitting import submit_application
from jobmatch.bulletins.models import Bulletin
from jobmatch.bulletins.queries import picked_postings, station_counts
from jobmatch.bulletins.services.issues import arrange_issue, count_click, make_issue, release_issue
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.inbox.queries import QUIET
from jobmatch.inbox.services import choose_quiet_hours
from jobmatch.matching.searches import save_search
from jobmatch.people.models.person import Person
from jobmatch.people.states import JobSearchState
from recruiters.postings.models import Posting

SEARCHES = (("开车的活", {"q": "司机"}), ("4000 元以上的", {"pay": "4000"}), ("保安", {"q": "保安"}))
READERS, APPLY_BY_LINK = 12, 6


def grow_public(demo: Demo) -> None:
    """Searches kept two weeks ago, two issues since then with what came of them, a draft, and today's digests."""
    with demo.unit(WEEKS - 2) as uow:
        people = _looking(demo, uow)
        for number, person in enumerate(people):
            uow.actor = own_actor(uow, person)
            for name, args in SEARCHES[: 1 + number % len(SEARCHES)]:
                save_search(uow, person, name=name, args=args)
            # The county may be built at night; the usual hours hold again once they were told.
            choose_quiet_hours(uow, 0, 0)
        ids = [person.id for person in people]
        first = _issue(demo, uow)
    with demo.unit(WEEKS - 1) as uow:
        _come_by_link(demo, uow, first, ids)
        second = _issue(demo, uow)
    with demo.unit(WEEKS) as uow:
        _come_by_link(demo, uow, second, ids[APPLY_BY_LINK:])
        uow.actor = demo.staff[county.COUNTY]
        make_issue(uow, uow.actor.region_path)
        uow.actor = system_actor("demo")
        _tell(uow)
        for person_id in ids:
            uow.actor = own_actor(uow, uow.session.get_one(Person, person_id))
            choose_quiet_hours(uow, *QUIET)


def _looking(demo: Demo, uow: UnitOfWork) -> list[Person]:
    """The people whose sign-in is shown, and some others who look for work."""
    shown = [User.phone.fingerprint(login.phone) for login in demo.logins if login.role in PERSON_ROLES]
    users = select(User.id).where(User.phone_blind.in_(shown))
    looking = Person.search_state == JobSearchState.LOOKING
    query = select(Person).where(Person.user_id.is_not(None), Person.created_at <= uow.now)
    return list(
        uow.session.scalars(
            query.where(looking | Person.user_id.in_(users))
            .order_by(Person.user_id.not_in(users), Person.id)
            .limit(READERS)
        )
    )


def _issue(demo: Demo, uow: UnitOfWork) -> int | None:
    """What the county's office releases: all that was proposed but two, the third one first; the id of the issue.

    A county of a few postings may have nothing to print yet.
    """
    uow.actor = demo.staff[county.COUNTY]
    bulletin = make_issue(uow, uow.actor.region_path)
    rows = [posting.public_id for _item, posting in picked_postings(uow, bulletin)]
    if not rows:
        return None
    arrange_issue(uow, bulletin, picked=rows[:-2] or rows, places={rows[min(2, len(rows) - 1)]: 1})
    return release_issue(uow, bulletin).id


def _come_by_link(demo: Demo, uow: UnitOfWork, issue: int | None, ids: Sequence[int]) -> None:
    """Links are opened, and a few people apply on the way; a hard rule may refuse some."""
    if issue is None:
        return
    bulletin = uow.session.get_one(Bulletin, issue)
    uow.actor = system_actor("demo")
    counts = station_counts(uow.session, bulletin)
    postings: list[Posting] = [posting for _item, posting in picked_postings(uow, bulletin)]
    for row in counts:
        for _time in range(demo.rng.randrange(3, 25)):
            count_click(uow, row.code)
    for person_id in ids[:APPLY_BY_LINK]:
        person = uow.session.get_one(Person, person_id)
        code = demo.rng.choice(counts).code
        uow.actor = own_actor(uow, person)
        for posting in demo.rng.sample(postings, min(4, len(postings))):
            try:
                with uow.session.begin_nested():
                    submit_application(uow, posting, person, consent=True, origin=code)
                break
            except AppError:
                continue


def _tell(uow: UnitOfWork) -> None:
    """Today's digests, as the clock tells them."""
    last, fresh = 0, news_pool(uow)
    while True:
        found, last = find_news(uow, fresh, after_id=last)
        tell_news(uow, found)
        if not last:
            return
