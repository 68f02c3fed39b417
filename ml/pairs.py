"""Features of one person with many postings, or of one posting with many people."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from ml.columns import Column, Curve, FloatArray, add_bounds, values_at
from ml.features import FEATURES, NEED_GROUPS
from ml.store import Array


class Needs(Protocol):
    """The features `NEED_GROUPS` where they are kept by posting."""

    def at(self, rows: Array) -> FloatArray:
        """Shares of some rows, shape (rows, groups)."""
        ...

    def add_bounds(self, lines: FloatArray, total: FloatArray) -> None:
        """Adds to all rows what the groups with these straight curves, shape (groups, 2), add at most."""
        ...


class Pairs:
    """All pairs of one side with the other. Bounds of scores are cheap for all rows, scores are made for some.

    lacking: where postings are the rows, kind to a column of booleans: a hard must of that kind is known to be missing.
    """

    def __init__(
        self,
        size: int,
        columns: Mapping[str, Column],
        needs: Needs | None = None,
        lacking: Mapping[str, Array] | None = None,
    ) -> None:
        given = {*columns, *(NEED_GROUPS if needs else ())}
        if given != set(FEATURES):
            raise ValueError("a feature is missing or unknown")
        self.size = size
        self.lacking = lacking or {}
        self.columns = columns
        self._needs = needs

    def bounds(self, curve: Curve, need_lines: FloatArray) -> FloatArray:
        """What the sum of `curve(name, values)` over the features is at most, for every row.

        `need_lines` are the same curves of `NEED_GROUPS`, which are kept apart by posting.
        """
        total = np.zeros(self.size)
        add_bounds(self.columns, curve, total)
        if self._needs is not None:
            self._needs.add_bounds(need_lines, total)
        return total

    def matrix(self, rows: Array | None = None) -> FloatArray:
        """Features of some rows (all of them without `rows`), in the order of `FEATURES`."""
        rows = np.arange(self.size) if rows is None else np.asarray(rows, dtype=np.int64)
        found = np.empty((len(rows), len(FEATURES)), order="F")
        for position, name in enumerate(FEATURES):
            if name in self.columns:
                found[:, position] = values_at(self.columns[name], rows)
        if self._needs is not None:
            shares: Any = self._needs.at(rows)
            for group, name in enumerate(NEED_GROUPS):
                found[:, FEATURES.index(name)] = shares[:, group]
        return found
