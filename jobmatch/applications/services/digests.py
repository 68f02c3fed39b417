"""The daily digest: the new postings of somebody's searches themselves, and what came of their applications.

What there is to tell is found out while reading, for a hundred people at a time; only telling it writes. One digest a
day and person, none where nothing is new, none in quiet hours.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, exists, func, or_, select
from sqlalchemy.orm import selectinload

from jobmatch.accounts.models import User
from jobmatch.applications import notices
from jobmatch.applications.models import Application, ApplicationMove, Digest, DigestChoice
from jobmatch.applications.services.chores import SILENT, chase
from jobmatch.applications.states import ApplicationState, DigestKind, Move
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.crypto import keyring
from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import use_locale
from jobmatch.core.region_paths import in_share
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.queries import is_quiet, quiet_hours, switched_off_of
from jobmatch.inbox.services import send
from jobmatch.inbox.states import Channel, MessageGroup
from jobmatch.matching.models import SavedSearch
from jobmatch.matching.policies import can_choose_postings
from jobmatch.matching.searches import NewPosting, NewPostings, new_postings, settled_pairs, told_searches
from jobmatch.matching.services import card_rows
from jobmatch.matching.spots import distance_words, home_of, work_of
from jobmatch.people.models.person import Person
from jobmatch.people.states import ClaimState
from recruiters.postings.models import Posting

MOST_POSTINGS = 10
"""How many postings one digest names; the rest is a number and a link."""
LOOK_BACK = timedelta(days=7)
"""What is older is no news: who had no digest for weeks is not flooded."""
FIRST_LOOK = timedelta(days=1)
SILENT_DAYS = 7
KEPT_DAYS = 30
BATCH = 100
GROUPS = {DigestKind.POSTINGS: MessageGroup.RECOMMENDATION, DigestKind.RESULTS: MessageGroup.APPLICATION}
"""The group of messages that each part of the digest belongs to."""
TOLD = {
    Move.INVITE: "interview",
    Move.OFFER_SLOTS: "interview",
    Move.OFFER: "offer",
    Move.REJECT: "rejection",
    Move.LAPSE: "rejection",
}


@dataclass(frozen=True, slots=True)
class News:
    """What one person has not been told: new postings, and employers by what they did or left undone."""

    person_id: int
    user_id: int
    posting_ids: tuple[int, ...] = ()
    more_count: int = 0
    employer_count: int = 0
    results: dict[str, int] = field(default_factory=dict)
    silent: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.posting_ids or self.results or self.silent)


class Result(NamedTuple):
    """That an employer did something (``what``), or left it undone, at a moment."""

    at: datetime
    what: str
    application_id: int
    organization_id: int


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is read at once for some people, by the id of the person."""

    told_at: dict[int, datetime]
    wants: dict[int, set[DigestKind]]
    searches: dict[int, list[SavedSearch]]
    settled: set[tuple[int, int]]
    results: dict[int, list[Result]]


def news_pool(uow: UnitOfWork) -> NewPostings:
    """The postings that a round of digests draws from."""
    return new_postings(uow, uow.now - LOOK_BACK)


def find_news(uow: UnitOfWork, fresh: NewPostings, *, after_id: int, place: str = "") -> tuple[list[News], int]:
    """What the next people (of one share, or all) have not been told, and the id to go on from; 0 at the end."""
    require(uow.actor.is_system)
    people = uow.session.execute(_due(uow, after_id, place)).all()
    if not people:
        return [], 0
    hour, hours = uow.now.astimezone(SHANGHAI).hour, quiet_hours(uow.session, [row.user_id for row in people])
    awake = {row.id: row.user_id for row in people if not is_quiet(hour, hours[row.user_id])}
    batch = _read(uow, awake, fresh)
    found = [_news(uow, person_id, user_id, batch, fresh) for person_id, user_id in awake.items()]
    return [one for one in found if not one.is_empty], people[-1].id


def _due(uow: UnitOfWork, after_id: int, place: str) -> Select[*tuple[Any, ...]]:
    """People with an account who may have news and were told nothing today."""
    told = exists().where(Digest.person_id == Person.id, Digest.made_on == uow.today)
    searching = exists().where(SavedSearch.person_id == Person.id, SavedSearch.is_told)
    moved = (Application.state_since > uow.now - LOOK_BACK) | (Application.state == ApplicationState.SUBMITTED)
    applied = exists().where(Application.person_id == Person.id, moved)
    return (
        select(Person.id, Person.user_id)
        .join(User, User.id == Person.user_id)
        .where(Person.id > after_id, User.is_active, Person.claim_state == ClaimState.NONE, Person.erased_at.is_(None))
        .where(~told, or_(searching, applied), in_share(Person.region_path, place))
        .order_by(Person.id)
        .limit(BATCH)
    )


