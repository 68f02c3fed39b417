"""Open data: what app and tests read."""

from __future__ import annotations

from jobmatch.exchange.open_data.views import blueprint
from jobmatch.web.room import Room

ROOM = Room("open_data", blueprints=(blueprint,))
"""Reached from the foot of public pages."""
