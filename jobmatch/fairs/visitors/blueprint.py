"""The blueprint of the pages about the people of a fair."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("visitors", "jobmatch.fairs.visitors", template_folder="templates")
