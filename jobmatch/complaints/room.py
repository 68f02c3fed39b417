"""The complaints room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.complaints.blueprint import blueprint
from jobmatch.complaints.jobs import JOBS, TIMED
from jobmatch.complaints.views import employer, office, public, staff, veteran
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (employer, office, public, staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "complaints",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "complaints.staff_queue",
            N_("投诉举报"),
            "flag",
            "complaint.handle",
            order=44,
            also=tuple(
                f"complaints.{name}"
                for name in (
                    "staff_complaint",
                    "staff_step",
                    "staff_ask",
                    "staff_assign",
                    "staff_reporter",
                    "staff_release",
                    "staff_figures",
                )
            ),
        ),
        MenuItem(
            "staff",
            "complaints.staff_figures",
            N_("投诉举报"),
            "flag",
            "report.read",
            order=57,
            unless="complaint.handle",
        ),
        MenuItem("me", "complaints.mine", N_("我的投诉举报"), "flag", "person.own", order=75),
    ),
)
