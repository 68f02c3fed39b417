"""The blueprint of employers' pages; the postings room hangs the public page on it, because that shows postings."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("employers", "recruiters.employers", template_folder="templates")
