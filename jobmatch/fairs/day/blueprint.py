"""The blueprint of the pages of a fair's day."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("fairday", __name__, template_folder="templates")
