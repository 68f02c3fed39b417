"""Recommending, searching, the ledger of pair facts, and what people decide about recommendations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import require
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.attention import spread_people, spread_postings
from jobmatch.matching.documents import posting_document, profile_of
from jobmatch.matching.fitting import active_ranker, fit, present_ranker, read_facts, store_ranker
from jobmatch.matching.index import MANY_CHANGES, pools
from jobmatch.matching.kept import Asked, ranking_of
from jobmatch.matching.models import FittedModel, MatchChoice, PairFact
from jobmatch.matching.policies import (
    can_choose_postings,
    can_find_people,
    can_match_person,
    visible_open_people,
)
from jobmatch.matching.queries import (
    facts_of,
    is_personal,
    settled_people,
    settled_postings,
)
from jobmatch.matching.results import (
    ListedPosting,
    PostingPage,
    Recommendation,
    RecommendedPerson,
    fit_of,
)
from jobmatch.matching.spots import distance_words, home_of, town_of, work_of
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import blocking_people, cards, load_full
from jobmatch.people.services.consents import record_consent
from jobmatch.people.states import ConsentPurpose
from jobmatch.reference.queries import Spot
from ml.matching import (
    Eligibility,
    Explanation,
    Filter,
    Match,
    Profile,
    Ranking,
    SearchResult,
    explain,
    match_pair,
    rank_people,
    search,
)
from recruiters.employers.models import Employer
from recruiters.postings.cards import posting_card
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

TOP = 50
SPARE = 10
"""How many more than asked for are ranked, since some may be gone when they are read again."""
PAGE_SIZE = 10
NOWHERE = Spot(None, None)


# ---------- recommending ----------


def recommend_postings(
    uow: UnitOfWork, person: Person, *, top: int = TOP, where: Filter | None = None
) -> list[Recommendation]:
    """The open postings that fit a person best, with reasons, without those applied to or dismissed."""
    require(can_match_person(uow.actor, person))
    profile, eligibility = profile_of(uow.session, person)
    without = settled_postings(uow.session, person.id)
    return rank_for(uow, profile, eligibility, home_of(uow.session, person), top, where, without)[0]


def rank_for(
    uow: UnitOfWork,
    profile: Profile,
    eligibility: Eligibility,
    home: Spot,
    top: int,
    where: Filter | None,
    without: Collection[int],
) -> tuple[list[Recommendation], int]:
    """The best open postings for a profile, without those named, and how many were considered."""
    ranking = rank_keys(uow, profile, eligibility, top, where, without)
    columns = (
        Posting.id,
        Posting.public_id,
        Posting.employer_id,
        Posting.title,
        Posting.latitude,
        Posting.longitude,
        Posting.region_code,
        Posting.is_point_exact,
    )
    rows = open_rows(uow, select(*columns), [int(match.key) for match in ranking.matches])
    matches = spread_postings(uow, ranking.matches, rows, salt=profile.key)
    return fits_among(uow, matches[:top], rows, home), ranking.considered


def rank_keys(
    uow: UnitOfWork,
    profile: Profile,
    eligibility: Eligibility,
    top: int,
    where: Filter | None,
    without: Collection[int],
) -> Ranking:
    """What the index proposes: a few more than ``top``, to be read again before anybody sees them."""
    return ranking_of(
        Asked(
            active_ranker(uow.session),
            pools(uow.session).postings.get(uow.session),
            profile,
            eligibility,
            uow.today,
            top + SPARE,
            where,
            frozenset(str(one) for one in without),
        )
    )


def fits_among(uow: UnitOfWork, matches: Iterable[Match], rows: Mapping[int, Any], home: Spot) -> list[Recommendation]:
    """Matches with words, in their order, as far as ``rows`` (by posting id) has them."""
    return [
        Recommendation(
            posting_id=row.id,
            public_id=row.public_id,
            title=row.title,
            **fit_of(uow.session, match, near=distance_words(uow.session, home, work_of(uow.session, row))),
        )
        for match in matches
        if (row := rows.get(int(match.key)))
    ]


def open_rows(uow: UnitOfWork, query: Any, ids: Sequence[int]) -> dict[int, Any]:
    """What the index proposed, as the database has it now, by id; what may not be shown is left out."""
    return {row.id: row for row in uow.rows(visible_public_postings(uow.actor, query.where(Posting.id.in_(ids))))}


def recommend_people(uow: UnitOfWork, posting: Posting, *, top: int = TOP) -> list[RecommendedPerson]:
    """The people who fit a posting best among those who let employers find them, as masked cards with reasons.

    ``posting`` is loaded with its employer. People who applied or dismissed the posting are left out.
    """
    require(can_find_people(uow.actor, posting, posting.employer))
    document = posting_document(uow.session, posting)
    shut_out = blocking_people(uow.session, posting.employer.organization_id)
    without = frozenset(str(one) for one in settled_people(uow.session, posting.id) | shut_out)
    pool = pools(uow.session).people.get(uow.session)
    ranking = rank_people(
        active_ranker(uow.session), pool, document, today=uow.today, top=top + SPARE, exclude_keys=without
    )
    ids = [int(match.key) for match in ranking.matches]
    query = visible_open_people(uow.actor, load_full(select(Person).where(Person.id.in_(ids))))
    people = {person.id: person for person in uow.rows(query)}
    there = [match for match in ranking.matches if int(match.key) in people]
    matches = spread_people(uow, there, salt=document.key)[:top]
    chosen = [people[int(match.key)] for match in matches]
    shown = cards(uow, chosen, organization_id=posting.employer.organization_id)
    invited = _invited(uow, posting.id, [person.id for person in chosen])
    work = work_of(uow.session, posting)
    return [
        RecommendedPerson(
            person_id=person.id,
            card=card,
            is_invited=person.id in invited,
            can_be_told=person.user_id is not None,
            # An employer learns the town, never how far the own door is.
            **fit_of(uow.session, match, near=distance_words(uow.session, town_of(uow.session, person), work)),
        )
        for person, card, match in zip(chosen, shown, matches, strict=True)
    ]


def _invited(uow: UnitOfWork, posting_id: int, person_ids: Sequence[int]) -> set[int]:
    wanted = (PairFact.posting_id == posting_id, PairFact.kind == FactKind.INVITED)
    return set(uow.session.scalars(select(PairFact.person_id).where(*wanted, PairFact.person_id.in_(person_ids))))


def explain_pair(uow: UnitOfWork, person: Person, posting: Posting) -> Explanation:
    """Every reason for and against one pair, and the rule that excludes it, if any.

    Whoever may see the person behind a live grant may see this too, so the caller has loaded ``person`` through
    ``visible_people``.
    """
    profile, eligibility = profile_of(uow.session, person)
    return explain(profile, eligibility, posting_document(uow.session, posting), today=uow.today)


def match_of(uow: UnitOfWork, person: Person, posting: Posting) -> Match:
    """Score and reasons of one pair, as both directions of recommending give them."""
    require(can_match_person(uow.actor, person))
    profile, eligibility = profile_of(uow.session, person)
    document = posting_document(uow.session, posting)
    return match_pair(active_ranker(uow.session), profile, eligibility, document, today=uow.today)


# ---------- lists ----------


def search_postings(
    uow: UnitOfWork,
    words: str = "",
    *,
    where: Filter | None = None,
    sort: str = "relevance",
    point: Spot = NOWHERE,
    page: int = 1,
    size: int = PAGE_SIZE,
    person: Person | None = None,
    fits: Callable[[Sequence[int]], Iterable[Recommendation]] = lambda ids: (),
    origin: str = "",
) -> PostingPage:
    """One page of the open postings that say ``words`` and meet ``where``; the order never depends on a profile.

    ``sort``: ``relevance``, ``newest``, ``pay``, or ``distance`` from ``point``, which ``origin`` names where it is
    nobody's home. For ``person`` what they saved is marked and what they applied to or dismissed left out; ``fits``
    gives the reasons shown beside the page's postings.
    """
    pool = pools(uow.session).postings.get(uow.session)
    place = (point.latitude, point.longitude) if point.latitude is not None and point.longitude is not None else None
    if sort == "distance" and place is None:
        sort = "newest"
    without = frozenset(str(one) for one in settled_postings(uow.session, person.id)) if person else frozenset()

    def found_on(number: int) -> SearchResult:
        return search(
            pool,
            words,
            where=where,
            sort=sort,
            point=place,
            offset=(number - 1) * size,
            limit=size,
            exclude_keys=without,
        )

    found = found_on(page)
    pages = max(1, -(-found.total // size))
    if page > pages:
        page, found = pages, found_on(pages)
    ids = [int(key) for key in found.keys]
    rows = listed(uow, ids, fits(ids), point, person, origin=origin)
    return PostingPage(rows, found.total - len(ids) + len(rows), len(pool), page, pages)


def count_postings(uow: UnitOfWork, words: str, where: Filter) -> int:
    """How many postings a search would find."""
    return search(pools(uow.session).postings.get(uow.session), words, where=where, sort="newest", limit=0).total


def listed(
    uow: UnitOfWork,
    ids: Sequence[int],
    fits: Iterable[Recommendation],
    home: Spot,
    person: Person | None,
    *,
    origin: str = "",
) -> tuple[ListedPosting, ...]:
    """Postings as a list shows them, in the order of ``ids``; those that may not be shown any more are left out."""
    return listed_rows(uow, card_rows(uow, ids), ids, fits, home, person, origin=origin)


def card_rows(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, Posting]:
    """Postings with what a card reads, by id, as far as they may be shown."""
    return open_rows(uow, select(Posting).options(joinedload(Posting.employer).joinedload(Employer.organization)), ids)


def listed_rows(
    uow: UnitOfWork,
    rows: Mapping[int, Posting],
    ids: Sequence[int],
    fits: Iterable[Recommendation],
    home: Spot,
    person: Person | None,
    *,
    origin: str = "",
) -> tuple[ListedPosting, ...]:
    """The same for rows that were read already."""
    facts = facts_of(uow.session, person.id, ids) if person else {}
    fit_by_id = {fit.posting_id: fit for fit in fits}
    return tuple(
        ListedPosting(
            posting_id=row.id,
            card=posting_card(uow.session, row),
            distance=distance_words(uow.session, home, work_of(uow.session, row), origin=origin),
            fit=fit_by_id.get(row.id),
            is_saved=FactKind.SAVED in facts.get(row.id, ()),
            is_invited=FactKind.INVITED in facts.get(row.id, ()),
        )
        for one in ids
        if (row := rows.get(one))
    )


# ---------- the ledger ----------


def record_fact(
    uow: UnitOfWork, person_id: int, posting_id: int, kind: FactKind, *, code: str = "", position: int | None = None
) -> None:
    """Note that something happened between a person and a posting; again only raises its count and last moment.

    Without ``position`` the fact keeps the place at which the posting was shown to the person, if it was.
    """
    if position is None:
        shown = (PairFact.person_id == person_id, PairFact.posting_id == posting_id, PairFact.kind == FactKind.SHOWN)
        position = uow.session.scalar(select(PairFact.position).where(*shown))
    _write_facts(uow, [_fact(uow, person_id, posting_id, kind, code, position)])


def remember_shown(uow: UnitOfWork, person_id: int, posting_ids: Sequence[int], *, first: int) -> None:
    """Note that postings were shown to a person, from position ``first`` (1-based) on; comes through the buffer."""
    if posting_ids:
        places = enumerate(posting_ids, first)
        _write_facts(uow, [_fact(uow, person_id, one, FactKind.SHOWN, "", place) for place, one in places])
    _keep_index_small(uow)


def _fact(
    uow: UnitOfWork, person_id: int, posting_id: int, kind: FactKind, code: str, position: int | None
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "posting_id": posting_id,
        "kind": kind,
        "code": code,
        "position": position,
        "count": 1,
        "first_at": uow.now,
        "last_at": uow.now,
    }


def _write_facts(uow: UnitOfWork, values: list[dict[str, Any]]) -> None:
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(PairFact)
    given = insert.excluded
    uow.session.execute(
        insert.on_conflict_do_update(
            index_elements=["person_id", "posting_id", "kind"],
            set_={
                "count": PairFact.count + 1,
                "last_at": given.last_at,
                "code": given.code,
                # A later fact that came from no list must not wipe out the place at which the posting was shown.
                "position": func.coalesce(given.position, PairFact.position),
            },
        ),
        values,
    )


def _keep_index_small(uow: UnitOfWork) -> None:
    """Ask for a new base where this process carries many changes and nobody has asked yet."""
    if max(one.change_count for one in pools(uow.session).all()) < MANY_CHANGES:
        return
    waiting = select(Job.id).where(
        Job.name == "matching.rebuild_index", Job.state.in_([JobState.QUEUED, JobState.RUNNING])
    )
    if uow.session.scalar(waiting.limit(1)) is None:
        uow.enqueue("matching.rebuild_index")


def fit_ranker(uow: UnitOfWork) -> FittedModel:
    """Read the ledger, fit, store and use the result, all in one unit; the job does it in three."""
    return store_ranker(uow, fit(read_facts(uow), today=uow.today, present=present_ranker(uow.session)))


# ---------- what people decide ----------


def toggle_saved(uow: UnitOfWork, person: Person, posting: Posting) -> bool:
    """Save a posting, or take it off the list of saved ones; returns whether it is saved now."""
    require(can_choose_postings(uow.actor, person))
    if _take_back(uow, person, posting, FactKind.SAVED):
        return False
    record_fact(uow, person.id, posting.id, FactKind.SAVED)
    return True


def dismiss(uow: UnitOfWork, person: Person, posting: Posting) -> None:
    """Never recommend this posting to the person again."""
    require(can_choose_postings(uow.actor, person))
    record_fact(uow, person.id, posting.id, FactKind.DISMISSED)


def undo_dismiss(uow: UnitOfWork, person: Person, posting: Posting) -> None:
    """Let a dismissed posting be recommended again."""
    require(can_choose_postings(uow.actor, person))
    _take_back(uow, person, posting, FactKind.DISMISSED)


def _take_back(uow: UnitOfWork, person: Person, posting: Posting, kind: FactKind) -> bool:
    wanted = (PairFact.person_id == person.id, PairFact.posting_id == posting.id, PairFact.kind == kind)
    return uow.session.execute(delete(PairFact).where(*wanted)).rowcount > 0  # type: ignore[attr-defined]


def set_personal(uow: UnitOfWork, person: Person, *, is_personal: bool) -> None:
    """Let recommendations use the person's profile, or not (PIPL article 24); lists by time and distance stay."""
    require(can_choose_postings(uow.actor, person))
    choice = uow.session.get(MatchChoice, person.id)
    if choice is None:
        uow.session.add(MatchChoice(person_id=person.id, is_personal=is_personal, changed_at=uow.now))
    else:
        choice.is_personal, choice.changed_at = is_personal, uow.now
    uow.session.flush()
    record_consent(uow, person, ConsentPurpose.RECOMMENDATION, is_given=is_personal)
    uow.audit("match.personal", person, is_personal=is_personal)


def home(uow: UnitOfWork, person: Person) -> Spot:
    """Where the person lives, as far as they said."""
    require(can_match_person(uow.actor, person))
    return home_of(uow.session, person)


def wants_personal(uow: UnitOfWork, person: Person) -> bool:
    """Whether the person lets recommendations use their profile."""
    return is_personal(uow.session, person.id)
