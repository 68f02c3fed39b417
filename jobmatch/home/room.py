"""The home room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.home.blueprint import blueprint
from jobmatch.home.views import public, staff
from jobmatch.web.room import MenuItem, Room

_VIEWS = (public, staff)
"""Imported so that their views are on the blueprint."""

ROOM = Room(
    "home",
    blueprints=(blueprint,),
    menu=(
        MenuItem("staff", "home.start", N_("今天"), "layout-dashboard", "staff.home", order=10),
        MenuItem("staff", "home.start", N_("总览"), "layout-dashboard", "report.read", order=10, unless="staff.home"),
        MenuItem("staff", "home.more", N_("更多"), "list-check", "account.own", order=99, holds="more"),
        MenuItem("employer", "home.start", N_("今天"), "layout-dashboard", "employer.read", order=10),
    ),
)
