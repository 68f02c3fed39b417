"""The blueprint of the pages about what classes led to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("class_outcomes", "training.courses.results", template_folder="templates")
