"""The room of going on with school: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.courses.schooling.blueprint import blueprint
from training.courses.schooling.jobs import JOBS, TIMED
from training.courses.schooling.views import mine, staff

_VIEWS = (mine, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "schooling",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "schooling.plans",
            N_("复学升学"),
            "school",
            "class.manage",
            order=62,
            also=("schooling.plan", "schooling.staff_proof"),
        ),
        MenuItem("person_more", "schooling.person_school", N_("复学升学"), "school", "class.manage", order=78),
        MenuItem(
            "me", "schooling.mine", N_("继续上学"), "school", "person.own", order=44, also=("schooling.my_proof",)
        ),
    ),
)
