"""The blueprint of the pages about employers at fairs."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("exhibitors", "jobmatch.fairs.exhibitors", template_folder="templates")
