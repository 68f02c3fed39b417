"""Closeness of titles where words differ: explicit semantic analysis over the nodes of the classification.

A text is described by the occupations whose names, other names, labelled titles, definitions and tasks share its
characters. Two texts are close when they point at the same occupations (Gabrilovich and Markovitch, 2007).
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from ml.store import read_artefact
from ml.tables import DATA
from ml.words import normalise

ARTEFACT = DATA / "semantics.npz"
INPUTS = ("occupations.csv", "titles_labelled.csv", "title_groups.csv", "specialties.csv")
FORMAT = 1
KEPT = 24  # concepts kept of one text
POWER = 2.0
BLOCK = 512
GROUP_FLOOR = 0.15  # likeness below which a group of titles says nothing

Array = np.ndarray[Any, Any]

_RUN = re.compile(r"[a-z0-9+#.]+|[\u3400-\u9fff]+")


def input_hash() -> str:
    """SHA-256 over the tables that the artefacts are fitted on."""
    digest = sha256(str(FORMAT).encode())
    for name in INPUTS:
        digest.update((DATA / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def grams(text: str) -> dict[str, float]:
    """Characters and pairs of normalised text with weights.

    The last characters count less, because 工程师 or 经理 ends titles of every trade; Latin words stay whole.
    """
    found: defaultdict[str, float] = defaultdict(float)
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            found[run] += 1.5
            continue
        last = len(run) - 1
        for place, letter in enumerate(run):
            found[letter] += 1 - 0.5 * math.exp((place - last) / 2)
            if place < last:
                found[run[place : place + 2]] += 1 - 0.5 * math.exp((place + 1 - last) / 2)
        found[run[-1] + "$"] += 0.5
    return found


def unit_rows(matrix: Any) -> Any:
    """The same csr array with rows of length 1; rows without values stay empty."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lengths = np.sqrt(np.bincount(rows, weights=matrix.data**2, minlength=matrix.shape[0]))
    matrix.data = matrix.data / lengths[rows]
    return matrix


class Lexicon:
    """Known grams with their rarity. Never changed after building, so any thread may read."""

    def __init__(self, vocabulary: Sequence[str], rarity: Array, unknown: float) -> None:
        self.columns = {gram: place for place, gram in enumerate(vocabulary)}
        self.rarity = rarity
        self.unknown = unknown

    def vectors(self, texts: Sequence[str], *, with_unknown: bool = False) -> Any:
        """TF-IDF rows of length 1; grams never seen before get columns after the known ones when asked for."""
        from scipy.sparse import csr_array

        columns: list[int] = []
        weights: list[float] = []
        ends = [0]
        added: dict[str, int] = {}
        known, first = self.columns, len(self.columns)
        for text in texts:
            for gram, weight in grams(normalise(text)).items():
                column = known.get(gram)
                if column is None and with_unknown:
                    column = added.setdefault(gram, first + len(added))
                if column is not None:
                    columns.append(column)
                    weights.append(weight)
            ends.append(len(columns))
        rarity = np.concatenate([self.rarity, np.full(len(added), self.unknown)])
        places = np.array(columns, dtype=np.int32)
        data = np.array(weights) * rarity[places]
        return unit_rows(csr_array((data, places, np.array(ends)), shape=(len(texts), len(rarity))))


def sharpen(near: Array, kept: int) -> Any:
    """The largest values of each row of non-negative likenesses, raised to `POWER`, as csr rows of length 1."""
    from scipy.sparse import csr_array

    kept = min(kept, near.shape[1])
    places = np.sort(np.argpartition(-near, kept - 1, axis=1)[:, :kept], axis=1)
    values = np.take_along_axis(near, places, axis=1) ** POWER
    full = values > 0
    ends = np.concatenate([[0], np.cumsum(full.sum(axis=1))])
    return unit_rows(csr_array((values[full], places[full], ends), shape=near.shape))


