"""The register of stations: what app and tests read."""

from __future__ import annotations

from jobmatch.casework.stations.views import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "stations",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "more",
            "stations.register",
            N_("服务站"),
            "building-community",
            "station.manage",
            order=115,
            also=("stations.station", "stations.duty", "stations.merge"),
        ),
        MenuItem(
            "more",
            "stations.quality",
            N_("数据质量"),
            "shield-check",
            "case.work",
            order=110,
            also=("stations.quality_people",),
        ),
        MenuItem("staff", "stations.guides", N_("怎么办"), "help", "case.work", order=61, also=("stations.guide",)),
    ),
)
