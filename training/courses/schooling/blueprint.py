"""The blueprint of the pages about going on with school."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("schooling", "training.courses.schooling", template_folder="templates")
