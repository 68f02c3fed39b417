"""The room of contacts and visits: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.casework.visits.jobs import JOBS, TIMED
from jobmatch.casework.visits.views import contacts, people, trips
from jobmatch.casework.visits.views.blueprint import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (contacts, people, trips)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "visits",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "person",
            "visits.contacts",
            N_("联系"),
            "phone",
            "case.work",
            order=20,
            also=("visits.correct", "tasks.owner"),
        ),
        MenuItem(
            "staff",
            "visits.coverage",
            N_("走访"),
            "map-pin",
            "case.work",
            order=28,
            also=("visits.new", "visits.trip", "visits.record", "visits.finish", "visits.cancel"),
        ),
    ),
)
