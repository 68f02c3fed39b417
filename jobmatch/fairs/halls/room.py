"""The room of the halls: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.halls import jobs, views
from jobmatch.fairs.halls.blueprint import blueprint
from jobmatch.web.room import MenuItem, Room

_VIEWS = (views,)
"""Imported so that its pages hang on the blueprint."""

ROOM = Room(
    "halls",
    blueprints=(blueprint,),
    jobs=jobs.JOBS,
    menu=(
        MenuItem(
            "fair",
            "halls.plan",
            N_("展位图"),
            "layout-dashboard",
            "fair.manage",
            order=35,
            also=("halls.booth", "halls.proposal"),
        ),
    ),
)
