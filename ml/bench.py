"""Prints how long building, loading, ranking and searching take on synthetic postings and people."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ml.index import PostingIndex
from ml.people_index import PersonIndex
from ml.pool import Pool
from ml.ranker import Ranker
from ml.ranking import Filter, rank_people, rank_postings, search
from ml.synthetic import synthetic_people, synthetic_postings

WORDS = ("货车司机", "保安", "电工 维修", "无人机", "仓库管理员", "护理", "厨师", "消防")
TODAY = date(2026, 11, 21)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _once(name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    result = work()
    _say(f"{name}: {(time.perf_counter() - start) * 1000:.0f} ms")
    return result


def _many(name: str, jobs: list[Callable[[], Any]]) -> None:
    for job in jobs[:10]:
        job()
    spent = []
    for job in jobs:
        start = time.perf_counter()
        job()
        spent.append((time.perf_counter() - start) * 1000)
    _say(f"{name}: p50 {np.percentile(spent, 50):.1f} ms, p95 {np.percentile(spent, 95):.1f} ms ({len(jobs)} runs)")


def run(posting_count: int, person_count: int, runs: int) -> None:
    """Builds both indexes, saves and maps them, then times every call in one thread."""
    postings = synthetic_postings(posting_count, today=TODAY)
    people = synthetic_people(person_count, today=TODAY)
    _say(f"synthetic: {posting_count} postings, {person_count} people")
    built = _once("build postings", lambda: PostingIndex.build(postings, today=TODAY))
    built_people = _once("build people", lambda: PersonIndex.build(people, today=TODAY))
    with tempfile.TemporaryDirectory() as folder:
        place, people_place = Path(folder, "postings"), Path(folder, "people")
        _once("save postings", lambda: built.save(place))
        built_people.save(people_place)
        size = sum(file.stat().st_size for file in place.iterdir())
        _say(f"size on disk: {size / 1e6:.1f} MB")
        index = _once("load postings", lambda: PostingIndex.load(place))
        person_index = _once("load people", lambda: PersonIndex.load(people_place))
        changed = PostingIndex.build(postings[:50], today=TODAY)
        pool = _once(
            "pool with a delta of 50", lambda: Pool(index, changed, frozenset(one.key for one in postings[50:60]))
        )
        person_pool, ranker = Pool(person_index), Ranker.prior()
        some = [people[number % person_count] for number in range(runs)]
        _many(
            "rank_postings, 50 with reasons",
            [lambda one=one: rank_postings(ranker, pool, *one, today=TODAY) for one in some],  # type: ignore[misc]
        )
        _many(
            "rank_people, 50 with reasons",
            [
                lambda one=one: rank_people(ranker, person_pool, one, today=TODAY)  # type: ignore[misc]
                for one in postings[:runs]
            ],
        )
        where = Filter(region="4303", pay_at_least=4000)
        _many("search, words", [lambda one=one: search(pool, one) for one in WORDS * 10])  # type: ignore[misc]
        _many(
            "search, words and filter",
            [lambda one=one: search(pool, one, where=where) for one in WORDS * 10],  # type: ignore[misc]
        )
        _many("search, newest", [lambda: search(pool, sort="newest")] * 80)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m ml.bench", description=__doc__)
    parser.add_argument("--postings", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=200)
    arguments = parser.parse_args()
    run(arguments.postings, arguments.people, arguments.runs)


if __name__ == "__main__":
    main()
