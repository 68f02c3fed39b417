"""The applications room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.applications.jobs import JOBS, TIMED
from jobmatch.applications.views import (  # noqa: F401 - each adds its pages
    digests,
    employer,
    employer_desk,
    employer_interviews,
    hand_links,
    handed,
    links,
    public,
    staff,
    veteran,
    veteran_steps,
)
from jobmatch.applications.views.common import blueprint
from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "applications",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "people",
            "applications.mine",
            N_("我的投递"),
            "file-text",
            "application.own",
            order=20,
            also=("applications.application",),
        ),
        MenuItem(
            "employer",
            "applications.received",
            N_("收到的简历"),
            "file-text",
            "application.handle",
            order=20,
            also=(
                "applications.received_one",
                "applications.slots_page",
                "applications.funnel_page",
                "applications.calendar",
                "applications.register",
                "applications.register_one",
                "applications.tax_page",
                "applications.hires",
                "applications.hire",
                "matching.invitations",
            ),
        ),
        MenuItem(
            "employer",
            "applications.handed",
            N_("交给我的简历"),
            "file-text",
            "application.handed",
            order=20,
            also=("applications.handed_one",),
        ),
        MenuItem(
            "staff",
            "applications.staff_list",
            N_("投递"),
            "file-text",
            "application.read",
            order=40,
            also=("applications.staff_one",),
        ),
    ),
)
