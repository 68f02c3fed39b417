"""The blueprint of the pages about incubators."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("parks", "training.incubation.parks", template_folder="templates")
