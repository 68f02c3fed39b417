"""The blueprint of the pages about ways from courses to postings."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("pathways", "jobmatch.pathways", template_folder="templates")
