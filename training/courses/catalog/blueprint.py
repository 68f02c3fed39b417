"""The blueprint of the pages about providers and what they teach."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("catalog", "training.courses.catalog", template_folder="templates")
