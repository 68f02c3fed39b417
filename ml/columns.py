"""One feature of many pairs at once, in the cheapest of four forms: a number, codes, every row, or rows when asked."""

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
class Lazy:
    """`at` gives the values of some rows. None is above `bound`, which is cheap to have for all rows."""

    at: Callable[[Array], FloatArray]
    bound: "float | Coded"


Column = float | Coded | FloatArray | Lazy
Curve = Callable[[str, Any], Any]


def values_at(column: Column, rows: Array) -> FloatArray:
    """The values of some rows."""
    if isinstance(column, Coded):
        return np.asarray(column.table[column.codes[rows]])
    if isinstance(column, Lazy):
        return column.at(rows)
    if isinstance(column, np.ndarray):
        return column[rows]
    return np.full(len(rows), float(column))


def add_bounds(columns: Mapping[str, Column], curve: Curve, total: FloatArray) -> None:
    """Adds to `total`, for all rows, what `curve(name, values)` is at most; values that repeat are looked up."""
    constant = 0.0
    tables: dict[int, tuple[Array, FloatArray]] = {}
    for name, column in columns.items():
        if isinstance(column, Lazy):
            column = column.bound
        if isinstance(column, Coded):
            amounts = curve(name, column.table)
            known = tables.get(id(column.codes))
            tables[id(column.codes)] = (column.codes, amounts if known is None else known[1] + amounts)
        elif isinstance(column, np.ndarray):
            total += curve(name, column)
        else:
            constant += float(curve(name, column))
    for codes, amounts in tables.values():
        total += amounts.take(codes)
    total += constant
