"""``jobmatch fairs``: fairs are listed, reports written."""

from __future__ import annotations

from typing import Any

import pytest

from jobmatch.core.actors import system_actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound
from jobmatch.fairs.outcomes.commands import effect_for_cli, list_fairs, report_for_cli
from tests.fairs.outcome_help import booth, closed_fair, make_intention, visitor


def test_fairs_are_listed_and_their_reports_written(sqlite_runtime: Any) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        fair = closed_fair(uow, title="测试秋招")
        _exhibitor, posting = booth(uow, fair)
        make_intention(uow, visitor(uow, fair), posting)
        public_id, opens_at = fair.public_id, fair.opens_at
    assert [(one["id"], one["title"], one["state"]) for one in list_fairs(sqlite_runtime)] == [
        (public_id, "测试秋招", "closed")
    ]
    for kind in ("quick", "day_90"):
        assert report_for_cli(sqlite_runtime, public_id, kind, "pdf").startswith(b"%PDF")
        assert report_for_cli(sqlite_runtime, public_id, kind, "docx").startswith(b"PK")
        today = local_day(opens_at)
        assert effect_for_cli(sqlite_runtime, "/", today, today, "xlsx").startswith(b"PK")
    with pytest.raises(NotFound):
        report_for_cli(sqlite_runtime, "zz22zz22zz22zz22", "quick", "xlsx")
