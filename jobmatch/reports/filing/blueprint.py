"""The blueprint of the pages of reports that go upward."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("filing", "jobmatch.reports.filing", template_folder="templates")
