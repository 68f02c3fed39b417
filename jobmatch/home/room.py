"""The home room: what app and tests read."""

from __future__ import annotations

from jobmatch.home.views import blueprint
from jobmatch.web.room import Room

ROOM = Room("home", blueprints=(blueprint,))
