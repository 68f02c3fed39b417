"""The blueprint of the pages that take a number apart."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("slices", "jobmatch.reports.slices", template_folder="templates")
