"""The sections of a résumé by their headings; dates and headings that break in narrow columns are put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from jobmatch.people.reading.labels import header_keys
from jobmatch.people.reading.lines import Cell, Line
from jobmatch.people.reading.schooling import level_of, school_parts
from jobmatch.people.reading.words import (
    EMPLOYER,
    RANGE,
    gist_of_heading,
    heading_kind,
    is_date_only,
    is_numbered,
    plain,
)


@dataclass(slots=True)
class Section:
    """The lines under one heading; ``numbers`` are their places in the document."""

    kind: str
    lines: list[Line] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def add(self, line: Line, number: int) -> None:
        """Take one more line."""
        self.lines.append(line)
        self.numbers.append(number)


_INLINE = re.compile(r"^\s*(?:[【\[]([^】\]]{2,14})[】\]]\s*[:：]?|([^:：]{2,14})[:：])\s*(\S.*)$", re.DOTALL)


def split_sections(lines: Sequence[Line]) -> list[Section]:
    """The document by its headings; what stands before the first one has no kind."""
    sections = [Section("")]
    sizes = sorted(line.size for line in lines for _letter in line.text)
    usual, largest = (sizes[len(sizes) // 2], sizes[-1]) if sizes else (0.0, 0.0)
    for number, line in enumerate(_join_headings(lines)):
        if line.is_fresh and (sections[-1].lines or heading_kind(line.text)):
            # A heading at the end of a column goes with the next one.
            sections.append(Section(""))
        first = line.cells[0].text
        kind, rest = heading_kind(first), line.cells[1:]
        if not kind and (found := _INLINE.match(first)) and (kind := heading_kind(found[1] or found[2])):
            cell = line.cells[0]
            rest = (Cell(found[3].strip(), cell.x0, cell.x1), *line.cells[1:])
        if kind == "basic" and rest:
            kind = ""
        is_apart = 1.15 * usual <= line.size < largest if usual else False
        if not kind and not rest and number > 1 and (is_apart or is_numbered(first)):
            kind = gist_of_heading(first)
        is_title = kind == "history" and number < 3 and not rest and not line.table and re.search(r"[简履]\s*历", first)
        if kind and not is_title:
            sections.append(Section(kind))
            line = replace(line, cells=rest, is_fresh=False)
        head = header_keys(line) if line.cells else []
        if any(key == "relation" for key, _cell in head):
            sections.append(Section("family"))
        if line.cells:
            sections[-1].add(line, number)
    for section in sections:
        _join_dates(section)
        _lift_dates(section)
    return sections


def _join_headings(lines: Sequence[Line]) -> list[Line]:
    """Headings that break in a narrow column beside their texts are put together; the number of lines stays."""
    lines = list(lines)
    for number, line in enumerate(lines):
        for last in (number + 2, number + 1) if len(line.cells) > 1 else ():
            firsts = [one.cells[0] for one in lines[number : last + 1]]
            rest = [cell.text for cell in firsts[1:]]
            is_column = len(firsts) > last - number and all(abs(cell.x0 - firsts[0].x0) < 3 for cell in firsts)
            # A heading below a heading begins another section, unless it says the same in English.
            is_other = not firsts[0].text.isascii() and any(heading_kind(t) and not t.isascii() for t in rest)
            if is_column and not is_other and line.y and heading_kind("".join(cell.text for cell in firsts)):
                lines[number] = _with_cell(line, 0, "".join(cell.text for cell in firsts))
                for follows in range(number + 1, last + 1):
                    others = lines[follows].cells[1:] or (Cell(" "),)
                    lines[follows] = replace(lines[follows], cells=others)
                break
    return lines


_OF_SPELLS = ("work", "education", "service", "history")
_SCRAP = re.compile(r"[\d\s年月日号./\-·‐–—―－~～∼〜至到→─今现在’'()（）【】\[\]]{1,24}")


def _join_dates(section: Section) -> None:
    """Spans that break over two or three lines of a narrow column are put together in the first of them."""
    lines = section.lines
    for number in range(len(lines) - 1, -1, -1):
        for end in (0, -1):
            for last in (number + 2, number + 1):
                if last < len(lines) and (whole := _whole_span(lines[number : last + 1], end, section.kind)):
                    lines[number] = _with_cell(lines[number], end, whole)
                    for follows in range(last, number, -1):
                        lines[follows] = _with_cell(lines[follows], end, None)
                        if not lines[follows].cells:
                            del lines[follows], section.numbers[follows]
                    break


def _whole_span(lines: Sequence[Line], end: int, kind: str) -> str:
    """The span that cells of one column make together, or nothing."""
    cells = [line.cells[end] for line in lines]
    head, *rest = (plain(cell.text).strip() for cell in cells)
    left, right = cells[0].x0, cells[0].x1
    is_column = all(cell.x0 <= right and left <= cell.x1 for cell in cells) or (end == 0 and not lines[0].y)
    is_column = is_column or (lines[0].is_full and len(rest) == 1 == len(lines[1].cells))
    if not is_column or max(map(len, rest)) > 24:
        return ""
    if end and len(lines[0].cells) < 2:
        return ""
    whole = head + "".join(rest)
    if len(rest) == 1 and re.fullmatch(r"(?:年?\d{1,2})?月", rest[0]) and (begin := _SCRAP.match(head)):
        # The end of a date that ran against the words beside it.
        dated = begin[0].strip() + rest[0]
        return dated + " " + head[begin.end() :] if RANGE.fullmatch(dated) else ""
    found = RANGE.search(whole)
    if found is None and len(rest) == 1 and kind in _OF_SPELLS and is_date_only(head) and is_date_only(rest[0]):
        # One date above the other: the second ends the spell where it does not begin one of its own.
        others = " ".join(cell.text for cell in lines[1].cells if cell is not cells[1])
        is_begin = EMPLOYER.search(others) or any(
            school_parts(word)[0] and not level_of(word) for word in re.split(r"[\s|｜,，、/]+", others)
        )
        whole = f"{head} - {rest[0]}"
        found = RANGE.fullmatch(whole) if not is_begin else None
    is_whole = (
        found is not None
        and found.start() < len(head) < found.end() + 2
        and not whole[found.end() :].strip(" )）】]")
        and (found.end() > len(head) or not rest[-1].strip(" )）】]"))
    )
    return whole if is_whole else ""


def _with_cell(line: Line, end: int, text: str | None) -> Line:
    cells = list(line.cells)
    if text is None:
        del cells[end]
    else:
        cells[end] = replace(cells[end], text=text)
    return replace(line, cells=tuple(cells))


def _lift_dates(section: Section) -> None:
    """Dates in a column of their own beside the middle of their blocks go up to the first lines of these.

    Blocks end where the widest gap between two dates is. A date that stands a little lower than a line belongs to it.
    """
    lines = section.lines
    if section.kind not in _OF_SPELLS or not all(line.y for line in lines):
        return
    for number in range(len(lines) - 1, 0, -1):
        line, above = lines[number], lines[number - 1]
        is_low = line.page == above.page and 0 < line.y - above.y < 0.9 * line.size
        if is_low and len(line.cells) == 1 and is_date_only(line.text) and line.cells[0].x1 < above.cells[0].x0:
            lines[number - 1] = replace(above, cells=(line.cells[0], *above.cells))
            del lines[number], section.numbers[number]
    at = [number for number, line in enumerate(lines) if is_date_only(line.cells[0].text)]
    if not at or at[0] == 0:
        return
    edge = max(lines[number].cells[0].x1 for number in at)
    if any(cell.x0 < edge for number, line in enumerate(lines) for cell in line.cells[number in at :]):
        return
    firsts = [0]
    for one, other in pairwise(at):
        gaps = [(round(max(lines[n].y - lines[n - 1].y, 0)), n) for n in range(one + 1, other + 1)]
        firsts.append(max(gaps)[1])
    for number, first in reversed(list(zip(at, firsts, strict=True))):
        if first < number:
            date = lines[number].cells[0]
            lines[first] = replace(lines[first], cells=(date, *lines[first].cells))
            lines[number] = _with_cell(lines[number], 0, None)
            if not lines[number].cells:
                del lines[number], section.numbers[number]
