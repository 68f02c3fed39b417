"""Prints how long the year table takes over 100,000 people with 400,000 lines of the register, on SQLite.

The people are those of ``bench_people``; all were discharged last year as 自主就业, more than any place ever sees, or
with ``--share`` some percent of them. Lines and confirmations are drawn from a fixed seed and stored in bulk; nobody
in it exists.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from jobmatch.cli.bench_people import CITY, peopled, say, staff_of, timed
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.files import store_file
from jobmatch.core.ids import new_public_id
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from jobmatch.reports.figures.checks import problem_counts
from jobmatch.reports.figures.documents import year_table_workbook
from jobmatch.reports.figures.readings import read, rows_behind_figure
from jobmatch.reports.figures.year_table import LETTERS, people_in, year_table
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Ratio, Scope
from jobmatch.reports.papers.making import make_paper
from jobmatch.reports.papers.periods import last_period
from jobmatch.reports.papers.states import PaperKind
from jobmatch.reports.superiors.filling import fill_form, last_month
from jobmatch.reports.superiors.models import CellBinding, SuperiorForm
from jobmatch.reports.superiors.states import BindingKind
from jobmatch.reports.superiors.workbook import fill_workbook

STATUS = ("E1", "E1", "E2", "E3", "E5", "E6", "G", "I", "J", "K", "L1", "L2", "L3", "X1", "X2", "B", "C", "R1")
LINES = 4
AT_ONCE = 10_000
PAGE = 50
CELLS = 60


def _spells(draw: random.Random, people: Sequence[int], year: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Four lines each, one after another since the first of September of ``year``, the last one open."""
    for key in people:
        since = date(year, 9, 1)
        for number in range(LINES):
            until = since + timedelta(days=draw.randrange(20, 120)) if number < LINES - 1 else None
            yield {
                "public_id": new_public_id(),
                "person_id": key,
                "status_code": draw.choice(STATUS),
                "started_on": since,
                "ended_on": until,
                "evidence": EvidenceKind.NONE,
                "source": RegisterSource.IMPORT,
                "recorded_at": now,
            }
            since = (until or since) + timedelta(days=1)


def _confirmations(draw: random.Random, spells: Sequence[Any], now: datetime) -> Iterator[dict[str, Any]]:
    """One for four lines of five; a third of them has run out by now."""
    for key, started_on in spells:
        if draw.random() < 0.2:
            continue
        yield {
            "public_id": new_public_id(),
            "spell_id": key,
            "evidence": EvidenceKind.CONTRACT,
            "way": ConfirmationWay.PAPER,
            "confirmed_on": started_on,
            "valid_until": started_on + timedelta(days=draw.choice((60, 365, 730))),
            "recorded_at": now,
        }


