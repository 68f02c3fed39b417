"""The blueprint of the pages about visitors."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("visitors", __name__, template_folder="templates")
