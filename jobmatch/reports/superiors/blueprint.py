"""The blueprint of superiors' forms."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("superiors", __name__, template_folder="templates")
