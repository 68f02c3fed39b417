"""The room of ventures: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.incubation.ventures.blueprint import blueprint

ROOM = Room("ventures", blueprints=(blueprint,))
