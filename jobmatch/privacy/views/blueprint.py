"""The blueprint that all views of the room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("privacy", "jobmatch.privacy", template_folder="templates")
