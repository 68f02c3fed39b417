"""The column that says where a row belongs: a path such as ``/43/4301/430102/``, asked for by its beginning.

Bytes decide its order on PostgreSQL, whatever the language of the database. There a beginning is asked for as a range:
an index serves ``LIKE`` neither under a language's collation nor behind row-level security, whose planner lets only
comparisons go first (300,000 rows: 36 ms instead of 0.25). SQLite keeps ``LIKE``: where one county fills the database,
it would walk that range instead of the index that has the page in order.
"""

from __future__ import annotations

import re
from typing import Any, cast

from sqlalchemy import Boolean, ColumnElement, String, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType, startswith_op

LENGTH = 80
COUNTY = 3
"""How many codes the path of a county has."""
_LAST = "\U0010ffff"
"""Sorts behind whatever a path may go on with."""
_SIGNS = re.compile("[/%_]")


class _Begins(FunctionElement[bool]):
    """The same question twice, as ``LIKE`` and as a range; the database decides which is asked."""

    name = "begins"
    type = Boolean(create_constraint=False)
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> _Begins:
        return self  # a condition already: SQLite needs no "= 1" behind it


@compiles(_Begins)
def _ask_like(element: _Begins, compiler: SQLCompiler, **options: Any) -> str:
    like, _ = element.clauses
    return f"({compiler.process(like, **options)})"


@compiles(_Begins, "postgresql")
def _ask_range(element: _Begins, compiler: SQLCompiler, **options: Any) -> str:
    _, between = element.clauses
    return f"({compiler.process(between, **options)})"


def share_of(path: str) -> str:
    """Which share of work a place belongs to: its county's, or its own where it stands above the counties."""
    codes = path.strip("/").split("/")
    return f"/{'/'.join(codes[:COUNTY])}/"


def in_share(column: Any, share: str) -> ColumnElement[bool]:
    """Rows of one share, or all where it is empty.

    Every row belongs to exactly one, since a place above the counties stands for itself alone.
    """
    is_county = not share or share.count("/") > COUNTY
    return cast("ColumnElement[bool]", column.startswith(share) if is_county else column == share)


class _PathComparator(String.Comparator[str]):
    def operate(self, op: OperatorType, *other: Any, **options: Any) -> ColumnElement[Any]:
        if op is not startswith_op or not isinstance(other[0], str):
            return super().operate(op, *other, **options)
        (path,) = other
        if options.get("escape"):  # what a mapped attribute has escaped already
            path = re.sub(f"{re.escape(options['escape'])}(.)", r"\1", path)
        like = self.expr.like(_SIGNS.sub(r"/\g<0>", path) + "%", escape="/")
        return _Begins(like, and_(self.expr >= path, self.expr < path + _LAST))


class _Path(String):
    comparator_factory = _PathComparator


RegionPath = _Path(LENGTH).with_variant(String(LENGTH, collation="C"), "postgresql")
