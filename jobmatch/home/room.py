"""The home room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.home.views import blueprint
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "home",
    blueprints=(blueprint,),
    menu=(
        MenuItem("staff", "home.start", N_("今天"), "layout-dashboard", "staff.home", order=10),
        MenuItem("staff", "home.more", N_("更多"), "list-check", "account.own", order=99, holds="more"),
        MenuItem("employer", "home.start", N_("今天"), "layout-dashboard", "employer.read", order=10),
    ),
)
