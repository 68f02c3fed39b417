"""The blueprint of the office's pages about planning a fair."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("planning", "jobmatch.fairs.planning", template_folder="templates")
