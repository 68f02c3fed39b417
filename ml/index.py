"""Columns over many postings: one person's features for all of them in a few milliseconds."""

from array import array
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ml.columns import Coded, Column, FloatArray, Sparse
from ml.documents import PostingDocument, Profile, Requirement, posting_from_record, posting_to_record
from ml.features import (
    HARD_KINDS,
    NEED_GROUPS,
    NEUTRAL,
    NICE_WEIGHT,
    NO_NEED,
    Closeness,
    Holdings,
    accepted_degree,
    answer_degree,
    distance_degree,
    distance_km,
    is_must,
    musts_degree,
    need_amount,
    need_degree,
    need_group,
    past_occupations,
    pay_degree,
    recency_degree,
    region_degree,
    served_occupations,
    strip_region,
    unit_vectors,
)
from ml.pairs import NeedShares, Pairs
from ml.store import Array, Codes, Store, find_rows, pack_documents, pack_keys, unpack_document
from ml.vocabulary import term_weights, token_hash, wish_weights

NO_AGE = 999


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
        self.pays: list[tuple[int, int]] = [tuple(pay) for pay in tables["pays"]]
        kinds = [need[0] for need in self.needs]
        self.holdings = list(dict.fromkeys((kind, code) for kind, code, _, _ in self.needs)) or [("years", "")]
        places = {one: place for place, one in enumerate(self.holdings)}
        self._need_holding = np.array([places[kind, code] for kind, code, _, _ in self.needs], dtype=np.int64)
        self._need_amount = np.array([need[2] for need in self.needs], dtype=float)
        self._need_hard = np.array([need[0] in HARD_KINDS and need[3] for need in self.needs], dtype=bool)
        self._need_kind = {name: np.array([kind == name for kind in kinds], dtype=bool) for name in HARD_KINDS}
        self._need_sums: dict[tuple[float, ...], Any] = {}

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
        regions, shifts, types, kinds, pays = (Codes() for _ in range(5))
        # Sorted, so that a group of occupations is one stretch of the table.
        occupations = Codes(sorted({one.occupation for one in postings}))
        arrays: dict[str, Array] = {
            "keys": pack_keys([posting.key for posting in postings]),
            "occupation": np.array([occupations.id(one.occupation) for one in postings], dtype=np.int32),
            "region": np.array([regions.id(strip_region(one.region)) for one in postings], dtype=np.int32),
            "shift": np.array([shifts.id(one.shift) for one in postings], dtype=np.int16),
            "employment_type": np.array([types.id(one.employment_type) for one in postings], dtype=np.int16),
            "kind": np.array([kinds.id(one.kind) for one in postings], dtype=np.int16),
            "pay": np.array([pays.id((one.pay_low_yuan or 0, one.pay_high_yuan or 0)) for one in postings], np.int32),
            "place": unit_vectors(one.point for one in postings),
            "min_age": np.array([one.min_age or 0 for one in postings], dtype=np.int16),
            "max_age": np.array([one.max_age or NO_AGE for one in postings], dtype=np.int16),
            "reserved": np.array([one.reserved_for_veterans for one in postings], dtype=bool),
            "first_code": np.array([one.veterans_first or one.reserved_for_veterans for one in postings], np.int8),
            "published": np.array([one.published_on.toordinal() for one in postings], dtype=np.int32),
            "welcomes_over": np.array([one.welcomes_over or 0 for one in postings], dtype=np.int16),
        }
        for name, values in (
            ("day", arrays["published"]),
            ("answer", np.array([_rate(one) for one in postings], dtype=float)),
        ):
            arrays[f"{name}_value"], codes = np.unique(values, return_inverse=True)
            arrays[f"{name}_code"] = codes.astype(np.int32)
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
            "pays": pays.table(),
            "needs": needs,
        }
        return cls(Store(arrays, tables))

    def pairs(self, profile: Profile, *, today: date) -> Pairs:
        """This person with every posting, one row each."""
        degrees, lacking = self.needs_met(profile)
        lat_lon = unit_vectors([profile.point])
        max_km = np.nan if profile.max_distance_km is None else profile.max_distance_km
        pays = np.array(self.pays or [(0, 0)], dtype=float)
        occupation = self.column("occupation")
        wishes = [(code, 1.0) for code in profile.wanted_occupations]
        columns: dict[str, Column] = {
            "occupation_wanted": self._near(wishes, occupation) if wishes else NEUTRAL,
            "occupation_past": self._near(past_occupations(profile), occupation),
            "occupation_specialty": self._near([one[:2] for one in served_occupations(profile)], occupation),
            "words": self._words(profile.wanted_words),
            "musts": self._musts(degrees),
            "admissible": self._admissible(lacking),
            "region": Coded(
                np.array([region_degree(profile.wanted_regions, code) for code in self.regions] or [0.0]),
                self.column("region"),
            )
            if profile.wanted_regions
            else NEUTRAL,
            "distance": distance_degree(distance_km(lat_lon, self.column("place")), max_km)
            if profile.point
            else NEUTRAL,
            "pay": Coded(pay_degree(profile.pay_floor_yuan or 0, pays[:, 0], pays[:, 1]), self.column("pay")),
            "shift": Coded(_accepted(profile.shifts, self.shifts), self.column("shift")),
            "employment_type": Coded(
                _accepted(profile.employment_types, self.employment_types), self.column("employment_type")
            ),
            "veterans_first": Coded(np.array([0.0, 1.0]), self.column("first_code"))
            if profile.service_years > 0
            else 0.0,
            "recency": Coded(recency_degree(self.column("day_value"), today), self.column("day_code")),
            "answer_rate": Coded(answer_degree(self.column("answer_value")), self.column("answer_code")),
        }
        return Pairs(len(self), columns, NeedShares(self, degrees))

    def need_sums(self, weights: FloatArray) -> Any:
        """Matrix (postings, different needs): what meeting a need adds to a score with these weights of the groups.

        The last matrix is kept, since all people are ranked with the same weights.
        """
        from scipy.sparse import csr_array

        key = tuple(weights.tolist())
        if key not in self._need_sums:
            data = weights[self.column("need_group")] * self.column("need_share")
            matrix = csr_array((data, self.column("need_id"), self.column("need_end")), (len(self), len(self.needs)))
            self._need_sums = {key: (matrix, self.column("need_none") @ weights)}
        return self._need_sums[key]

    def _near(self, weighted: list[tuple[str, float]], occupation: Array) -> Column:
        return Coded(Closeness(weighted).column(self.occupations), occupation) if weighted else 0.0

    def needs_met(self, profile: Profile) -> tuple[FloatArray, Array]:
        """For each different need: the degree to which it is met, and whether it is a hard must known to be missing."""
        held = Holdings(profile)
        have = np.array([held.amount(kind, code) for kind, code in self.holdings])[self._need_holding]
        lacking = self._need_hard & (have < self._need_amount) & ~(self._need_kind["education"] & (have <= 0))
        return need_degree(self._need_kind["education"], have, self._need_amount), lacking

    def _musts(self, degrees: FloatArray) -> Column:
        gap = np.bincount(self.column("soft_row"), 1.0 - degrees[self.column("soft_id")], len(self))
        rows = np.flatnonzero(gap)
        return Sparse(rows, musts_degree(gap[rows]), 1.0)

    def _admissible(self, lacking: Array) -> Column:
        rows = np.flatnonzero(self._hard_marks(lacking))
        return Sparse(rows, np.zeros(len(rows)), 1.0)

    def _hard_marks(self, lacking: Array) -> Array:
        column = np.zeros(len(self), dtype=bool)
        if lacking.any():
            column[self.column("hard_row")[lacking[self.column("hard_id")]]] = True
        return column

    def lacking_rows(self, lacking: Array, kind: str) -> Array:
        """A column of booleans: postings with a hard must of this kind among those marked by need."""
        return self._hard_marks(lacking & self._need_kind[kind])

    def lacking_count(self, profile: Profile) -> Array:
        """How many hard musts of each posting the person is known to lack."""
        lacking = self.needs_met(profile)[1]
        return np.bincount(self.column("hard_row"), lacking[self.column("hard_id")], len(self))

    def missing_count(self, profile: Profile) -> FloatArray:
        """How much of the musts of each posting is missing, partly met ones counting in part."""
        degrees, _ = self.needs_met(profile)
        missing = np.zeros(len(self))
        missing += np.bincount(self.column("soft_row"), 1.0 - degrees[self.column("soft_id")], len(self))
        missing += np.bincount(self.column("hard_row"), 1.0 - degrees[self.column("hard_id")], len(self))
        return missing

    def _words(self, wish: str) -> Column:
        weights = wish_weights(wish)
        if not weights:
            return NEUTRAL
        column = np.zeros(len(self))
        for token, weight in weights.items():
            rows, said = self.term(token)
            column[rows] += weight * said
        rows = np.flatnonzero(column)
        return Sparse(rows, column[rows])


