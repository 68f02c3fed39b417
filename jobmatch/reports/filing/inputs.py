"""What frozen figures were counted from: packed rows by subject number, their hash, and the count that they give.

Pure: nothing here reads a database, so that a snapshot counted again from its own inputs is equal byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _

VERSION = "2026-11"
"""The definitions that ``count`` follows; a changed definition gets a new version, old ones stay countable."""
LETTERS = "ABCDEFGHIJKLMN"
PARTS = {"H": "IJK", "D": "EGH", "A": "BCDL"}
LEVEL = 9
"""Of compression, fixed so that the same rows give the same bytes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One subject: where they count, their cell, and the marks that hold (F, M, N, unverified, unwilling)."""

    number: int
    path: str
    cell: str
    marks: str = ""

    def plain(self) -> list[Any]:
        """As it is packed."""
        return [self.number, self.path, self.cell, self.marks]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a frozen table was counted from: which form, year or period, place, cut-off, and its rows."""

    form: str
    year: int
    day: str
    path: str
    rows: tuple[Row, ...]
    version: str = VERSION


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no blanks, in UTF-8: the same value gives the same bytes on every machine."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def pack(inputs: Inputs) -> bytes:
    """The rows, by subject number, compressed."""
    head = {"form": inputs.form, "year": inputs.year, "day": inputs.day, "path": inputs.path}
    rows = [row.plain() for row in sorted(inputs.rows, key=lambda row: row.number)]
    return zlib.compress(canonical({**head, "version": inputs.version, "rows": rows}), LEVEL)


def unpack(packed: bytes) -> Inputs:
    """What ``pack`` made. Raises ``Invalid`` where the bytes are damaged."""
    try:
        found = json.loads(zlib.decompress(packed))
        rows = tuple(Row(*row) for row in found["rows"])
        return Inputs(found["form"], found["year"], found["day"], found["path"], rows, found["version"])
    except (zlib.error, ValueError, KeyError, TypeError):
        raise Invalid(_("这份封存的数据坏了，打不开")) from None


def digest(packed: bytes) -> str:
    """SHA-256 of the rows as they are after unpacking, which compression does not change."""
    return hashlib.sha256(zlib.decompress(packed)).hexdigest()


def count(inputs: Inputs) -> bytes:
    """The table as canonical JSON: a line for each place directly below, and the total; columns of the official form.

    Raises ``Invalid`` for a version that nobody knows.
    """
    if inputs.version != VERSION:
        raise Invalid(_("这份数据用的口径版本 %(version)s 不认识", version=inputs.version))
    lines: dict[str, dict[str, int]] = {}
    for row in inputs.rows:
        _enter(lines.setdefault(_child(inputs.path, row.path), _empty()), row)
    total = _empty()
    for line in lines.values():
        _sum(line)
        for key, number in line.items():
            total[key] += number
    table = {
        "form": inputs.form,
        "year": inputs.year,
        "day": inputs.day,
        "path": inputs.path,
        "version": inputs.version,
        "rows": [{"path": path, **lines[path]} for path in sorted(lines)],
        "total": total,
    }
    return canonical(table)


_MARKS = {"F": "F", "M": "M", "N": "N", "u": "unverified", "w": "unwilling"}


def _empty() -> dict[str, int]:
    return dict.fromkeys((*LETTERS, *_MARKS.values(), "out"), 0)


def _enter(line: dict[str, int], row: Row) -> None:
    line[row.cell] += 1
    for mark in row.marks:
        line[_MARKS[mark]] += 1


def _sum(line: dict[str, int]) -> None:
    for whole, parts in PARTS.items():
        line[whole] = sum(line[part] for part in parts)


def _child(path: str, below: str) -> str:
    depth = path.strip("/").count("/") + 1 if path.strip("/") else 0
    parts = below.strip("/").split("/")
    return "/" + "/".join(parts[: depth + 1]) + "/" if len(parts) > depth else path


@dataclass(frozen=True, slots=True)
class Move:
    """A subject whose cell or place differs between two snapshots; empty where it is not in one of them."""

    number: int
    before: str
    after: str
    path_before: str
    path_after: str


def moves(old: Inputs, new: Inputs) -> list[Move]:
    """Who moved from ``old`` to ``new``, by subject number; those that stand where they stood are left out."""
    before, after = _by_number(old.rows), _by_number(new.rows)
    found = []
    for number in sorted({*before, *after}):
        one, other = before.get(number), after.get(number)
        if one is not None and other is not None and (one.cell, one.path) == (other.cell, other.path):
            continue
        found.append(
            Move(
                number,
                one.cell if one else "",
                other.cell if other else "",
                one.path if one else "",
                other.path if other else "",
            )
        )
    return found


def _by_number(rows: Iterable[Row]) -> Mapping[int, Row]:
    return {row.number: row for row in rows}
