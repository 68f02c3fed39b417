"""Planning fairs: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.planning.blueprint import blueprint
from jobmatch.fairs.planning.jobs import JOBS, TIMED
from jobmatch.fairs.planning.views import lines, papers, staff
from jobmatch.web.room import MenuItem, Room

_VIEWS = (staff, papers, lines)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "planning",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "planning.fair_list",
            N_("招聘会"),
            "calendar-event",
            "fair.manage",
            order=47,
            also=("planning.new_fair",),
            holds="fair",
        ),
        MenuItem(
            "fair",
            "planning.fair",
            N_("筹备"),
            "list-check",
            "fair.manage",
            order=10,
            also=(
                "planning.edit_fair",
                "planning.clone_fair",
                "planning.cancel_fair",
                "planning.move_fair",
                "planning.step",
                "planning.money",
                "planning.money_line",
                "planning.slices",
                "planning.broadcasts",
                "planning.broadcast",
                "planning.helpers",
            ),
        ),
        MenuItem(
            "fair",
            "planning.fair_papers",
            N_("材料"),
            "file-text",
            "fair.manage",
            order=20,
            also=("planning.upload_paper", "planning.permit"),
        ),
    ),
)