def _read(uow: UnitOfWork, users: dict[int, int], fresh: NewPostings) -> _Batch:
    ids = list(users)
    last = select(Digest.person_id, func.max(Digest.made_at)).where(Digest.person_id.in_(ids))
    return _Batch(
        told_at={row[0]: row[1] for row in uow.session.execute(last.group_by(Digest.person_id))},
        wants=_wants(uow, users),
        searches=told_searches(uow, ids),
        settled=settled_pairs(uow, ids, list(fresh.by_id)),
        results=_results(uow, ids),
    )


def _wants(uow: UnitOfWork, users: dict[int, int]) -> dict[int, set[DigestKind]]:
    """What each person wants: both kinds, less what they said here or switched off among their messages."""
    rows = uow.session.scalars(select(DigestChoice).where(DigestChoice.person_id.in_(users)))
    chosen = {row.person_id: row for row in rows}
    off = switched_off_of(uow.session, users.values(), Channel.IN_APP)
    found: dict[int, set[DigestKind]] = {}
    for person_id, user_id in users.items():
        row = chosen.get(person_id)
        wanted = {kind for kind in DigestKind if row is None or getattr(row, f"wants_{kind.value}")}
        found[person_id] = {kind for kind in wanted if GROUPS[kind] not in off[user_id]}
    return found


def _results(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, list[Result]]:
    """What employers did in the last days, and what they left unanswered for a week."""
    moves = (
        select(
            Application.person_id,
            ApplicationMove.at,
            ApplicationMove.move,
            Application.id,
            Application.organization_id,
        )
        .join(Application, Application.id == ApplicationMove.application_id)
        .where(Application.person_id.in_(ids))
        .where(ApplicationMove.move.in_(TOLD), ApplicationMove.at > uow.now - LOOK_BACK)
    )
    waiting = select(Application.person_id, Application.created_at, Application.id, Application.organization_id).where(
        Application.person_id.in_(ids),
        Application.state == ApplicationState.SUBMITTED,
        Application.created_at <= uow.now - timedelta(days=SILENT_DAYS),
    )
    found: dict[int, list[Result]] = {}
    for person_id, at, move, application_id, organization_id in uow.session.execute(moves):
        if move is not None:
            found.setdefault(person_id, []).append(Result(at, TOLD[move], application_id, organization_id))
    for person_id, at, application_id, organization_id in uow.session.execute(waiting):
        since = at + timedelta(days=SILENT_DAYS)
        found.setdefault(person_id, []).append(Result(since, "silence", application_id, organization_id))
    return found


def _news(uow: UnitOfWork, person_id: int, user_id: int, batch: _Batch, fresh: NewPostings) -> News:
    wants, told_at = batch.wants[person_id], batch.told_at.get(person_id)
    postings: list[NewPosting] = []
    if DigestKind.POSTINGS in wants:
        postings = list(_new_of(uow, person_id, told_at, batch, fresh))
    since = max(told_at or uow.now - FIRST_LOOK, uow.now - LOOK_BACK)
    results = [one for one in batch.results.get(person_id, ()) if one.at > since]
    if DigestKind.RESULTS not in wants:
        results = []
    by_what: dict[str, set[int]] = {}
    for one in results:
        by_what.setdefault(one.what, set()).add(one.organization_id)
    shown = postings[:MOST_POSTINGS]
    return News(
        person_id,
        user_id,
        posting_ids=tuple(one.posting_id for one in shown),
        more_count=len(postings) - len(shown),
        employer_count=len({one.employer_id for one in postings}),
        results={what: len(organizations) for what, organizations in by_what.items()},
        silent=tuple(one.application_id for one in results if one.what == "silence"),
    )


def _new_of(
    uow: UnitOfWork, person_id: int, told_at: datetime | None, batch: _Batch, fresh: NewPostings
) -> Iterator[NewPosting]:
    """New postings of all searches of a person, once each, the newest first."""
    found: dict[int, NewPosting] = {}
    for saved in batch.searches.get(person_id, ()):
        since = max(saved.created_at, told_at or saved.created_at)
        for posting_id in fresh.matching(uow, saved.args):
            one = fresh.by_id[posting_id]
            if one.published_at > since and (person_id, posting_id) not in batch.settled:
                found[posting_id] = one
    yield from sorted(found.values(), key=lambda one: (one.published_at, one.posting_id), reverse=True)


# ---------- telling ----------


def tell_news(uow: UnitOfWork, found: Sequence[News]) -> int:
    """Write the digests and leave the messages; whoever was told meanwhile is left out. Returns how many were told."""
    require(uow.actor.is_system)
    ids = [one.person_id for one in found]
    told = select(Digest.person_id).where(Digest.person_id.in_(ids), Digest.made_on == uow.today)
    done = set(uow.session.scalars(told))
    people = {row.id: row for row in uow.session.scalars(select(Person).where(Person.id.in_(ids)))}
    users = {row.id: row for row in uow.session.scalars(select(User).where(User.id.in_([n.user_id for n in found])))}
    rows = card_rows(uow, sorted({posting_id for one in found for posting_id in one.posting_ids}))
    _chase(uow, [application_id for one in found for application_id in one.silent])
    count = 0
    for one in found:
        if one.person_id not in done:
            _tell(uow, one, people[one.person_id], users[one.user_id], rows)
            count += 1
    return count


