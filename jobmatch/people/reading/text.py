"""From an uploaded file to its lines, whatever kind it is. Runs inside the child process."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any
from unicodedata import east_asian_width

from jobmatch.core.child import run_limited, run_program
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import decode
from jobmatch.core.uploads import MOST_PIXELS, Kind
from jobmatch.people.reading.docx import text_line
from jobmatch.people.reading.lines import Cell, Line, Piece, read_region

KINDS = (Kind.PDF, Kind.DOCX, Kind.DOC, Kind.TXT, Kind.JPEG, Kind.PNG)
MOST_TEXT = 200_000
_SCAN_PAGES = 6


def read_text(content: bytes) -> list[Line]:
    """The lines of a plain text in UTF-8, UTF-16 or GB 18030."""
    lines: list[Line] = []
    table = 0
    before = ""
    for text in map(_unmarked, decode(content)[:MOST_TEXT].splitlines()):
        is_row = _is_row(text)
        table += is_row and not _is_row(before)
        line = _row(text, table) if is_row else text_line(text)
        if line is not None and is_row and lines and lines[-1].table == table and _goes_on(before, text):
            rest = {cell.x0: cell.text for cell in line.cells}
            cells = (replace(cell, text=cell.text + rest.get(cell.x0, "")) for cell in lines[-1].cells)
            lines[-1] = replace(lines[-1], cells=tuple(cells))
        elif line is not None:
            lines.append(line)
        before = text
    return lines


_MARKDOWN = re.compile(r"^\s*(?:#{1,6}|>)\s+|^\s*\|[\s:|\-]+\|\s*$|[ \t]+$")
_EQUALS = re.compile(r"^(\s*[\u4e00-\u9fff]{2,6}) ?= ?(?=\S)")


def _unmarked(text: str) -> str:
    """A line without the marks of Markdown; 姓名 = 张三 as 姓名：张三."""
    return _EQUALS.sub(r"\1：", _MARKDOWN.sub("", text)).strip()


def _is_row(text: str) -> bool:
    return len(text) > 2 and text[0] == text[-1] == "|"


def _goes_on(before: str, text: str) -> bool:
    """Whether a row holds but the ends of words that filled their cells in the row before it, some cells empty."""
    cells = list(zip(before[1:-1].split("|"), text[1:-1].split("|"), strict=False))
    is_part = before.count("|") == text.count("|") and not all(end.strip() for _begin, end in cells)
    return is_part and all(
        not end.strip() or (begin.strip() and len(begin) - len(begin.rstrip()) < 3) for begin, end in cells
    )


def _row(text: str, table: int) -> Line | None:
    """A row of a table that is drawn with bars, its cells where they stand: a character is as wide as two letters."""
    cells, place = [], 0
    for part in text[1:-1].split("|"):
        width = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in part) + 1
        if part.strip():
            cells.append(Cell(" ".join(part.split()), place, place + width - 1))
        place += width
    return Line(tuple(cells), table=table) if cells else None


def read_image(content: bytes) -> list[Line]:
    """The lines that the recognizer sees on a picture. Raises ``Invalid`` where it is damaged or too large."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        picture.thumbnail((2400, 2400))
        return _recognize([picture.convert("RGB")])
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise Invalid(_("这张图片坏了，打不开。请重新拍一张")) from None


def read_scan(content: bytes) -> list[Line]:
    """The lines of a PDF that holds pictures only."""
    from jobmatch.people.reading.pdf import open_pdf

    document = open_pdf(content)
    return _recognize([page.render(scale=2.2).to_pil().convert("RGB") for page in list(document)[:_SCAN_PAGES]])


def _recognize(pictures: list[Any]) -> list[Line]:
    import logging

    import numpy as np
    from rapidocr import RapidOCR

    logging.disable(logging.CRITICAL)
    one_thread = {
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    engine = RapidOCR(params=one_thread)
    lines: list[Line] = []
    for number, picture in enumerate(pictures, 1):
        seen: Any = engine(np.asarray(picture))
        pieces = []
        for box, text, score in zip(
            seen.boxes if seen.boxes is not None else (), seen.txts or (), seen.scores or (), strict=True
        ):
            if score < 0.5 or not text.strip():
                continue
            xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
            em = min((max(ys) - min(ys)) * 0.85, (max(xs) - min(xs)) / max(len(text) * 0.6, 1))
            pieces.append(Piece(text, min(xs), min(ys), max(xs), max(ys), number, em))
        lines += read_region(pieces)
    return lines


def has_recognizer() -> bool:
    """Whether the extra that reads pictures is installed."""
    from importlib.util import find_spec

    return find_spec("rapidocr") is not None


def read_file(content: bytes, kind: Kind) -> dict[str, Any]:
    """The résumé in an uploaded file that passed the gate, read in child processes; see ``fields.ReadResume``.

    Raises ``Invalid`` with words where there is no text, or a text that is no résumé.
    """
    module = "jobmatch.people.reading.entry"
    found: dict[str, Any]
    if kind in (Kind.JPEG, Kind.PNG):
        return _with_recognizer(f"{module}:image", content)
    if kind is Kind.DOC:
        return dict(run_limited(f"{module}:plain_text", _doc_text(content)))
    found = run_limited(f"{module}:{kind.value}", content)
    return _with_recognizer(f"{module}:scan", content) if found.get("is_scan") else found


def _with_recognizer(function: str, content: bytes) -> dict[str, Any]:
    if not has_recognizer():
        raise Invalid(_("这是图片，读不出文字。请上传能选中文字的 docx 或 PDF，或者自己填写"))
    return dict(run_limited(function, content, seconds=60, memory_mb=1536, may_start_threads=True))


def _doc_text(content: bytes) -> bytes:
    for command in (["antiword", "-m", "UTF-8.txt", "-w", "0", "-"], ["catdoc", "-d", "utf-8", "-w", "-"]):
        try:
            text = run_program(command, content)
        except Invalid:
            continue
        if text and text.strip():
            return text
    raise Invalid(_("旧格式的 doc 读不了。请打开它，另存为 docx 再上传"))
