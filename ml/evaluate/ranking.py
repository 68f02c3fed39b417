"""Figures of rankings on judged pairs: our own, and those of other products on the same people and postings.

For each person the judged postings of that person are ranked by each system (`--pool all`: all postings of the file,
where an unjudged one counts as grade 0). Equal scores are broken against the system, the worse grade first. A pair
that a hard rule excludes is ranked by its raw score like all others.

- `ndcg10`: discounted gain of the first ten, gains 2^grade - 1, discount log2(place + 1), over that of the best order;
  the mean over people who have a grade of 1 or more.
- `recall20`: share of a person's postings of grade 2 or 3 among the first 20.
- `mrr`: 1 over the place of the first posting of grade 2 or 3. Both are means over people who have such a posting.
- `_vs_jobmatch`: ndcg10 of our ranker minus the system's, with the 95 % interval of a paired bootstrap over people.
- `_ties_averaged`: ndcg10 with equal scores in every order alike, for systems that give many postings one score.
- `_exposure`: ndcg10 after the dated spread of attention, with half of the employers lifted, minus before.
- `_data`: people, pairs, how many people each mean leaves out, judged pairs whose person or posting is not in the
  files, and how well two judges agree (quadratic weighted kappa over the pairs that both graded).
"""

import argparse
import json
import math
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ml.baselines import BASELINES, Corpus
from ml.columns import FloatArray
from ml.documents import Person, PostingDocument
from ml.explain import Explanation
from ml.exposure import spread
from ml.ranker import Ranker
from ml.ranking import Match
from ml.records import complete_posting, read_judgements, read_parts, read_people, read_postings
from ml.tables import DATA

JUDGED = DATA / "judged"
OURS = "jobmatch"
METRICS = ("ndcg10", "recall20", "mrr")
DRAWS = 2000
SEED = 20261121

Judgements = Mapping[str, Mapping[str, int]]


def ndcg(grades: Sequence[int], top: int = 10) -> float | None:
    """Normalized discounted gain of grades in ranked order; None when there is nothing to gain."""

    def gain(ordered: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(ordered[:top], start=1))

    best = gain(sorted(grades, reverse=True))
    return gain(grades) / best if best else None


def even_ndcg(scores: FloatArray, grades: Sequence[int], top: int = 10) -> float | None:
    """The mean of `ndcg` over all orders of postings with equal scores: each takes the mean gain of its equals."""
    _, group, size = np.unique(-np.round(scores, 9), return_inverse=True, return_counts=True)
    means = np.bincount(group, 2.0 ** np.asarray(grades) - 1) / size
    discounts = 1 / np.log2(np.arange(2, min(top, len(group)) + 2))
    best = np.sort(2.0 ** np.asarray(grades) - 1)[::-1][:top] @ discounts
    return float(np.repeat(means, size)[:top] @ discounts / best) if best else None


def recall(grades: Sequence[int], top: int = 20) -> float | None:
    """Share of grades of 2 or more among the first; None when there is none."""
    good = sum(grade >= 2 for grade in grades)
    return sum(grade >= 2 for grade in grades[:top]) / good if good else None


def reciprocal_rank(grades: Sequence[int]) -> float | None:
    """1 over the place of the first grade of 2 or more; None when there is none."""
    return next((1 / place for place, grade in enumerate(grades, start=1) if grade >= 2), None)


def in_order(scores: FloatArray, grades: Sequence[int]) -> list[int]:
    """Grades by falling score; among equal scores the worse grade comes first."""
    found = np.asarray(grades)
    # Sums in another order differ in their last digits; rounded, equal pairs stay equal.
    return [int(grade) for grade in found[np.lexsort((found, -np.round(scores, 9)))]]


def kappa(first: Judgements, second: Judgements) -> tuple[int, float | None]:
    """Pairs that both graded, and Cohen's kappa with quadratic weights; None where it is not defined."""
    both = [
        (grade, second[person][posting])
        for person, grades in first.items()
        for posting, grade in grades.items()
        if posting in second.get(person, {})
    ]
    if len({grade for pair in both for grade in pair}) < 2:
        return len(both), None
    from sklearn.metrics import cohen_kappa_score

    one, other = zip(*both, strict=True)
    return len(both), float(cohen_kappa_score(one, other, weights="quadratic"))


