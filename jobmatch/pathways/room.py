"""The room of ways from courses to postings: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.pathways.blueprint import blueprint
from jobmatch.pathways.demand import DEMAND_JOBS
from jobmatch.pathways.views import staff, veteran
from jobmatch.web.room import MenuItem, Room

_VIEWS = (staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "pathways",
    blueprints=(blueprint,),
    jobs=DEMAND_JOBS,
    menu=(
        MenuItem(
            "me", "pathways.own_courses", N_("适合我的课程"), "school", "match.own", order=35, also=("pathways.opened",)
        ),
        MenuItem(
            "more",
            "pathways.demand",
            N_("学了能投多少岗位"),
            "school",
            "class.manage",
            order=61,
            also=("pathways.demand_people",),
        ),
        MenuItem("more", "pathways.supply_demand", N_("供需对照"), "chart-bar", "class.manage", order=62),
    ),
)
