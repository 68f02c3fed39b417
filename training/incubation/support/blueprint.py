"""The blueprint of the pages about the support ledger."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("support", "training.incubation.support", template_folder="templates")
