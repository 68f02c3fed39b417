"""What a reader of an answer can read, whatever kind of file it is."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
from werkzeug.test import TestResponse


def words_of(answer: TestResponse) -> str:
    """What a reader of the answer can read: a page, the text of a PDF, the parts of a workbook."""
    content = answer.get_data()
    if content.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(content)
        return "\n".join(one.get_textpage().get_text_range() for one in pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return content.decode(errors="replace")
