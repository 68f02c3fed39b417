"""The room of providers and what they teach: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.courses.catalog.blueprint import blueprint

ROOM = Room("catalog", blueprints=(blueprint,))
