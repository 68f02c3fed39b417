"""Rankings and gaps of people, kept by this process while nothing that they stand on has changed.

A list is asked for page by page and again after every filter; the second time costs a look into a dictionary. What is
kept is found by value: the profile with all its facts, the filter, what is settled, the day, and the very ranker and
pool (a pool is made anew for every change of a posting).
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from ml.matching import (
    Eligibility,
    Filter,
    Gap,
    Pool,
    PostingIndex,
    Profile,
    Ranker,
    Ranking,
    find_gaps,
    rank_postings,
)

T = TypeVar("T")
NEARLY = 5
MOST_KEPT = 64
"""Answers per process; each holds some sixty scored postings, and keeps the pool that it was taken from."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is ranked for whom."""

    ranker: Ranker
    pool: Pool[PostingIndex]
    profile: Profile
    eligibility: Eligibility
    today: date
    top: int
    where: Filter | None
    without: frozenset[str]

    def key(self, what: str) -> tuple[Any, ...]:
        return what, self.profile, self.eligibility, self.today, self.top, self.where, self.without


_kept: OrderedDict[tuple[Any, ...], tuple[Ranker, Pool[PostingIndex], Any]] = OrderedDict()
_lock = threading.Lock()


def forget_kept() -> None:
    """Drop everything; a forked child starts empty."""
    global _lock
    _lock = threading.Lock()
    _kept.clear()


os.register_at_fork(after_in_child=forget_kept)


def _keep(asked: Asked, what: str, make: Callable[[], T]) -> T:
    key = asked.key(what)
    with _lock:
        found = _kept.get(key)
        if found is not None and found[0] == asked.ranker and found[1] is asked.pool:
            _kept.move_to_end(key)
            answer: T = found[2]
            return answer
    made = make()
    with _lock:
        _kept[key] = (asked.ranker, asked.pool, made)
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def ranking_of(asked: Asked) -> Ranking:
    """The best postings, what each rule took out, and up to five that one licence or certificate alone keeps out."""
    return _keep(
        asked,
        "ranking",
        lambda: rank_postings(
            asked.ranker,
            asked.pool,
            asked.profile,
            asked.eligibility,
            today=asked.today,
            top=asked.top,
            nearly=NEARLY,
            where=asked.where,
            exclude_keys=asked.without,
        ),
    )


def gaps_of(asked: Asked) -> list[Gap]:
    """The ``top`` things that would open most suitable postings; much dearer than a ranking."""
    return _keep(
        asked,
        "gaps",
        lambda: find_gaps(
            asked.ranker,
            asked.pool,
            asked.profile,
            asked.eligibility,
            today=asked.today,
            top=asked.top,
            without=asked.without,
        ),
    )
