"""Prints how long building, loading, ranking and searching take on synthetic postings and people, in one thread.

`bm25s`, a library for text retrieval, searches the same words of the same postings in the same run, so that the ratio
holds on any machine.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ml.counting import count_people
from ml.documents import PostingDocument, Profile
from ml.index import PostingIndex
from ml.people_index import PersonIndex
from ml.pool import Pool
from ml.ranker import Ranker
from ml.ranking import Filter, Ranking, best_postings, rank_people, rank_postings, search
from ml.synthetic import synthetic_people, synthetic_postings
from ml.tables import find_occupation, specialties
from ml.words import tokens

WORDS = ("货车司机", "保安", "电工 维修", "无人机", "仓库管理员", "护理", "厨师", "消防")
TODAY = date(2026, 11, 21)
FETCHED = 500


def _reasons(ranking: Ranking) -> list[Any]:
    """Reasons are made when they are asked for, so they are asked for here."""
    return [match.explanation for match in ranking.matches]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _once(name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    result = work()
    _say(f"{name}: {(time.perf_counter() - start) * 1000:.0f} ms")
    return result


def _many(name: str, jobs: Sequence[Callable[[], Any]]) -> float:
    """Prints two percentiles and returns the median in milliseconds."""
    for job in jobs[:10]:
        job()
    spent = []
    for job in jobs:
        start = time.perf_counter()
        job()
        spent.append((time.perf_counter() - start) * 1000)
    _say(f"{name}: p50 {np.percentile(spent, 50):.1f} ms, p95 {np.percentile(spent, 95):.1f} ms ({len(jobs)} runs)")
    return float(np.median(spent))


def _wish(profile: Profile) -> str:
    """What a person would type: their own words and the names of what they want and have done."""
    names = {row.code: row.name for row in specialties()}
    wanted = (find_occupation(code) for code in profile.wanted_occupations)
    past = (find_occupation(code) for code, *_ in profile.past_occupations)
    parts = [profile.wanted_words, *(row.name for row in (*wanted, *past) if row)]
    return " ".join([*parts, *(names[code] for code, _ in profile.specialties if code in names)])


def _opponent(postings: Sequence[PostingDocument], wishes: Sequence[str]) -> tuple[float, float] | None:
    """Medians of bm25s fetching `FETCHED` of the same texts, without and with cutting the wish into words."""
    try:
        import bm25s
    except ImportError:
        _say("bm25s is not installed: nothing to compare with")
        return None
    texts = [tokens(f"{one.title} {one.text}") for one in postings]
    engine = bm25s.BM25()
    _once("bm25s: build from words that are cut already", lambda: engine.index(texts, show_progress=False))
    cut = [tokens(wish) or ["无"] for wish in wishes]

    def fetch(words: list[str]) -> Any:
        return engine.retrieve([words], k=min(FETCHED, len(postings)), show_progress=False, n_threads=0)

    alone = _many(f"bm25s: fetch {FETCHED}", [lambda one=one: fetch(one) for one in cut])  # type: ignore[misc]
    whole = _many(
        f"bm25s: cut the wish and fetch {FETCHED}",
        [lambda one=one: fetch(tokens(one) or ["无"]) for one in wishes],  # type: ignore[misc]
    )
    return alone, whole


def run(posting_count: int, person_count: int, runs: int) -> None:
    """Builds both indexes, saves and maps them, then times every call."""
    postings = synthetic_postings(posting_count, today=TODAY)
    people = synthetic_people(person_count, today=TODAY)
    _say(f"synthetic: {posting_count} postings, {person_count} people")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    built = _once("build postings", lambda: PostingIndex.build(postings, today=TODAY))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _say(f"peak memory of the process: {after / 1024:.0f} MB ({(after - before) / 1024:.0f} MB of it while building)")
    built_people = _once("build people", lambda: PersonIndex.build(people, today=TODAY))
    with tempfile.TemporaryDirectory() as folder:
        place, people_place = Path(folder, "postings"), Path(folder, "people")
        _once("save postings", lambda: built.save(place))
        built_people.save(people_place)
        size = sum(file.stat().st_size for file in place.iterdir())
        _say(f"size on disk: {size / 1e6:.1f} MB")
        index = _once("load postings", lambda: PostingIndex.load(place))
        person_index = _once("load people", lambda: PersonIndex.load(people_place))
        changed = _once("build a delta of 50", lambda: PostingIndex.build(postings[:50], today=TODAY))
        pool = _once(
            "pool with a delta of 50", lambda: Pool(index, changed, frozenset(one.key for one in postings[50:60]))
        )
        _calls(Pool(index), pool, Pool(person_index), postings, [people[at % person_count] for at in range(runs)])


def _calls(
    plain: Pool[PostingIndex],
    pool: Pool[PostingIndex],
    people: Pool[PersonIndex],
    postings: Sequence[PostingDocument],
    some: Sequence[Any],
) -> None:
    ranker = Ranker.prior()
    lists = [lambda one=one: _reasons(rank_postings(ranker, pool, *one, today=TODAY)) for one in some]
    _many("rank_postings, 50 with reasons, the first time for a person", lists)
    whole = _many("rank_postings, 50 with reasons, warm", lists)
    spent = _many(
        "best_postings, 20 without reasons, for each person",
        [lambda one=one: list(best_postings(ranker, plain, [one], today=TODAY)) for one in some],  # type: ignore[misc]
    )
    _say(f"5,000 people in one thread would take {spent * 5:.0f} s")
    _many(
        "rank_people, 50 with reasons",
        [lambda one=one: _reasons(rank_people(ranker, people, one, today=TODAY)) for one in postings[: len(some)]],  # type: ignore[misc]
    )
    _many(
        "count_people, with what each must costs",
        [lambda one=one: count_people(people, one, today=TODAY) for one in postings[: len(some)]],  # type: ignore[misc]
    )
    where = Filter(region="4303", pay_at_least=4000)
    _many("search, words", [lambda one=one: search(pool, one) for one in WORDS * 10])  # type: ignore[misc]
    _many(
        "search, words and filter",
        [lambda one=one: search(pool, one, where=where) for one in WORDS * 10],  # type: ignore[misc]
    )
    _many("search, newest", [lambda: search(pool, sort="newest")] * 80)
    wishes = [_wish(profile) for profile, _ in some]
    ours = _many(
        f"search: cut the wish and fetch {FETCHED}",
        [lambda one=one: search(plain, one, limit=FETCHED) for one in wishes],  # type: ignore[misc]
    )
    theirs = _opponent(postings, wishes)
    if theirs:
        _say(f"retrieval against bm25s: {ours / theirs[1]:.2f} times")
        _say(f"the whole query, with reasons, against bm25s: {whole / theirs[1]:.2f} times")


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
