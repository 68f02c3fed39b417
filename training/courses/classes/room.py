"""The room of classes: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.courses.classes.blueprint import blueprint

ROOM = Room("classes", blueprints=(blueprint,))
