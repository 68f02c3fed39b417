"""Ranking and searching a pool."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from ml.columns import FloatArray
from ml.documents import Eligibility, Point, PostingDocument, Profile
from ml.explain import Explanation, explain, reasons
from ml.features import FEATURES, Holdings, distance_km, learn_phrases, strip_region, unit_vectors
from ml.index import PostingIndex
from ml.pairs import Pairs
from ml.people_index import PersonIndex
from ml.pool import Part, Pool
from ml.ranker import Ranker, band, shown
from ml.rules import R_MUST, Exclusion, excluded_people, excluded_postings
from ml.store import ANY_TEXT, Array
from ml.vocabulary import character_pairs, inverse_frequency
from ml.words import tokens

FIRST_SCORED, FIRST_SCORED_TIMES = 2000, 10


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader narrows a list to. Empty values narrow nothing.

    `education_at_most` is a rank: postings whose demanded education is not above it. `within_km` needs `point`.
    """

    region: str = ""
    occupation: str = ""
    pay_at_least: int | None = None
    shift: str = ""
    employment_type: str = ""
    kind: str = ""
    veterans_first: bool = False
    reserved: bool = False
    welcomes_over: int | None = None
    education_at_most: int | None = None
    point: Point | None = None
    within_km: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One ranked posting or person with its score, 0 to 100, and reasons.

    `contributions` add up to `raw`, the score in log-odds: one for each feature, and the model's `intercept`.
    Reasons cost more than ranks, so `tell` makes them when they are asked for.
    """

    key: str
    raw: float
    contributions: Mapping[str, float]
    tell: Callable[[], Explanation] = field(repr=False, compare=False)

    @property
    def explanation(self) -> Explanation:
        """What is met, partly met and missing."""
        return self.tell()

    @property
    def score(self) -> float:
        """0 to 100 with one decimal."""
        return round(float(shown(self.raw)), 1)

    @property
    def band(self) -> str:
        """`very_good`, `good` or `possible`."""
        return band(self.score)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Best first. `considered` counts what was scored, `excluded` what each hard rule took out before.

    `nearly` holds the best of those that only one missing licence or certificate keeps out, with that as their gap.
    """

    matches: tuple[Match, ...]
    considered: int
    excluded: Counter[str]
    nearly: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of keys and how many there are in all."""

    keys: tuple[str, ...]
    total: int


def rank_postings(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    profile: Profile,
    eligibility: Eligibility,
    *,
    today: date,
    top: int = 50,
    nearly: int = 0,
    where: Filter | None = None,
    exclude_keys: frozenset[str] = frozenset(),
) -> Ranking:
    """The postings that fit this person best, with reasons."""
    held = Holdings(profile)

    def look(part: Part[PostingIndex], alive: Array) -> _Seen:
        index = part.index
        if where is not None:
            alive &= filtered(index, where)
        pairs = index.pairs(profile, today=today)
        rules = excluded_postings(index, profile, eligibility, today=today, lacking=pairs.lacking)
        return _Seen(pairs, rules, index.alone(profile)[0] if nearly else None)

    def tell(index: PostingIndex, row: int, rule: str) -> Explanation:
        return Explanation(reasons(profile, index.head(row), held), Exclusion(rule) if rule else None)

    return _rank(ranker, pool, look, tell, exclude_keys, top, nearly)


def best_postings(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    people: Iterable[tuple[Profile, Eligibility]],
    *,
    today: date,
    top: int = 20,
) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """For many people, as a digest or a fair needs: their key, and (posting key, score) best first, without reasons."""
    for profile, eligibility in people:
        found: list[tuple[float, str]] = []
        for part in pool.parts:
            alive, pairs = part.alive.copy(), part.index.pairs(profile, today=today)
            rules = excluded_postings(part.index, profile, eligibility, today=today, lacking=pairs.lacking)
            for marked in rules.values():
                alive &= ~marked
            best = best_rows(ranker, pairs, ranker.bounds(pairs), np.flatnonzero(alive), top)
            found += [(-raw, part.index.key(row)) for row, raw in best]
        yield profile.key, [(key, round(float(shown(-low)), 1)) for low, key in sorted(found)[:top]]


def score_people(
    ranker: Ranker, index: PersonIndex, postings: Sequence[PostingDocument], *, today: date, threads: int = 1
) -> Array:
    """Scores from 0 to 1 of all people with all postings, as a plan for many needs: shape (people, postings).

    0 where a hard rule keeps the pair apart. Arithmetic of whole columns runs beside other threads, so two of them
    save a third of the time.
    """
    scores = np.zeros((len(index), len(postings)), dtype=np.float32)
    learn_phrases(posting.title for posting in postings)

    def fill(column: int) -> None:
        posting = postings[column]
        scores[:, column] = shown(ranker.raw(index.pairs(posting, today=today))) / 100.0
        for marked in excluded_people(index, posting, today=today).values():
            scores[marked, column] = 0.0

    with ThreadPoolExecutor(threads) as workers:
        list(workers.map(fill, range(len(postings))))
    return scores


def score_postings(
    ranker: Ranker,
    pool: Pool[PostingIndex],
    profile: Profile,
    eligibility: Eligibility,
    keys: Iterable[str],
    *,
    today: date,
) -> dict[str, float]:
    """Scores from 0 to 1 of one person with some postings of a pool, without those that a hard rule keeps apart."""
    wanted, found = list(keys), {}
    for part in pool.parts:
        rows = np.asarray(part.index.rows(wanted))
        pairs = part.index.pairs(profile, today=today)
        alive = part.alive.copy()
        for marked in excluded_postings(part.index, profile, eligibility, today=today, lacking=pairs.lacking).values():
            alive &= ~marked
        rows = rows[alive[rows]]
        values = shown(ranker.raw(pairs, rows)) / 100.0
        found.update({part.index.key(row): float(value) for row, value in zip(rows, values, strict=True)})
    return found


def rank_people(
    ranker: Ranker,
    pool: Pool[PersonIndex],
    posting: PostingDocument,
    *,
    today: date,
    top: int = 50,
    exclude_keys: frozenset[str] = frozenset(),
) -> Ranking:
    """The people who fit this posting best, with reasons: the same model and score as the other direction."""

    def look(part: Part[PersonIndex], alive: Array) -> _Seen:
        return _Seen(part.index.pairs(posting, today=today), excluded_people(part.index, posting, today=today))

    def tell(index: PersonIndex, row: int, rule: str) -> Explanation:
        return Explanation(reasons(index.document(row).profile, posting), Exclusion(rule) if rule else None)

    return _rank(ranker, pool, look, tell, exclude_keys, top, 0)


def match_pair(
    ranker: Ranker, profile: Profile, eligibility: Eligibility, posting: PostingDocument, *, today: date
) -> Match:
    """Score and reasons of one pair, as `rank_postings` gives them. An excluded pair keeps its score."""
    pairs = PostingIndex.build([posting], today=today).pairs(profile, today=today)
    told = partial(explain, profile, eligibility, posting, today=today)
    return Match(posting.key, *_parts(ranker, pairs, np.array([0]))[0], told)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One part of a pool beside the other side: all pairs, what each rule takes out, and rows that lack one must."""

    pairs: Pairs
    rules: dict[str, Array]
    alone: Array | None = None

    def rule(self, row: int) -> str:
        return next((rule for rule, marked in self.rules.items() if marked[row]), "")


