"""Ranking and searching a pool."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ml.documents import Eligibility, Point, PostingDocument, Profile
from ml.explain import Explanation, explain
from ml.features import FloatArray, distance_km, strip_region
from ml.index import PostingIndex
from ml.people_index import PersonIndex
from ml.pool import Part, Pool
from ml.ranker import Ranker, band
from ml.rules import excluded_people, excluded_postings
from ml.store import Array
from ml.vocabulary import character_pairs, inverse_frequency
from ml.words import tokens


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
    education_at_most: int | None = None
    point: Point | None = None
    within_km: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One ranked posting or person with its score, 0 to 100, and reasons."""

    key: str
    score: float
    explanation: Explanation

    @property
    def band(self) -> str:
        """`very_good`, `good` or `possible`."""
        return band(self.score)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Best first. `considered` counts what was scored, `excluded` what each hard rule took out before."""

    matches: tuple[Match, ...]
    considered: int
    excluded: Counter[str]


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
    where: Filter | None = None,
    exclude_keys: frozenset[str] = frozenset(),
) -> Ranking:
    """The postings that fit this person best, with reasons."""

    def score(part: Part[PostingIndex], alive: Array) -> tuple[FloatArray, dict[str, Array]]:
        if where is not None:
            alive &= filtered(part.index, where)
        return (
            ranker.scores(part.index.features(profile, today=today)),
            excluded_postings(part.index, profile, eligibility, today=today),
        )

    chosen, considered, excluded = _best(pool, score, exclude_keys, top)
    matches = tuple(
        Match(key, value, explain(profile, eligibility, index.document(row), today=today))
        for value, key, index, row in chosen
    )
    return Ranking(matches, considered, excluded)


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

    def score(part: Part[PersonIndex], alive: Array) -> tuple[FloatArray, dict[str, Array]]:
        return (
            ranker.scores(part.index.features(posting, today=today)),
            excluded_people(part.index, posting, today=today),
        )

    chosen, considered, excluded = _best(pool, score, exclude_keys, top)
    matches = []
    for value, key, index, row in chosen:
        person = index.document(row)
        matches.append(Match(key, value, explain(person.profile, person.eligibility, posting, today=today)))
    return Ranking(tuple(matches), considered, excluded)


def match_pair(
    ranker: Ranker, profile: Profile, eligibility: Eligibility, posting: PostingDocument, *, today: date
) -> Match:
    """Score and reasons of one pair, as `rank_postings` gives them. An excluded pair keeps its score."""
    rows = PostingIndex.build([posting], today=today).features(profile, today=today)
    reasons = explain(profile, eligibility, posting, today=today)
    return Match(posting.key, _shown(ranker.scores(rows)[0]), reasons)


def _shown(score: Any) -> float:
    return round(float(score), 1)


def _best(
    pool: Pool[Any],
    score: Callable[[Any, Array], tuple[FloatArray, dict[str, Array]]],
    exclude: Iterable[str],
    top: int,
) -> tuple[list[tuple[float, str, Any, int]], int, Counter[str]]:
    found: list[tuple[float, str, Any, int]] = []
    considered, excluded = 0, Counter[str]()
    for part in pool.parts:
        alive = pool.alive_without(part, exclude)
        scores, rules = score(part, alive)
        for rule, marked in rules.items():
            hit = int((marked & alive).sum())
            if hit:
                excluded[rule] += hit
            alive &= ~marked
        considered += int(alive.sum())
        rows = _top_rows(scores, np.flatnonzero(alive), top)
        found += [(_shown(scores[row]), part.index.key(row), part.index, row) for row in rows]
    found.sort(key=lambda one: (-one[0], one[1]))
    return found[:top], considered, excluded


def _top_rows(scores: FloatArray, rows: Array, top: int) -> list[int]:
    """The best rows, ties included in the order of rows (which is the order of keys)."""
    if top <= 0 or not len(rows):
        return []
    values = np.round(scores[rows], 1)
    if len(rows) > top:
        least = np.partition(values, len(values) - top)[len(values) - top]
        keep = values >= least
        rows, values = rows[keep], values[keep]
    return [int(row) for row in rows[np.argsort(-values, kind="stable")][:top]]


def filtered(index: PostingIndex, where: Filter) -> Array:
    """A column of booleans: the postings that a filter lets through."""
    keep = np.ones(len(index), dtype=bool)
    for name, table, prefix in (
        ("region", index.regions, strip_region(where.region)),
        ("occupation", index.occupations, where.occupation),
    ):
        if prefix:
            keep &= np.array([code.startswith(prefix) for code in table] or [False])[index.column(name)]
    for name, table, value in (
        ("shift", index.shifts, where.shift),
        ("employment_type", index.employment_types, where.employment_type),
        ("kind", index.kinds, where.kind),
    ):
        if value:
            keep &= np.array([code == value for code in table] or [False])[index.column(name)]
    if where.pay_at_least:
        keep &= np.maximum(index.column("pay_high"), index.column("pay_low")) >= where.pay_at_least
    if where.veterans_first:
        keep &= index.column("veterans_first")
    if where.reserved:
        keep &= index.column("reserved")
    if where.education_at_most is not None:
        keep &= index.column("education_must") <= where.education_at_most
    if where.point and where.within_km is not None:
        keep &= distance_km(*where.point, index.column("lat"), index.column("lon")) <= where.within_km
    return keep


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
    return SearchResult(tuple(bytes(one).decode() for one in key[best]), len(key))


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
        return -np.maximum(index.column("pay_high")[rows], index.column("pay_low")[rows]).astype(float)
    lat, lon = point or (np.nan, np.nan)
    km = distance_km(lat, lon, index.column("lat")[rows], index.column("lon")[rows])
    return np.asarray(np.where(np.isnan(km), np.inf, km))
