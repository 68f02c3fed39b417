"""The blueprint of the pages about how ventures grow."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("growth", "training.incubation.growth", template_folder="templates")
