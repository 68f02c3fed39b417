"""What came of fairs: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.fairs.outcomes.blueprint import blueprint
from jobmatch.fairs.outcomes.jobs import JOBS, TIMED
from jobmatch.fairs.outcomes.views import answers, effect, files, staff
from jobmatch.web.room import MenuItem, Room

_VIEWS = (answers, effect, files, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "outcomes",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem("fair", "outcomes.summary", N_("会后"), "chart-bar", "report.read", order=80),
        MenuItem("fair", "outcomes.follow_ups", N_("意向回访"), "phone", "fair.manage", order=85),
        MenuItem("more", "outcomes.effect", N_("招聘会累计成效"), "chart-bar", "report.read", order=60),
        MenuItem("me", "outcomes.own", N_("招聘会回访"), "message", "person.own", order=80),
    ),
)
