"""Prints how long filtered searches, feeds and the daily digests of ten thousand people take, in this process.

The installation is that of ``jobmatch.cli.bench``: synthetic, temporary, made with a fixed seed; nobody in it exists.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from jobmatch.accounts.models import User
from jobmatch.app import create_app
from jobmatch.applications.jobs import digest
from jobmatch.applications.models import Digest
from jobmatch.cli.bench import WORDS, fill, many, once, say
from jobmatch.core import clock, crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.ids import new_public_id
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.index import pools
from jobmatch.matching.models import SavedSearch
from jobmatch.matching.searches import filter_of
from jobmatch.matching.services import search_postings
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import Spot

HERE = Spot(28.0, 112.8)
SEARCHES: tuple[dict[str, str], ...] = (
    {"q": "司机", "pay": "4000"},
    {"q": "电工 维修", "km": "30"},
    {"km": "10", "shift": "day"},
    {"region": "4303", "pay": "6000"},
    {"work": "4-02", "first": "y"},
    {"q": "保安", "edu": "4", "over": "45"},
    {"type": "contract", "kind": "regular", "pay": "8000", "km": "30"},
    {"reserved": "y"},
)


def members(uow: UnitOfWork, people: int) -> None:
    """Everybody has an account and one to three searches that are told."""
    draw, now = random.Random(2), uow.now
    uow.session.execute(
        insert(User),
        [
            {"id": n, "public_id": new_public_id(), "name": f"合成{n}", "created_at": now, "version": 1}
            for n in range(1, people + 1)
        ],
    )
    uow.session.execute(update(Person).values(user_id=Person.id))
    rows: list[dict[str, Any]] = []
    for number in range(1, people + 1):
        for place in range(draw.randrange(1, 4)):
            args = draw.choice(SEARCHES) | ({"q": draw.choice(WORDS)} if draw.random() < 0.5 else {})
            common = {"person_id": number, "name": f"搜索 {place}", "args": args, "is_told": True}
            rows.append({"public_id": new_public_id(), "created_at": now - timedelta(days=2), **common})
    uow.session.execute(insert(SavedSearch), rows)


def run(postings: int, people: int) -> None:
    """Fill, search with filters, fetch what other programs read, and tell everybody what is new."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        settings = Settings(data_dir=data, keys_dir=Path(folder, "keys"))  # type: ignore[call-arg]
        runtime = Runtime(settings, keys, Database(settings.url))
        once(f"fill with {postings} postings, {people} people", lambda: fill(runtime, postings=postings, people=people))
        with runtime.unit(system_actor("bench")) as uow:
            members(uow, people)
        with runtime.unit(system_actor("bench"), writing=False) as uow:
            once("build the index", lambda: len(pools(uow.session).postings.get(uow.session)))
        calls = [_search(args, sort) for args in SEARCHES for sort in ("relevance", "newest", "distance")] * 4
        many("search_postings, words and filters, one page", runtime, calls)
        client = create_app(runtime).test_client()
        for path in ("/jobs/feed.atom", "/jobs/feed.atom?q=司机&pay=4000", "/sitemap.xml", "/sitemap-1.xml"):
            once(f"GET {path}", lambda path=path: client.get(path).get_data())  # type: ignore[misc]
        context = JobContext(runtime.database, 0, "applications.digest")
        # Ten in the morning in Shanghai, when nobody is asleep.
        with clock.frozen(clock.utcnow().replace(hour=2)):
            for turn in ("first", "second"):
                once(f"digests of {people} people, {turn} round", lambda: say(str(digest(context))))
        with runtime.unit(system_actor("bench"), writing=False) as uow:
            say(f"{uow.session.scalar(select(func.count(Digest.id)))} digests")
        runtime.database.engine.dispose()


def _search(args: dict[str, str], sort: str) -> Any:
    return lambda uow: search_postings(uow, args.get("q", ""), where=filter_of(args, HERE), sort=sort, point=HERE)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m jobmatch.cli.bench_public", description="Times searches, digests.")
    parser.add_argument("--postings", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=10_000)
    arguments = parser.parse_args()
    run(arguments.postings, arguments.people)


if __name__ == "__main__":
    main()
