"""Title-to-title ranking over a whole corpus, scored as trec_eval does."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml import encoder, semantics
from ml.semantics import Array
from ml.tables import labelled_titles, occupations
from ml.words import normalise

# Chosen on stand-ins: whole occupations held out, and posting titles marked `dev`.
WEIGHTS = {"letters": 1.0, "concepts": 1.5}
SEMANTIC_WEIGHTS = {"letters": 0.5, "concepts": 1.5, "sentence": 1.5, "trades": 2.0}
FEEDBACK, FEEDBACK_POWER, FEEDBACK_WEIGHT = 5, 3, 1.0
HUB_NEAREST, HUB_WEIGHT = 10, 0.25  # paid with the encoder only
BLOCK = 512

MEASURES = ("MAP", "MRR", "nDCG", "P5", "P10")

Qrels = dict[str, dict[str, float]]


def _lines(path: Path) -> list[str]:
    """Lines that hold something. Raises ValueError, naming the file, for another encoding."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: not a text file in UTF-8 ({error})") from None
    return [line for line in text.split("\n") if line.strip()]


def read_titles(path: Path, identifier: str) -> dict[str, str]:
    """Identifier to title from lines `id<TAB>title`; a first line whose id is the column's name is a header."""
    titles: dict[str, str] = {}
    for line in _lines(path):
        key, _, title = line.partition("\t") if "\t" in line else line.strip().partition(" ")
        if not titles and key.strip().lower() == identifier:
            continue
        titles[key.strip()] = title.strip()
    return titles


def read_qrels(path: Path) -> Qrels:
    """Query to corpus id to relevance from lines `q_id iter c_id relevance`. Raises ValueError on another form."""
    qrels: Qrels = {}
    for number, line in enumerate(_lines(path), start=1):
        parts = line.split()
        if number == 1 and parts[0].lower() == "q_id":
            continue
        if len(parts) != 4 or not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]+)?", parts[3]):
            raise ValueError(f"{path.name}, line {number}: four fields are wanted, the last a number")
        qrels.setdefault(parts[0], {})[parts[2]] = float(parts[3])
    return qrels


def _dot(left: Any, right: Any) -> Array:
    product = left @ right.T
    return np.asarray(product.toarray() if hasattr(product, "toarray") else product, dtype=np.float32)


def similarities(queries: Sequence[str], corpus: Sequence[str], *, semantic: bool) -> Array:
    """Scores (queries, corpus), the higher the nearer. Raises `encoder.MissingExtra`.

    A weighted sum of cosines, then feedback: each query also takes what is near to its nearest few (Rocchio, 1971).
    With the encoder, titles that are near to everything are marked down (CSLS: Conneau et al., 2018).
    """
    texts = [*queries, *corpus]
    split = len(queries)
    letters = semantics.space().lexicon.vectors(texts, with_unknown=True)
    parts: dict[str, Any] = {"letters": letters, "concepts": semantics.title_concepts(letters)}
    if semantic:
        parts["sentence"] = encoder.mapped_vectors(texts)
        parts["trades"] = encoder.trade_vectors(parts["sentence"])
    weights = SEMANTIC_WEIGHTS if semantic else WEIGHTS
    asked = {name: part[:split] for name, part in parts.items()}
    found = {name: part[split:] for name, part in parts.items()}
    scores = _with_feedback(_cosines(asked, found, weights), found, weights)
    return scores - HUB_WEIGHT * _nearness_to_all(found, weights) if semantic else scores


def _cosines(left: dict[str, Any], right: dict[str, Any], weights: dict[str, float]) -> Array:
    scores = np.zeros((left["letters"].shape[0], right["letters"].shape[0]), dtype=np.float32)
    for name, weight in weights.items():
        scores += weight / sum(weights.values()) * _dot(left[name], right[name])
    return scores


def _with_feedback(scores: Array, corpus: dict[str, Any], weights: dict[str, float]) -> Array:
    taken = min(FEEDBACK, scores.shape[1])
    if not taken:
        return scores
    nearest = np.argsort(-scores, axis=1, kind="stable")[:, :taken]
    trust = np.maximum(np.take_along_axis(scores, nearest, axis=1), 0) ** FEEDBACK_POWER
    trust /= np.maximum(trust.sum(axis=1, keepdims=True), 1e-9)
    rows, places = np.unique(nearest, return_inverse=True)
    between = _cosines({name: part[rows] for name, part in corpus.items()}, corpus, weights)
    places = places.reshape(nearest.shape)
    fed = np.zeros_like(scores)
    for query, (share, place) in enumerate(zip(trust, places, strict=True)):
        fed[query] = share @ between[place]
    return scores + FEEDBACK_WEIGHT * fed


