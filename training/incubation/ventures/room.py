"""The room of ventures: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.incubation.ventures.blueprint import blueprint
from training.incubation.ventures.jobs import JOBS, TIMED
from training.incubation.ventures.views import staff, veteran

_VIEWS = (staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "ventures",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "ventures.staff_list",
            N_("创业项目"),
            "rocket",
            "venture.manage",
            order=52,
            also=(
                "ventures.staff_new",
                "ventures.staff_venture",
                "ventures.staff_move",
                "ventures.new_founder",
                "ventures.edit_founder",
            ),
        ),
        MenuItem("me", "ventures.mine", N_("我的创业"), "rocket", "person.own", order=45, also=("ventures.new_wish",)),
    ),
)
