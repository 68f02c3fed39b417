"""The room of people in classes: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.courses.enrollment.blueprint import blueprint

ROOM = Room("enrollment", blueprints=(blueprint,))