def _store(runtime: Runtime, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    count, found = 0, list(rows)
    with runtime.unit(system_actor("bench")) as uow:
        for first in range(0, len(found), AT_ONCE):
            uow.session.execute(insert(model), found[first : first + AT_ONCE])
            count += len(found[first : first + AT_ONCE])
    say(f"{count:8} {model.__tablename__}")


def furnish(runtime: Runtime, year: int, seed: int = 8) -> None:
    """Discharge days and registers for everybody, once."""
    draw, now = random.Random(seed), utcnow()
    with runtime.unit(system_actor("bench")) as uow:
        if uow.session.scalar(select(EmploymentSpell.id).limit(1)):
            return
        days = {"discharged_on": date(year, 9, 1), "resettlement_code": "ZZJY"}
        uow.session.execute(update(ServiceRecord).values(enlisted_on=None, **days))
        people = uow.session.scalars(select(Person.id)).all()
    _store(runtime, EmploymentSpell, _spells(draw, people, year, now))
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        spells = uow.session.execute(select(EmploymentSpell.id, EmploymentSpell.started_on)).all()
    _store(runtime, Confirmation, _confirmations(draw, spells, now))


def spread(runtime: Runtime, year: int, share: int) -> None:
    """Leave ``share`` percent of the people in ``year``; the others came back the year before."""
    last, before = date(year, 9, 1), date(year - 1, 9, 1)
    is_last = ServiceRecord.person_id % 100 < share
    with runtime.unit(system_actor("bench")) as uow:
        uow.session.execute(update(ServiceRecord).where(is_last).values(discharged_on=last))
        uow.session.execute(update(ServiceRecord).where(~is_last).values(discharged_on=before))


def bench(runtime: Runtime, year: int, rounds: int) -> None:
    """The table, what is to be checked before it is reported, the form, and one page of each list."""
    actor, _token = staff_of(runtime)
    with runtime.unit(actor, writing=False) as uow:
        day = uow.today
        table = year_table(uow, year, path=CITY)
        say(", ".join(f"{letter} {table.total[letter]}" for letter in LETTERS))
        worked = time.process_time()
        middle, p95 = timed(partial(year_table, uow, year, path=CITY), rounds)
        worked = (time.process_time() - worked) / rounds * 1000
        say(f"year table: median {middle:.0f} ms, p95 {p95:.0f} ms, processor {worked:.0f} ms (goal 2,000)")
        middle, p95 = timed(partial(problem_counts, uow, year, day, CITY), rounds)
        say(f"what to check before reporting: median {middle:.0f} ms, p95 {p95:.0f} ms")
        middle, p95 = timed(partial(year_table_workbook, table), rounds)
        say(f"the form as XLSX: median {middle:.0f} ms, p95 {p95:.0f} ms")
        for letter in "AELM":
            query = people_in(uow, year, letter, path=CITY).limit(PAGE)
            middle, p95 = timed(partial(uow.rows, query), rounds)
            say(f"list behind {letter}, first {PAGE}: median {middle:.0f} ms, p95 {p95:.0f} ms (goal 200)")


def bench_papers(runtime: Runtime, rounds: int) -> None:
    """The monthly report, every number on the pages of indicators, and the first page of the list behind each."""
    actor, _token = staff_of(runtime)
    slow: list[tuple[float, str]] = []
    with runtime.unit(actor, writing=False) as uow:
        period = last_period(PaperKind.MONTHLY, uow.today)
    took = [_in_new_unit(runtime, actor, lambda uow: make_paper(uow, period, CITY)) for _round in range(rounds)]
    say(f"monthly report: {min(took):.0f} to {max(took):.0f} ms (goal 2,000)")
    for code, one in registry.ALL.items():
        with runtime.unit(actor, writing=False) as uow:
            scope = Scope(uow, CITY, uow.today.replace(month=1, day=1), uow.today)
            counted, _p95 = timed(partial(read, scope, one), 1)
            listed = 0.0
            if not isinstance(one, Ratio):
                _kind, query = rows_behind_figure(scope, one)
                listed, _p95 = timed(partial(uow.rows, query.limit(PAGE)), 2)
        slow.append((listed, f"{code}: list {listed:.0f} ms, number {counted:.0f} ms"))
    times = sorted(listed for listed, _words in slow if listed)
    say(f"lists behind {len(times)} numbers, first {PAGE}: p95 {times[int(len(times) * 0.95)]:.0f} ms (goal 200)")
    for _listed, words in sorted(slow, reverse=True)[:12]:
        say(f"  {words}")


def bench_form(runtime: Runtime, rounds: int) -> None:
    """A superior's form of 60 cells: counted, and written into its workbook."""
    actor, _token = staff_of(runtime)
    codes = [code for code, one in registry.ALL.items() if isinstance(one, Figure | Ratio)][:CELLS]
    lines = [[code, ""] for code in codes]
    content = write_workbook(Sheet("表一", ["项目", "本月"], lines))
    with runtime.unit(actor) as uow:
        file = store_file(uow, content, name="表样.xlsx", mimetype=XLSX)
        form = SuperiorForm(region_path=CITY, name="bench", file_id=file.id, created_at=uow.now, changed_at=uow.now)
        uow.session.add(form)
        uow.session.flush()
        for row, code in enumerate(codes, start=2):
            bound = {"form_id": form.id, "sheet": "表一", "cell": f"B{row}"}
            uow.session.add(CellBinding(**bound, kind=BindingKind.FIGURE, code=code, detail={"span": "year"}))
        key = form.id

    def refill(uow: UnitOfWork) -> None:
        made = fill_form(uow, uow.session.get_one(SuperiorForm, key), last_month(uow.today))
        fill_workbook(content, made.values(), made.notes())

    took = [_in_new_unit(runtime, actor, refill) for _round in range(rounds)]
    say(f"superior's form, {len(codes)} cells: {min(took):.0f} to {max(took):.0f} ms (goal 5,000)")


def _in_new_unit(runtime: Runtime, actor: Any, act: Callable[[UnitOfWork], object]) -> float:
    """Milliseconds in a unit of its own, which remembers nothing."""
    with runtime.unit(actor, writing=False) as uow:
        begun = time.perf_counter()
        act(uow)
        return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--share", type=int, default=100, help="Percent of them discharged last year.")
    parser.add_argument("--keep", type=Path, help="Folder that keeps the installation, to measure again on it.")
    given = parser.parse_args()
    with peopled(given.keep, given.people) as runtime:
        year = utcnow().year - 1
        furnish(runtime, year)
        spread(runtime, year, given.share)
        bench(runtime, year, given.rounds)
        bench_papers(runtime, given.rounds)
        bench_form(runtime, given.rounds)


if __name__ == "__main__":
    main()
