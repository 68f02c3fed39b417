"""The room of tasks: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.casework.tasks.views import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "tasks",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "staff",
            "tasks.staff_list",
            N_("待办"),
            "list-check",
            "case.work",
            order=15,
            also=("tasks.staff_task", "tasks.settle", "tasks.assign", "tasks.owners", "tasks.transferred"),
        ),
    ),
)