@dataclass(frozen=True, slots=True)
class _Found:
    raw: float
    key: str
    row: int
    index: Any
    seen: _Seen


def _parts(ranker: Ranker, pairs: Pairs, rows: Array) -> list[tuple[float, dict[str, float]]]:
    """Raw scores of some rows as the sum of what each feature adds, so that the parts that a page names are all."""
    parts = ranker.contributions(pairs.matrix(rows))
    raw = parts.sum(axis=1) + ranker.intercept
    return [
        (total, dict(zip(FEATURES, line, strict=True)) | {"intercept": ranker.intercept})
        for total, line in zip(raw.tolist(), parts.tolist(), strict=True)
    ]


def _rank(
    ranker: Ranker,
    pool: Pool[Any],
    look: Callable[[Any, Array], _Seen],
    tell: Callable[[Any, int, str], Explanation],
    exclude: Iterable[str],
    top: int,
    nearly: int,
) -> Ranking:
    found: list[_Found] = []
    almost: list[_Found] = []
    considered, excluded = 0, Counter[str]()
    for part in pool.parts:
        alive = pool.alive_without(part, exclude)
        seen = look(part, alive)
        bounds = ranker.bounds(seen.pairs)
        if nearly:
            almost += _best(ranker, part.index, seen, bounds, _almost(seen, alive), nearly)
        for rule, marked in seen.rules.items():
            hit = int(np.count_nonzero(marked & alive))
            if hit:
                excluded[rule] += hit
                alive &= ~marked
        considered += int(np.count_nonzero(alive))
        found += _best(ranker, part.index, seen, bounds, alive, top)
    return Ranking(_told(ranker, found, tell, top), considered, excluded, _told(ranker, almost, tell, nearly))


