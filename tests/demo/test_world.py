"""The demo county's year ends now."""

from __future__ import annotations

import random
from datetime import timedelta

from jobmatch.core import clock
from jobmatch.core.runtime import Runtime
from jobmatch.demo.world import WEEKS, Demo


def test_no_week_of_the_demo_lies_ahead(sqlite_runtime: Runtime) -> None:
    demo = Demo(sqlite_runtime, random.Random(1), clock.utcnow(), say=lambda _words: None)
    moments = [demo.moment(week) for week in range(WEEKS + 1)]
    assert moments == sorted(moments) and moments[-1] == demo.today == moments[0] + timedelta(weeks=WEEKS)
