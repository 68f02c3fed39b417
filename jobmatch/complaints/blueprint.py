"""The blueprint of the pages about complaints."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("complaints", "jobmatch.complaints", template_folder="templates")
