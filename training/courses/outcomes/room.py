"""The room of what classes led to: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.courses.outcomes.blueprint import blueprint

ROOM = Room("class_outcomes", blueprints=(blueprint,))
