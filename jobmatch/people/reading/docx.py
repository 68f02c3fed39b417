"""Word documents: the body, tables, text boxes once each where they stand, headers and footers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from lxml import etree

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.people.reading.lines import Cell, Line
from jobmatch.people.reading.ruled import table_row
from jobmatch.people.reading.words import heading_kind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V = "{urn:schemas-microsoft-com:vml}"
_POINT = 12_700
_LINE = 15.6
"""Height of a line of ordinary text in points: where a box hangs on a paragraph, the paragraph's place is guessed."""
_MOST_DEPTH = 200


@dataclass(slots=True)
class _Box:
    """A text box: where it stands and its lines."""

    x: float
    y: float
    width: float
    height: float
    lines: list[Line]

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


def read_docx(content: bytes) -> list[Line]:
    """The lines of a document in reading order. Raises ``Invalid`` where it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            heads = sorted(name for name in names if re.fullmatch(r"word/header\d*\.xml", name))
            feet = sorted(name for name in names if re.fullmatch(r"word/footer\d*\.xml", name))
            parts = [_parse(archive.read(name)) for name in (*heads, "word/document.xml", *feet)]
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, ValueError):
        raise Invalid(_("这个文件坏了，打不开。请重新保存一份")) from None
    lines: list[Line] = []
    for root in parts:
        for part in _Reader().part(root):
            if part.text not in {line.text for line in lines} or part.table:
                lines.append(part)
    return lines


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


class _Reader:
    """Walks one part of the package."""

    def __init__(self) -> None:
        self.paragraphs = 0
        self.tables = count(1)
        self.boxes: list[_Box] = []

    def part(self, root: Any) -> list[Line]:
        """The lines of a part: boxes that hang on a body without text of its own come in the order of their places."""
        body = root.find(f"{_W}body") if root.tag == f"{_W}document" else root
        lines = self.blocks(body, 0) if body is not None else []
        placed = order_boxes(self.boxes)
        letters = sum(len(line.text) for line in lines)
        if not placed:
            return lines
        first = self.boxes and min(box.y for box in self.boxes) < 0.5 * self.paragraphs * _LINE
        return [*placed, *lines] if first or letters < sum(len(line.text) for line in placed) else [*lines, *placed]

    def blocks(self, parent: Any, depth: int) -> list[Line]:
        """The lines of paragraphs and tables below ``parent``."""
        if depth > _MOST_DEPTH:
            return []
        lines: list[Line] = []
        for item in parent:
            if item.tag == f"{_W}p":
                lines += self.paragraph(item)
            elif item.tag == f"{_W}tbl":
                lines += self.table(item, depth)
            elif item.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
                lines += self.blocks(item, depth + 1)
        return lines

    def paragraph(self, item: Any) -> list[Line]:
        """The lines of a paragraph (breaks part them, tabs and wide gaps part cells); its boxes are kept aside."""
        self.paragraphs += 1
        pieces: list[str] = []
        self._runs(item, pieces, 0)
        return [line for text in "".join(pieces).split("\n") if (line := text_line(text)) is not None]

    def _runs(self, item: Any, pieces: list[str], depth: int) -> None:
        if depth > _MOST_DEPTH:
            return
        for child in item:
            tag = child.tag
            if tag == f"{_W}t":
                pieces.append(child.text or "")
            elif tag in (f"{_W}tab", f"{_W}ptab"):
                pieces.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                pieces.append("\n")
            elif tag == f"{_W}noBreakHyphen":
                pieces.append("-")
            elif tag == f"{_MC}AlternateContent":
                chosen = child.find(f"{_MC}Choice")
                self._runs(chosen if chosen is not None else child, pieces, depth + 1)
            elif tag in (f"{_WP}anchor", f"{_WP}inline", f"{_V}shape", f"{_V}group", f"{_V}rect", f"{_V}roundrect"):
                self._drawing(child)
            elif isinstance(tag, str) and tag not in (f"{_W}pPr", f"{_W}rPr", f"{_W}del", f"{_W}instrText"):
                self._runs(child, pieces, depth + 1)

    def _drawing(self, anchor: Any) -> None:
        """Keep the text boxes of one drawing, each with its place on the page as well as it is known."""
        x, y, width, height = _place(anchor, self.paragraphs)
        for content in anchor.iter(f"{_W}txbxContent"):
            if any(parent.tag == f"{_MC}Fallback" for parent in content.iterancestors() if parent is not anchor):
                continue
            if any(parent.tag == f"{_W}txbxContent" for parent in content.iterancestors()):
                continue
            inner = _inner_place(anchor, content, x, y, width, height)
            reader = _Reader()
            reader.paragraphs = self.paragraphs
            lines = reader.blocks(content, 0)
            if lines:
                self.boxes.append(_Box(*(inner or (x, y, width, height)), lines))
            self.boxes += reader.boxes

    def table(self, item: Any, depth: int) -> list[Line]:
        """The lines of a table: rows of data, or what its cells hold one after the other where it only places them."""
        number = next(self.tables)
        lines: list[Line] = []
        rows = [row for row in item.iter(f"{_W}tr") if next(row.iterancestors(f"{_W}tbl")) is item]
        for row in rows:
            lines += self._row(row, number, depth, is_lone=len(rows) < 3)
        return lines

    def _row(self, row: Any, number: int, depth: int, *, is_lone: bool) -> list[Line]:
        cells: list[Cell] = []
        lines: list[Line] = []
        column = _number(row.find(f"{_W}trPr/{_W}gridBefore"))
        for item in row.iter(f"{_W}tc"):
            if next(item.iterancestors(f"{_W}tr")) is not row:
                continue
            start, column = column, column + max(1, _number(item.find(f"{_W}tcPr/{_W}gridSpan")))
            merged = item.find(f"{_W}tcPr/{_W}vMerge")
            if merged is not None and merged.get(f"{_W}val", "continue") == "continue":
                continue
            inside = self.blocks(item, depth + 1)
            if not inside:
                continue
            heads = sum(1 for line in inside if heading_kind(line.text))
            # Of a table with one or two rows, cells of many lines are columns of the page.
            is_layout = any(line.table for line in inside) or (is_lone and len(inside) >= 6)
            is_layout = is_layout or (len(inside) >= 3 and heads >= (1 if heading_kind(inside[0].text) else 2))
            if is_layout:
                lines += table_row(cells, 1, number) if cells else []
                cells = []
                lines += [Line(line.cells, is_fresh=at == 0, table=line.table) for at, line in enumerate(inside)]
            else:
                text = "\n".join(line.text.replace("\t", " ") for line in inside)
                cells.append(Cell(text, start, column))
        return [*lines, *(table_row(cells, 1, number) if cells else [])]


def text_line(text: str) -> Line | None:
    """A line of plain text; tabs and wide gaps part its cells."""
    parts = [part.strip() for part in re.split(r"\t+| {3,}|\u3000{2,}", text)]
    cells = tuple(Cell(part, number, number + 1) for number, part in enumerate(parts) if part)
    return Line(cells) if cells else None


def _number(item: Any) -> int:
    value = item.get(f"{_W}val", "") if item is not None else ""
    return int(value) if value.isdecimal() and len(value) < 4 else 0


def _place(anchor: Any, paragraph: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of a drawing in points."""
    if anchor.tag.startswith(_V):
        style = dict(part.strip().split(":", 1) for part in (anchor.get("style") or "").split(";") if ":" in part)
        values = [_points(style.get(name, "")) for name in ("margin-left", "margin-top", "width", "height")]
        values[1] += paragraph * _LINE if style.get("mso-position-vertical-relative", "text") == "text" else 0
        return values[0], values[1], values[2], values[3]
    extent = anchor.find(f"{_WP}extent")
    width, height = (_emu(extent.get(name)) if extent is not None else 0.0 for name in ("cx", "cy"))
    sides = []
    for name in ("positionH", "positionV"):
        item = anchor.find(f"{_WP}{name}")
        offset = item.find(f"{_WP}posOffset") if item is not None else None
        value = _emu(offset.text) if offset is not None else 0.0
        related = item.get("relativeFrom", "") if item is not None else "paragraph"
        if related in ("paragraph", "line"):
            value += 72 + paragraph * _LINE
        elif related in ("margin", "column", "leftMargin", "topMargin", "character"):
            value += 72
        sides.append(value)
    return sides[0], sides[1], width, height


