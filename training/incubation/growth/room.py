"""The room of how ventures grow: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.incubation.growth.blueprint import blueprint

ROOM = Room("growth", blueprints=(blueprint,))
