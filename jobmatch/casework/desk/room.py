"""The desk room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.casework.desk.jobs import JOBS, TIMED
from jobmatch.casework.desk.views import office, papers, public, staff, veteran
from jobmatch.casework.desk.views.blueprint import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (office, papers, public, staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "desk",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "desk.staff_queue",
            N_("办事"),
            "file-text",
            "case.work",
            order=30,
            also=tuple(
                f"desk.{name}"
                for name in (
                    "staff_new",
                    "staff_request",
                    "staff_move",
                    "staff_note",
                    "staff_door",
                    "staff_hand_over",
                    "staff_rating",
                    "staff_paper_add",
                    "staff_paper_remove",
                    "staff_paper_seen",
                    "staff_figures",
                    "staff_items",
                    "staff_item",
                    "staff_item_new",
                )
            ),
        ),
        MenuItem("person", "desk.staff_person_services", N_("办事"), "file-text", "case.work", order=50),
        MenuItem("me", "desk.mine", N_("办事"), "file-text", "person.own", order=30),
    ),
)
