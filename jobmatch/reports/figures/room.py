"""The reports room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.figures.views import blueprint
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "figures",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "staff", "figures.rates", N_("就业率"), "chart-bar", "report.read", order=55, also=("figures.rate_people",)
        ),
    ),
)
