"""Columns over many postings: one person's features for all of them in a few milliseconds."""

from array import array
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ml.columns import Coded, Column, FloatArray, Lazy
from ml.documents import PostingDocument, Profile, Requirement, posting_to_record
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
    phrase_concepts,
    reach_degree,
    recency_degree,
    region_degree,
    served_occupations,
    strip_region,
    unit_vectors,
    wanted_occupations,
    work_degree,
    work_occupations,
    work_phrases,
)
from ml.pairs import Pairs
from ml.semantics import concept_matrix
from ml.store import (
    ANY_TEXT,
    Array,
    Codes,
    Store,
    find_rows,
    pack_documents,
    pack_keys,
    pack_texts,
    unpack_document,
    unpack_text,
)
from ml.vocabulary import term_weights, token_hash, wish_weights

NO_AGE = 999
CELLS = 50  # squares of the map for each degree, about two kilometres wide
CELL_KM = 1.7  # no place is further from the middle of its square
_FIELDS = [field.name for field in fields(PostingDocument)]
_PUBLISHED, _REQUIREMENTS, _POINT = (_FIELDS.index(name) for name in ("published_on", "requirements", "point"))


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
        self.terms = np.array(tables["terms"] or [(0, 0, 0)], dtype=np.int64)
        self._is_coded = np.array([bool(code) for code in self.occupations], dtype=bool)
        spots = tables["spots"] or [(0, None, None)]
        self._spot_region = np.array([spot[0] for spot in spots], dtype=np.int64)
        centres = (None if spot[1] is None else (spot[1] / CELLS, spot[2] / CELLS) for spot in spots)
        self._spot_place = unit_vectors(centres)
        self._title_count: int = tables["titles"]
        self._need_bounds: dict[tuple[float, ...], FloatArray] = {}
        self.is_soft_must = np.array([need[3] and need[0] not in HARD_KINDS for need in self.needs], dtype=bool)

    def __len__(self) -> int:
        return len(self.keys)

    def column(self, name: str) -> Array:
        """One column, read only."""
        return self._store.arrays[name]

    def key(self, row: int) -> str:
        return bytes(self.keys[row]).decode(*ANY_TEXT)

    def rows(self, keys: Iterable[str]) -> Array:
        """Rows of those keys that are in the index."""
        return find_rows(self.keys, keys)

    def head(self, row: int) -> PostingDocument:
        """The posting of one row without its text, which only searching and reading need."""
        values = unpack_document(self._store, "head", row)
        values[_PUBLISHED] = date.fromisoformat(values[_PUBLISHED])
        values[_REQUIREMENTS] = tuple(Requirement(*need) for need in values[_REQUIREMENTS])
        values[_POINT] = tuple(values[_POINT]) if values[_POINT] else None
        return PostingDocument(*values)

    def document(self, row: int) -> PostingDocument:
        """The posting of one row as it was given."""
        return replace(self.head(row), text=unpack_text(self._store, row))

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
        postings = [by_key[key] for key in sorted(by_key, key=lambda key: key.encode(*ANY_TEXT))]
        regions, shifts, types, kinds, pays, terms, spots = (Codes() for _ in range(7))
        # Sorted, so that a group of occupations is one stretch of the table.
        occupations = Codes(sorted({one.occupation for one in postings}))
        arrays: dict[str, Array] = {
            "keys": pack_keys([posting.key for posting in postings]),
            "occupation": np.array([occupations.id(one.occupation) for one in postings], dtype=np.int64),
            "region": np.array([regions.id(strip_region(one.region)) for one in postings], dtype=np.int64),
            "spot": np.array(
                [spots.id((regions.id(strip_region(one.region)), *_cell(one))) for one in postings], np.int64
            ),
            "term_set": np.array([terms.id(_terms(one, shifts, types)) for one in postings], dtype=np.int64),
            "kind": np.array([kinds.id(one.kind) for one in postings], dtype=np.int16),
            "pay": np.array([pays.id((one.pay_low_yuan or 0, one.pay_high_yuan or 0)) for one in postings], np.int64),
            "place": unit_vectors(one.point for one in postings),
            "min_age": np.array([one.min_age or 0 for one in postings], dtype=np.int16),
            "max_age": np.array([one.max_age or NO_AGE for one in postings], dtype=np.int16),
            "reserved": np.array([one.reserved_for_veterans for one in postings], dtype=bool),
            "published": np.array([one.published_on.toordinal() for one in postings], dtype=np.int32),
            "welcomes_over": np.array([one.welcomes_over or 0 for one in postings], dtype=np.int16),
        }
        for name, values in (
            ("day", arrays["published"]),
            ("answer", np.array([_rate(one) for one in postings], dtype=float)),
        ):
            arrays[f"{name}_value"], codes = np.unique(values, return_inverse=True)
            arrays[f"{name}_code"] = codes.astype(np.int64)
        needs = _need_arrays(postings, arrays)
        arrays.update(_term_arrays(postings))
        titles = Codes()
        pairs = Codes()
        arrays["work_set"] = np.array(
            [pairs.id((occupations.id(one.occupation), titles.id(one.title))) for one in postings], dtype=np.int64
        )
        arrays["work_pair"] = np.array(pairs.table(), dtype=np.int64).reshape(-1, 2)
        arrays.update(_concept_arrays(titles.table()))
        arrays.update(pack_documents("head", (_head(posting) for posting in postings)))
        arrays.update(pack_texts(posting.text for posting in postings))
        tables = {
            "built_on": today.isoformat(),
            "occupations": occupations.table(),
            "regions": regions.table(),
            "shifts": shifts.table(),
            "employment_types": types.table(),
            "kinds": kinds.table(),
            "pays": pays.table(),
            "terms": terms.table(),
            "spots": spots.table(),
            "titles": len(titles.table()),
            "needs": needs,
        }
        return cls(Store(arrays, tables))

    def column_of_terms(self, position: int) -> Array:
        """Shift (0), employment type (1) or veterans first (2) of every posting, as numbers of their tables."""
        return self.terms[:, position][self.column("term_set")]

    def pairs(self, profile: Profile, *, today: date, like: Pairs | None = None) -> Pairs:
        """This person with every posting, one row each. `like`: the pairs of who differs in papers and skills alone."""
        degrees, lacking = self.needs_met(profile)
        needs = _Needs(self, degrees)
        columns = dict(like.columns) if like else self._columns(profile, today)
        columns["musts"] = Lazy(needs.musts_at, 1.0)
        columns["admissible"] = Lazy(
            lambda rows: 1.0 - np.any([marked[rows] for marked in lacking.values()], axis=0), 1.0
        )
        return Pairs(len(self), columns, needs, lacking)

    def _columns(self, profile: Profile, today: date) -> dict[str, Column]:
        pays = np.array(self.pays or [(0, 0)], dtype=float)
        terms, served = self.column("term_set"), [one[:2] for one in served_occupations(profile)]
        first = np.asarray(self.terms[:, 2] * float(profile.service_years > 0), dtype=float)
        wishes = wanted_occupations(profile)
        columns: dict[str, Column] = {
            "work": self._work(profile),
            "occupation_wanted": self._near(wishes) if wishes else NEUTRAL,
            "occupation_past": self._near(past_occupations(profile)),
            "occupation_specialty": self._near(served),
            "words": self._words(profile.wanted_words),
            "pay": Coded(pay_degree(profile.pay_floor_yuan or 0, pays[:, 0], pays[:, 1]), self.column("pay")),
            "shift": Coded(_accepted(profile.shifts, self.shifts)[self.terms[:, 0]], terms),
            "employment_type": Coded(
                _accepted(profile.employment_types, self.employment_types)[self.terms[:, 1]], terms
            ),
            "veterans_first": Coded(first, terms),
            "recency": Coded(recency_degree(self.column("day_value"), today), self.column("day_code")),
            "answer_rate": Coded(answer_degree(self.column("answer_value")), self.column("answer_code")),
        }
        return columns | self._place(profile)

    def _work(self, profile: Profile) -> Column:
        works, phrases = work_occupations(profile), work_phrases(profile)
        if not works and not phrases:
            return NEUTRAL
        by_code = Closeness(works).column(self.occupations)
        occupation, title = self.column("work_pair").T
        degree = work_degree(by_code[occupation], self._meaning(phrases)[title], self._is_coded[occupation])
        return Coded(degree, self.column("work_set"))

    def _meaning(self, phrases: list[tuple[str, float]]) -> FloatArray:
        """For each different title its closeness to the nearest phrase."""
        ends, rows, values = (self.column(f"concept_{name}") for name in ("end", "row", "value"))
        best = np.zeros(self._title_count)
        for phrase, weight in phrases:
            close = np.zeros(self._title_count)
            for concept, amount in zip(*phrase_concepts(phrase), strict=True):
                part = slice(int(ends[concept]), int(ends[concept + 1]))
                close[rows[part]] += amount * values[part]
            np.maximum(best, weight * np.minimum(close, 1.0), out=best)
        return best

    def _place(self, profile: Profile) -> dict[str, Column]:
        """Region, distance, and both together; their bounds take the nearest point of each square of the map."""
        spot, is_placed = self.column("spot"), bool(profile.wanted_regions)
        values = np.array([region_degree(profile.wanted_regions, code) for code in self.regions] or [0.0])
        by_spot = values[self._spot_region]
        region = Coded(by_spot, spot)
        if not profile.point:
            return {
                "region": region,
                "distance": NEUTRAL,
                "reach": Coded(reach_degree(np.nan, np.nan, by_spot, is_placed), spot),
            }
        home = unit_vectors([profile.point])
        limit = np.nan if profile.max_distance_km is None else profile.max_distance_km
        nearest = np.maximum(distance_km(home, self._spot_place) - CELL_KM, 0.0)

        def km(rows: Array) -> FloatArray:
            return distance_km(home, self.column("place")[:, rows])

        return {
            "region": region,
            "distance": Lazy(
                lambda rows: distance_degree(km(rows), profile.max_distance_km),
                Coded(distance_degree(nearest, profile.max_distance_km), spot),
            ),
            "reach": Lazy(
                lambda rows: reach_degree(km(rows), limit, by_spot[spot[rows]], is_placed),
                Coded(reach_degree(nearest, limit, by_spot, is_placed), spot),
            ),
        }

    def need_bounds(self, weights: FloatArray) -> FloatArray:
        """What the requirements of each posting add at most, with these weights of the groups.

        The last column is kept, since all people are ranked with the same weights.
        """
        key = tuple(weights.tolist())
        if key not in self._need_bounds:
            # A share is 1 at most where something is asked for, and a known number where nothing is.
            none = self.column("need_none")
            self._need_bounds = {key: np.where(none > 0, none, 1.0) @ weights}
        return self._need_bounds[key]

    def needs_of_rows(self, rows: Array) -> tuple[Array, Array]:
        """(place in `rows`, entry) of every need of some rows."""
        ends = self.column("need_end")
        counts = (ends[rows + 1] - ends[rows]).astype(np.int64)
        at = np.repeat(np.arange(len(rows)), counts)
        first = np.repeat(ends[rows] - np.cumsum(counts) + counts, counts)
        return at, first + np.arange(len(at))

    def _near(self, weighted: list[tuple[str, float]]) -> Column:
        if not weighted:
            return 0.0
        values = Closeness(weighted).column(self.occupations)
        return Coded(values[self.column("work_pair")[:, 0]], self.column("work_set"))

    def needs_met(self, profile: Profile) -> tuple[FloatArray, dict[str, Array]]:
        """For each different need the degree to which it is met; and for each of `HARD_KINDS` a column of booleans:
        the postings with such a must that the person is known to lack."""
        have = self._held(profile)
        degrees = need_degree(self._need_kind["education"], have, self._need_amount)
        lacking = self._lacking(have)
        columns = {}
        for kind in HARD_KINDS:
            columns[kind] = np.zeros(len(self), dtype=bool)
            hit = lacking[self.column(f"{kind}_id")]
            columns[kind][self.column(f"{kind}_row")[hit]] = True
        return degrees, columns

    def _held(self, profile: Profile) -> FloatArray:
        held = Holdings(profile)
        return np.array([held.amount(kind, code) for kind, code in self.holdings])[self._need_holding]

    def lacking_needs(self, profile: Profile) -> Array:
        """For each different need whether it is a hard must that the person is known to lack."""
        return self._lacking(self._held(profile))

    def _lacking(self, have: FloatArray) -> Array:
        return self._need_hard & (have < self._need_amount) & ~(self._need_kind["education"] & (have <= 0))

    def alone(self, profile: Profile) -> tuple[Array, Array]:
        """(row, need) of the postings that the person lacks exactly one hard must of."""
        lacking = self.lacking_needs(profile)
        rows = np.concatenate([self.column(f"{kind}_row") for kind in HARD_KINDS])
        ids = np.concatenate([self.column(f"{kind}_id") for kind in HARD_KINDS])
        hit = np.flatnonzero(lacking[ids])
        count = np.bincount(rows[hit], minlength=len(self))
        hit = hit[count[rows[hit]] == 1]
        return rows[hit], ids[hit]

    def missing_count(self, profile: Profile) -> FloatArray:
        """How much of the musts of each posting is missing, partly met ones counting in part."""
        degrees, _ = self.needs_met(profile)
        missing = np.zeros(len(self))
        for kind in ("soft", *HARD_KINDS):
            missing += np.bincount(self.column(f"{kind}_row"), (1.0 - degrees)[self.column(f"{kind}_id")], len(self))
        return missing

    def _words(self, wish: str) -> Column:
        weights = wish_weights(wish)
        if not weights:
            return NEUTRAL
        column = np.zeros(len(self))
        for token, weight in weights.items():
            rows, said = self.term(token)
            column[rows] += weight * said
        return Lazy(lambda rows: column[rows], 1.0)


