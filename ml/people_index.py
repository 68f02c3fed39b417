"""Columns over many people: one posting's features for all of them, by the same functions as the other direction."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ml.columns import Coded, Column, FloatArray
from ml.documents import Eligibility, Person, PostingDocument, Profile, person_from_record, person_to_record
from ml.features import (
    HARD_KINDS,
    NEED_GROUPS,
    NEUTRAL,
    NO_NEED,
    Closeness,
    Holdings,
    accepted_degree,
    answer_degree,
    distance_degree,
    distance_km,
    is_must,
    learn_phrases,
    musts_degree,
    near,
    need_degree,
    past_occupations,
    pay_degree,
    phrase_concepts,
    reach_degree,
    recency_degree,
    region_degree,
    served_occupations,
    unit_vectors,
    wanted_occupations,
    work_degree,
    work_occupations,
    work_phrases,
)
from ml.index import needs_of
from ml.pairs import Pairs
from ml.semantics import concepts as ontology
from ml.store import ANY_TEXT, Array, Codes, Store, find_rows, pack_documents, pack_keys, unpack_document
from ml.tables import driver_licences, licence_certificates, licence_covers
from ml.vocabulary import term_weights, wish_weights

# Lists of a person that are kept as (row, code, amount) triples.
_LISTS = ("work", "wanted", "past", "served", "skill", "certificate", "licence", "specialty", "word")


class PersonIndex:
    """An immutable index of people who look for work. Its folder holds personal data, as the database does."""

    KIND = "people"

    def __init__(self, store: Store) -> None:
        self._store = store
        self.keys: Array = store.arrays["keys"]
        self.built_on = date.fromisoformat(store.tables["built_on"])
        self._tables: dict[str, list[Any]] = store.tables["codes"]

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

    def document(self, row: int) -> Person:
        """The person of one row as they were given."""
        return person_from_record(unpack_document(self._store, "person", row))

    def save(self, folder: Path) -> None:
        """Writes a new folder, whole or not at all. Raises FileExistsError."""
        self._store.save(folder, self.KIND)

    @classmethod
    def load(cls, folder: Path) -> "PersonIndex":
        """Maps a saved folder. Raises ValueError for another kind or format."""
        return cls(Store.load(folder, cls.KIND))

    @classmethod
    def build(cls, people: Iterable[tuple[Profile, Eligibility]], *, today: date) -> "PersonIndex":
        """Indexes people; of several with one key the last counts. `today` is kept as `built_on`."""
        by_key = {profile.key: Person(profile, eligibility) for profile, eligibility in people}
        persons = [by_key[key] for key in sorted(by_key, key=lambda key: key.encode(*ANY_TEXT))]
        profiles = [person.profile for person in persons]
        regions, shifts, types = Codes(), Codes(), Codes()
        arrays: dict[str, Array] = {
            "keys": pack_keys([profile.key for profile in profiles]),
            "education": np.array([one.education_rank for one in profiles], dtype=np.int8),
            "leadership": np.array([one.leadership for one in profiles], dtype=np.int8),
            "service_years": np.array([one.service_years for one in profiles], dtype=float),
            "work_years": np.array([one.work_years for one in profiles], dtype=float),
            "pay_floor": np.array([one.pay_floor_yuan or 0 for one in profiles], dtype=np.int32),
            "max_km": np.array(
                [np.nan if one.max_distance_km is None else one.max_distance_km for one in profiles], dtype=float
            ),
            "place": unit_vectors(one.point for one in profiles),
            "regions": np.array([regions.id(one.wanted_regions) for one in profiles], dtype=np.int32),
            "shifts": np.array([shifts.id(one.shifts) for one in profiles], dtype=np.int32),
            "employment_types": np.array([types.id(one.employment_types) for one in profiles], dtype=np.int32),
            "has_wish": np.array([bool(wanted_occupations(one)) for one in profiles], dtype=bool),
            "has_work": np.array([bool(work_occupations(one) or work_phrases(one)) for one in profiles], dtype=bool),
            "birth": np.array([day_number(person.eligibility.birth_on) for person in persons], dtype=np.int32),
            "is_veteran": np.array([person.eligibility.is_veteran for person in persons], dtype=bool),
        }
        tables: dict[str, list[Any]] = {
            "regions": [list(code) for code in regions.table()],
            "shifts": [list(code) for code in shifts.table()],
            "employment_types": [list(code) for code in types.table()],
        }
        tables.update(_list_arrays(profiles, arrays))
        arrays.update(_phrase_arrays(profiles))
        arrays.update(pack_documents("person", (person_to_record(person) for person in persons)))
        return cls(Store(arrays, {"built_on": today.isoformat(), "codes": tables}))

    def pairs(self, posting: PostingDocument, *, today: date) -> Pairs:
        """This posting with every person, one row each."""
        close = near(posting.occupation)
        rate = np.nan if posting.employer_answer_rate is None else posting.employer_answer_rate
        first = posting.veterans_first or posting.reserved_for_veterans
        km = distance_km(unit_vectors([posting.point]), self.column("place"))
        region = self._choice("regions", lambda wanted: region_degree(tuple(wanted), posting.region))
        columns: dict[str, Column] = {
            "work": self._work(posting, close),
            "occupation_wanted": np.where(self.column("has_wish"), self._closest("wanted", close), NEUTRAL),
            "occupation_past": self._closest("past", close),
            "occupation_specialty": self._closest("served", close),
            "words": self._words(posting),
            "region": region,
            "reach": np.asarray(reach_degree(km, self.column("max_km"), region.table[region.codes], self._is_placed())),
            "distance": np.asarray(distance_degree(km, self.column("max_km"))),
            "pay": np.asarray(
                pay_degree(self.column("pay_floor"), posting.pay_low_yuan or 0, posting.pay_high_yuan or 0)
            ),
            "shift": self._choice("shifts", lambda accepted: accepted_degree(tuple(accepted), posting.shift)),
            "employment_type": self._choice(
                "employment_types", lambda accepted: accepted_degree(tuple(accepted), posting.employment_type)
            ),
            "veterans_first": np.asarray((self.column("service_years") > 0) * float(first), dtype=float),
            "recency": float(recency_degree(posting.published_on.toordinal(), today)),
            "answer_rate": float(answer_degree(rate)),
        }
        return Pairs(len(self), columns | self._needs_met(posting))

    def _work(self, posting: PostingDocument, close: Closeness) -> FloatArray:
        concepts = np.zeros(len(ontology()))
        places, values = phrase_concepts(posting.title)
        concepts[list(places)] = values
        sums = np.bincount(
            self.column("phrase_at"),
            concepts[self.column("phrase_concept")] * self.column("phrase_value"),
            len(self.column("phrase_row")),
        )
        by_words = np.zeros(len(self))
        np.maximum.at(by_words, self.column("phrase_row"), self.column("phrase_weight") * np.minimum(sums, 1.0))
        degree = work_degree(self._closest("work", close), by_words, bool(posting.occupation))
        return np.where(self.column("has_work"), degree, NEUTRAL)

    def _is_placed(self) -> Array:
        return np.array([bool(wanted) for wanted in self._tables["regions"]] or [False])[self.column("regions")]

    def elsewhere(self, region: str) -> Array:
        """Who named provinces, none of which is this region's."""
        far = [bool(wanted) and region_degree(tuple(wanted), region) == 0 for wanted in self._tables["regions"]]
        return np.array(far or [False], dtype=bool)[self.column("regions")]

    def _triples(self, name: str) -> tuple[Array, Array, Array]:
        return self.column(f"{name}_row"), self.column(f"{name}_id"), self.column(f"{name}_amount")

    def _closest(self, name: str, close: Closeness) -> FloatArray:
        rows, ids, weights = self._triples(name)
        column = np.zeros(len(self))
        if len(ids):
            np.maximum.at(column, rows, close.column(self._tables[name])[ids] * weights)
        return column

    def _choice(self, name: str, degree: Any) -> Coded:
        return Coded(np.array([degree(choice) for choice in self._tables[name]] or [0.0]), self.column(name))

    def _held(self, name: str, wanted: set[str]) -> FloatArray:
        rows, ids, amounts = self._triples(name)
        hit = np.array([code in wanted for code in self._tables[name]] or [False])[ids]
        column = np.zeros(len(self))
        np.maximum.at(column, rows[hit], amounts[hit])
        return column

    def amount(self, kind: str, code: str) -> FloatArray:
        """`Holdings.amount` for every person."""
        if kind == "years":
            return np.asarray(self.column("service_years") + self.column("work_years"))
        if kind in ("education", "leadership"):
            return np.asarray(self.column(kind), dtype=float)
        if kind == "licence":
            return self._held("licence", {row.code for row in driver_licences() if licence_covers([row.code], code)})
        held = self._held(kind, {code})
        if kind == "certificate" and code in licence_certificates():
            held = np.maximum(held, self.amount("licence", licence_certificates()[code]))
        return held

    def _needs_met(self, posting: PostingDocument) -> dict[str, Column]:
        sums: dict[str, Any] = {}
        totals: defaultdict[str, float] = defaultdict(float)
        gap, admissible = np.zeros(len(self)), np.ones(len(self))
        for need, amount, group, weight in needs_of(posting):
            have = self.amount(need.kind, need.code)
            degree = need_degree(need.kind == "education", have, amount)
            sums[group] = sums.get(group, 0.0) + weight * degree
            totals[group] += weight
            if not is_must(need):
                continue
            if need.kind in HARD_KINDS:
                admissible[(have < amount) & ((need.kind != "education") | (have > 0))] = 0.0
            else:
                gap += 1.0 - degree
        shares: dict[str, Column] = {
            group: sums[group] / totals[group] if group in sums else NO_NEED for group in NEED_GROUPS
        }
        return shares | {"musts": musts_degree(gap), "admissible": admissible}

    def _words(self, posting: PostingDocument) -> FloatArray:
        said = term_weights(posting)
        rows, ids, weights = self._triples("word")
        by_code = np.array([said.get(word, 0.0) for word in self._tables["word"]] or [0.0])
        found = np.bincount(rows, by_code[ids] * weights, len(self))
        has_words = np.bincount(rows, minlength=len(self)) > 0
        return np.where(has_words, found, NEUTRAL)


