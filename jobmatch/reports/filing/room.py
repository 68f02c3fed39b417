"""The room of reports that go upward: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.filing.blueprint import blueprint
from jobmatch.reports.filing.jobs import JOBS, TIMED
from jobmatch.reports.filing.views import circulars, filings, snapshots
from jobmatch.web.room import MenuItem, Room

_VIEWS = (circulars, filings, snapshots)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "filing",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "filing.filings",
            N_("报表上报"),
            "send",
            "report.submit",
            order=57,
            also=("filing.filing", "filing.overview"),
        ),
        MenuItem(
            "more",
            "filing.circulars",
            N_("上下通知"),
            "bell",
            "report.submit",
            order=58,
            also=("filing.circular", "filing.new_circular"),
        ),
        MenuItem(
            "more",
            "filing.snapshots",
            N_("封存的报表"),
            "lock",
            "report.submit",
            order=57,
            also=("filing.snapshot", "filing.diff", "filing.scan"),
        ),
    ),
)
