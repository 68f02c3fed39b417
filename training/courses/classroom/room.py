"""The room of what happens in a class: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.courses.classroom.blueprint import blueprint

ROOM = Room("classroom", blueprints=(blueprint,))
