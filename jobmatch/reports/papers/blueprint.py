"""The blueprint of papers."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("papers", "jobmatch.reports.papers", template_folder="templates")
