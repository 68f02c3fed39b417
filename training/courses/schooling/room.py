"""The room of going on with school: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.courses.schooling.blueprint import blueprint

ROOM = Room("schooling", blueprints=(blueprint,))
