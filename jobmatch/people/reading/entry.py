"""What runs in the child: one function for each kind of file, from bytes to a plain value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobmatch.people.reading import text as texts
from jobmatch.people.reading.docx import read_docx
from jobmatch.people.reading.fields import read_resume
from jobmatch.people.reading.lines import Line


def _answer(read: Callable[[bytes], list[Line]]) -> Callable[[bytes], dict[str, Any]]:
    return lambda content: read_resume(read(content)).as_json()


def pdf(content: bytes) -> dict[str, Any]:
    """A PDF; one that holds pictures only is told apart, so that it can go to the recognizer."""
    from jobmatch.people.reading.pdf import read_pdf

    lines = read_pdf(content)
    if sum(len(line.text) for line in lines) < 20:
        return {"is_scan": True}
    return read_resume(lines).as_json()


docx = _answer(read_docx)
txt = plain_text = _answer(texts.read_text)
image = _answer(texts.read_image)
scan = _answer(texts.read_scan)
