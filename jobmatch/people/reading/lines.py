"""Where text stands on a page, and the lines a person would read: rows, columns and ruled tables.

Lengths are points with y growing downwards; files without places count in columns of their table instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from jobmatch.people.reading.words import EMPLOYER, SCHOOL, gist_of_heading, heading_kind, is_date_only


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of letters with its box; ``lines`` stand for a whole table that is one thing on the page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    page: int = 1
    em: float = 10
    lines: tuple[Line, ...] = ()

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that stand together, from ``x0`` to ``x1``."""

    text: str
    x0: float = 0
    x1: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line or table row; ``text`` has a tab between cells.

    ``is_fresh``: the line opens another column, so what stood before it is no heading of it. ``is_full``: the line
    reaches the right margin, so the next one may go on with it. ``table`` numbers the rows of one table. ``y`` is the
    middle of the line on its page; 0 where nobody knows.
    """

    cells: tuple[Cell, ...]
    page: int = 1
    size: float = 0
    is_fresh: bool = False
    is_full: bool = False
    table: int = 0
    y: float = 0

    @property
    def text(self) -> str:
        """The words of the line."""
        return "\t".join(cell.text for cell in self.cells)


def join_letters(letters: Sequence[Piece]) -> list[Piece]:
    """Letters that follow each other on one line as runs, in the order of the file."""
    runs: list[Piece] = []
    for letter in _in_order(letters):
        last = runs[-1] if runs else None
        gap = letter.x0 - last.x1 if last else 0.0
        is_next = (
            last is not None
            and last.page == letter.page
            and abs(last.middle - letter.middle) < 0.3 * letter.em
            and -0.4 * letter.em < gap < 1.1 * letter.em
            and _same_size(last.em, letter.em)
        )
        if last is not None and is_next:
            word = letter.text
            if gap < 0.3 * letter.em and _SET_OFF.search(last.text[-1] + word):
                word = word.lstrip()
            blank = " " if gap > 0.35 * letter.em and not word.startswith(" ") else ""
            runs[-1] = Piece(
                last.text + blank + word,
                last.x0,
                min(last.y0, letter.y0),
                letter.x1,
                max(last.y1, letter.y1),
                last.page,
                max(last.em, letter.em) if len(last.text) < 3 else last.em,
            )
        else:
            runs.append(letter)
    # Letters that are set apart, each from the next, are one word.
    return [replace(run, text=run.text.replace(" ", "")) if _APART.fullmatch(run.text) else run for run in runs]


_SET_OFF = re.compile(r"[\u4e00-\u9fff] [A-Za-z0-9]|[A-Za-z0-9] [\u4e00-\u9fff]")
"""A little blank that programs put between characters and letters."""
_APART = re.compile(r"\s?\S(?: \S){2,}")


def _in_order(letters: Sequence[Piece]) -> list[Piece]:
    """The letters of a line from left to right: a dash from another font may be drawn after the words around it."""
    ordered: list[Piece] = []
    for letter in letters:
        at = len(ordered)
        while at and _is_behind(ordered[at - 1], letter):
            at -= 1
        ordered.insert(at, letter)
    return ordered


def _is_behind(one: Piece, other: Piece) -> bool:
    return one.page == other.page and one.x0 > other.x0 + 0.1 and abs(one.middle - other.middle) < 0.3 * other.em


def _same_size(one: float, other: float) -> bool:
    return max(one, other) < 1.25 * min(one, other)


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces by row, top to bottom, left to right inside a row."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: one.middle):
        last = rows[-1][0] if rows else None
        near = last is not None and not piece.lines and not last.lines
        if near and last and abs(piece.middle - last.middle) < 0.5 * min(piece.y1 - piece.y0, last.y1 - last.y0):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda one: one.x0) for row in rows]


def cells_of(row: Sequence[Piece]) -> tuple[Cell, ...]:
    """Neighbours that touch become one cell; a gap of more than a letter parts two."""
    cells: list[Cell] = []
    em = 0.0
    for piece in row:
        last = cells[-1] if cells else None
        gap = piece.x0 - last.x1 if last else 0
        # Digits from another font are as large as the letters beside them and yet have another box.
        if last is None or gap > (1.1 if _same_size(em, piece.em) else 0.6) * min(em, piece.em):
            cells.append(Cell(piece.text.strip(), piece.x0, piece.x1))
        else:
            blank = " " if gap > 0.35 * piece.em else ""
            cells[-1] = Cell(last.text + blank + piece.text, last.x0, max(last.x1, piece.x1))
        em = piece.em
    return tuple(cell for cell in cells if cell.text.strip())


def read_region(pieces: Sequence[Piece]) -> list[Line]:
    """The lines of one region of a page in reading order: rows, or columns one after the other."""
    rows = rows_of(pieces)
    found = _columns(rows)
    if found is None:
        return _plain_lines(rows)
    first, last, edge = found
    inside = [piece for row in rows[first:last] for piece in row]
    left = read_region([piece for piece in inside if piece.x0 < edge])
    right = read_region([piece for piece in inside if piece.x0 >= edge])
    above = read_region([piece for row in rows[:first] for piece in row])
    below = read_region([piece for row in rows[last:] for piece in row])
    return [*above, *_fresh(left), *_fresh(right), *_fresh(below)]


def _fresh(lines: list[Line]) -> list[Line]:
    return [replace(lines[0], is_fresh=True), *lines[1:]] if lines else []


def _plain_lines(rows: Sequence[Sequence[Piece]]) -> list[Line]:
    right = max((piece.x1 for row in rows for piece in row if not piece.lines), default=0)
    lines: list[Line] = []
    for row in rows:
        if row[0].lines:
            lines.extend(row[0].lines)
            continue
        cells, em = cells_of(row), max(piece.em for piece in row)
        if cells:
            is_full = right - cells[-1].x1 < 2.2 * em
            lines.append(Line(cells, row[0].page, em, is_full=is_full, y=row[0].middle))
    return lines


def _columns(rows: Sequence[Sequence[Piece]]) -> tuple[int, int, float] | None:
    """First and last row of two columns and where the right one begins; None where the page has rows only."""
    starts = Counter(round(piece.x0 / 3) for row in rows for piece in row if not piece.lines)
    leftmost = min((piece.x0 for row in rows for piece in row), default=0)
    best: tuple[int, int, float] | None = None
    for place, count in starts.items():
        edge = place * 3 - 3.5
        near = count + starts[place - 1] + starts[place + 1]
        if near < 3 or edge < leftmost + 40:
            continue
        run = _run(rows, edge)
        if run and (best is None or run[1] - run[0] > best[1] - best[0]) and _are_columns(rows[run[0] : run[1]], edge):
            best = (*run, edge)
    return best


def _run(rows: Sequence[Sequence[Piece]], edge: float) -> tuple[int, int] | None:
    """The longest run of rows in which nothing stands across ``edge``."""
    best, first = (0, 0), 0
    for number, row in enumerate([*rows, None]):
        if row is None or any(piece.x0 < edge < piece.x1 for piece in row):
            if number - first > best[1] - best[0]:
                best = (first, number)
            first = number + 1
    return best if best[1] - best[0] >= 5 else None


def _are_columns(rows: Sequence[Sequence[Piece]], edge: float) -> bool:
    """Whether both sides are texts of their own: a time line or a form has its right side belong to its left."""
    left = [[piece for piece in row if piece.x0 < edge] for row in rows]
    right = [[piece for piece in row if piece.x0 >= edge] for row in rows]
    sizes = sorted(piece.em for row in rows for piece in row for _letter in piece.text)
    large = 1.12 * sizes[len(sizes) // 2] if sizes else 0.0
    heads = [_heads(side, large) for side in (left, right)]
    counts = [sum(1 for row in side if row) for side in (left, right)]
    if min(counts) < 3:
        return False
    if heads[1] > counts[1] - 2:
        # Headings beside or above their texts are no column of their own.
        return False
    lefts = ["".join(piece.text for piece in row) for row in left if row]
    if sum(map(is_date_only, lefts)) + heads[0] > 0.5 * len(lefts):
        return False
    if not heads[1]:
        return False
    if _is_beside(right, left, large) or (heads[0] and _is_beside(left, right, large)):
        return True
    # Headings in the middle of a page have nothing beside them either, but what follows them begins on the left.
    at = [number for number, row in enumerate(right) if _heads([row], large)]
    near = [bool(row) and row[0].x0 - edge < 30 for row in right]
    texts = [is_near and number not in at for number, is_near in enumerate(near)]
    is_edge = sum(near[number] and any(texts[number + 1 : number + 3]) for number in at) > 0.5 * len(at)
    alone = sum(1 for one, other in zip(left, right, strict=True) if bool(one) != bool(other))
    return is_edge and (heads[0] > 0 or (heads[1] >= 2 and alone > 0.3 * len(rows)))


def _is_beside(side: Sequence[Sequence[Piece]], other: Sequence[Sequence[Piece]], large: float) -> bool:
    """Whether a heading of one side has words beside it on the other, which it cannot be the heading of."""
    for row in filter(None, side):
        kind = _kind(row, large)
        for beside in filter(None, other) if kind else ():
            words = "".join(piece.text for piece in beside)
            apart = min(beside[0].y1, row[0].y1) - max(beside[0].y0, row[0].y0)
            if apart > 1 and len(words.strip()) > 1 and not words.isascii() and _kind(beside, large) != kind:
                return True
    return False


def _kind(row: Sequence[Piece], large: float) -> str:
    """The kind of section that a row opens by its words, in large letters by their gist."""
    text = "".join(piece.text for piece in row)
    is_set_off = row[0].em >= large and len(row) == 1 and not EMPLOYER.search(text) and not SCHOOL.search(text)
    return heading_kind(text) or (gist_of_heading(text) if is_set_off else "")


def _heads(side: Sequence[Sequence[Piece]], large: float) -> int:
    return sum(1 for row in side if row and _kind(row, large))