def _rate(posting: PostingDocument) -> float:
    return np.nan if posting.employer_answer_rate is None else posting.employer_answer_rate


def _accepted(accepted: tuple[str, ...], values: list[str]) -> FloatArray:
    return np.array([accepted_degree(accepted, value) for value in values] or [0.0])


def needs_of(posting: PostingDocument) -> list[tuple[Requirement, float, str, float]]:
    """Each requirement with its amount, feature group and weight."""
    return [
        (need, need_amount(need), need_group(need), 1.0 if is_must(need) or need.kind == "skill" else NICE_WEIGHT)
        for need in posting.requirements
    ]


def _need_arrays(postings: list[PostingDocument], arrays: dict[str, Array]) -> list[Any]:
    """Needs row by row, with the share that each has in its group, and the musts apart. Returns the different needs."""
    codes, position = Codes(), {group: at for at, group in enumerate(NEED_GROUPS)}
    ids, groups, shares, ends = array("i"), array("b"), array("d"), array("q", [0])
    chosen = {name: (array("q"), array("i")) for name in ("hard", "soft")}
    ranks = array("b")
    none = np.full((len(postings), len(NEED_GROUPS)), NO_NEED)
    for row, posting in enumerate(postings):
        needs = needs_of(posting)
        total = dict.fromkeys((group for _, _, group, _ in needs), 0.0)
        for _, _, group, weight in needs:
            total[group] += weight
            none[row, position[group]] = 0.0
        for need, amount, group, weight in needs:
            code = codes.id((need.kind, need.code, amount, is_must(need)))
            ids.append(code)
            groups.append(position[group])
            shares.append(weight / total[group])
            if is_must(need):
                rows, kept = chosen["hard" if need.kind in HARD_KINDS else "soft"]
                rows.append(row)
                kept.append(code)
        ends.append(len(ids))
        ranks.append(
            int(max((amount for one, amount, _, _ in needs if one.kind == "education" and one.must), default=0))
        )
    arrays["need_id"], arrays["need_group"] = np.array(ids, dtype=np.int32), np.array(groups, dtype=np.int8)
    arrays["need_share"], arrays["need_end"] = np.array(shares, dtype=float), np.array(ends, dtype=np.int64)
    arrays["need_none"] = none
    for name, (rows, kept) in chosen.items():
        arrays[f"{name}_row"], arrays[f"{name}_id"] = np.array(rows, dtype=np.int64), np.array(kept, dtype=np.int32)
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
