"""The demand room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from recruiters.demand.blueprint import blueprint
from recruiters.demand.jobs import JOBS, TIMED
from recruiters.demand.views import employer, forms, public, staff

_VIEWS = (employer, forms, public, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "demand",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "demand.rounds",
            N_("用工需求调查"),
            "chart-bar",
            "employer.vet",
            order=45,
            also=("demand.result", "demand.employers", "demand.enter"),
        ),
    ),
)
