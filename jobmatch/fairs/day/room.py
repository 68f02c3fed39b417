"""The room of a fair's day: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.day.blueprint import blueprint
from jobmatch.fairs.day.jobs import JOBS, TIMED
from jobmatch.fairs.day.views import board, booth, counters, desk, links, live, plan, stand, stations, visitor
from jobmatch.web.room import MenuItem, Room

_VIEWS = (board, booth, counters, desk, links, live, plan, stand, stations, visitor)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "fairday",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "fairday.helping",
            N_("招聘会"),
            "calendar-event",
            "fair.help",
            order=47,
            also=("fairday.desk", "fairday.helper_counters", "fairday.sign_sheet"),
            unless="fair.manage",
        ),
        MenuItem(
            "fair", "fairday.desk", N_("签到台"), "circle-check", "fair.manage", order=55, also=("fairday.sign_sheet",)
        ),
        MenuItem(
            "fair",
            "fairday.booths",
            N_("展位和意向"),
            "message",
            "fair.manage",
            order=60,
            also=("fairday.intention_list", "fairday.counters", "fairday.sheet"),
        ),
        MenuItem("fair", "fairday.stations", N_("各站到场"), "users", "fair.manage", order=62),
        MenuItem("fair", "fairday.screens", N_("大屏"), "chart-bar", "fair.manage", order=65),
    ),
)