class _Needs:
    """What the requirements of postings are for one person, from the degree to which each different need is met."""

    def __init__(self, index: PostingIndex, degrees: FloatArray) -> None:
        self._index = index
        self._degrees = degrees

    def at(self, rows: Array) -> FloatArray:
        """Shares of `NEED_GROUPS`, shape (rows, groups)."""
        column = self._index.column
        at, entries = self._index.needs_of_rows(rows)
        met = column("need_share")[entries] * self._degrees[column("need_id")[entries]]
        size = len(rows) * len(NEED_GROUPS)
        sums = np.bincount(at * len(NEED_GROUPS) + column("need_group")[entries], met, size)
        return np.asarray(sums.reshape(-1, len(NEED_GROUPS)) + column("need_none")[rows], dtype=float)

    def musts_at(self, rows: Array) -> FloatArray:
        """The feature `musts`."""
        column = self._index.column
        at, entries = self._index.needs_of_rows(rows)
        ids = column("need_id")[entries]
        gap = np.bincount(at, (1.0 - self._degrees[ids]) * self._index.is_soft_must[ids], len(rows))
        return np.asarray(musts_degree(gap))

    def add_bounds(self, lines: FloatArray, total: FloatArray) -> None:
        """Adds what the groups with these straight curves add at most."""
        total += self._index.need_bounds(lines[:, 1] - lines[:, 0]) + lines[:, 0].sum()


