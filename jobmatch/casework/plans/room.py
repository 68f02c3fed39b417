"""The plans room: what app and tests read."""

from __future__ import annotations

from jobmatch.casework.plans.views import person, staff
from jobmatch.casework.plans.views.blueprint import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (person, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "plans",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "staff",
            "plans.overview",
            N_("帮扶"),
            "heart-handshake",
            "case.work",
            order=35,
            also=("plans.ledger", "plans.referral_list", "plans.experts", "plans.expert"),
        ),
        MenuItem(
            "person",
            "plans.person_help",
            N_("帮扶"),
            "heart-handshake",
            "case.work",
            order=40,
            also=("plans.answer", "plans.referral", "plans.look", "plans.add_hardship"),
        ),
    ),
)
