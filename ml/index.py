"""Columns over many postings: one person's features for all of them in a few milliseconds."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ml.documents import PostingDocument, Profile, Requirement, posting_from_record, posting_to_record
from ml.features import (
    NEED_GROUPS,
    NEUTRAL,
    NICE_WEIGHT,
    NO_NEED,
    Closeness,
    FloatArray,
    Holdings,
    accepted_degree,
    answer_degree,
    distance_degree,
    distance_km,
    experience_weight,
    musts_degree,
    need_amount,
    need_degree,
    need_group,
    pay_degree,
    recency_degree,
    region_degree,
    specialty_occupations,
    stack,
    strip_region,
)
from ml.store import Array, Codes, Store, find_rows, pack_documents, pack_keys, unpack_document
from ml.vocabulary import term_weights, token_hash, wish_weights

NO_AGE = 999


@dataclass(frozen=True, slots=True)
class FeatureRows:
    """Features of all rows, in the order of `FEATURES`, and how many musts are missing (fractions for partly met)."""

    matrix: FloatArray
    gap: FloatArray


class PostingIndex:
    """An immutable index of open postings. Build it, or save it and load it memory-mapped."""

    KIND = "postings"

    def __init__(self, store: Store) -> None:
        self._store = store
        tables = store.tables
        self.keys: Array = store.arrays["keys"]
        self.built_on = date.fromisoformat(tables["built_on"])
        self.occupations: list[str] = tables["occupations"]
        self.regions: list[str] = tables["regions"]
        self.shifts: list[str] = tables["shifts"]
        self.employment_types: list[str] = tables["employment_types"]
        self.kinds: list[str] = tables["kinds"]
        self.needs: list[tuple[str, str, float, bool]] = [tuple(need) for need in tables["needs"]]

    def __len__(self) -> int:
        return len(self.keys)

    def column(self, name: str) -> Array:
        """One column, read only."""
        return self._store.arrays[name]

    def key(self, row: int) -> str:
        return bytes(self.keys[row]).decode()

    def rows(self, keys: Iterable[str]) -> Array:
        """Rows of those keys that are in the index."""
        return find_rows(self.keys, keys)

    def document(self, row: int) -> PostingDocument:
        """The posting of one row as it was given."""
        return posting_from_record(unpack_document(self._store, row))

    def term(self, token: str) -> tuple[Array, Array]:
        """Rows that say this word and its weight in each; empty when none does."""
        hashes, asked = self.column("term_hash"), np.uint64(token_hash(token))
        at = int(np.searchsorted(hashes, asked))
        if at == len(hashes) or hashes[at] != asked:
            at = -1
        ends = self.column("term_end")
        start, end = (0, 0) if at < 0 else (int(ends[at]), int(ends[at + 1]))
        return self.column("term_row")[start:end], self.column("term_weight")[start:end]

    def save(self, folder: Path) -> None:
        """Writes a new folder, whole or not at all. Raises FileExistsError."""
        self._store.save(folder, self.KIND)

    @classmethod
    def load(cls, folder: Path) -> "PostingIndex":
        """Maps a saved folder. Raises ValueError for another kind or format."""
        return cls(Store.load(folder, cls.KIND))

    @classmethod
    def build(cls, documents: Iterable[PostingDocument], *, today: date) -> "PostingIndex":
        """Indexes postings; of several with one key the last counts. `today` is kept as `built_on`."""
        by_key = {posting.key: posting for posting in documents}
        postings = [by_key[key] for key in sorted(by_key, key=str.encode)]
        occupations, regions, shifts, types, kinds = Codes(), Codes(), Codes(), Codes(), Codes()
        arrays: dict[str, Array] = {
            "keys": pack_keys([posting.key for posting in postings]),
            "occupation": np.array([occupations.id(one.occupation) for one in postings], dtype=np.int32),
            "region": np.array([regions.id(strip_region(one.region)) for one in postings], dtype=np.int32),
            "shift": np.array([shifts.id(one.shift) for one in postings], dtype=np.int16),
            "employment_type": np.array([types.id(one.employment_type) for one in postings], dtype=np.int16),
            "kind": np.array([kinds.id(one.kind) for one in postings], dtype=np.int16),
            "pay_low": np.array([one.pay_low_yuan or 0 for one in postings], dtype=np.int32),
            "pay_high": np.array([one.pay_high_yuan or 0 for one in postings], dtype=np.int32),
            "lat": np.array([one.point[0] if one.point else np.nan for one in postings], dtype=float),
            "lon": np.array([one.point[1] if one.point else np.nan for one in postings], dtype=float),
            "min_age": np.array([one.min_age or 0 for one in postings], dtype=np.int16),
            "max_age": np.array([one.max_age or NO_AGE for one in postings], dtype=np.int16),
            "reserved": np.array([one.reserved_for_veterans for one in postings], dtype=bool),
            "veterans_first": np.array(
                [one.veterans_first or one.reserved_for_veterans for one in postings], dtype=bool
            ),
            "published": np.array([one.published_on.toordinal() for one in postings], dtype=np.int32),
            "answer_rate": np.array(
                [np.nan if one.employer_answer_rate is None else one.employer_answer_rate for one in postings],
                dtype=float,
            ),
        }
        needs = _need_arrays(postings, arrays)
        arrays.update(_term_arrays(postings))
        arrays.update(pack_documents(posting_to_record(posting) for posting in postings))
        tables = {
            "built_on": today.isoformat(),
            "occupations": occupations.table(),
            "regions": regions.table(),
            "shifts": shifts.table(),
            "employment_types": types.table(),
            "kinds": kinds.table(),
            "needs": needs,
        }
        return cls(Store(arrays, tables))

    def features(self, profile: Profile, *, today: date) -> FeatureRows:
        """Features of this person with every posting, one row each."""
        size = len(self)
        share, gap = self._needs_met(Holdings(profile))
        wanted = Closeness((code, 1.0) for code in profile.wanted_occupations)
        past = Closeness((code, experience_weight(years)) for code, years in profile.past_occupations)
        served = Closeness((code, weight) for code, weight, _ in specialty_occupations(profile))
        occupation, region = self.column("occupation"), self.column("region")
        lat, lon = profile.point or (np.nan, np.nan)
        max_km = np.nan if profile.max_distance_km is None else profile.max_distance_km
        columns: dict[str, Any] = {
            "occupation_wanted": wanted.column(self.occupations)[occupation] if profile.wanted_occupations else NEUTRAL,
            "occupation_past": past.column(self.occupations)[occupation],
            "occupation_specialty": served.column(self.occupations)[occupation],
            "words": self._words(profile.wanted_words),
            "musts": musts_degree(gap),
            "region": np.array([region_degree(profile.wanted_regions, code) for code in self.regions] or [0.0])[region],
            "distance": distance_degree(distance_km(lat, lon, self.column("lat"), self.column("lon")), max_km),
            "pay": pay_degree(profile.pay_floor_yuan or 0, self.column("pay_low"), self.column("pay_high")),
            "shift": _accepted(profile.shifts, self.shifts)[self.column("shift")],
            "employment_type": _accepted(profile.employment_types, self.employment_types)[
                self.column("employment_type")
            ],
            "veterans_first": self.column("veterans_first") * float(profile.service_years > 0),
            "recency": recency_degree(self.column("published"), today),
            "answer_rate": answer_degree(self.column("answer_rate")),
        }
        columns.update((group, share[:, position]) for position, group in enumerate(NEED_GROUPS))
        return FeatureRows(stack(columns, size), gap)

    def _needs_met(self, held: Holdings) -> tuple[FloatArray, FloatArray]:
        degrees = np.zeros(len(self.needs))
        for number, (kind, code, amount, _) in enumerate(self.needs):
            have = held.amount(kind, code)
            # Plain things need no arithmetic; only partly met amounts do.
            degrees[number] = have and float(need_degree(kind, have, amount)) if amount > 0 else 1.0
        size, groups = len(self), len(NEED_GROUPS)
        met = degrees[self.column("need_id")]
        total = self.column("need_total")
        sums = np.bincount(self.column("need_slot"), met * self.column("need_weight"), size * groups)
        share = np.where(total > 0, sums.reshape(size, groups) / np.where(total > 0, total, 1.0), NO_NEED)
        must = self.column("need_must")
        gap = np.bincount(self.column("need_row"), (1.0 - met) * must, size)
        return share, gap.astype(float)

    def _words(self, wish: str) -> Any:
        weights = wish_weights(wish)
        if not weights:
            return NEUTRAL
        column = np.zeros(len(self))
        for token, weight in weights.items():
            rows, said = self.term(token)
            column[rows] += weight * said
        return column


def _accepted(accepted: tuple[str, ...], values: list[str]) -> FloatArray:
    return np.array([accepted_degree(accepted, value) for value in values] or [0.0])


def needs_of(posting: PostingDocument) -> list[tuple[Requirement, float, str, float]]:
    """Each requirement with its amount, feature group and weight."""
    return [
        (need, need_amount(need), need_group(need), 1.0 if need.must or need.kind == "skill" else NICE_WEIGHT)
        for need in posting.requirements
    ]


def _need_arrays(postings: list[PostingDocument], arrays: dict[str, Array]) -> list[Any]:
    codes, position = Codes(), {group: at for at, group in enumerate(NEED_GROUPS)}
    rows, ids, slots, weights, musts = array("q"), array("q"), array("q"), array("d"), array("b")
    total = np.zeros((len(postings), len(NEED_GROUPS)))
    for row, posting in enumerate(postings):
        for need, amount, group, weight in needs_of(posting):
            rows.append(row)
            ids.append(codes.id((need.kind, need.code, amount, need.must)))
            slots.append(row * len(NEED_GROUPS) + position[group])
            weights.append(weight)
            musts.append(need.must)
            total[row, position[group]] += weight
    arrays["need_row"], arrays["need_id"], arrays["need_slot"] = (
        np.array(rows, dtype=np.int64),
        np.array(ids, dtype=np.int64),
        np.array(slots, dtype=np.int64),
    )
    arrays["need_weight"], arrays["need_must"] = np.array(weights, dtype=float), np.array(musts, dtype=bool)
    arrays["need_total"] = total
    ranks = [
        max((amount for need, amount, _, _ in needs_of(one) if need.kind == "education" and need.must), default=0)
        for one in postings
    ]
    arrays["education_must"] = np.array(ranks, dtype=np.int8)
    return [list(code) for code in codes.table()]


def _term_arrays(postings: list[PostingDocument]) -> dict[str, Array]:
    codes = Codes()
    rows, terms, weights = array("i"), array("i"), array("f")
    for row, posting in enumerate(postings):
        for word, weight in term_weights(posting).items():
            rows.append(row)
            terms.append(codes.id(word))
            weights.append(weight)
    hashes = np.array([token_hash(word) for word in codes.table()], dtype=np.uint64)
    order = np.argsort(hashes, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    term = place[np.array(terms, dtype=np.int64)]
    # Rows were added in rising order, so a stable sort by word keeps them rising inside each word.
    by_term = np.argsort(term, kind="stable")
    return {
        "term_hash": hashes[order],
        "term_end": np.searchsorted(term[by_term], np.arange(len(order) + 1)).astype(np.int64),
        "term_row": np.array(rows, dtype=np.int32)[by_term],
        "term_weight": np.array(weights, dtype=np.float32)[by_term],
    }