def _cell(posting: PostingDocument) -> tuple[int | None, int | None]:
    return (round(posting.point[0] * CELLS), round(posting.point[1] * CELLS)) if posting.point else (None, None)


def _head(posting: PostingDocument) -> list[Any]:
    record = posting_to_record(posting) | {"text": ""}
    return [record[name] for name in _FIELDS]


def _rate(posting: PostingDocument) -> float:
    return np.nan if posting.employer_answer_rate is None else posting.employer_answer_rate


def _terms(posting: PostingDocument, shifts: Codes, types: Codes) -> tuple[int, int, int]:
    first = posting.veterans_first or posting.reserved_for_veterans
    return shifts.id(posting.shift), types.id(posting.employment_type), int(first)


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
    chosen = {name: (array("q"), array("q")) for name in ("soft", *HARD_KINDS)}
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
                rows, kept = chosen[need.kind if need.kind in HARD_KINDS else "soft"]
                rows.append(row)
                kept.append(code)
        ends.append(len(ids))
        ranks.append(
            int(max((amount for one, amount, _, _ in needs if one.kind == "education" and one.must), default=0))
        )
    arrays["need_id"], arrays["need_group"] = np.array(ids, dtype=np.int32), np.array(groups, dtype=np.int8)
    arrays["need_share"], arrays["need_end"] = np.array(shares, dtype=float), np.array(ends, dtype=np.int32)
    arrays["need_none"] = none
    for name, (rows, kept) in chosen.items():
        arrays[f"{name}_row"], arrays[f"{name}_id"] = np.array(rows, np.int64), np.array(kept, np.int64)
    arrays["education_must"] = np.array(ranks, dtype=np.int8)
    return [list(code) for code in codes.table()]


def _concept_arrays(titles: list[str]) -> dict[str, Array]:
    """Occupations that titles speak of, by occupation: rows of the table of titles, and weights."""
    matrix = concept_matrix(titles).tocsc()
    matrix.sort_indices()
    return {
        "concept_end": matrix.indptr.astype(np.int64),
        "concept_row": matrix.indices.astype(np.int64),
        "concept_value": matrix.data.astype(np.float64),
    }


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
