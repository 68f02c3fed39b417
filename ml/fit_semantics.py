"""`python -m ml.fit_semantics` writes the artefacts of `ml.encoder` and `ml.semantics`. Wants the extra `semantic`."""

import argparse
import math
import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from ml import encoder, semantics
from ml.semantics import Array, Lexicon, grams, sharpen, unit_rows
from ml.tables import Occupation, labelled_titles, occupations, specialties, title_groups
from ml.words import normalise

# Weights of the parts of a node, and of ranks of the classification in neighbours; set on stand-ins.
PARTS = {"name": 1.0, "alias": 1.0, "title": 1.0, "definition": 0.5, "tasks": 0.5}
NODE_GRAMS = 200
LEADS = 6
NEIGHBOURS = 15
SHRINK = 0.6
AXES = 150

_PLAIN_TITLE = re.compile(r"[\u3400-\u9fffa-zA-Z+#./]{2,9}")
_ADVERTISING = re.compile("[招聘急薪元]|包吃|双休")


def leaves() -> list[Occupation]:
    """The occupations proper, without groups."""
    return [row for row in occupations() if row.level == 4]


def _texts(rows: Sequence[Occupation]) -> dict[str, list[tuple[str, int]]]:
    places = {row.code: place for place, row in enumerate(rows)}
    train = [row for row in labelled_titles() if row.split == "train"]
    return {
        "name": [(row.name, place) for place, row in enumerate(rows)],
        "alias": [(alias, place) for place, row in enumerate(rows) for alias in row.aliases],
        "title": [(row.title, places[row.code]) for row in train if row.code in places],
        "definition": [(row.definition, place) for place, row in enumerate(rows) if row.definition],
        "tasks": [(row.tasks, place) for place, row in enumerate(rows) if row.tasks],
    }


def _lexicon(parts: dict[str, list[tuple[str, int]]]) -> Lexicon:
    titles = {normalise(text) for part in ("name", "alias", "title") for text, _ in parts[part]}
    titles |= {normalise(title) for group in title_groups() for title in group}
    seen = Counter(gram for title in sorted(titles) for gram in grams(title))
    described = (normalise(text) for part in ("definition", "tasks") for text, _ in parts[part])
    twice = Counter(gram for text in described for gram in grams(text))
    vocabulary = sorted(seen.keys() | {gram for gram, count in twice.items() if count > 1})
    unknown = math.log(len(titles) + 1) + 1
    rarity = np.array([unknown - math.log(1 + seen[gram]) if gram in seen else unknown for gram in vocabulary])
    return Lexicon(vocabulary, rarity, unknown)


def _centroids(lexicon: Lexicon, pairs: Sequence[tuple[str, int]], size: int) -> Any:
    from scipy.sparse import csr_array

    vectors = lexicon.vectors([text for text, _ in pairs])
    owners = [place for _, place in pairs]
    member = csr_array((np.ones(len(pairs)), (owners, range(len(pairs)))), shape=(size, len(pairs)))
    return unit_rows(csr_array(member @ vectors))


def _nodes(lexicon: Lexicon, parts: dict[str, list[tuple[str, int]]], size: int) -> Any:
    from scipy.sparse import csr_array, vstack

    whole = sum(weight * _centroids(lexicon, parts[part], size) for part, weight in PARTS.items())
    groups = [(title, place) for place, group in enumerate(title_groups()) for title in group]
    nodes: Array = (
        vstack([unit_rows(csr_array(whole)), _centroids(lexicon, groups, len(title_groups()))])
        .astype(np.float32)
        .toarray()
    )
    for row in nodes:
        row[row < np.partition(row, -NODE_GRAMS)[-NODE_GRAMS]] = 0
    return nodes


def _leads(lexicon: Lexicon, nodes: Array, size: int) -> Array:
    """Which occupations each group of titles stands for: rows with the best at 1."""
    from scipy.sparse import csr_array

    leads = np.zeros((len(title_groups()), size), dtype=np.float32)
    by_gram = csr_array(nodes[:size].T)
    for place, group in enumerate(title_groups()):
        near = (lexicon.vectors(group) @ by_gram).toarray()
        votes = sharpen(near, semantics.KEPT).toarray().sum(axis=0)
        best = np.argsort(-votes, kind="stable")[:LEADS]
        leads[place, best] = votes[best] / votes[best[0]]
    return leads


def _kinship(rows: Sequence[Occupation]) -> Array:
    """1 in the same small group, less in the same middle and major group."""
    kin = np.zeros((len(rows), len(rows)), dtype=np.float32)
    for length, value in ((1, 0.1), (4, 0.4), (7, 1.0)):
        groups = np.unique([row.code[:length] for row in rows], return_inverse=True)[1]
        kin[groups[:, None] == groups[None, :]] = value
    return kin


def _shared_service(rows: Sequence[Occupation]) -> Array:
    """1 where one military specialty leads to both occupations."""
    places = {row.code: place for place, row in enumerate(rows)}
    shared = np.zeros((len(rows), len(rows)), dtype=np.float32)
    for specialty in specialties():
        both = [places[code] for code in specialty.primary_occupations if code in places]
        shared[np.ix_(both, both)] = 1
    return shared


