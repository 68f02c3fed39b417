"""The blueprint of the pages about classes."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("classes", "training.courses.classes", template_folder="templates")
