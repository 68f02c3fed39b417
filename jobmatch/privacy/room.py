"""The privacy room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.privacy.jobs import JOBS, TIMED
from jobmatch.privacy.views import admin, organizations, public, staff, veteran
from jobmatch.privacy.views.blueprint import blueprint
from jobmatch.web.room import MenuItem, Room

_VIEWS = (admin, organizations, public, staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "privacy",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem("me", "privacy.my_rights", N_("权限与隐私"), "shield-check", "person.own", order=80),
        MenuItem(
            "person_more", "privacy.window_request", N_("个人信息请求"), "shield-check", "rights.handle", order=90
        ),
        MenuItem(
            "more",
            "privacy.requests_list",
            N_("个人信息请求"),
            "shield-check",
            "rights.handle",
            order=700,
            also=(
                "privacy.request_page",
                "privacy.frozen",
                "privacy.window_request",
                "privacy.merge",
                "privacy.merge_list",
                "privacy.merge_page",
                "privacy.breach_list",
            ),
        ),
        MenuItem(
            "staff",
            "privacy.notices",
            N_("个人信息保护"),
            "shield-check",
            "privacy.manage",
            order=915,
            also=(
                "privacy.assessment_list",
                "privacy.assessment",
                "privacy.breach_admin_list",
                "privacy.breach",
                "privacy.breach_step",
                "privacy.key_list",
            ),
        ),
    ),
)
