"""The visitors room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.visitors.blueprint import blueprint
from jobmatch.fairs.visitors.plans_jobs import JOBS, TIMED
from jobmatch.fairs.visitors.views import mobilize
from jobmatch.web.room import MenuItem, Room

_VIEWS = (mobilize,)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "visitors",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "fair",
            "visitors.calls",
            N_("动员"),
            "phone",
            "fair.manage",
            order=40,
            also=("visitors.station_calls", "visitors.targets"),
        ),
        MenuItem("fair", "visitors.ride_list", N_("接送车"), "car", "fair.manage", order=45, also=("visitors.ride",)),
    ),
)
