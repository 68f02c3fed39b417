"""The blueprint of the pages about people in classes."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("enrollment", "training.courses.enrollment", template_folder="templates")
