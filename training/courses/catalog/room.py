"""The room of providers and what they teach: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.courses.catalog.blueprint import blueprint
from training.courses.catalog.views import own, staff

_VIEWS = (own, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "catalog",
    blueprints=(blueprint,),
    menu=(
        MenuItem(
            "more",
            "catalog.providers",
            N_("承训机构"),
            "building",
            "class.manage",
            order=60,
            also=("catalog.provider", "catalog.new_provider", "catalog.edit_provider"),
        ),
        MenuItem(
            "employer",
            "catalog.own",
            N_("机构资料"),
            "building",
            "provider.own",
            order=30,
            also=("catalog.upload_paper",),
        ),
    ),
)
