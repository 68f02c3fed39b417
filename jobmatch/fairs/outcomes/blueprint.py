"""The blueprint of the pages after a fair."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("outcomes", "jobmatch.fairs.outcomes", template_folder="templates")
