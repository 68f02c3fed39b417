"""Tables whose cells are drawn: the grid of their lines says which letters belong together, however they wrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from jobmatch.people.reading.lines import Cell, Line, Piece, cells_of, join_letters, read_region, rows_of
from jobmatch.people.reading.words import heading_kind

_NEAR = 2.5
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line, thin one way."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        return self.y1 - self.y0 < 4 and self.x1 - self.x0 > 4

    @property
    def is_upright(self) -> bool:
        return self.x1 - self.x0 < 4 and self.y1 - self.y0 > 4


@dataclass(slots=True)
class _Box:
    """A cell of a grid: its first row and column, its edges, and the letters in it."""

    row: int
    column: int
    x0: float
    y0: float
    x1: float
    y1: float
    letters: list[Piece] = field(default_factory=list)


def ruled_tables(letters: Sequence[Piece], rules: Sequence[Rule]) -> tuple[list[Piece], list[Piece]]:
    """Each ruled table as one piece with its lines, and the letters that stand in none."""
    tables = [boxes for group in _groups(rules) if len(boxes := _boxes(group)) > 1]
    rest: list[Piece] = []
    for letter in letters:
        x, y = (letter.x0 + letter.x1) / 2, letter.middle
        inside = [box for boxes in tables for box in boxes if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1]
        if inside:
            min(inside, key=lambda box: (box.x1 - box.x0) * (box.y1 - box.y0)).letters.append(letter)
        else:
            rest.append(letter)
    found = []
    for boxes in tables:
        lines = _table_lines(boxes)
        if lines:
            left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
            top, bottom = min(box.y0 for box in boxes), max(box.y1 for box in boxes)
            found.append(Piece("", left, top, right, bottom, lines[0].page, lines=tuple(lines)))
    return found, rest


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch each other, directly or through others."""
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    upright = [index for index, rule in enumerate(rules) if rule.is_upright]
    for one, level in enumerate(rules):
        if level.is_upright:
            continue
        for other in upright:
            rule = rules[other]
            if (
                level.x0 - _NEAR <= rule.x1
                and rule.x0 <= level.x1 + _NEAR
                and rule.y0 - _NEAR <= level.y1
                and level.y0 <= rule.y1 + _NEAR
            ):
                parent[root(one)] = root(other)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate(rules):
        groups.setdefault(root(index), []).append(rule)
    return [group for group in groups.values() if len(group) >= 4]


def _stops(values: Sequence[float]) -> list[float]:
    stops: list[float] = []
    for value in sorted(values):
        if not stops or value - stops[-1] > _NEAR * 1.4:
            stops.append(value)
    return stops


def _boxes(rules: Sequence[Rule]) -> list[_Box]:
    levels, uprights = [r for r in rules if r.is_level], [r for r in rules if r.is_upright]
    xs, ys = _stops([(r.x0 + r.x1) / 2 for r in uprights]), _stops([(r.y0 + r.y1) / 2 for r in levels])
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > 4000:
        return []

    def level_at(y: float, x: float) -> bool:
        return any(abs((r.y0 + r.y1) / 2 - y) < _NEAR * 1.5 and r.x0 - _NEAR <= x <= r.x1 + _NEAR for r in levels)

    def upright_at(x: float, y: float) -> bool:
        return any(abs((r.x0 + r.x1) / 2 - x) < _NEAR * 1.5 and r.y0 - _NEAR <= y <= r.y1 + _NEAR for r in uprights)

    taken: set[tuple[int, int]] = set()
    boxes = []
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            right, bottom = column + 1, row + 1
            middle = (ys[row] + ys[row + 1]) / 2
            while right < len(xs) - 1 and not upright_at(xs[right], middle):
                right += 1
            across = (xs[column] + xs[column + 1]) / 2
            while bottom < len(ys) - 1 and not level_at(ys[bottom], across):
                bottom += 1
            taken.update((r, c) for r in range(row, bottom) for c in range(column, right))
            boxes.append(_Box(row, column, xs[column], ys[row], xs[right], ys[bottom]))
    return boxes


def _table_lines(boxes: Sequence[_Box]) -> list[Line]:
    table = next(_numbers)
    lines: list[Line] = []
    for row in sorted({box.row for box in boxes}):
        across = sorted((box for box in boxes if box.row == row and box.letters), key=lambda box: box.column)
        cells: list[Cell] = []
        for box in across:
            page, paragraphs = box.letters[0].page, _paragraphs(box)
            if _is_layout(paragraphs):
                if cells:
                    lines.append(Line(tuple(cells), page, table=table))
                    cells = []
                lines.extend(_region(box))
            else:
                cells.append(Cell("\n".join(paragraphs), box.x0, box.x1))
        if cells:
            lines += table_row(cells, across[0].letters[0].page, table)
    return lines


def _region(box: _Box) -> list[Line]:
    lines = read_region(join_letters(box.letters))
    return [Line(line.cells, line.page, line.size, number == 0, line.is_full) for number, line in enumerate(lines)]


def _paragraphs(box: _Box) -> list[str]:
    """The paragraphs of a cell: a line that reaches the right edge goes on in the next."""
    paragraphs: list[str] = []
    goes_on = False
    for row in rows_of(box.letters):
        text = " ".join(cell.text for cell in cells_of(row))
        if goes_on:
            paragraphs[-1] += text
        else:
            paragraphs.append(text)
        em = max(piece.em for piece in row)
        # Letters of a narrow cell that stand below each other are one word.
        goes_on = box.x1 - row[-1].x1 < 1.9 * em or (len(text) == 1 and box.x1 - box.x0 < 4 * em)
    return paragraphs


def _is_layout(paragraphs: Sequence[str]) -> bool:
    """Whether a cell holds sections of its own and the table only places them."""
    return len(paragraphs) >= 3 and sum(1 for text in paragraphs if heading_kind(text)) >= (
        1 if heading_kind(paragraphs[0]) else 2
    )


def join_paragraphs(text: str) -> str:
    """The paragraphs of a cell as one text; letters one below the other are a word."""
    parts = text.split("\n")
    return ("" if max(map(len, parts)) <= 2 else " ").join(parts)


def table_row(cells: Sequence[Cell], page: int, table: int) -> list[Line]:
    """A row whose last cell may hold paragraphs: they follow it as lines; in other cells they are one text."""
    *front, last = cells
    if len(join_paragraphs(last.text)) <= 8:
        last = Cell(join_paragraphs(last.text), last.x0, last.x1)
    front = [Cell(join_paragraphs(cell.text), cell.x0, cell.x1) for cell in front]
    first, *more = last.text.split("\n")
    lines = [Line((*front, Cell(first, last.x0, last.x1)), page, table=table)]
    return [*lines, *(Line((Cell(text, last.x0, last.x1),), page, table=table) for text in more if text.strip())]
