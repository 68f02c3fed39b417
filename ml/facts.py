"""Facts about pairs: what happened after a posting was shown to a person. Shared by fitting and evaluation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ml.documents import PostingDocument, Profile
from ml.features import FEATURES, FloatArray, recency_degree
from ml.index import FeatureRows, PostingIndex
from ml.ranker import Ranker
from ml.store import Array

# How good an outcome says the pair is. A refusal outweighs everything but a hire.
GAINS = {"shown": 0.0, "opened": 0.25, "saved": 0.5, "applied": 0.7, "interviewed": 0.85, "hired": 1.0, "refused": 0.0}
RELEVANT = GAINS["applied"]


@dataclass(frozen=True, slots=True)
class PairFact:
    """One line of the ledger. `outcome` is a key of `GAINS`; the profile and posting are as they were `on` that day."""

    profile: Profile
    posting: PostingDocument
    outcome: str
    on: date


@dataclass(frozen=True, slots=True)
class PairRows:
    """One row per pair: features, gain, and the number of the person, which groups the rows."""

    rows: FeatureRows
    gain: FloatArray
    person: Array
    person_keys: tuple[str, ...]


def pair_rows(facts: Iterable[PairFact]) -> PairRows:
    """Joins the facts of each pair into one row with its features on the day of the last fact.

    Raises ValueError for an unknown outcome.
    """
    best: dict[tuple[str, str], tuple[PairFact, float]] = {}
    for fact in sorted(facts, key=lambda fact: fact.on):
        if fact.outcome not in GAINS:
            raise ValueError(f"unknown outcome {fact.outcome}")
        pair = (fact.profile.key, fact.posting.key)
        gain = GAINS[fact.outcome]
        if pair in best:
            before = best[pair][1]
            # A minus sign keeps a refusal in mind until a hire follows.
            gain = gain if gain == 1.0 else before if before < 0 or before == 1.0 else max(before, gain)
        best[pair] = (fact, -1.0 if fact.outcome == "refused" and gain < 1.0 else gain)
    index = PostingIndex.build((fact.posting for fact, _ in best.values()), today=date.min)
    by_person: dict[str, list[tuple[PairFact, float]]] = {}
    for pair in sorted(best):
        by_person.setdefault(pair[0], []).append(best[pair])
    matrices, gaps, gains, persons = [np.zeros((0, len(FEATURES)))], [np.zeros(0)], [], []
    for number, pairs in enumerate(by_person.values()):
        profile = pairs[-1][0].profile
        found = index.features(profile, today=date.min)
        rows = np.concatenate([index.rows([fact.posting.key]) for fact, _ in pairs])
        matrix = found.matrix[rows]
        published = index.column("published")[rows]
        matrix[:, FEATURES.index("recency")] = [
            float(recency_degree(day, fact.on)) for day, (fact, _) in zip(published, pairs, strict=True)
        ]
        matrices.append(matrix)
        gaps.append(found.gap[rows])
        gains += [max(gain, 0.0) for _, gain in pairs]
        persons += [number] * len(pairs)
    rows_all = FeatureRows(np.concatenate(matrices), np.concatenate(gaps))
    return PairRows(rows_all, np.array(gains, dtype=float), np.array(persons, dtype=np.int64), tuple(by_person))


def evaluate(ranker: Ranker, facts: Iterable[PairFact]) -> dict[str, float | int]:
    """NDCG@10 and recall@50 of a ranker on facts; see `measure`. Facts used for fitting flatter it."""
    return measure(ranker, pair_rows(facts))


def measure(ranker: Ranker, pairs: PairRows) -> dict[str, float | int]:
    """NDCG@10 with linear gains (Järvelin and Kekäläinen 2002) and recall@50 of pairs that were applied for.

    Both are means over the persons who have such pairs, ranking only what the facts hold about each person. Ties are
    broken against the ranker, so a constant score earns nothing.
    """
    scores = ranker.scores(pairs.rows)
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


def take_persons(pairs: PairRows, wanted: Sequence[bool]) -> PairRows:
    """The pairs of the persons marked true."""
    numbers = np.cumsum(np.array(wanted, dtype=np.int64)) - 1
    keep = np.array(wanted, dtype=bool)[pairs.person]
    rows = FeatureRows(pairs.rows.matrix[keep], pairs.rows.gap[keep])
    keys = tuple(key for key, mark in zip(pairs.person_keys, wanted, strict=True) if mark)
    return PairRows(rows, pairs.gain[keep], numbers[pairs.person[keep]], keys)
