"""The blueprint of the room."""

from __future__ import annotations

from flask import Blueprint

LARGEST = 10 * 1024 * 1024
"""The largest table that comes back, in bytes."""
blueprint = Blueprint("crosscheck", __name__, template_folder="../templates")
