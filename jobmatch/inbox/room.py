"""The inbox room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.inbox.jobs import JOBS, TIMED
from jobmatch.inbox.views import blueprint
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "inbox",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "people",
            "inbox.messages",
            N_("消息"),
            "bell",
            "account.own",
            400,
            also=("inbox.message", "inbox.preferences"),
        ),
    ),
)