@dataclass(slots=True)
class _Tally:
    """What each person adds to each figure; None where a person counts for nothing."""

    figures: dict[str, dict[str, list[float | None]]] = field(default_factory=dict)
    even: dict[str, list[float | None]] = field(default_factory=dict)
    spread: list[float | None] = field(default_factory=list)

    def add(self, system: str, scores: FloatArray, judged: Sequence[int]) -> None:
        grades = in_order(scores, judged)
        self.even.setdefault(system, []).append(even_ndcg(scores, judged))
        of_system = self.figures.setdefault(system, {name: [] for name in METRICS})
        for name, value in zip(METRICS, (ndcg(grades), recall(grades), reciprocal_rank(grades)), strict=True):
            of_system[name].append(value)


def evaluate_ranking(
    people: Iterable[Person],
    postings: Iterable[PostingDocument],
    judgements: Judgements,
    *,
    ranker: Ranker | None = None,
    whole_pool: bool = False,
    second: Judgements | None = None,
) -> dict[str, Any]:
    """The figures of this module's description, by system and under `_vs_jobmatch` and the other marked names.

    The day of the ranking is the latest on which a posting was published. Raises ValueError without postings.
    """
    ranker = ranker or Ranker.prior()
    postings = [complete_posting(posting) for posting in postings]
    if not postings:
        raise ValueError("there are no postings to rank")
    corpus = Corpus(postings, today=max(posting.published_on for posting in postings))
    lifts = _lifts(corpus.postings)
    tally, pairs, chosen = _Tally(), 0, []
    for person in people:
        graded = {key: grade for key, grade in judgements.get(person.key, {}).items() if key in corpus.rows}
        if not graded:
            continue
        pairs += len(graded)
        chosen.append(person.key)
        keys = list(corpus.rows) if whole_pool else list(graded)
        rows = np.array([corpus.rows[key] for key in keys])
        grades = [graded.get(key, 0) for key in keys]
        raw = ranker.raw(corpus.index.pairs(person.profile, today=corpus.today))[rows]
        tally.add(OURS, raw, grades)
        tally.spread.append(_after_spread(person.key, keys, raw, grades, lifts, corpus))
        for name, system in BASELINES.items():
            tally.add(name, system(corpus, person.profile)[rows], grades)
    asked = sum(len(judgements.get(key, {})) for key in chosen)
    shared = kappa(judgements, second) if second is not None else None
    return _summary(tally, len(chosen), pairs, asked - pairs, shared)


