"""The survey room: what app and tests read."""

from __future__ import annotations

from jobmatch.casework.surveys.views import people, staff
from jobmatch.casework.surveys.views.blueprint import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

_VIEWS = (people, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "surveys",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "staff",
            "surveys.rounds",
            N_("需求摸底"),
            "list-check",
            "case.work",
            order=100,
            also=("surveys.results", "surveys.who_wants", "surveys.lay"),
        ),
        MenuItem("me", "surveys.own_survey", N_("说说我的需求"), "list-check", "person.own", order=60),
        MenuItem("person", "surveys.for_person", N_("需求问卷"), "list-check", "case.work", order=90),
    ),
)
