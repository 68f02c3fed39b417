"""The room of classes: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.courses.classes.blueprint import blueprint
from training.courses.classes.views import papers, provider, public, staff

_VIEWS = (papers, provider, public, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "classes",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "people",
            "classes.open_list",
            N_("培训"),
            "school",
            "public",
            order=35,
            also=("classes.public_session", "classes.course_list", "classes.course"),
        ),
        MenuItem(
            "staff",
            "classes.staff_list",
            N_("培训班"),
            "school",
            "class.manage",
            order=48,
            also=("classes.staff_choose", "classes.staff_new"),
            holds="class",
        ),
        MenuItem(
            "class",
            "classes.staff_class",
            N_("概况"),
            "list-check",
            "class.manage",
            order=10,
            also=("classes.staff_edit", "classes.staff_return", "classes.staff_cancel", "classes.staff_clone"),
        ),
        MenuItem("class", "classes.staff_timetable", N_("课表"), "calendar-event", "class.manage", order=15),
        MenuItem(
            "class",
            "classes.staff_papers",
            N_("材料"),
            "file-text",
            "class.manage",
            order=80,
            also=("classes.staff_upload",),
        ),
        MenuItem(
            "employer",
            "classes.provider_list",
            N_("培训班"),
            "school",
            "provider.own",
            order=20,
            also=("classes.provider_choose", "classes.provider_new"),
            holds="provider_class",
        ),
        MenuItem(
            "provider_class",
            "classes.provider_class",
            N_("概况"),
            "list-check",
            "provider.own",
            order=10,
            also=("classes.provider_edit", "classes.provider_cancel", "classes.provider_clone"),
        ),
        MenuItem(
            "provider_class", "classes.provider_timetable", N_("课表"), "calendar-event", "provider.own", order=15
        ),
        MenuItem(
            "provider_class",
            "classes.provider_papers",
            N_("材料"),
            "file-text",
            "provider.own",
            order=80,
            also=("classes.provider_upload",),
        ),
    ),
)
