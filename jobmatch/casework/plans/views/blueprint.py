"""The blueprint that the views of this room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("plans", "jobmatch.casework.plans", template_folder="templates")
