"""The room of incubators: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.incubation.parks.blueprint import blueprint

ROOM = Room("parks", blueprints=(blueprint,))
