"""The blueprint of the pages about ventures."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("ventures", "training.incubation.ventures", template_folder="templates")