def _inner_place(
    anchor: Any, content: Any, x: float, y: float, width: float, height: float
) -> tuple[float, float, float, float] | None:
    """The place of one shape of a group, from the group's own measure; None outside a group."""
    group = next((item for item in anchor.iter() if str(item.tag).endswith("}grpSpPr")), None)
    shape = next((item for item in content.iterancestors() if str(item.tag).endswith("}wsp")), None)
    frame = shape.find(f".//{_A}xfrm") if shape is not None else None
    whole = group.find(f"{_A}xfrm") if group is not None else None
    if frame is None or whole is None:
        return None

    def pair(item: Any, name: str, one: str, two: str) -> tuple[float, float]:
        found = item.find(f"{_A}{name}")
        return (_emu(found.get(one)), _emu(found.get(two))) if found is not None else (0.0, 0.0)

    (left, top), (inner_w, inner_h) = pair(whole, "chOff", "x", "y"), pair(whole, "chExt", "cx", "cy")
    (dx, dy), (w, h) = pair(frame, "off", "x", "y"), pair(frame, "ext", "cx", "cy")
    across, down = width / inner_w if inner_w else 1, height / inner_h if inner_h else 1
    return x + (dx - left) * across, y + (dy - top) * down, w * across, h * down


def _emu(text: str | None) -> float:
    return int(text) / _POINT if text and re.fullmatch(r"-?\d{1,10}", text.strip()) else 0.0