def _almost(seen: _Seen, alive: Array) -> Array:
    """Rows that one missing licence or certificate alone keeps out."""
    keep = np.zeros(len(alive), dtype=bool)
    keep[seen.alone] = True
    keep &= alive
    for rule, marked in seen.rules.items():
        if rule not in (R_MUST["licence"], R_MUST["certificate"]):
            keep &= ~marked
    return keep


def _best(ranker: Ranker, index: Any, seen: _Seen, bounds: FloatArray, alive: Array, top: int) -> list[_Found]:
    return [
        _Found(raw, index.key(row), row, index, seen)
        for row, raw in best_rows(ranker, seen.pairs, bounds, np.flatnonzero(alive), top)
    ]


def best_rows(ranker: Ranker, pairs: Pairs, bounds: FloatArray, rows: Array, top: int) -> list[tuple[int, float]]:
    """The best of some rows with their raw scores, ties included in the order of rows (which is the order of keys).

    Scores only those rows whose bound is high, and more until no other can be among the best: the result is exact
    (the threshold algorithm of Fagin, Lotem and Naor 2003).
    """
    if top <= 0 or not len(rows):
        return []
    count, highest = max(FIRST_SCORED, FIRST_SCORED_TIMES * top), bounds[rows]
    while True:
        if count * 2 >= len(rows):
            chosen, rest = rows, -np.inf
        else:
            parted = np.argpartition(highest, len(rows) - count)
            chosen, rest = rows[np.sort(parted[len(rows) - count :])], highest[parted[: len(rows) - count]].max()
        # Sums in another order differ in their last digits; rounded, equal pairs stay equal in every index.
        raw = np.round(ranker.raw(pairs, chosen), 9)
        best = _top_rows(raw, top)
        if raw[best[-1]] > rest:
            return [(int(chosen[at]), float(raw[at])) for at in best]
        count *= 4


def _told(
    ranker: Ranker, found: list[_Found], tell: Callable[[Any, int, str], Explanation], top: int
) -> tuple[Match, ...]:
    best = sorted(found, key=lambda one: (-one.raw, one.key))[:top]
    parts: dict[tuple[int, int], tuple[float, dict[str, float]]] = {}
    for seen in {id(one.seen): one.seen for one in best}.values():
        rows = [one.row for one in best if one.seen is seen]
        named = _parts(ranker, seen.pairs, np.array(rows))
        parts.update(((id(seen), row), pair) for row, pair in zip(rows, named, strict=True))
    return tuple(
        Match(one.key, *parts[id(one.seen), one.row], partial(tell, one.index, one.row, one.seen.rule(one.row)))
        for one in best
    )


def _top_rows(values: FloatArray, top: int) -> list[int]:
    """Places of the largest values, ties in the order of places."""
    places = np.arange(len(values))
    if len(values) > top:
        least = np.partition(values, len(values) - top)[len(values) - top]
        places = np.flatnonzero(values >= least)
    return [int(place) for place in places[np.argsort(-values[places], kind="stable")][:top]]