def _neighbours(rows: Sequence[Occupation], nodes: Array) -> tuple[Array, Array]:
    """Places and values (0 to 255) of the nearest occupations, from texts, names, sentence vectors and rank."""
    from scipy.sparse import csr_array

    plain = csr_array(nodes[: len(rows)])
    texts = (plain @ plain.T).toarray()
    named = semantics.concept_matrix([row.name for row in rows])
    trades = encoder.trained_map()["trades"][: len(rows)].astype(np.float32)
    kin = _kinship(rows)
    raw = 0.22 * (texts + (named @ named.T).toarray()) + 0.36 * np.maximum(trades @ trades.T, 0) + 0.2 * kin
    # Outside the middle group shared characters often mislead (保安员 and 保险保全员, 车工 and 汽车装调工).
    raw = np.where(kin > 0.1, raw, 0.8 * raw) + 0.1 * _shared_service(rows)
    raw = (raw + raw.T) / 2
    np.fill_diagonal(raw, -1)
    near = np.argsort(-raw, axis=1, kind="stable")[:, :NEIGHBOURS]
    # 0.36 is the median of two occupations of one small group, 0.6 its upper tenth; 0.2 the upper hundredth of all.
    values = np.interp(np.take_along_axis(raw, near, axis=1), (0.1, 0.2, 0.36, 0.6, 1.0), (0.0, 0.2, 0.5, 0.8, 0.99))
    return near.astype(np.uint16), np.round(values * 255).astype(np.uint8)


def fit_lexical() -> None:
    """Writes `semantics.ARTEFACT` from the tables; neighbours also read the trades of `encoder.ARTEFACT`."""
    from scipy.sparse import csr_array

    rows = leaves()
    parts = _texts(rows)
    lexicon = _lexicon(parts)
    nodes = _nodes(lexicon, parts, len(rows))
    leads = csr_array(_leads(lexicon, nodes, len(rows)))
    scales = nodes.max(axis=1)
    by_gram = csr_array(np.round(nodes / scales[:, None] * 255).astype(np.uint8).T)
    arrays: dict[str, Any] = {
        "inputs": np.array(semantics.input_hash()),
        "codes": np.array([row.code for row in rows]),
        "vocabulary": np.frombuffer("\n".join(lexicon.columns).encode(), dtype=np.uint8),
        "rarity": lexicon.rarity.astype(np.float32),
        "unknown": np.array(lexicon.unknown),
        "node_scales": scales,
        "node_values": by_gram.data,
        "node_columns": by_gram.indices.astype(np.uint16),
        "node_ends": by_gram.indptr.astype(np.int32),
        "lead_values": leads.data.astype(np.float32),
        "lead_columns": leads.indices.astype(np.uint16),
        "lead_ends": leads.indptr.astype(np.int32),
        "near_codes": np.zeros((len(rows), 0), dtype=np.uint16),
        "near_values": np.zeros((len(rows), 0), dtype=np.uint8),
    }
    # Neighbours are measured in the space itself, so it is written first without them.
    np.savez_compressed(semantics.ARTEFACT, **arrays)
    semantics.space.cache_clear()
    arrays["near_codes"], arrays["near_values"] = _neighbours(rows, nodes)
    np.savez_compressed(semantics.ARTEFACT, **arrays)
    semantics.space.cache_clear()


def title_classes() -> list[list[str]]:
    """Titles of one trade each: names, other names and short labelled titles of a code, and the groups of titles."""
    by_code: dict[str, set[str]] = {row.code: {row.name, *row.aliases} for row in leaves()}
    for row in labelled_titles():
        if row.split != "train" or row.code not in by_code:
            continue
        if _PLAIN_TITLE.fullmatch(row.title) and not _ADVERTISING.search(row.title):
            by_code[row.code].add(row.title)
    classes = [sorted({normalise(title) for title in titles}) for titles in by_code.values()]
    return [*classes, *(sorted({normalise(title) for title in group}) for group in title_groups())]


def fit_encoder() -> None:
    """Writes `encoder.ARTEFACT`: a linear discriminant map of sentence vectors and the trades in it.

    Raises `encoder.MissingExtra` without the extra.
    """
    from scipy.linalg import eigh

    classes = title_classes()
    titles = sorted({title for one in classes for title in one})
    rows = dict(zip(titles, encoder.sentence_vectors(titles), strict=True))
    means, within, total = [], np.zeros((encoder.WIDTH, encoder.WIDTH)), 0.0
    for one in classes:
        vectors = np.array([rows[title] for title in one], dtype=float)
        means.append(vectors.mean(axis=0))
        if len(one) > 1:
            # A class with hundreds of titles counts as one with thirty.
            share = min(1.0, 30 / len(one))
            apart = vectors - means[-1]
            within += share * len(one) / (len(one) - 1) * apart.T @ apart
            total += share * len(one)
    center = np.mean(means, axis=0)
    between = (np.array(means) - center).T @ (np.array(means) - center) / len(means)
    within /= total
    within = (1 - SHRINK) * within + SHRINK * np.trace(within) / encoder.WIDTH * np.eye(encoder.WIDTH)
    values, axes = eigh(between, within, subset_by_index=(encoder.WIDTH - AXES, encoder.WIDTH - 1))
    turn = (axes * np.sqrt(values / (values + 1))).astype(np.float32)
    mapped = [encoder.unit((np.array([rows[title] for title in one]) - center) @ turn).mean(axis=0) for one in classes]
    np.savez_compressed(
        encoder.ARTEFACT,
        inputs=np.array(semantics.input_hash()),
        center=center.astype(np.float32),
        turn=turn,
        trades=encoder.unit(np.array(mapped)).astype(np.float16),
    )
    encoder.trained_map.cache_clear()


def main() -> None:
    """Fits the map of sentence vectors, then the lexical space; exit 2 with one line without the extra."""
    parser = argparse.ArgumentParser(prog="python -m ml.fit_semantics", description=__doc__)
    parser.parse_args()
    try:
        fit_encoder()
    except encoder.MissingExtra as missing:
        parser.exit(2, f"{missing}\n")
    fit_lexical()
    sys.stdout.write(f"{encoder.ARTEFACT.name} and {semantics.ARTEFACT.name} are written\n")


if __name__ == "__main__":
    main()
