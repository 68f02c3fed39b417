"""The blueprint that all views of the room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("intake", "jobmatch.casework.intake", template_folder="templates")
