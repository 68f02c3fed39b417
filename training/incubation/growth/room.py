"""The room of how ventures grow: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.incubation.growth.blueprint import blueprint
from training.incubation.growth.jobs import JOBS, TIMED
from training.incubation.growth.views import founder, staff

_VIEWS = (founder, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "growth",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "growth.venture_figures",
            N_("创业成效"),
            "chart-bar",
            "venture.manage",
            order=56,
            also=("growth.figure_list", "growth.staff_workers"),
        ),
        MenuItem("me", "growth.my_report", N_("创业季报"), "chart-bar", "person.own", order=46),
    ),
)
