"""The reports room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.views import blueprint
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "reports",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "staff", "reports.rates", N_("就业率"), "chart-bar", "report.read", order=55, also=("reports.rate_people",)
        ),
    ),
)
