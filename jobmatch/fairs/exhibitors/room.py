"""The exhibitors room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.exhibitors.blueprint import blueprint
from jobmatch.fairs.exhibitors.jobs import JOBS, TIMED
from jobmatch.fairs.exhibitors.views import employer, fair_only, invitations, public, staff
from jobmatch.web.room import MenuItem, Room

_VIEWS = (employer, fair_only, invitations, public, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "exhibitors",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "fair",
            "exhibitors.staff_list",
            N_("参会单位"),
            "building",
            "fair.manage",
            order=20,
            also=tuple(f"exhibitors.{name}" for name in ("staff_exhibitor", "invitations", "invite", "rank", "calls")),
        ),
        MenuItem(
            "employer",
            "exhibitors.own_fairs",
            N_("招聘会"),
            "calendar-event",
            "fair.exhibit",
            order=45,
            also=("exhibitors.own_fair", "exhibitors.sign_up", "halls.own_place"),
        ),
    ),
)
