"""The room that takes numbers apart: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.slices.blueprint import blueprint
from jobmatch.reports.slices.views import cohorts, crosstab, funnel, slices, supply
from jobmatch.web.room import MenuItem, Room

_VIEWS = (cohorts, crosstab, funnel, slices, supply)
"""Imported so that their pages hang on the blueprint."""


PAGES = ("crosstab_page", "cohorts_page", "funnel_page", "supply_page")
LISTS = ("slices", "cohorts_page", "funnel_page", "supply_page")

ROOM = Room(
    "slices",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "more",
            "slices.slices",
            N_("分组看指标"),
            "chart-bar",
            "report.read",
            order=58,
            also=(*(f"slices.{name}" for name in PAGES), *(f"slices.{name}_list" for name in LISTS)),
        ),
    ),
)
