"""The publicity room: what the app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.publicity import views
from jobmatch.fairs.publicity.blueprint import blueprint
from jobmatch.web.room import MenuItem, Room

_VIEWS = (views,)
"""Imported so that its pages hang on the blueprint."""

ROOM = Room(
    "publicity",
    blueprints=(blueprint,),
    menu=(MenuItem("fair", "publicity.papers", N_("宣传"), "send", "fair.manage", order=70),),
)
