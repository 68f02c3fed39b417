"""The people room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.people.views import public, register, resume, staff, veteran
from jobmatch.people.views.blueprint import blueprint
from jobmatch.web.room import MenuItem, Room

_VIEWS = (public, register, resume, staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "people",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "people",
            "people.profile",
            N_("我的"),
            "user",
            "person.own",
            order=90,
            also=("people.privacy", "people.welcome", "people.hide"),
        ),
        MenuItem("person", "people.staff_person", N_("档案"), "user", "person.read", order=10),
        MenuItem("person", "people.staff_register", N_("就业台账"), "briefcase", "register.write", order=20),
        MenuItem(
            "staff",
            "people.staff_list",
            N_("人员"),
            "users",
            "person.read",
            order=20,
            also=(
                "people.staff_new",
                "people.staff_person",
                "people.staff_basics",
                "people.staff_service",
                "people.staff_verify",
                "people.staff_reveal",
                "people.staff_register",
                "people.staff_spell_confirm",
                "people.staff_spell_correct",
                "people.staff_spell_end",
            ),
        ),
    ),
)
