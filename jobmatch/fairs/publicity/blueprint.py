"""The blueprint of the room."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("publicity", "jobmatch.fairs.publicity", template_folder="templates")
