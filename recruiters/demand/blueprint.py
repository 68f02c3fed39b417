"""The blueprint of the pages about what employers need."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("demand", "recruiters.demand", template_folder="templates")
