"""The room of ways from courses to postings: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.pathways.blueprint import blueprint
from jobmatch.web.room import Room

ROOM = Room("pathways", blueprints=(blueprint,))
