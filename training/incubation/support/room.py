"""The room of supports: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.web.room import MenuItem, Room
from training.incubation.support.blueprint import blueprint
from training.incubation.support.jobs import JOBS, TIMED
from training.incubation.support.views import mine, public, rules, staff

_VIEWS = (mine, public, rules, staff)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "supports",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "staff",
            "supports.ledger",
            N_("创业扶持"),
            "heart-handshake",
            "venture.manage",
            order=53,
            also=(
                "supports.staff_support",
                "supports.new_support",
                "supports.new_paper",
                "supports.policy_list",
                "supports.new_policy",
                "supports.policy",
                "supports.budget",
            ),
        ),
        MenuItem(
            "me",
            "supports.mine",
            N_("我的创业扶持"),
            "heart-handshake",
            "person.own",
            order=46,
            also=("supports.ask", "supports.my_support", "supports.my_new_paper"),
        ),
    ),
)
