"""The resettlement ledger: what app and tests read."""

from __future__ import annotations

from jobmatch.casework.placement.views import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "placement",
    blueprints=(blueprint,),
    menu=(
        MenuItem("staff", "placement.ledger", N_("安置台账"), "id-badge", "placement.write", order=50),
        MenuItem(
            "person",
            "placement.person_placement",
            N_("安置"),
            "id-badge",
            "placement.write",
            order=60,
            also=("placement.person_step",),
        ),
    ),
)
