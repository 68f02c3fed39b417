"""The room of figures: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.figures.blueprint import blueprint
from jobmatch.reports.figures.views import indicators, rates, year_table
from jobmatch.web.room import MenuItem, Room

_VIEWS = (indicators, rates, year_table)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "figures",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "staff",
            "figures.rates",
            N_("各项就业率"),
            "chart-bar",
            "report.read",
            order=55,
            also=("figures.rate_people",),
        ),
        MenuItem(
            "more",
            "figures.year_table_page",
            N_("新退役士兵就业及去向表"),
            "list-check",
            "report.read",
            order=56,
            also=(
                "figures.year_table_people",
                "figures.year_table_problem",
                "figures.status_mapping",
                "figures.status_people",
            ),
        ),
        MenuItem(
            "more",
            "figures.indicators",
            N_("指标和口径"),
            "chart-bar",
            "report.read",
            order=57,
            also=("figures.indicator", "figures.indicator_list"),
        ),
    ),
)
