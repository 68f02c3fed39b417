"""The blueprint of the pages of supports."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("supports", "training.incubation.support", template_folder="templates")
