"""Features of one person with many postings, or of one posting with many people, as columns."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from ml.columns import Column, FloatArray, add_curves, values_at
from ml.features import FEATURES, NEED_GROUPS
from ml.store import Array


class NeedSource(Protocol):
    """What `NeedShares` asks of an index of postings."""

    def column(self, name: str) -> Array: ...

    def need_sums(self, weights: FloatArray) -> Any: ...


class NeedShares:
    """The features `NEED_GROUPS` of a person with all postings of an index, from the degree of each different need."""

    def __init__(self, source: NeedSource, degrees: FloatArray) -> None:
        self._source = source
        self._degrees = degrees

    def add(self, lines: FloatArray, total: FloatArray) -> None:
        """Adds the straight curves of all groups, shape (groups, 2), to `total`, in one multiplication."""
        matrix, constant = self._source.need_sums(lines[:, 1] - lines[:, 0])
        total += constant + lines[:, 0].sum()
        total += matrix @ self._degrees

    def at(self, rows: Array) -> FloatArray:
        """Shares of some rows, shape (rows, groups)."""
        found = np.array(self._source.column("need_none")[rows], dtype=float)
        ends = self._source.column("need_end")
        entries = np.concatenate([np.zeros(0, np.int64), *(np.arange(ends[row], ends[row + 1]) for row in rows)])
        at = np.repeat(np.arange(len(rows)), ends[rows + 1] - ends[rows])
        ids, groups, shares = (self._source.column(f"need_{name}")[entries] for name in ("id", "group", "share"))
        np.add.at(found, (at, groups), shares * self._degrees[ids])
        return found


class Pairs:
    """All pairs of one side with the other. Scores are added column by column; single rows can be looked at.

    lacking: where postings are the rows, kind to the rows with a hard must of that kind that the person lacks.
    """

    def __init__(
        self,
        size: int,
        columns: Mapping[str, Column],
        needs: NeedShares | None = None,
        lacking: Mapping[str, Array] | None = None,
    ) -> None:
        given = {*columns, *(NEED_GROUPS if needs else ())}
        if given != set(FEATURES):
            raise ValueError("a feature is missing or unknown")
        self.size = size
        self.lacking = lacking or {}
        self._columns = columns
        self._needs = needs

    def add(self, curve: Any, need_lines: FloatArray, total: FloatArray) -> None:
        """Adds `curve(name, values)` of every feature to `total`; `need_lines` are the same curves of `NEED_GROUPS`."""
        add_curves(self._columns, curve, total)
        if self._needs is not None:
            self._needs.add(need_lines, total)

    def matrix(self, rows: Array | None = None) -> FloatArray:
        """Features of some rows (all of them without `rows`), in the order of `FEATURES`."""
        rows = np.arange(self.size) if rows is None else np.asarray(rows, dtype=np.int64)
        found = np.empty((len(rows), len(FEATURES)))
        for position, name in enumerate(FEATURES):
            if name in self._columns:
                found[:, position] = values_at(self._columns[name], rows)
        if self._needs is not None:
            shares = self._needs.at(rows)
            for group, name in enumerate(NEED_GROUPS):
                found[:, FEATURES.index(name)] = shares[:, group]
        return found
