"""The room of what classes led to: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.courses.results.blueprint import blueprint
from training.courses.results.views import staff, veteran

_VIEWS = (staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "class_outcomes",
    blueprints=(blueprint,),
    menu=(
        MenuItem("class", "class_outcomes.class_outcome", N_("成效"), "chart-bar", "class.manage", order=70),
        MenuItem(
            "more",
            "class_outcomes.year_outcomes",
            N_("培训成效"),
            "chart-bar",
            "class.manage",
            order=61,
            also=("class_outcomes.people",),
        ),
    ),
)
