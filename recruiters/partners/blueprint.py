"""The blueprint of the office's pages about its partners."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("partners", "recruiters.partners", template_folder="templates")
