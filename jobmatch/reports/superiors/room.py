"""The room of superiors' forms: what app and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.superiors import views
from jobmatch.reports.superiors.blueprint import blueprint
from jobmatch.web.room import MenuItem, Room

_VIEWS = (views,)
"""Imported so that its pages hang on the blueprint."""

ROOM = Room(
    "superiors",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "more",
            "superiors.forms",
            N_("上级表样"),
            "table",
            "report.submit",
            order=59,
            also=("superiors.form", "superiors.new_form"),
        ),
    ),
)
