"""The one visible list of rooms, from the top floor down."""

from __future__ import annotations

from jobmatch.home.room import ROOM as HOME
from jobmatch.web.room import Room

ROOMS: tuple[Room, ...] = (HOME,)
