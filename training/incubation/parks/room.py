"""The room of incubators: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.incubation.parks.blueprint import blueprint
from training.incubation.parks.jobs import JOBS, TIMED
from training.incubation.parks.views import mine, office, public, running, tenancies

_VIEWS = (public, office, running, tenancies, mine)
"""Imported so that their pages hang on the blueprint."""

_PARTS = ("overview", "spaces", "space", "standards", "mentors", "mentor", "events")
_TENANCIES = ("tenancies", "tenancy")

ROOM = Room(
    "parks",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "parks.staff_incubators",
            N_("孵化基地"),
            "building",
            "venture.manage",
            order=58,
            also=(
                *("parks.new_incubator", "parks.edit_facts", "parks.apply_for"),
                *(f"parks.staff_{name}" for name in (*_PARTS, *_TENANCIES)),
            ),
        ),
        MenuItem(
            "employer",
            "parks.own_overview",
            N_("今天"),
            "layout-dashboard",
            "incubator.own",
            order=10,
            also=("parks.own_spaces", "parks.own_space"),
        ),
        MenuItem(
            "employer",
            "parks.own_tenancies",
            N_("入驻项目"),
            "briefcase",
            "incubator.own",
            order=20,
            also=("parks.own_tenancy",),
        ),
        MenuItem(
            "employer",
            "parks.own_mentors",
            N_("导师"),
            "users",
            "incubator.own",
            order=30,
            also=("parks.own_mentor",),
        ),
        MenuItem("employer", "parks.own_events", N_("活动"), "calendar-event", "incubator.own", order=40),
        MenuItem("employer", "parks.own_standards", N_("认定标准"), "certificate", "incubator.own", order=50),
        MenuItem("me", "parks.mine", N_("我的入驻"), "building", "person.own", order=60, also=("parks.my_tenancy",)),
        MenuItem("staff", "parks.mentoring", N_("我的辅导"), "users", "mentor.own", order=20),
    ),
)
