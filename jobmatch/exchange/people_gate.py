"""What may come in as a table of people: looked at before anything opens it."""

from __future__ import annotations

from jobmatch.core.uploads import Kind, check_upload

MOST_BYTES = 12 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024


def gate(content: bytes) -> Kind:
    """``xlsx`` or ``csv``, by what the bytes are and not by the name.

    Raises ``Invalid`` for what is too big, packed too tightly, locked, no table, or a program under another name.
    """
    name = "table.xlsx" if content[:2] == b"PK" else "table.csv"
    return check_upload(name, content, (Kind.XLSX, Kind.CSV), most=MOST_BYTES, most_unpacked=MOST_UNPACKED)