def _chase(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Who is told that somebody asks the employer today has somebody who does: a task of the station."""
    known = exists().where(Task.once == SILENT + Application.public_id, Task.state == TaskState.OPEN)
    query = select(Application).where(Application.id.in_(ids), ~known)
    with_names = query.options(selectinload(Application.person), selectinload(Application.posting))
    for row in uow.session.scalars(with_names):
        chase(uow, row, due_on=uow.today)


def _tell(uow: UnitOfWork, news: News, person: Person, user: User, rows: dict[int, Posting]) -> None:
    with use_locale(user.locale):
        title = notices.digest_title(news.employer_count, news.results, SILENT_DAYS)
    kept = [posting_id for posting_id in news.posting_ids if posting_id in rows]
    digest = Digest(
        person_id=person.id,
        made_on=uow.today,
        made_at=uow.now,
        title=title,
        posting_ids=kept,
        more_count=news.more_count,
    )
    uow.session.add(digest)
    home = home_of(uow.session, person)

    def body() -> str:
        lines = [
            notices.posting_line(
                rows[one], distance_words(uow.session, home, work_of(uow.session, rows[one])), uow.session
            )
            for one in kept
        ]
        return notices.digest_body(lines, news.more_count)

    site = uow.session.info.get("site_url", "")
    off = f"{site}{off_path(person, 'all')}" if site else ""
    send(
        uow,
        user,
        group=GROUPS[DigestKind.POSTINGS if kept else DigestKind.RESULTS],
        title=title,
        body=body,
        link=f"/me/digests/{digest.public_id}",
        once=f"digest:{uow.today.isoformat()}",
        by_sms=True,
        sms=lambda: notices.digest_sms(news.employer_count, news.results, SILENT_DAYS, off),
    )


def drop_old_digests(uow: UnitOfWork, *, limit: int = 500) -> int:
    """Forget digests after a month; the messages stay."""
    require(uow.actor.is_system)
    old = select(Digest.id).where(Digest.made_on < uow.today - timedelta(days=KEPT_DAYS)).limit(limit)
    gone = uow.session.execute(
        delete(Digest).where(Digest.id.in_(old)), execution_options={"synchronize_session": False}
    )
    return gone.rowcount  # type: ignore[attr-defined]


# ---------- what people want ----------


def choose_digest(uow: UnitOfWork, person: Person, *, wants_postings: bool, wants_results: bool) -> None:
    """Which parts of the digest a person wants."""
    require(can_choose_postings(uow.actor, person))
    _store(uow, person, {DigestKind.POSTINGS: wants_postings, DigestKind.RESULTS: wants_results})


def _store(uow: UnitOfWork, person: Person, wants: dict[DigestKind, bool]) -> None:
    row = uow.session.get(DigestChoice, person.id)
    if row is None:
        row = DigestChoice(person_id=person.id, wants_postings=True, wants_results=True, changed_at=uow.now)
        uow.session.add(row)
    for kind, is_wanted in wants.items():
        setattr(row, f"wants_{kind.value}", is_wanted)
    row.changed_at = uow.now
    uow.session.flush()
    uow.audit("digest.choose", person, wants_postings=row.wants_postings, wants_results=row.wants_results)


def off_path(person: Person, what: str) -> str:
    """The address that switches digests off without signing in: ``what`` is a kind, or ``all``."""
    return f"/off/{what}/{person.public_id}/{_signature(person.public_id, what)}"


def _signature(public_id: str, what: str) -> str:
    return keyring().fingerprint(f"{what}:{public_id}", purpose="digest.off").hex()


def person_of_off_link(uow: UnitOfWork, what: str, public_id: str, signature: str) -> Person:
    """Whose digest a link switches off. Raises ``NotFound`` where the signature is not ours."""
    is_known = what == "all" or what in set(DigestKind)
    if not is_known or not hmac.compare_digest(_signature(public_id, what).encode(), signature.encode()):
        raise NotFound
    found = uow.session.scalars(select(Person).where(Person.public_id == public_id, Person.erased_at.is_(None))).first()
    if found is None:
        raise NotFound
    return found


def switch_off(uow: UnitOfWork, what: str, public_id: str, signature: str) -> None:
    """Switch one kind of digest off, or all; pressing twice changes nothing more."""
    person = person_of_off_link(uow, what, public_id, signature)
    kinds = list(DigestKind) if what == "all" else [DigestKind(what)]
    _store(uow, person, dict.fromkeys(kinds, False))


def wanted_kinds(uow: UnitOfWork, person: Person) -> set[DigestKind]:
    """Which parts of the digest a person said they want."""
    row = uow.session.get(DigestChoice, person.id)
    return {kind for kind in DigestKind if row is None or getattr(row, f"wants_{kind.value}")}
