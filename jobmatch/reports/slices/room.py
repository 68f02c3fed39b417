"""The room that takes numbers apart: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.slices.blueprint import blueprint
from jobmatch.reports.slices.views import cohorts, crosstab, funnel, slices, supply
from jobmatch.web.room import MenuItem, Room

_VIEWS = (cohorts, crosstab, funnel, slices, supply)
"""Imported so that their pages hang on the blueprint."""


def _item(endpoint: str, label: str, icon: str, order: int) -> MenuItem:
    also = (f"slices.{endpoint}_list",) if endpoint != "crosstab_page" else ()
    return MenuItem("more", f"slices.{endpoint}", label, icon, "report.read", order=order, also=also)


ROOM = Room(
    "slices",
    blueprints=(blueprint,),
    menu=(
        _item("slices", N_("分组看指标"), "chart-bar", 58),
        _item("crosstab_page", N_("交叉表"), "list-check", 58),
        _item("cohorts_page", N_("各季退役士兵就业走势"), "chart-bar", 58),
        _item("funnel_page", N_("从建档到在岗"), "chart-bar", 58),
        _item("supply_page", N_("各职业求人倍率"), "briefcase", 58),
    ),
)
