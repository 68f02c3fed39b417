"""The matching room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.matching.gaps import GAP_JOBS
from jobmatch.matching.jobs import JOBS, TIMED
from jobmatch.matching.views import employer, feeds, gaps, public, searches, staff, veteran
from jobmatch.matching.views.common import blueprint
from jobmatch.web.room import MenuItem, Room

_VIEWS = (employer, feeds, gaps, public, searches, staff, veteran)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "matching",
    blueprints=(blueprint,),
    jobs={**JOBS, **GAP_JOBS},
    timed=TIMED,
    menu=(
        MenuItem(
            "people",
            "matching.recommended",
            N_("找工作"),
            "search",
            "match.own",
            order=10,
            also=(
                "matching.search",
                "matching.for_me",
                "matching.saved",
                "matching.gone",
                "matching.dismissed",
                "matching.searches",
                "matching.keep_search",
                "applications.posting",
            ),
        ),
        MenuItem(
            "people",
            "matching.search",
            N_("找工作"),
            "search",
            "public",
            order=10,
            also=("matching.for_me", "applications.posting"),
            unless="match.own",
        ),
        MenuItem("person", "matching.staff_jobs", N_("推荐岗位"), "search", "person.read", order=30),
        MenuItem(
            "more",
            "matching.crosswalk",
            N_("专业对应职业"),
            "link",
            "reference.edit",
            order=130,
            also=("matching.crosswalk_row",),
        ),
        MenuItem(
            "more",
            "matching.model_quality",
            N_("模型质量"),
            "chart-bar",
            "model.read",
            order=135,
            also=("matching.compare_models",),
        ),
        MenuItem(
            "more",
            "matching.staff_needs",
            N_("培训需求"),
            "school",
            "report.read",
            order=60,
            also=("matching.staff_need_people", "matching.staff_age_limits"),
        ),
    ),
)