def filtered(index: PostingIndex, where: Filter) -> Array:
    """A column of booleans: the postings that a filter lets through."""
    keep = np.ones(len(index), dtype=bool)
    for name, table, prefix in (
        ("region", index.regions, strip_region(where.region)),
        ("occupation", index.occupations, where.occupation),
    ):
        if prefix:
            keep &= np.array([code.startswith(prefix) for code in table] or [False])[index.column(name)]
    if where.shift:
        keep &= _is(index.shifts, where.shift)[index.column_of_terms(0)]
    if where.employment_type:
        keep &= _is(index.employment_types, where.employment_type)[index.column_of_terms(1)]
    if where.kind:
        keep &= _is(index.kinds, where.kind)[index.column("kind")]
    if where.pay_at_least:
        keep &= _best_pay(index) >= where.pay_at_least
    if where.veterans_first:
        keep &= index.column_of_terms(2) > 0
    if where.reserved:
        keep &= index.column("reserved")
    if where.welcomes_over:
        keep &= index.column("welcomes_over") >= where.welcomes_over
    if where.education_at_most is not None:
        keep &= index.column("education_must") <= where.education_at_most
    if where.point and where.within_km is not None:
        keep &= distance_km(unit_vectors([where.point]), index.column("place")) <= where.within_km
    return keep


def _is(table: list[str], value: str) -> Array:
    return np.array([code == value for code in table] or [False])


def _best_pay(index: PostingIndex) -> Array:
    return np.array([max(pay) for pay in index.pays] or [0])[index.column("pay")]


SORTS = ("relevance", "newest", "pay", "distance")


def search(
    pool: Pool[PostingIndex],
    words: str = "",
    *,
    where: Filter | None = None,
    sort: str = "relevance",
    point: Point | None = None,
    offset: int = 0,
    limit: int = 20,
    exclude_keys: frozenset[str] = frozenset(),
) -> SearchResult:
    """Postings that say at least half of the words, weighed by rarity, or all of them in the title; no words list all.

    Sorted by `relevance` (BM25; newest first without words), `newest`, `pay` (highest first) or `distance` from
    `point` (nearest first, unknown last). None of them depends on a profile. Raises ValueError for another sort.
    """
    if sort not in SORTS or (sort == "distance" and point is None):
        raise ValueError(f"cannot sort by {sort}")
    asked = dict.fromkeys(tokens(words))
    rarity, pairs = _rarity(pool, asked), character_pairs(words)
    orders, keys = [], []
    for part in pool.parts:
        index, keep = part.index, pool.alive_without(part, exclude_keys)
        if where is not None:
            keep &= filtered(index, where)
        relevance = np.zeros(len(index))
        if words.strip():
            relevance, said = _relevance(index, rarity, pairs)
            keep &= said
        rows = np.flatnonzero(keep)
        orders.append(_order(index, rows, sort if asked or sort != "relevance" else "newest", relevance, point))
        keys.append(np.asarray(index.keys[rows]))
    order, key = np.concatenate(orders), np.concatenate(keys)
    best = np.lexsort((key, order))[offset : offset + limit]
    return SearchResult(tuple(bytes(one).decode(*ANY_TEXT) for one in key[best]), len(key))


def _rarity(pool: Pool[PostingIndex], asked: Iterable[str]) -> dict[str, float]:
    total = sum(len(part.index) for part in pool.parts)
    return {word: inverse_frequency(total, sum(len(part.index.term(word)[0]) for part in pool.parts)) for word in asked}


def _relevance(index: PostingIndex, rarity: dict[str, float], pairs: list[str]) -> tuple[FloatArray, Array]:
    relevance, covered = np.zeros(len(index)), np.zeros(len(index))
    for word, weight in rarity.items():
        rows, said = index.term(word)
        relevance[rows] += weight * said
        covered[rows] += weight
    everything = max(sum(rarity.values()), 1e-9)
    if pairs:
        in_title = np.zeros(len(index), dtype=np.int64)
        for pair in pairs:
            in_title[index.term(pair)[0]] += 1
        whole = in_title == len(pairs)
        relevance[whole] += everything
        covered[whole] = everything
    return relevance, covered >= everything / 2


def _order(index: PostingIndex, rows: Array, sort: str, relevance: FloatArray, point: Point | None) -> FloatArray:
    """Smallest first."""
    if sort == "relevance":
        return -relevance[rows]
    if sort == "newest":
        return -index.column("published")[rows].astype(float)
    if sort == "pay":
        return -_best_pay(index)[rows].astype(float)
    km = distance_km(unit_vectors([point]), index.column("place")[:, rows])
    return np.asarray(np.where(np.isnan(km), np.inf, km))
