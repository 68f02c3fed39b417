"""The teams room: what app and tests read."""

from __future__ import annotations

from jobmatch.casework.teams.views import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "teams",
    blueprints=(blueprint,),
    menu=(
        MenuItem("staff", "teams.search", N_("找队伍"), "flag", "case.work", order=105),
        MenuItem("me", "teams.own_tags", N_("哪些事可以找我"), "flag", "person.own", order=70),
        MenuItem("person", "teams.person_tags", N_("可以找他做的事"), "flag", "case.work", order=100),
    ),
)
