"""The families room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.casework.families.jobs import JOBS, TIMED
from jobmatch.casework.families.views import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "families",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "families.overview",
            N_("随军家属"),
            "users",
            "case.work",
            order=50,
            also=("families.person_family", "families.add_aid"),
        ),
        MenuItem("person_more", "families.person_family", N_("随军家属核对"), "users", "case.work", order=65),
    ),
)
