"""The bulletins room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.bulletins.jobs import JOBS, TIMED
from jobmatch.bulletins.views import public, staff
from jobmatch.bulletins.views.common import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (public, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "bulletins",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "bulletins.issue_list",
            N_("岗位信息"),
            "send",
            "posting.review",
            order=35,
            also=("bulletins.issue", "bulletins.edition"),
        ),
    ),
)