def day_number(day: date | None) -> int:
    """A day as the number 20010203; 0 for none. Two such numbers give an age by subtraction and division by 10000."""
    return day.year * 10000 + day.month * 100 + day.day if day else 0


def _phrase_arrays(profiles: list[Profile]) -> dict[str, Array]:
    """Phrases with the row of their person and their weight, and the occupations that each speaks of."""
    learn_phrases(phrase for profile in profiles for phrase, _ in work_phrases(profile))
    row, weight, at, concept, value = array("q"), array("d"), array("q"), array("q"), array("d")
    for number, profile in enumerate(profiles):
        for phrase, amount in work_phrases(profile):
            for place, share in zip(*phrase_concepts(phrase), strict=True):
                at.append(len(row))
                concept.append(place)
                value.append(share)
            row.append(number)
            weight.append(amount)
    return {
        "phrase_row": np.array(row, dtype=np.int64),
        "phrase_weight": np.array(weight, dtype=float),
        "phrase_at": np.array(at, dtype=np.int64),
        "phrase_concept": np.array(concept, dtype=np.int64),
        "phrase_value": np.array(value, dtype=float),
    }


def _list_arrays(profiles: list[Profile], arrays: dict[str, Array]) -> dict[str, list[Any]]:
    codes = {name: Codes() for name in _LISTS}
    for name, named in (
        ("work", (code for one in profiles for code, _ in work_occupations(one))),
        ("wanted", (code for one in profiles for code, _ in wanted_occupations(one))),
        ("past", (code for one in profiles for code, _ in past_occupations(one))),
        ("served", (code for one in profiles for code, _, _ in served_occupations(one))),
    ):
        # Sorted, so that a group of occupations is one stretch of the table.
        codes[name] = Codes(sorted(set(named)))
    rows, ids = ({name: array("q") for name in _LISTS} for _ in range(2))
    amounts = {name: array("d") for name in _LISTS}
    for row, profile in enumerate(profiles):
        held = Holdings(profile)
        entries: dict[str, Iterable[tuple[str, float]]] = {
            "work": work_occupations(profile),
            "wanted": wanted_occupations(profile),
            "past": past_occupations(profile),
            "served": ((code, weight) for code, weight, _ in served_occupations(profile)),
            "skill": held.skills.items(),
            "certificate": ((code, 1.0) for code in held.certificates),
            "licence": ((code, 1.0) for code in held.licences),
            "specialty": ((code, 1.0) for code, _ in profile.specialties),
            "word": wish_weights(profile.wanted_words).items(),
        }
        for name, pairs in entries.items():
            for code, amount in pairs:
                rows[name].append(row)
                ids[name].append(codes[name].id(code))
                amounts[name].append(amount)
    for name in _LISTS:
        arrays[f"{name}_row"] = np.array(rows[name], dtype=np.int64)
        arrays[f"{name}_id"] = np.array(ids[name], dtype=np.int64)
        arrays[f"{name}_amount"] = np.array(amounts[name], dtype=float)
    return {name: codes[name].table() for name in _LISTS}
