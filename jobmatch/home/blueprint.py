"""The blueprint of first pages, filled by the modules of ``views``."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("home", "jobmatch.home", template_folder="templates")
