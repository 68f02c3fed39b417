"""The blueprint of the room."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("halls", "jobmatch.fairs.halls", template_folder="templates")
