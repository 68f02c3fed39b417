"""The reference room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reference.views.staff import blueprint
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "reference",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "more",
            "reference.tables",
            N_("代码表"),
            "list-check",
            "reference.edit",
            order=140,
            also=tuple(
                f"reference.{name}"
                for name in ("table", "row", "new_row", "try_rule", "place", "new_place", "dated_rule", "holidays")
            ),
        ),
    ),
)
