"""Hiding small cells of a table so that nobody works them out from what is shown.

The rule: a count from 1 to 4 is not shown, be it of a cell or of a sum, and nor is as much beside it as is needed so
that, from everything that is shown, each hidden count could still be any of at least five numbers (``SPREAD`` more
than its least), even for somebody who knows that nothing hidden is zero. Zeros and the sum of all are shown.

A table with its sums is one in which all lines and columns add up to nothing (sums counted as negative). Four corners
of a rectangle can then move together without anything shown changing: a hidden count is safe where such corners are
hidden and may move far enough. So it is safe by construction; tests check it by linear programming.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobmatch.core.small import SMALL, is_small

SPREAD = SMALL - 1
"""How far apart the least and the most possible value of a hidden count lie at least."""
Place = tuple[int, int]
Corners = tuple[Place, Place, Place, Place]


@dataclass(frozen=True, slots=True)
class Mask:
    """What is hidden. Sums stand behind the last row and column; ``is_whole``: nothing but the sum of all is shown."""

    row_count: int
    column_count: int
    hidden: frozenset[Place]
    is_whole: bool = False

    def hides(self, row: int, column: int) -> bool:
        """Whether a cell is hidden; ``row_count`` and ``column_count`` are the places of the sums."""
        return self.is_whole or (row, column) in self.hidden

    def hides_row(self, row: int) -> bool:
        """Whether anything of a row is hidden."""
        return any(self.hides(row, column) for column in range(self.column_count + 1))

    def hides_sum_of_row(self, row: int) -> bool:
        """Whether the sum of a row is hidden."""
        return self.hides(row, self.column_count)

    def hides_sum_of_column(self, column: int) -> bool:
        """Whether the sum of a column is hidden."""
        return self.hides(self.row_count, column)


def with_sums(table: Sequence[Sequence[int]]) -> list[list[int]]:
    """The table with the sums of its rows, of its columns, and of all."""
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]] if rows else []


def suppressed(table: Sequence[Sequence[int]]) -> Mask:
    """What of a table of counts, row by row, must not be shown."""
    full = with_sums(table)
    row_count, column_count = len(table), len(table[0]) if table else 0
    everything = Mask(row_count, column_count, frozenset(), is_whole=True)
    if not full or not full[-1][-1]:
        return Mask(row_count, column_count, frozenset())
    if is_small(full[-1][-1]):
        return everything
    small = [(r, c) for r, row in enumerate(full) for c, count in enumerate(row) if is_small(count)]
    hidden: set[Place] = set(small)
    safe: set[Place] = set()
    # The smallest first: they need the largest partners, which often make the others safe too.
    for place in sorted(small, key=lambda place: (full[place[0]][place[1]], place)):
        if place in safe:
            continue
        corners = _cheapest(full, hidden, place)
        if corners is None:
            return everything
        hidden.update(corners)
        safe.update(corners)
    return Mask(row_count, column_count, frozenset(hidden))


def _cheapest(full: Sequence[Sequence[int]], hidden: set[Place], place: Place) -> Corners | None:
    """The rectangle that hides least beside what is hidden already; none where no rectangle makes the place safe."""
    best: tuple[int, int, Corners] | None = None
    for corners in _rectangles(full, place):
        cost = _cost(full, hidden, corners)
        if best is None or cost < best:
            best = cost
        if not cost[1]:
            break
    return best[2] if best else None


def _cost(full: Sequence[Sequence[int]], hidden: set[Place], corners: Corners) -> tuple[int, int, Corners]:
    """How much more would be hidden."""
    added = [place for place in set(corners) if place not in hidden]
    return sum(full[r][c] for r, c in added), len(added), corners


def _rectangles(full: Sequence[Sequence[int]], place: Place) -> Iterator[Corners]:
    """The rectangles with a corner in ``place`` that can move far enough; none of them has a zero or the whole sum."""
    last_row, last_column = len(full) - 1, len(full[0]) - 1
    row, column = place
    for r in range(last_row + 1):
        if r == row or not full[r][column]:
            continue
        for c in range(last_column + 1):
            if c == column or not full[row][c] or not full[r][c]:
                continue
            corners = ((row, column), (row, c), (r, column), (r, c))
            if (last_row, last_column) not in corners and _moves(full, corners) >= SPREAD:
                yield corners


def _moves(full: Sequence[Sequence[int]], corners: Corners) -> int:
    """How far the first corner can move, both ways together, with nothing falling below one.

    Two of the four rise while two fall: of a rectangle with sums in it the cell rises with its own sum.
    """
    last_row, last_column = len(full) - 1, len(full[0]) - 1
    falling: dict[int, list[int]] = {1: [], -1: []}
    for sign, (r, c) in zip((1, -1, -1, 1), corners, strict=True):
        turned = sign * (-1 if r == last_row else 1) * (-1 if c == last_column else 1)
        falling[-turned].append(full[r][c] - 1)
    return min(falling[1]) + min(falling[-1])
