"""The room of the money of classes: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room
from training.courses.payments.blueprint import blueprint

ROOM = Room("payments", blueprints=(blueprint,))