def _nearness_to_all(corpus: dict[str, Any], weights: dict[str, float]) -> Array:
    """The mean likeness of each title to its nearest others in the corpus."""
    size = corpus["letters"].shape[0]
    means = np.zeros(size, dtype=np.float32)
    taken = min(HUB_NEAREST, size - 1)
    for start in range(0, size if taken > 0 else 0, BLOCK):
        rows = slice(start, start + BLOCK)
        likeness = _cosines({name: part[rows] for name, part in corpus.items()}, corpus, weights)
        # The first of the nearest is the title itself.
        means[rows] = np.sort(likeness, axis=1)[:, -taken - 1 : -1].mean(axis=1)
    return means


def measures(ranked: Array, relevant: int, ideal: Array) -> tuple[float, float, float, float, float]:
    """Average precision, reciprocal rank, nDCG, precision at 5 and at 10 of one query.

    ranked: relevance of the corpus in the order found. relevant: number of relevant titles. ideal: their relevance.
    """
    places = np.flatnonzero(ranked > 0) + 1
    if not relevant:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    precision = float((np.arange(1, len(places) + 1) / places).sum()) / relevant
    discount = np.log2(np.arange(2, len(ranked) + len(ideal) + 2))
    gain = float((np.maximum(ranked, 0) / discount[: len(ranked)]).sum())
    best = float((np.sort(ideal)[::-1] / discount[: len(ideal)]).sum())
    first = 1 / float(places[0]) if len(places) else 0.0
    return precision, first, gain / best, float((places <= 5).sum()) / 5, float((places <= 10).sum()) / 10


def title_figures(queries: dict[str, str], corpus: dict[str, str], qrels: Qrels, *, semantic: bool) -> dict[str, float]:
    """Means over the queries that have a relevant title. Equal scores are ordered by the corpus file."""
    asked = [key for key in queries if any(value > 0 for value in qrels.get(key, {}).values())]
    scores = similarities([queries[key] for key in asked], list(corpus.values()), semantic=semantic)
    places = {key: place for place, key in enumerate(corpus)}
    rows = []
    for key, row in zip(asked, scores, strict=True):
        ideal = np.array([value for value in qrels[key].values() if value > 0])
        relevance = np.zeros(len(corpus))
        for found, value in qrels[key].items():
            if found in places:
                relevance[places[found]] = value
        rows.append(measures(relevance[np.argsort(-row, kind="stable")], len(ideal), ideal))
    means = np.mean(rows, axis=0) if rows else np.zeros(5)
    figures = {name: round(float(value), 4) for name, value in zip(MEASURES, means, strict=True)}
    return figures | {"queries": len(asked), "corpus": len(corpus)}


def stand_in() -> tuple[dict[str, str], dict[str, str], Qrels]:
    """Queries, corpus and relevance from the repository's own tables, where no files are given.

    Titles marked `dev` that are no name of an occupation ask; names, other names and titles marked `train` answer, and
    the same occupation is relevant. The dictionary knows the corpus, so the figures flatter every system that uses it.
    """
    named = {normalise(text): row.code for row in occupations() if row.level == 4 for text in (row.name, *row.aliases)}
    titles = {normalise(row.title): row.code for row in labelled_titles() if row.split == "train"}
    corpus = {text: code for text, code in (titles | named).items() if not code.endswith("-00")}
    keys = {text: f"c{number}" for number, text in enumerate(corpus)}
    relevant: dict[str, dict[str, float]] = {}
    for text, code in corpus.items():
        relevant.setdefault(code, {})[keys[text]] = 1.0
    asking = [row for row in labelled_titles() if row.split == "dev" and normalise(row.title) not in corpus]
    asking = [row for row in asking if row.code in relevant]
    return (
        {f"q{number}": row.title for number, row in enumerate(asking)},
        {key: text for text, key in keys.items()},
        {f"q{number}": relevant[row.code] for number, row in enumerate(asking)},
    )


def main(arguments: Sequence[str]) -> None:
    """Prints the figures as JSON; exit 2 with one line when a file is unusable or the extra is missing."""
    parser = argparse.ArgumentParser(prog="python -m ml.evaluate titles", description=__doc__)
    for name in ("queries", "corpus", "qrels"):
        parser.add_argument(f"--{name}", type=Path, help="without all three files: a stand-in from the own tables")
    parser.add_argument("--semantic", action="store_true", help="use the sentence encoder of the extra")
    chosen = parser.parse_args(arguments)
    files = (chosen.queries, chosen.corpus, chosen.qrels)
    if any(files) and not all(files):
        parser.error("--queries, --corpus and --qrels belong together")
    try:
        if all(files):
            given = read_titles(chosen.queries, "q_id"), read_titles(chosen.corpus, "c_id"), read_qrels(chosen.qrels)
        else:
            given = stand_in()
        figures = title_figures(*given, semantic=chosen.semantic)
    except (encoder.MissingExtra, OSError, ValueError) as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(2) from None
    sys.stdout.write(json.dumps(figures) + "\n")
