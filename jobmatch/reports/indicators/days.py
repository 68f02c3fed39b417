"""Days in SQL, the same on both databases: the day of an instant in Shanghai, and the days between two of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class local_day(GenericFunction[date]):
    """The calendar day of an instant in Shanghai, which has had no summer time since 1991."""

    type = Date()
    inherit_cache = True
    name = "local_day"


class days_between(GenericFunction[int]):
    """Whole days from the second day to the first."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(local_day)
def _local_day(element: local_day, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AT TIME ZONE 'Asia/Shanghai' AS date)"


@compiles(local_day, "sqlite")
def _local_day_sqlite(element: local_day, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours')"


@compiles(days_between)
def _days_between(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(side, **kw) for side in element.clauses)
    return f"(CAST({later} AS date) - CAST({earlier} AS date))"


@compiles(days_between, "sqlite")
def _days_between_sqlite(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(side, **kw) for side in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"
