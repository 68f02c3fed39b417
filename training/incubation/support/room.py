"""The room of the support ledger: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.incubation.support.blueprint import blueprint

ROOM = Room("support", blueprints=(blueprint,))
