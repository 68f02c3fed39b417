"""One feature of many pairs at once, in the cheapest of four forms: a number, codes, few rows, or every row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.store import Array

FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Coded:
    """Row r has the value `table[codes[r]]`."""

    table: FloatArray
    codes: Array


@dataclass(frozen=True, slots=True)
class Sparse:
    """`rows` (rising) have these `values`, all others have `default`."""

    rows: Array
    values: FloatArray
    default: float = 0.0


Column = float | Coded | Sparse | FloatArray


def values_at(column: Column, rows: Array) -> FloatArray:
    """The values of some rows."""
    if isinstance(column, Coded):
        return np.asarray(column.table[column.codes[rows]])
    if isinstance(column, Sparse):
        if not len(column.rows):
            return np.full(len(rows), column.default)
        at = np.minimum(np.searchsorted(column.rows, rows), len(column.rows) - 1)
        return np.where(column.rows[at] == rows, column.values[at], column.default)
    if isinstance(column, np.ndarray):
        return column[rows]
    return np.full(len(rows), float(column))


def add_curves(columns: Mapping[str, Column], curve: Callable[[str, Any], Any], total: FloatArray) -> None:
    """Adds `curve(name, values)` of every column to `total`, once for each distinct value where values repeat."""
    constant = 0.0
    tables: dict[int, tuple[Array, FloatArray]] = {}
    for name, column in columns.items():
        if isinstance(column, Coded):
            amounts = curve(name, column.table)
            known = tables.get(id(column.codes))
            tables[id(column.codes)] = (column.codes, amounts if known is None else known[1] + amounts)
        elif isinstance(column, Sparse):
            base = float(curve(name, column.default))
            constant += base
            total[column.rows] += curve(name, column.values) - base
        elif isinstance(column, np.ndarray):
            total += curve(name, column)
        else:
            constant += float(curve(name, column))
    for codes, amounts in tables.values():
        total += amounts.take(codes)
    total += constant
