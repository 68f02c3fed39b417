"""The employers room: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from recruiters.employers.blueprint import blueprint
from recruiters.employers.jobs import JOBS, TIMED
from recruiters.employers.views import employer, papers, public, reputation, staff

_VIEWS = (employer, papers, public, reputation, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "employers",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "employer",
            "employers.profile",
            N_("单位资料"),
            "building",
            "employer.own",
            order=700,
            also=("employers.upload_paper", "employers.reputation", "complaints.about_us", "complaints.statement"),
        ),
        MenuItem(
            "staff",
            "employers.vetting_queue",
            N_("单位审核"),
            "building",
            "employer.vet",
            order=40,
        ),
        MenuItem("organization", "employers.vetting", N_("概况"), "building", "employer.vet", order=10),
        MenuItem(
            "organization",
            "employers.staff_papers",
            N_("证照和军创"),
            "id-badge",
            "employer.vet",
            order=20,
            also=("employers.judge", "employers.record_seen", "employers.add_founding", "employers.end_founding"),
        ),
    ),
)
