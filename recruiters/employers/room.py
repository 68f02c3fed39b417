"""The employers room: what app and tests read."""

from __future__ import annotations

import recruiters.employers.views  # noqa: F401 - its pages hang on the blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from recruiters.employers.blueprint import blueprint

ROOM = Room(
    "employers",
    blueprints=(blueprint,),
    menu=(
        MenuItem("employer", "employers.profile", N_("单位资料"), "building", "employer.own", order=700),
        MenuItem(
            "staff",
            "employers.vetting_queue",
            N_("单位审核"),
            "building",
            "employer.vet",
            order=40,
            also=("employers.vetting",),
        ),
    ),
)
