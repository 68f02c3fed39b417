"""A base index with a small delta of recent changes and the keys that must not be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from ml.index import PostingIndex
from ml.people_index import PersonIndex
from ml.store import Array

IndexT = TypeVar("IndexT", PostingIndex, PersonIndex)


@dataclass(frozen=True, slots=True)
class Part(Generic[IndexT]):
    """One index of a pool and which of its rows count."""

    index: IndexT
    alive: Array


class Pool(Generic[IndexT]):
    """What is searched and ranked: `base`, overruled by `delta` on the same key, without `hidden_keys`.

    Immutable; making one costs a few comparisons per changed key, so a new one can be made for every change.
    """

    def __init__(self, base: IndexT, delta: IndexT | None = None, hidden_keys: frozenset[str] = frozenset()) -> None:
        alive = np.ones(len(base), dtype=bool)
        alive[base.rows(hidden_keys)] = False
        parts = [Part(base, alive)]
        if delta is not None and len(delta):
            alive[base.rows(delta.key(row) for row in range(len(delta)))] = False
            shown = np.ones(len(delta), dtype=bool)
            shown[delta.rows(hidden_keys)] = False
            parts.append(Part(delta, shown))
        self.parts: tuple[Part[IndexT], ...] = tuple(parts)

    def __len__(self) -> int:
        return sum(int(part.alive.sum()) for part in self.parts)

    def alive_without(self, part: Part[IndexT], keys: Iterable[str]) -> Array:
        """A fresh column of the rows of `part` that count, less these keys."""
        alive = part.alive.copy()
        alive[part.index.rows(keys)] = False
        return alive
