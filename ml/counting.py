"""How many people meet a posting, and how many would without each of its musts."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ml.documents import PostingDocument, Requirement
from ml.features import is_must, need_amount
from ml.people_index import PersonIndex
from ml.pool import Pool
from ml.rules import excluded_people
from ml.store import Array


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """`met`: people whom no rule takes out and who meet every must. `without`: each must, with how many if dropped."""

    met: int
    without: tuple[tuple[Requirement, int], ...]


def count_people(pool: Pool[PersonIndex], posting: PostingDocument, *, today: date) -> PeopleCount:
    """Counts in one pass over the pool. Education that somebody did not fill in is not held against them."""
    musts = [need for need in posting.requirements if is_must(need)]
    bare, without = replace(posting, requirements=()), np.zeros(len(musts), dtype=np.int64)
    met = 0
    for part in pool.parts:
        alive = pool.alive_without(part, ())
        for marked in excluded_people(part.index, bare, today=today).values():
            alive &= ~marked
        lacking = [_lacking(part.index, need) for need in musts]
        lacks = np.zeros(len(part.index), dtype=np.int32)
        for column in lacking:
            lacks += column
        met += int(np.count_nonzero(alive & (lacks == 0)))
        alone = alive & (lacks == 1)
        for number, column in enumerate(lacking):
            without[number] += np.count_nonzero(alone & column)
    return PeopleCount(met, tuple((need, met + int(count)) for need, count in zip(musts, without, strict=True)))


def _lacking(index: PersonIndex, need: Requirement) -> Array:
    have = index.amount(need.kind, need.code)
    lacking = np.asarray(have < need_amount(need))
    return lacking & (have > 0) if need.kind == "education" else lacking
