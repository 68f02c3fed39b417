"""The partners room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from recruiters.partners.blueprint import blueprint
from recruiters.partners.jobs import JOBS, TIMED
from recruiters.partners.views import person, staff, terms

_VIEWS = (person, staff, terms)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "partners",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "partners.base_list",
            N_("用工信息库"),
            "building-community",
            "employer.vet",
            order=42,
            also=(
                "employers.vetting",
                "employers.staff_papers",
                "employers.staff_upload_paper",
                "partners.contacts",
                "partners.liaison",
                "partners.employer_agreements",
                "partners.employer_practice",
                "partners.agreement_list",
                "partners.edit_agreement",
                "partners.practice_list",
                "partners.practice_base",
                "partners.edit_base",
            ),
        ),
        MenuItem(
            "organization",
            "partners.contacts",
            N_("联系记录"),
            "phone",
            "employer.vet",
            order=30,
            also=("partners.liaison",),
        ),
        MenuItem("organization", "partners.employer_agreements", N_("合作协议"), "file-text", "employer.vet", order=40),
        MenuItem("organization", "partners.employer_practice", N_("实习实训"), "id-badge", "employer.vet", order=50),
        MenuItem("person_more", "partners.person_practice", N_("实习实训"), "id-badge", "case.work", order=95),
    ),
)
