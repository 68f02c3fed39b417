"""Printed receipts of the room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobmatch.core.pdf import render_pdf

_FOLDER = Path(__file__).parent / "templates" / "people"


def proxy_receipt(data: Mapping[str, Any]) -> bytes:
    """One A5 page about a consent to act in somebody's place; ``data`` comes from ``receipt_data``."""
    return render_pdf(_FOLDER / "proxy_receipt.typ", data)
