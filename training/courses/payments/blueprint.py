"""The blueprint of the pages about the money of classes."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("payments", "training.courses.payments", template_folder="templates")
