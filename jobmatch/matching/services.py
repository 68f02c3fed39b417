"""Recommending, searching, the ledger of pair facts, and what people decide about recommendations."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import require
from jobmatch.core.jobs import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import posting_document, profile_of
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.index import MANY_CHANGES, pools
from jobmatch.matching.models import MatchChoice, PairFact
from jobmatch.matching.policies import can_choose_postings, can_find_people, can_match_person, visible_open_people
from jobmatch.matching.queries import facts_of, is_personal, settled_people, settled_postings
from jobmatch.matching.results import (
    ListedPosting,
    PostingPage,
    Recommendation,
    RecommendedPerson,
    fit_of,
)
from jobmatch.matching.spots import distance_words, home_of, town_of, work_of
from jobmatch.matching.states import FactKind
from jobmatch.people.models import Person
from jobmatch.people.queries.people import cards, load_full
from jobmatch.reference.queries import Spot
from ml.matching import (
    Eligibility,
    Explanation,
    Filter,
    Match,
    Profile,
    explain,
    match_pair,
    rank_people,
    rank_postings,
    search,
)
from recruiters.employers.models import Employer
from recruiters.postings.cards import posting_card
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

log = logging.getLogger(__name__)

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
    return _recommend(uow, profile, eligibility, home_of(uow.session, person), top, where, without)[0]


def _recommend(
    uow: UnitOfWork,
    profile: Profile,
    eligibility: Eligibility,
    home: Spot,
    top: int,
    where: Filter | None,
    without: Collection[int],
) -> tuple[list[Recommendation], int]:
    ranking = rank_postings(
        active_ranker(uow.session),
        pools(uow.session).postings.get(uow.session),
        profile,
        eligibility,
        today=uow.today,
        top=top + SPARE,
        where=where,
        exclude_keys=frozenset(str(one) for one in without),
    )
    columns = (
        Posting.id,
        Posting.public_id,
        Posting.title,
        Posting.latitude,
        Posting.longitude,
        Posting.region_code,
        Posting.is_point_exact,
    )
    rows = _open_rows(uow, select(*columns), [int(match.key) for match in ranking.matches])
    found = [
        Recommendation(
            posting_id=row.id,
            public_id=row.public_id,
            title=row.title,
            **fit_of(match, near=distance_words(uow.session, home, work_of(uow.session, row))),
        )
        for match in ranking.matches
        if (row := rows.get(int(match.key)))
    ]
    return found[:top], ranking.considered


def _open_rows(uow: UnitOfWork, query: Any, ids: Sequence[int]) -> Mapping[int, Any]:
    """What the index proposed, as the database has it now, by id; what may not be shown is left out."""
    return {row.id: row for row in uow.rows(visible_public_postings(uow.actor, query.where(Posting.id.in_(ids))))}


def recommend_people(uow: UnitOfWork, posting: Posting, *, top: int = TOP) -> list[RecommendedPerson]:
    """The people who fit a posting best among those who let employers find them, as masked cards with reasons.

    ``posting`` is loaded with its employer. People who applied or dismissed the posting are left out.
    """
    require(can_find_people(uow.actor, posting, posting.employer))
    document = posting_document(uow.session, posting)
    without = frozenset(str(one) for one in settled_people(uow.session, posting.id))
    pool = pools(uow.session).people.get(uow.session)
    ranking = rank_people(
        active_ranker(uow.session), pool, document, today=uow.today, top=top + SPARE, exclude_keys=without
    )
    ids = [int(match.key) for match in ranking.matches]
    query = visible_open_people(uow.actor, load_full(select(Person).where(Person.id.in_(ids))))
    people = {person.id: person for person in uow.rows(query)}
    matches = [match for match in ranking.matches if int(match.key) in people][:top]
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
            **fit_of(match, near=distance_words(uow.session, town_of(uow.session, person), work)),
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


def list_recommended(uow: UnitOfWork, person: Person, *, where: Filter, number: int) -> PostingPage:
    """One page of the best postings for a person, at most ``TOP`` in all."""
    require(can_match_person(uow.actor, person))
    profile, eligibility = profile_of(uow.session, person)
    without = settled_postings(uow.session, person.id)
    return _best_page(uow, profile, eligibility, home_of(uow.session, person), where, without, number, person)


def list_for_profile(
    uow: UnitOfWork, profile: Profile, eligibility: Eligibility, home: Spot, *, number: int
) -> PostingPage:
    """One page of the best postings for facts that somebody typed without an account; nothing is stored."""
    return _best_page(uow, profile, eligibility, home, None, frozenset(), number, None)


def _best_page(
    uow: UnitOfWork,
    profile: Profile,
    eligibility: Eligibility,
    home: Spot,
    where: Filter | None,
    without: Collection[int],
    number: int,
    person: Person | None,
) -> PostingPage:
    # Reasons cost more than ranks, so they are made as far as the page that is shown.
    number = min(number, TOP // PAGE_SIZE)
    found, considered = _recommend(uow, profile, eligibility, home, number * PAGE_SIZE, where, without)
    total = min(considered, TOP)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(number, pages)
    part = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rows = _listed(uow, [one.posting_id for one in part], part, home, person)
    return PostingPage(rows, total, considered, number, pages)


def search_postings(
    uow: UnitOfWork,
    words: str = "",
    *,
    where: Filter | None = None,
    sort: str = "relevance",
    point: Spot = NOWHERE,
    page: int = 1,
    person: Person | None = None,
) -> PostingPage:
    """One page of the open postings that say ``words`` and meet ``where``; the order never depends on a profile.

    ``sort``: ``relevance``, ``newest``, ``pay``, or ``distance`` from ``point``. ``person`` marks what they saved.
    """
    pool = pools(uow.session).postings.get(uow.session)
    place = (point.latitude, point.longitude) if point.latitude is not None and point.longitude is not None else None
    if sort == "distance" and place is None:
        sort = "newest"
    found = search(pool, words, where=where, sort=sort, point=place, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    pages = max(1, -(-found.total // PAGE_SIZE))
    if page > pages:
        return search_postings(uow, words, where=where, sort=sort, point=point, page=pages, person=person)
    shown = _listed(uow, [int(key) for key in found.keys], (), point, person)
    gone = len(found.keys) - len(shown)
    return PostingPage(shown, found.total - gone, len(pool), page, pages)


def count_postings(uow: UnitOfWork, words: str, where: Filter) -> int:
    """How many postings a search would find."""
    return search(pools(uow.session).postings.get(uow.session), words, where=where, sort="newest", limit=0).total


def list_saved(uow: UnitOfWork, person: Person, *, number: int) -> PostingPage:
    """One page of what a person saved, the latest first; postings that ended are left out."""
    require(can_choose_postings(uow.actor, person))
    saved = (PairFact.person_id == person.id, PairFact.kind == FactKind.SAVED)
    query = select(PairFact.posting_id).where(*saved).order_by(PairFact.last_at.desc(), PairFact.id.desc())
    ids = list(uow.session.scalars(query))
    still = set(uow.rows(visible_public_postings(uow.actor, select(Posting.id).where(Posting.id.in_(ids)))))
    open_ids = [one for one in ids if one in still]
    pages = max(1, -(-len(open_ids) // PAGE_SIZE))
    number = min(number, pages)
    part = open_ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rows = _listed(uow, part, (), home_of(uow.session, person), person)
    return PostingPage(rows, len(open_ids), len(ids), number, pages)


def card_of(uow: UnitOfWork, person: Person, posting: Posting) -> ListedPosting | None:
    """The card of one posting as a person sees it; None where it is not open any more."""
    return next(iter(_listed(uow, [posting.id], (), home_of(uow.session, person), person)), None)


def _listed(
    uow: UnitOfWork, ids: Sequence[int], fits: Iterable[Recommendation], home: Spot, person: Person | None
) -> tuple[ListedPosting, ...]:
    full = select(Posting).options(joinedload(Posting.employer).joinedload(Employer.organization))
    rows = _open_rows(uow, full, ids)
    facts = facts_of(uow.session, person.id, ids) if person else {}
    fit_by_id = {fit.posting_id: fit for fit in fits}
    return tuple(
        ListedPosting(
            posting_id=row.id,
            card=posting_card(uow.session, row),
            distance=distance_words(uow.session, home, work_of(uow.session, row)),
            fit=fit_by_id.get(row.id),
            is_saved=FactKind.SAVED in facts.get(row.id, ()),
            is_invited=FactKind.INVITED in facts.get(row.id, ()),
        )
        for one in ids
        if (row := rows.get(one))
    )


def count_gain(uow: UnitOfWork, person: Person) -> tuple[int, int]:
    """(things not filled in yet, open postings whose conditions could all be met once they are).

    A counterfactual over the index: education, licences, certificates and skills that the person has not stated are
    taken as the best there are, everything else stays.
    """
    require(can_match_person(uow.actor, person))
    profile, _ = profile_of(uow.session, person)
    pool = pools(uow.session).postings.get(uow.session)
    codes: dict[str, set[str]] = {"licence": set(), "certificate": set(), "skill": set()}
    for part in pool.parts:
        for kind, code, *_rest in part.index.needs:
            if kind in codes:
                codes[kind].add(code)
    best: dict[str, Any] = {
        "education_rank": 8,
        "licences": tuple(sorted(codes["licence"])),
        "certificates": tuple(sorted(codes["certificate"])),
        "skills": tuple((code, 5) for code in sorted(codes["skill"])),
    }
    missing = {name: value for name, value in best.items() if not getattr(profile, name)}
    if not missing:
        return 0, 0
    more, gain = replace(profile, **missing), 0
    for part in pool.parts:
        before = part.index.features(profile, today=uow.today).gap
        after = part.index.features(more, today=uow.today).gap
        gain += int(((before > 0) & (after <= 0) & part.alive).sum())
    return len(missing), gain


# ---------- the ledger ----------


def record_fact(
    uow: UnitOfWork, person_id: int, posting_id: int, kind: FactKind, *, code: str = "", position: int | None = None
) -> None:
    """Note that something happened between a person and a posting; again only raises its count and last moment."""
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
                "position": given.position,
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
    uow.audit("match.personal", person, is_personal=is_personal)


def wants_personal(uow: UnitOfWork, person: Person) -> bool:
    """Whether the person lets recommendations use their profile."""
    return is_personal(uow.session, person.id)
