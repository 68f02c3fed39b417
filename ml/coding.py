"""Words to occupation codes with probabilities: two linear models and the dictionary's own texts.

The parts and where their weights come from: `ml.coding_model` and `ml.fit_coder`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np

from ml.coding_model import SOURCES, Coder, load, row_lengths, rows_of
from ml.tables import occupations

KEPT = 20  # codes a text
BLOCK = 512  # texts at once: bounds the memory
# Below this share of known grams (0 to 1, as the length of the text's row) the words are not understood.
LEAST_KNOWN = 0.35
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An occupation for some words. `score`: its probability; `source`: what the words were nearest to.

    `source` is "name", "alias", "title" (a known form of the code) or "text" (its description).
    """

    code: str
    name: str
    score: float
    source: str


@lru_cache(maxsize=1)
def _loaded() -> Coder:
    return load()


def _coder() -> Coder:
    # Two threads that come first together would read the file twice.
    with _lock:
        return _loaded()


def occupation_codes() -> tuple[str, ...]:
    """The codes of the columns of `occupation_chances`, groups among them."""
    return tuple(row.code for row in occupations())


def _rows(texts: Sequence[str]) -> Any:
    """Texts x grams; rows of texts that are mostly unknown are empty."""
    from scipy.sparse import csr_array, diags_array

    rows = rows_of(_coder().space, texts)
    known = row_lengths(rows) >= LEAST_KNOWN
    return rows if known.all() else csr_array(diags_array(known.astype(np.float32)) @ rows)


def occupation_chances(texts: Sequence[str]) -> Any:
    """Probabilities of occupations: a `scipy.sparse.csr_array`, texts x `occupation_codes()`, at most 20 kept a row.

    A row sums to at most 1; the rest is for the codes left out. Words that are not understood give an empty row.
    """
    from scipy.sparse import csr_array

    coder = _coder()
    columns, values, counts = [], [], []
    for start in range(0, len(texts), BLOCK):
        rows = _rows(texts[start : start + BLOCK])
        known = row_lengths(rows) > 0
        counts.append(np.where(known, KEPT, 0))
        if not known.any():
            continue
        rows = rows[np.flatnonzero(known)]
        chosen, chances = coder.chances(rows, coder.told(rows))
        best = np.sort(np.argsort(-chances, axis=1, kind="stable")[:, :KEPT], axis=1)
        columns.append(np.take_along_axis(chosen, best, 1).ravel())
        values.append(np.take_along_axis(chances, best, 1).ravel())
    starts = np.concatenate([[0], np.cumsum(np.concatenate(counts))]) if counts else np.zeros(1, np.int64)
    data = (np.concatenate(values), np.concatenate(columns), starts) if values else ([], [], starts)
    return csr_array(data, shape=(len(texts), len(occupation_codes())))


def likeliest_occupations(texts: Sequence[str]) -> list[tuple[str, float]]:
    """Code and probability of the likeliest occupation of each text; an empty code for words not understood.

    As the first of `suggest_occupations`; many texts at once cost a fifth of what they cost one by one.
    """
    chances, codes = occupation_chances(texts), occupation_codes()
    found = []
    for first, last in pairwise(chances.indptr):
        values = chances.data[first:last]
        best = int(values.argmax()) if len(values) else -1
        found.append((codes[chances.indices[first + best]], float(values[best])) if len(values) else ("", 0.0))
    return found


def _source(coder: Coder, near: Any, told: Any, place: int) -> str:
    forms = np.flatnonzero(coder.form_codes == place)
    best = forms[int(np.argmax(near[forms]))]
    if told[coder.description_codes == place].max(initial=0.0) > near[best]:
        return "text"
    return SOURCES[coder.form_sources[best]]


def suggest_occupations(text: str, *, top: int = 5) -> list[Suggestion]:
    """The likeliest occupations (or groups) for a title or wish, best first; empty when the words are not understood.

    `score` is a calibrated probability; the scores of a list sum to at most 1. At most 60 are given.
    """
    coder = _coder()
    rows = _rows([text])
    if not row_lengths(rows)[0] or top < 1:
        return []
    told, near = coder.told(rows), coder.near(rows)[0]
    chosen, chances = coder.chances(rows, told)
    found = []
    for i in np.argsort(-chances[0], kind="stable")[:top]:
        place = int(chosen[0, i])
        row = occupations()[place]
        found.append(Suggestion(row.code, row.name, float(chances[0, i]), _source(coder, near, told[0], place)))
    return found
