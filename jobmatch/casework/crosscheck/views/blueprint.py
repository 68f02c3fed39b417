"""The blueprint of the room; uploads of answers may be larger than other forms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

LARGEST = 10 * 1024 * 1024
blueprint = Blueprint("crosscheck", __name__, template_folder="../templates")


@blueprint.url_value_preprocessor
def _allow_tables(endpoint: str | None, _values: Any) -> None:
    """Runs before anything reads the body, so only this one address takes more than the house allows."""
    if endpoint == "crosscheck.answer":
        request.max_content_length = LARGEST + 64 * 1024
