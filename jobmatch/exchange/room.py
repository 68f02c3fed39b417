"""The exchange room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.exchange.jobs import JOBS, TIMED
from jobmatch.exchange.views import blueprint
from jobmatch.web.room import Room

ROOM = Room("exchange", blueprints=(blueprint,), jobs=JOBS, timed=TIMED)
"""Its pages are reached from the list of people."""