def _points(text: str) -> float:
    found = re.match(r"\s*(-?\d{1,6}(?:\.\d{1,6})?)\s*(pt|in|cm|mm|px)?", text)
    scale = {"in": 72, "cm": 28.35, "mm": 2.835, "px": 0.75}
    return float(found[1]) * scale.get(found[2] or "", 1) if found else 0.0


def order_boxes(boxes: Sequence[_Box]) -> list[Line]:
    """The lines of text boxes as a reader takes them: boxes of one line beside each other are one line."""
    return [line for part in _cut(_beside(boxes)) for line in part.lines]


def _beside(boxes: Sequence[_Box]) -> list[_Box]:
    """Boxes of one line that stand at the same height close to each other become one."""
    joined: list[_Box] = []
    for box in sorted(boxes, key=lambda one: (round(one.y / 4), one.x)):
        left = joined[-1] if joined else None
        is_pair = (
            left is not None
            and len(left.lines) == 1
            and len(box.lines) == 1
            and abs(left.y - box.y) < 6
            and -20 < box.x - left.right < 60
            and not heading_kind(left.lines[0].text)
            and not heading_kind(box.lines[0].text)
        )
        if left is not None and is_pair:
            row = (*left.lines[0].cells, *box.lines[0].cells)
            cells = tuple(Cell(cell.text, number, number + 1) for number, cell in enumerate(row))
            joined[-1] = _Box(left.x, left.y, box.right - left.x, max(left.height, box.height), [Line(cells)])
        else:
            joined.append(box)
    return joined


def _cut(boxes: Sequence[_Box], depth: int = 0) -> Iterator[_Box]:
    """Boxes by columns where a gap runs through all of them, by rows otherwise."""
    if len(boxes) < 2 or depth > 30:
        yield from boxes
        return
    by_x = sorted(boxes, key=lambda one: one.x)
    if (at := _gap([(box.x, box.right) for box in by_x])) and 1 < at < len(boxes) - 1:
        yield from _cut(by_x[:at], depth + 1)
        yield from _cut(by_x[at:], depth + 1)
        return
    by_y = sorted(boxes, key=lambda one: (one.y, one.x))
    if at := _gap([(box.y, box.bottom) for box in by_y]):
        yield from _cut(by_y[:at], depth + 1)
        yield from _cut(by_y[at:], depth + 1)
        return
    yield from by_y


def _gap(spans: Sequence[tuple[float, float]]) -> int:
    """The first place where all spans before end ahead of all that follow; 0 where there is none."""
    reached = spans[0][1]
    for number, (start, end) in enumerate(spans[1:], 1):
        if start >= reached - 4:
            return number
        reached = max(reached, end)
    return 0
