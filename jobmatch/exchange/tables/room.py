"""Tables in and out: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.exchange.tables.jobs import JOBS, TIMED
from jobmatch.exchange.tables.views import blueprint
from jobmatch.web.room import MenuItem, Room

ROOM = Room(
    "tables",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "tables.imports",
            N_("表格导入导出"),
            "download",
            "import.run",
            order=125,
            also=("tables.new", "tables.columns", "tables.one", "tables.undo", "tables.export", "tables.taken"),
        ),
    ),
)
