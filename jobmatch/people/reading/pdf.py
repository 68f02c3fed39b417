"""PDF pages: letters with their boxes, ruled tables from the lines that are drawn, the rest as rows and columns."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.people.reading.lines import Line, Piece, join_letters, read_region
from jobmatch.people.reading.ruled import Rule, ruled_tables

MOST_PAGES = 50
_MOST_LETTERS = 60_000
_MOST_RULES = 20_000


def open_pdf(content: bytes) -> Any:
    """The document. Raises ``Invalid`` where it cannot be opened or has too many pages."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        raise Invalid(_("这个 PDF 打不开。请重新导出一份，或者去掉密码")) from None
    if len(document) > MOST_PAGES:
        raise Invalid(_("简历最多 %(n)s 页，请只保留简历部分", n=MOST_PAGES))
    return document


def read_pdf(content: bytes) -> list[Line]:
    """The lines of a PDF in reading order; none for a scan."""
    lines: list[Line] = []
    document = open_pdf(content)
    left = _MOST_LETTERS
    for number, page in enumerate(document, 1):
        letters = _letters(page, number, left)
        left -= len(letters)
        lines += page_lines(letters, _rules(page))
    return lines


def page_lines(letters: Sequence[Piece], rules: Sequence[Rule]) -> list[Line]:
    """The lines of one page from its letters and drawn rules."""
    tables, rest = ruled_tables(letters, rules)
    return read_region([*tables, *join_letters(rest)])


def _letters(page: Any, number: int, most: int) -> list[Piece]:
    """The letters of a page with the blanks before them.

    A drawn (Type 3) glyph has only the box of its ink; it takes the height of a letter on the same base line.
    """
    height, text = page.get_height(), page.get_textpage()
    box, ink, origin = raw.FS_RECTF(), [ctypes.c_double() for _n in range(4)], [ctypes.c_double() for _n in range(2)]
    letters: list[Piece] = []
    drawn: list[tuple[int, float]] = []
    whole: dict[int, list[Piece]] = {}
    blank = ""
    for index in range(min(raw.FPDFText_CountChars(text), most)):
        code = raw.FPDFText_GetUnicode(text, index)
        letter = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if raw.FPDFText_IsGenerated(text, index) == 1 and letter != " ":
            continue
        if not letter.strip() or code < 32:
            blank = " "
            continue
        raw.FPDFText_GetLooseCharBox(text, index, box)
        raw.FPDFText_GetCharBox(text, index, *ink)
        raw.FPDFText_GetCharOrigin(text, index, *origin)
        x0, x1, y0, y1 = box.left, box.right, height - box.top, height - box.bottom
        edges = zip((box.left, box.right, box.bottom, box.top), ink, strict=True)
        is_drawn = all(abs(edge - inked.value) < 0.02 for edge, inked in edges)
        if is_drawn or x1 - x0 < 0.1 or y1 - y0 < 0.1:
            x0, x1, y0, y1 = ink[0].value, ink[1].value, height - ink[3].value, height - ink[2].value
        piece = Piece(blank + letter, x0, y0, x1, y1, number, _em(letter, x1 - x0, y1 - y0))
        if is_drawn:
            drawn.append((len(letters), origin[1].value))
        else:
            whole.setdefault(round(origin[1].value), []).append(piece)
        letters.append(piece)
        blank = ""
    for at, base in drawn:
        piece = letters[at]
        like = min(whole.get(round(base), ()), key=lambda one: abs(one.x0 - piece.x0), default=None)
        if like is not None and like.y0 - 1 < piece.y0 and piece.y1 < like.y1 + 1:
            letters[at] = replace(piece, y0=like.y0, y1=like.y1, em=like.em)
    return letters


def _em(letter: str, width: float, height: float) -> float:
    return max(width if "\u2e80" <= letter <= "\uffef" else 0.8 * height, 1)


def _rules(page: Any) -> list[Rule]:
    """Straight horizontal and vertical lines that are drawn on the page; filled areas are no lines."""
    height, rules = page.get_height(), []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        x0, y0, x1, y1 = item.get_bounds()
        is_thin = min(x1 - x0, y1 - y0) < 4
        if is_thin:
            rules.append(Rule(x0, height - y1, x1, height - y0))
        elif stroke.value:
            rules += [Rule(min(a, c), height - max(b, d), max(a, c), height - min(b, d)) for a, b, c, d in _steps(item)]
        if len(rules) > _MOST_RULES:
            return []
    return [rule for rule in rules if rule.is_level or rule.is_upright]


def _steps(item: Any) -> Iterator[tuple[float, float, float, float]]:
    """The straight steps of a path in page coordinates."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    here = begin = None
    for index in range(min(raw.FPDFPath_CountSegments(item), _MOST_RULES)):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = point
        elif kind == raw.FPDF_SEGMENT_LINETO and here is not None:
            yield (*here, *point)
        here = point
        if raw.FPDFPathSegment_GetClose(segment) and begin is not None:
            yield (*here, *begin)
            here = begin