def _lifts(postings: Sequence[PostingDocument]) -> dict[str, float]:
    """Every posting of a random half of the employers fully lifted."""
    employers = sorted({posting.employer_key for posting in postings})
    lifted = set(random.Random(SEED).sample(employers, len(employers) // 2))
    return {posting.key: 1.0 for posting in postings if posting.employer_key in lifted}


def _after_spread(
    person: str,
    keys: Sequence[str],
    raw: FloatArray,
    grades: Sequence[int],
    lifts: Mapping[str, float],
    corpus: Corpus,
) -> float | None:
    grade_of = dict(zip(keys, grades, strict=True))
    nothing = Explanation((), None)
    matches = [Match(key, float(value), {}, lambda: nothing) for key, value in zip(keys, raw, strict=True)]
    return ndcg([grade_of[match.key] for match in spread(matches, lifts, day=corpus.today, salt=person)])


def _mean(values: Iterable[float | None]) -> float | None:
    counted = [value for value in values if value is not None]
    return round(float(np.mean(counted)), 4) if counted else None


def _difference(ours: Sequence[float | None], theirs: Sequence[float | None]) -> dict[str, float | None]:
    """Mean of the differences person by person, with the percentiles 2.5 and 97.5 of means of redrawn people."""
    gaps = np.array([one - other for one, other in zip(ours, theirs, strict=True) if None not in (one, other)])  # type: ignore[operator]
    if not len(gaps):
        return {"difference": None, "low": None, "high": None}
    means = np.random.default_rng(SEED).choice(gaps, (DRAWS, len(gaps))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "difference": round(float(gaps.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def _summary(
    tally: _Tally, people: int, pairs: int, unknown: int, shared: tuple[int, float | None] | None
) -> dict[str, Any]:
    figures = tally.figures or {system: {name: [] for name in METRICS} for system in (OURS, *BASELINES)}
    ours = figures[OURS]
    data: dict[str, Any] = {
        "people": people,
        "pairs": pairs,
        "people_without_grade_1": sum(value is None for value in ours["ndcg10"]),
        "people_without_grade_2": sum(value is None for value in ours["mrr"]),
        "pairs_of_unknown_postings": unknown,
    }
    if shared is not None:
        data |= {"pairs_judged_twice": shared[0], "kappa": None if shared[1] is None else round(shared[1], 4)}
    found: dict[str, Any] = {
        system: {name: _mean(values) for name, values in of_system.items()} for system, of_system in figures.items()
    }
    found["_vs_jobmatch"] = {
        system: _difference(ours["ndcg10"], figures[system]["ndcg10"]) for system in figures if system != OURS
    }
    found["_ties_averaged"] = {system: _mean(tally.even.get(system, [])) for system in figures}
    found["_exposure"] = _difference(tally.spread, ours["ndcg10"])
    found["_data"] = data
    return found


def in_part(people: Iterable[Person], parts: Mapping[str, str], part: str) -> list[Person]:
    """The people of one part. Raises ValueError for a part that nobody is in."""
    if part not in parts.values():
        raise ValueError(f"nobody is in the part {part}")
    return [person for person in people if parts.get(person.key) == part]


@lru_cache(maxsize=4)
def _judged_figures(part: str, ranker: Ranker) -> dict[str, Any]:
    people = in_part(read_people(JUDGED / "people.jsonl"), read_parts(JUDGED / "split.csv"), part)
    postings = read_postings(JUDGED / "postings.jsonl")
    return evaluate_ranking(people, postings, read_judgements(JUDGED / "judgements.csv"), ranker=ranker)


def ranking_table(part: str = "report", ranker: Ranker | None = None) -> list[dict[str, Any]]:
    """The systems on one part of the repository's judged set, ours first and then the best first.

    Each row: `system`, `ndcg10`, `recall20`, `mrr`, and `difference`, `low`, `high` of our ndcg10 minus the system's
    (None for ours). `ranker` takes the place of the rule ranking. Computed once for each ranker and part, in a few
    seconds. Raises ValueError for an unknown part and FileNotFoundError where the judged set is not installed.
    """
    found = _judged_figures(part, ranker or Ranker.prior())
    none = {"difference": None, "low": None, "high": None}
    rows = [
        {"system": system, **figures, **found["_vs_jobmatch"].get(system, none)}
        for system, figures in found.items()
        if not system.startswith("_")
    ]
    return sorted(rows, key=lambda row: (row["system"] != OURS, -(row["ndcg10"] or 0.0)))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ml.evaluate ranking",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    given = (("people", "people.jsonl"), ("postings", "postings.jsonl"), ("judgements", "judgements.csv"))
    for name, _ in given:
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--second", type=Path, help="grades of a second judge, same columns")
    parser.add_argument("--split", type=Path, help="CSV with person_id and part")
    parser.add_argument("--part", choices=("tune", "report"))
    parser.add_argument("--pool", choices=("judged", "all"), default="judged")
    parser.add_argument("--model", type=Path, help="a saved ranker instead of the rule ranking")
    chosen = parser.parse_args(arguments)
    named = [name for name, _ in given if getattr(chosen, name)]
    if not named:
        for name, file in given:
            setattr(chosen, name, JUDGED / file)
        second = JUDGED / "second_judge.csv"
        chosen.second = chosen.second or (second if second.exists() else None)
        chosen.split = chosen.split or JUDGED / "split.csv"
    elif len(named) < len(given):
        parser.error("--people, --postings and --judgements belong together")
    if chosen.part and not chosen.split:
        parser.error("--part needs --split")
    return chosen


def main(arguments: Sequence[str]) -> None:
    """Prints the figures as JSON; without files, those of the repository's judged set.

    Exit 2 with one line when a file is unusable.
    """
    chosen = _options(arguments)
    try:
        people = read_people(chosen.people)
        if chosen.part:
            people = in_part(people, read_parts(chosen.split), chosen.part)
        found = evaluate_ranking(
            people,
            read_postings(chosen.postings),
            read_judgements(chosen.judgements),
            ranker=Ranker.from_bytes(chosen.model.read_bytes()) if chosen.model else None,
            whole_pool=chosen.pool == "all",
            second=read_judgements(chosen.second) if chosen.second else None,
        )
    except (OSError, ValueError) as error:
        sys.stderr.write(f"ml.evaluate ranking: {error}\n")
        raise SystemExit(2) from None
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
