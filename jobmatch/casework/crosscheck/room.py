"""The crosscheck room: whether people still work there, asked of themselves and of other departments."""

from __future__ import annotations

from jobmatch.casework.crosscheck.jobs import JOBS, TIMED
from jobmatch.casework.crosscheck.views import staff, veteran  # noqa: F401 - each adds its pages
from jobmatch.casework.crosscheck.views.blueprint import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "crosscheck",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem("me", "crosscheck.mine", N_("我的就业情况"), "briefcase", "person.own", order=40),
        MenuItem(
            "staff",
            "crosscheck.staff_checks",
            N_("就业核实"),
            "list-check",
            "case.work",
            order=45,
            also=(
                "crosscheck.staff_check",
                "crosscheck.staff_lists",
                "crosscheck.new_list",
                "crosscheck.one_list",
                "crosscheck.one_line",
            ),
        ),
    ),
)
