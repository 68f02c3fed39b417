"""The blueprint that all views of the room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("benefits", "jobmatch.casework.benefits", template_folder="templates")
