"""Facts about pairs: what happened after a posting was shown to a person. Shared by fitting and evaluation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from ml.columns import FloatArray
from ml.documents import PostingDocument, Profile
from ml.features import FEATURES, recency_degree
from ml.index import PostingIndex
from ml.ranker import Ranker
from ml.store import Array

# How good an outcome says the pair is. A refusal outweighs everything but a hire.
GAINS = {"shown": 0.0, "opened": 0.25, "saved": 0.5, "applied": 0.7, "interviewed": 0.85, "hired": 1.0, "refused": 0.0}
RELEVANT = GAINS["applied"]
# The chance that somebody looks at place k of a list falls as k to the power of minus this (Joachims, Swaminathan and
# Schnabel 2017, section 5). What was passed over far down says little; what was chosen there says much, up to a bound.
POSITION_POWER = 0.5
MOST_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class PairFact:
    """One line of the ledger. `outcome` is a key of `GAINS`; the profile and posting are as they were `on` that day.

    position: place in the list from which it came, 1 for the first; None where no list was involved.
    """

    profile: Profile
    posting: PostingDocument
    outcome: str
    on: date
    position: int | None = None


@dataclass(frozen=True, slots=True)
class PairRows:
    """One row per pair: features, gain 0 to 1, weight, day (as ordinal), and the number of the person."""

    matrix: FloatArray
    gain: FloatArray
    weight: FloatArray
    day: Array
    person: Array
    person_keys: tuple[str, ...]

    def part(self, keep: Array) -> "PairRows":
        """The rows marked true."""
        return PairRows(
            self.matrix[keep], self.gain[keep], self.weight[keep], self.day[keep], self.person[keep], self.person_keys
        )


def look_chance(position: int | None) -> float:
    """The chance that the place of a list was looked at; 1 where no list was involved."""
    return 1.0 if position is None else float(max(position, 1)) ** -POSITION_POWER


def pair_rows(facts: Iterable[PairFact]) -> PairRows:
    """Joins the facts of each pair into one row with its features on the day of the last fact.

    However often somebody clicks, a pair is one row. Raises ValueError for an unknown outcome.
    """
    best: dict[tuple[str, str], tuple[PairFact, float]] = {}
    position: dict[tuple[str, str], int] = {}
    for fact in sorted(facts, key=lambda fact: fact.on):
        if fact.outcome not in GAINS:
            raise ValueError(f"unknown outcome {fact.outcome}")
        pair = (fact.profile.key, fact.posting.key)
        if fact.position is not None:
            position[pair] = min(position.get(pair, fact.position), fact.position)
        gain = GAINS[fact.outcome]
        if pair in best:
            before = best[pair][1]
            # A minus sign keeps a refusal in mind until a hire follows.
            gain = gain if gain == 1.0 else before if before < 0 or before == 1.0 else max(before, gain)
        best[pair] = (fact, -1.0 if fact.outcome == "refused" and gain < 1.0 else gain)
    index = PostingIndex.build((fact.posting for fact, _ in best.values()), today=date.min)
    by_person: dict[str, list[tuple[str, str]]] = {}
    for pair in sorted(best):
        by_person.setdefault(pair[0], []).append(pair)
    matrices, gains, weights, days, persons = [np.zeros((0, len(FEATURES)))], [], [], [], []
    for number, pairs in enumerate(by_person.values()):
        mine = [best[pair][0] for pair in pairs]
        rows = np.concatenate([index.rows([fact.posting.key]) for fact in mine])
        matrix = index.pairs(mine[-1].profile, today=date.min).matrix(rows)
        published = index.column("published")[rows]
        matrix[:, FEATURES.index("recency")] = [
            float(recency_degree(day, fact.on)) for day, fact in zip(published, mine, strict=True)
        ]
        matrices.append(matrix)
        for pair, fact in zip(pairs, mine, strict=True):
            gain, chance = max(best[pair][1], 0.0), look_chance(position.get(pair))
            gains.append(gain)
            weights.append(min(1.0 / chance, MOST_WEIGHT) if gain > 0 else chance if best[pair][1] == 0 else 1.0)
            days.append(fact.on.toordinal())
        persons += [number] * len(pairs)
    return PairRows(
        np.concatenate(matrices),
        np.array(gains, dtype=float),
        np.array(weights, dtype=float),
        np.array(days, dtype=np.int64),
        np.array(persons, dtype=np.int64),
        tuple(by_person),
    )


def evaluate(ranker: Ranker, facts: Iterable[PairFact]) -> dict[str, float | int]:
    """NDCG@10 and recall@50 of a ranker on facts; see `measure`. Facts used for fitting flatter it."""
    return measure(ranker, pair_rows(facts))


def measure(ranker: Ranker, pairs: PairRows) -> dict[str, float | int]:
    """NDCG@10 with linear gains (Järvelin and Kekäläinen 2002) and recall@50 of pairs that were applied for.

    Both are means over the persons who have such pairs, ranking only what the facts hold about each person. Ties are
    broken against the ranker, so a constant score earns nothing.
    """
    scores = ranker.contributions(pairs.matrix).sum(axis=1)
    ndcg, recall = [], []
    for number in range(len(pairs.person_keys)):
        mine = pairs.person == number
        gain = pairs.gain[mine]
        if not gain.any():
            continue
        order = np.lexsort((gain, -scores[mine]))
        ndcg.append(_dcg(gain[order]) / _dcg(-np.sort(-gain)))
        relevant = gain >= RELEVANT
        if relevant.any():
            recall.append(relevant[order][:50].sum() / relevant.sum())
    return {
        "persons": len(ndcg),
        "pairs": len(pairs.gain),
        "ndcg_at_10": float(np.mean(ndcg)) if ndcg else 0.0,
        "recall_at_50": float(np.mean(recall)) if recall else 0.0,
    }


def _dcg(gain: FloatArray) -> float:
    top = gain[:10]
    return float(np.sum(top / np.log2(np.arange(2, len(top) + 2))))
