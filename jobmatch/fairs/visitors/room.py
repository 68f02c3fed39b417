"""The room of the people of a fair: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.visitors import jobs, plans_jobs
from jobmatch.fairs.visitors.blueprint import blueprint
from jobmatch.fairs.visitors.views import mobilize, public, staff, veteran
from jobmatch.web.room import MenuItem, Room

_VIEWS = (mobilize, public, staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "visitors",
    blueprints=(blueprint,),
    jobs={**jobs.JOBS, **plans_jobs.JOBS},
    timed=(*jobs.TIMED, *plans_jobs.TIMED),
    menu=(
        MenuItem(
            "people",
            "visitors.fairs",
            N_("招聘会"),
            "calendar-event",
            "public",
            order=30,
            also=tuple(
                f"visitors.{name}" for name in ("fair", "register", "known", "ticket", "cancel", "mine", "register_me")
            ),
        ),
        MenuItem("me", "visitors.mine", N_("我的招聘会"), "calendar-event", "person.own", order=40),
        MenuItem("person_more", "visitors.person_fairs", N_("招聘会"), "calendar-event", "fair.manage", order=75),
        MenuItem(
            "fair",
            "visitors.staff_list",
            N_("报名的人"),
            "users",
            "fair.manage",
            order=40,
            also=tuple(f"visitors.{name}" for name in ("staff_registration", "staff_register", "staff_tickets")),
        ),
        MenuItem(
            "fair",
            "visitors.calls",
            N_("动员"),
            "phone",
            "fair.manage",
            order=45,
            also=("visitors.station_calls", "visitors.targets"),
        ),
        MenuItem("fair", "visitors.ride_list", N_("接送车"), "car", "fair.manage", order=48, also=("visitors.ride",)),
    ),
)
