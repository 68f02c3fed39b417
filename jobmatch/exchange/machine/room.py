"""Machines that read, and addresses that are told: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.exchange.machine import api
from jobmatch.exchange.machine.jobs import JOBS, TIMED
from jobmatch.exchange.machine.views import blueprint
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "machine",
    blueprints=(blueprint, api.blueprint),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "machine.tokens",
            N_("数据接口"),
            "lock",
            "api.manage",
            order=130,
            also=("machine.webhooks", "machine.webhook"),
        ),
    ),
)
