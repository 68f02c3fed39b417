"""The room of papers: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.papers.blueprint import blueprint
from jobmatch.reports.papers.jobs import JOBS, TIMED
from jobmatch.reports.papers.views import overview
from jobmatch.web.room import MenuItem, Room

_VIEWS = (overview,)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "papers",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "papers.overview",
            N_("报告和总结"),
            "file-text",
            "report.submit",
            order=50,
            also=("papers.paper",),
        ),
    ),
)
