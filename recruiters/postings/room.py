"""The postings room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from recruiters.postings.blueprint import blueprint
from recruiters.postings.jobs import JOBS, TIMED
from recruiters.postings.views import employer, entries, office, public, reserved, staff, templates

_VIEWS = (employer, entries, office, public, reserved, staff, templates)
"""Imported so that their pages hang on the blueprints."""

ROOM = Room(
    "postings",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "employer",
            "postings.mine",
            N_("我的岗位"),
            "briefcase",
            "posting.write",
            order=30,
            also=("postings.new", "postings.own", "postings.edit", "postings.renew", "postings.close"),
        ),
        MenuItem(
            "staff",
            "postings.review_queue",
            N_("岗位审核"),
            "briefcase",
            "posting.review",
            order=45,
            also=(
                "postings.review",
                "postings.staff_list",
                "postings.staff_edit",
                "postings.office_templates",
                "postings.reserved_post",
            ),
        ),
        MenuItem("organization", "postings.office_postings", N_("岗位"), "briefcase", "posting.review", order=60),
    ),
)
