"""The benefits room: what app and tests read."""

from __future__ import annotations

from jobmatch.casework.benefits.views import card, public, staff
from jobmatch.casework.benefits.views.blueprint import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (card, public, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "benefits",
    blueprints=(blueprint,),
    menu=(
        MenuItem("me", "benefits.mine", N_("能享受的政策"), "heart-handshake", "person.own", order=40),
        MenuItem(
            "person_more", "benefits.staff_person", N_("能享受的政策"), "heart-handshake", "person.read", order=70
        ),
        MenuItem("employer", "benefits.employer", N_("招用优惠"), "heart-handshake", "employer.own", order=70),
    ),
)
