"""The privacy room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.web.room import Room

ROOM = Room("privacy")
