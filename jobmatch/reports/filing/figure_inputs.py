"""What frozen figures were counted from: the rows behind each, packed, and the sums that they give.

Pure, as ``inputs`` is, and packed the same way. A subject who is a person or a line of the roster stands under a number
that erasing them takes the meaning from; other rows (fairs, classes, ventures, tenancies) by their own number.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.reports.filing.inputs import LEVEL, VERSION, canonical


@dataclass(frozen=True, slots=True)
class FigureRows:
    """The rows behind one figure: number of the subject and how much it counts for, by number."""

    code: str
    rows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FigureInputs:
    """Everything that frozen figures were counted from; days are ISO, both included."""

    form: str
    since: str
    until: str
    path: str
    figures: tuple[FigureRows, ...]
    version: str = VERSION


def _head(inputs: FigureInputs) -> dict[str, Any]:
    return {
        "form": inputs.form,
        "since": inputs.since,
        "until": inputs.until,
        "path": inputs.path,
        "version": inputs.version,
    }


def pack_figures(inputs: FigureInputs) -> bytes:
    """The rows by code and number, compressed."""
    figures = {one.code: sorted(one.rows) for one in inputs.figures}
    return zlib.compress(canonical({**_head(inputs), "figures": figures}), LEVEL)


def unpack_figures(packed: bytes) -> FigureInputs:
    """What ``pack_figures`` made. Raises ``Invalid`` where the bytes are damaged."""
    try:
        found = json.loads(zlib.decompress(packed))
        figures = tuple(
            FigureRows(code, tuple((int(number), int(amount)) for number, amount in rows))
            for code, rows in sorted(found["figures"].items())
        )
        return FigureInputs(found["form"], found["since"], found["until"], found["path"], figures, found["version"])
    except (zlib.error, ValueError, KeyError, TypeError):
        raise Invalid(_("这份封存的数据坏了，打不开")) from None


def count_figures(inputs: FigureInputs) -> bytes:
    """The sums by code as canonical JSON. Raises ``Invalid`` for a version that nobody knows."""
    if inputs.version != VERSION:
        raise Invalid(_("这份数据用的口径版本 %(version)s 不认识", version=inputs.version))
    values = {one.code: sum(amount for _number, amount in one.rows) for one in inputs.figures}
    return canonical({**_head(inputs), "values": values})


@dataclass(frozen=True, slots=True)
class FigureMove:
    """One figure in two frozen versions: both numbers, and the subjects that came in and went out."""

    code: str
    before: int
    after: int
    came: tuple[int, ...]
    gone: tuple[int, ...]


def figure_moves(old: FigureInputs, new: FigureInputs) -> list[FigureMove]:
    """The figures whose rows differ, by code; a subject that counts for another amount came and went."""
    before = {one.code: dict(one.rows) for one in old.figures}
    after = {one.code: dict(one.rows) for one in new.figures}
    found = []
    for code in sorted(before.keys() | after.keys()):
        was, now = before.get(code, {}), after.get(code, {})
        came = tuple(sorted(key for key, amount in now.items() if was.get(key) != amount))
        gone = tuple(sorted(key for key, amount in was.items() if now.get(key) != amount))
        if came or gone:
            found.append(FigureMove(code, sum(was.values()), sum(now.values()), came, gone))
    return found
