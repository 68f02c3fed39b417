"""``jobmatch simulate``: a synthetic installation of any size, what one person and one posting cost in it, and whether
the costs of a tenth of the size foretell those of the whole.

Nobody and nothing in it exists; identity numbers begin with 99, which is no place. Rows are stored in bulk, with the
sealed columns and blind indexes that services write. Times are those of the processor, so that other work on the
machine disturbs them little.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select, text

from jobmatch.cli.base import give_json, say
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.runtime import Runtime

PART = 5_000
"""People stored in one transaction."""
CALLS = 40
JOBS = 300
BATCH_PEOPLE, BATCH_POSTINGS = 1_000, 500
WITHIN = {"bytes_per_person": 1.5, "bytes_per_posting": 1.5, "index_bytes_per_document": 1.5}
"""Costs that must be the same at both sizes, within this factor either way."""
AT_MOST = {"build_ms_per_document": 2.0, "batch_us_per_pair": 2.0, "job_ms": 2.0, "audit_row_ms": 2.0}
"""Costs that may not grow with the size by more than this factor."""
GROWING = ("year_table_ms", "recommend_ms", "search_ms", "list_ms")
"""Answers whose time may grow with the rows, but not faster (``GROWTH`` allows for the machine)."""
GROWTH = 1.5
TENTH = 10


@contextmanager
def _installation(folder: Path, url: str) -> Iterator[Runtime]:
    import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
    from jobmatch.core import crypto, migrate
    from jobmatch.core.db import Database
    from jobmatch.core.errors import SetupError
    from jobmatch.core.settings import Settings
    from jobmatch.people.models.person import Person
    from jobmatch.reference.services import load_reference

    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(data_dir=folder, database_url=url, redis_url="")  # type: ignore[call-arg]
    crypto.make_keys(settings.keys_path)
    keys = crypto.read_keys(settings.keys_path)
    crypto.use_keys(keys)
    runtime = Runtime(settings, keys, Database(settings.url))
    try:
        runtime.database.check()
        migrate.upgrade(settings.url)
        with runtime.unit(system_actor("simulate"), writing=False) as uow:
            if uow.session.scalar(select(Person.id).limit(1)):
                raise SetupError("There are people in this database. Give an empty one, or another --data.")
        with runtime.unit(system_actor("simulate")) as uow:
            load_reference(uow)
        yield runtime
    finally:
        runtime.database.engine.dispose()


def _size(runtime: Runtime) -> int:
    """Bytes of the database, tables and indexes."""
    with runtime.database.engine.connect() as connection:
        if not runtime.database.is_sqlite:
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())


def _fill(runtime: Runtime, people: int, postings: int) -> dict[str, float]:
    """Store everything; returns bytes of the parts and the seconds it took."""
    from jobmatch.cli.simulated import Nation
    from jobmatch.people.models.person import Person

    began, sizes = time.monotonic(), [_size(runtime)]
    for first in range(1, postings + 1, PART):
        with runtime.unit(system_actor("simulate")) as uow:
            nation = Nation(uow, first, employers=max(1, postings // 10))
            if first == 1:
                nation.employers()
            nation.postings(min(PART, postings + 1 - first), first)
    sizes.append(_size(runtime))
    for first in range(1, people + 1, PART):
        with runtime.unit(system_actor("simulate")) as uow:
            Nation(uow, first, employers=1).people(min(PART, people + 1 - first), first)
        if first // PART % 10 == 0:
            say(f"{first - 1} of {people} people, {time.monotonic() - began:.0f} s")
    sizes.append(_size(runtime))
    with runtime.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    with runtime.unit(system_actor("simulate"), writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Person)) == people  # noqa: S101 - a broken fill
    return {
        "empty_bytes": sizes[0],
        "bytes_per_posting": (sizes[1] - sizes[0]) / postings,
        "bytes_per_person": (sizes[2] - sizes[1]) / people,
        "fill_seconds": time.monotonic() - began,
    }


def _worked(act: Callable[[], object]) -> float:
    """Milliseconds of this process's processor time."""
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _median(runtime: Runtime, actor: Actor, calls: list[Callable[[Any], object]]) -> float:
    """Median wall-clock milliseconds of calls in reading units of their own, after three to warm up."""
    spent = []
    for call in (*calls[:3], *calls):
        began = time.perf_counter()
        with runtime.unit(actor, writing=False) as uow:
            call(uow)
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent[3:])[len(calls) // 2]


def _index(runtime: Runtime, people: int, postings: int) -> dict[str, float]:
    """Both bases: built, and written to files."""
    from jobmatch.cli.simulated import SEEKING
    from jobmatch.matching.index import pools

    actor = system_actor("simulate")
    with runtime.unit(actor, writing=False) as uow:
        both = pools(uow.session)
    spent = sum(
        _worked(lambda one=one: one.rebuild(lambda: runtime.unit(actor, writing=False), anyway=True))  # type: ignore[misc]
        for one in both.all()
    )
    documents = people * SEEKING + postings
    stored = sum(path.stat().st_size for path in (runtime.settings.data_dir / "index").rglob("*") if path.is_file())
    return {"build_ms_per_document": spent / documents, "index_bytes_per_document": stored / documents}


def _answers(runtime: Runtime, people: int) -> dict[str, float]:
    """What pages ask: a search, a person's recommendations, the staff's list of a county, and the year table."""
    from jobmatch.cli.bench import WORDS
    from jobmatch.cli.simulated import DISCHARGED
    from jobmatch.matching.lists import list_recommended
    from jobmatch.matching.services import search_postings
    from jobmatch.people.models.person import Person
    from jobmatch.people.queries.staff import staff_people
    from jobmatch.reports.figures.year_table import year_table
    from ml.matching import Filter

    actor, year = system_actor("simulate"), DISCHARGED
    with runtime.unit(actor, writing=False) as uow:
        path = uow.session.scalar(select(Person.region_path).order_by(Person.id).limit(1))
    reader = Actor(user_id=1, permissions=frozenset({"person.read", "report.read"}), region_path=path or "")
    numbers = range(1, min(people, CALLS) + 1)

    def recommended(uow: Any, number: int) -> object:
        return list_recommended(uow, uow.session.get_one(Person, number), where=Filter(), number=1)

    return {
        "search_ms": _median(
            runtime,
            actor,
            [lambda uow, w=w: search_postings(uow, w) for w in WORDS * (CALLS // len(WORDS))],  # type: ignore[misc]
        ),
        "recommend_ms": _median(runtime, actor, [lambda uow, n=n: recommended(uow, n) for n in numbers]),  # type: ignore[misc]
        "list_ms": _median(runtime, reader, [lambda uow: uow.rows(staff_people(uow, {}, "-changed").limit(50))] * 5),
        "year_table_ms": _median(runtime, actor, [lambda uow: year_table(uow, year, path="/")] * 3),
    }


def _work(runtime: Runtime, people: int, postings: int) -> dict[str, float]:
    """Background work: batch matching, the queue with rows that wait, and the audit trail."""
    from jobmatch.core.jobs import run_job
    from jobmatch.matching.batch import read_batch

    actor = system_actor("simulate")
    found: dict[str, float] = {}
    some = [range(1, min(people, BATCH_PEOPLE) + 1), range(1, min(postings, BATCH_POSTINGS) + 1)]

    def match() -> None:
        with runtime.unit(actor, writing=False) as uow:
            batch = read_batch(uow, *some)
        batch.scores()

    found["batch_us_per_pair"] = _worked(match) * 1000 / (len(some[0]) * len(some[1]))
    with runtime.unit(actor) as uow:
        ids = [uow.enqueue("simulate") for _ in range(JOBS)]
    functions: dict[str, Any] = {"simulate": lambda _context: {}}
    found["job_ms"] = _worked(lambda: [run_job(runtime.database, functions, one) for one in ids]) / JOBS

    def audited() -> None:
        for number in range(JOBS):
            with runtime.unit(actor) as uow:
                uow.audit("register.end", number=number)

    found["audit_row_ms"] = _worked(audited) / JOBS
    return found


def measure(folder: Path, url: str, people: int, postings: int) -> dict[str, float]:
    """Fill an empty database and measure it; milliseconds, bytes, and one part of each name says per what."""
    say(f"{people} people, {postings} postings")
    with _installation(folder, url) as runtime:
        found = {"people": people, "postings": postings, **_fill(runtime, people, postings)}
        found |= _index(runtime, people, postings)
        found |= _answers(runtime, people)
        found |= _work(runtime, people, postings)
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return found


def compare(tenth: dict[str, float], whole: dict[str, float]) -> list[dict[str, Any]]:
    """Each cost of the whole beside what a tenth foretold: ``{name, foretold, found, most, is_right}``."""
    times = whole["people"] / tenth["people"]
    rows = []
    for name in (*WITHIN, *AT_MOST, *GROWING):
        foretold = tenth[name] * (times if name in GROWING else 1)
        most = foretold * (WITHIN.get(name) or AT_MOST.get(name) or GROWTH)
        is_right = whole[name] <= most and (name not in WITHIN or whole[name] >= foretold / WITHIN[name])
        rows.append({"name": name, "foretold": foretold, "found": whole[name], "most": most, "is_right": is_right})
    return rows


@click.command()
@click.option("--people", default=570_000, show_default=True, type=click.IntRange(100))
@click.option("--postings", default=50_000, show_default=True, type=click.IntRange(50))
@click.option("--database", default="", help="An empty PostgreSQL database for the whole; default: SQLite.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder for data that is kept; it must be empty.")
@click.option("--json", "as_json", is_flag=True)
def simulate(people: int, postings: int, database: str, data: Path | None, as_json: bool) -> None:
    """Measure a synthetic installation, and whether a tenth of it foretells it; exit code 1 where it does not.

    With --database it is filled and measured once, without the comparison, since that would need two empty ones.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = data or Path(scratch)
        tenth = None if database else measure(folder / "tenth", "", max(10, people // TENTH), max(5, postings // TENTH))
        whole = measure(folder / "whole", database, people, postings)
    rows = compare(tenth, whole) if tenth else []
    if as_json:
        give_json({"tenth": tenth, "whole": whole, "checks": rows})
    else:
        for name, value in whole.items():
            click.echo(f"{name:26} {value:14.3f}")
        for row in rows:
            words = "right" if row["is_right"] else "WRONG"
            click.echo(f"{words:6} {row['name']:26} foretold {row['foretold']:.3f}, found {row['found']:.3f}")
    if not all(row["is_right"] for row in rows):
        raise SystemExit(1)