class _Space:
    """The artefact as matrices."""

    def __init__(self) -> None:
        from scipy.sparse import csr_array

        stored = read_artefact(ARTEFACT)
        self.hash = str(stored["inputs"])
        self.codes = tuple(stored["codes"].tolist())
        vocabulary = stored["vocabulary"].tobytes().decode().split("\n")
        self.lexicon = Lexicon(vocabulary, stored["rarity"].astype(float), float(stored["unknown"]))
        values = stored["node_values"].astype(np.float32) / 255 * stored["node_scales"][stored["node_columns"]]
        # Stored with grams as rows, so that a text sums few rows.
        self.nodes = csr_array(
            (values, stored["node_columns"].astype(np.int32), stored["node_ends"]),
            shape=(len(vocabulary), len(stored["node_scales"])),
        )
        self.leads = csr_array(
            (stored["lead_values"].astype(np.float32), stored["lead_columns"].astype(np.int32), stored["lead_ends"]),
            shape=(len(stored["lead_ends"]) - 1, len(self.codes)),
        )
        self.near_codes: Array = stored["near_codes"]
        self.near_values: Array = stored["near_values"]

    def likeness(self, vectors: Any) -> Array:
        """Dense cosines of TF-IDF rows with every node: occupations first, then groups of titles."""
        return (vectors[:, : self.nodes.shape[0]].astype(np.float32) @ self.nodes).toarray()


@lru_cache(maxsize=1)
def space() -> _Space:
    """The fitted space, read once. Raises FileNotFoundError when the artefact is missing, ValueError when damaged."""
    return _Space()


def concepts() -> tuple[str, ...]:
    """The occupation codes that stand behind the columns of `concept_matrix`."""
    return space().codes


def concept_matrix(texts: Sequence[str]) -> Any:
    """Texts as weights over occupations: csr array (texts, concepts), rows of length 1, at most `KEPT` values each.

    A text without a known character gives an empty row.
    """
    from scipy.sparse import csr_array, vstack

    one = space()
    width = len(one.codes)
    blocks = []
    for start in range(0, len(texts), BLOCK):
        near = one.likeness(one.lexicon.vectors(texts[start : start + BLOCK]))
        # A group of everyday titles stands for the occupations that its members lead to.
        rows, columns = np.nonzero(near[:, width:] > GROUP_FLOOR)
        groups = csr_array((near[rows, width + columns] ** 2, (rows, columns)), shape=(len(near), len(near[0]) - width))
        led = csr_array(groups @ one.leads)
        rows = np.repeat(np.arange(len(near)), np.diff(led.indptr))
        best = near[:, :width]
        best[rows, led.indices] = np.maximum(best[rows, led.indices], np.sqrt(led.data))
        blocks.append(sharpen(best, KEPT))
    return csr_array(vstack(blocks)) if blocks else csr_array((0, width))


def title_concepts(vectors: Any, kept: int = 60) -> Any:
    """TF-IDF rows of `space().lexicon` as csr rows over all nodes, groups of titles included."""
    from scipy.sparse import csr_array, vstack

    rows = range(0, vectors.shape[0], BLOCK)
    blocks = [sharpen(space().likeness(vectors[start : start + BLOCK]), kept) for start in rows]
    return csr_array(vstack(blocks)) if blocks else csr_array((0, space().nodes.shape[1]))


def closeness(a: str, b: str) -> float:
    """Cosine of two titles or phrases over occupations: 0 (nothing in common, or nothing known) to 1."""
    first, second = (concept_matrix([text]).toarray()[0] for text in (a, b))
    return float(min(max(first @ second, 0.0), 1.0))


@lru_cache(maxsize=1)
def occupation_neighbours() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each occupation its nearest others, nearest first, at most 15.

    Values lie between 0 and 1: 0.8 is as near as two trades of one small group with the same tools, 0.2 hardly
    related.
    """
    one = space()
    return {
        code: tuple(
            (one.codes[place], round(float(value) / 255, 3))
            for place, value in zip(places, values, strict=True)
            if value
        )
        for code, places, values in zip(one.codes, one.near_codes.tolist(), one.near_values.tolist(), strict=True)
    }
