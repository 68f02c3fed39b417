"""The intake room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.casework.intake.jobs import JOBS, TIMED
from jobmatch.casework.intake.views import counts, intakes, roster
from jobmatch.casework.intake.views.blueprint import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (counts, intakes, roster)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "intake",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "intake.batch_list",
            N_("报到建档"),
            "id-badge",
            "case.work",
            order=25,
            also=(
                "intake.new_batch",
                "intake.batch",
                "intake.import_roster",
                "intake.import_checked",
                "intake.entry",
                "intake.new",
                "intake.register",
                "intake.receipt",
                "intake.base_counts",
                "intake.station_count",
                "intake.missing",
            ),
        ),
    ),
)
