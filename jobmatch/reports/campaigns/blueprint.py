"""The blueprint of this room; its views hang on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("campaigns", "jobmatch.reports.campaigns", template_folder="templates")
