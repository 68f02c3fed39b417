"""The blueprint of the pages about what happens in a class."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("classroom", "training.courses.classroom", template_folder="templates")
