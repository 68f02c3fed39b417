"""Job fairs of the demo county: one in preparation, one running today, three whose 90 days are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobmatch.core.clock import local_day
from jobmatch.demo.fair_day import drafted, filled, held
from jobmatch.demo.fair_outcomes import lived_through
from jobmatch.demo.world import Demo
from jobmatch.fairs.planning.states import FairMode

PAST = ((325, FairMode.ON_SITE), (235, FairMode.BOTH), (145, FairMode.ON_SITE))
"""The finished ones: so many days ago, all within the year that the county lived through."""
SEASONS = ("冬季", "春季", "夏季", "秋季")


def grow_fairs(demo: Demo) -> None:
    """The five fairs, each as far as it is."""
    nine = demo.today.replace(hour=1, minute=0, second=0)
    for turn, (days, mode) in enumerate(PAST, start=1):
        opens_at = nine - timedelta(days=days)
        lived_through(demo, f"退役军人军属{_season(opens_at)}专场招聘会", opens_at, mode, turn)
    coming = nine + timedelta(days=23)
    drafted(demo, f"退役军人军属{_season(coming)}专场招聘会", coming, days=43)
    began = demo.today - timedelta(hours=3)
    opens_at = began.replace(minute=began.minute // 30 * 30, second=0, microsecond=0)
    held(demo, filled(demo, drafted(demo, "退役军人就业专场招聘会", opens_at, days=20)))


def _season(moment: datetime) -> str:
    return SEASONS[local_day(moment).month % 12 // 3]
