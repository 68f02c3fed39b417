"""The room of people in classes: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.courses.enrollment import jobs
from training.courses.enrollment.blueprint import blueprint
from training.courses.enrollment.views import mobilize, people, provider, staff

_VIEWS = (mobilize, people, provider, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "enrollment",
    blueprints=(blueprint,),
    jobs=jobs.JOBS,
    timed=jobs.TIMED,
    menu=(
        MenuItem(
            "me",
            "enrollment.mine",
            N_("我的培训"),
            "school",
            "person.own",
            order=45,
            also=tuple(f"enrollment.{name}" for name in ("apply", "cancel", "change_class")),
        ),
        MenuItem(
            "class",
            "enrollment.roster",
            N_("学员"),
            "users",
            "class.manage",
            order=40,
            also=tuple(f"enrollment.{name}" for name in ("one", "enroll_somebody")),
        ),
        MenuItem("class", "enrollment.calls", N_("动员"), "phone", "class.manage", order=45),
        MenuItem("provider_class", "enrollment.provider_people", N_("学员"), "users", "provider.own", order=12),
        MenuItem("more", "enrollment.adaptability", N_("适应性培训"), "list-check", "class.manage", order=60),
    ),
)
