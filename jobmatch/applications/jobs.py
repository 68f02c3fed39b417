"""Work that comes back every day: reminders, kind endings of what nobody answered, changed offices, tasks."""

from __future__ import annotations

from typing import Any

from jobmatch.applications.services.chores import announce_interviews, chase_unanswered, settle_chores
from jobmatch.applications.services.clocks import close_unanswered, follow_moved_people, remind_employers
from jobmatch.applications.services.digests import drop_old_digests, find_news, news_pool, tell_news
from jobmatch.applications.services.documents import drop_documents
from jobmatch.applications.services.interviews import ask_coming
from jobmatch.applications.services.reputation import BATCH, count_employers, county_means, store_counts
from jobmatch.applications.services.retention import ask_employers, settle_checks
from jobmatch.applications.services.slips import answer_slips
from jobmatch.applications.services.stuck import close_unstuck, find_stuck, tell_stuck
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.people.queries.people import people_shares


def remind(context: JobContext) -> dict[str, Any]:
    """Remind, close and follow in short units; running it twice on a day tells nobody twice."""
    work = {
        "closed": close_unanswered,
        "reminded": remind_employers,
        "followed": follow_moved_people,
        "chased": chase_unanswered,
        "interviews": announce_interviews,
        "settled": settle_chores,
        "asked": ask_coming,
        "dropped": drop_documents,
        "hires": ask_employers,
        "compared": settle_checks,
        "slips": answer_slips,
    }
    return {name: context.until_done(service) for name, service in work.items()}


def _places(context: JobContext) -> list[str]:
    with context.unit(writing=False) as uow:
        return people_shares(uow.session)


def look_for_stuck(context: JobContext, place: str = "") -> dict[str, Any]:
    """Open tasks for people whose search goes nowhere, and close those that move again; ranking is done in reading.

    Counties are shared between the workers; ``place`` is one of them.
    """
    if not place and len(places := _places(context)) > 1:
        return context.spread(places)
    seen: set[int] = set()
    made, last = 0, 0
    while True:
        with context.unit(writing=False) as uow:
            found, last = find_stuck(uow, after_id=last, place=place)
        if found:
            with context.unit() as uow:
                made += tell_stuck(uow, found)
        seen |= {one.person_id for one in found}
        if not last:
            break
    with context.unit() as uow:
        closed = close_unstuck(uow, seen, place=place)
    return {"made": made, "closed": closed, "stuck": len(seen)}


def count_reputations(context: JobContext) -> dict[str, Any]:
    """Count how every employer deals with applications, read in one unit and written in short ones."""
    with context.unit(writing=False) as uow:
        counts = count_employers(uow)
    means, rows, written = county_means(counts), sorted(counts.items()), 0
    for begin in range(0, len(rows), BATCH):
        with context.unit() as uow:
            written += store_counts(uow, rows[begin : begin + BATCH], means)
    return {"employers": written}


def digest(context: JobContext, place: str = "") -> dict[str, Any]:
    """Tell everybody who is awake and was told nothing today what is new; every hour, so that all quiet hours end.

    Counties are shared between the workers; ``place`` is one of them.
    """
    if not place and len(places := _places(context)) > 1:
        return context.spread(places)
    told, last = 0, 0
    with context.unit(writing=False) as uow:
        fresh = news_pool(uow)
    while True:
        with context.unit(writing=False) as uow:
            found, last = find_news(uow, fresh, after_id=last, place=place)
        if found:
            with context.unit() as uow:
                told += tell_news(uow, found)
        if not last:
            break
    return {"told": told, "dropped": context.until_done(drop_old_digests)}


JOBS: dict[str, JobFunction] = {
    "applications.remind": remind,
    "applications.look_for_stuck": look_for_stuck,
    "applications.count_reputations": count_reputations,
    "applications.digest": digest,
}
TIMED = (
    Timed("applications.remind", 24 * 60),
    Timed("applications.look_for_stuck", 24 * 60),
    Timed("applications.count_reputations", 24 * 60),
    Timed("applications.digest", 60),
)
