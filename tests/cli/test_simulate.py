"""The simulation stores rows as the product does, and says so where a tenth does not foretell the whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from jobmatch.cli.simulate import AT_MOST, GROWING, WITHIN, compare, measure
from jobmatch.cli.simulated import DISCHARGED
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reports.figures.year_table import year_table
from tests.conftest import KEYS

COSTS = dict.fromkeys((*WITHIN, *AT_MOST, *GROWING), 10.0)


def test_a_small_nation_is_stored_with_sealed_columns_and_every_cost_is_measured(tmp_path: Path) -> None:
    try:
        found = measure(tmp_path, "", 100, 50)
        with Session(create_engine(f"sqlite:///{tmp_path}/jobmatch.db")) as session:
            people = session.scalars(select(Person)).all()
            assert len({one.id_number for one in people}) == len({one.id_number_blind for one in people}) == 100
            assert all(one.phone.startswith("1") for one in people)
            assert session.scalar(select(func.count(func.distinct(Person.region_path)))) > 50
            actor = system_actor("tests")
            assert year_table(UnitOfWork(session, actor, writing=False), DISCHARGED, path="/").total["A"] == 10
    finally:
        crypto.use_keys(KEYS)
    assert all(found[name] > 0 for name in COSTS)


def test_costs_that_stay_and_answers_that_grow_with_the_rows_are_right() -> None:
    whole = {"people": 1000, **COSTS} | dict.fromkeys(GROWING, 100.0)
    assert all(row["is_right"] for row in compare({"people": 100, **COSTS}, whole))


@pytest.mark.parametrize(
    ("name", "value"), [("bytes_per_person", 5.0), ("bytes_per_person", 16.0), ("job_ms", 21.0), ("search_ms", 151.0)]
)
def test_a_cost_that_a_tenth_did_not_foretell_is_named(name: str, value: float) -> None:
    rows = compare({"people": 100, **COSTS}, {"people": 1000, **COSTS, name: value})
    assert [row["name"] for row in rows if not row["is_right"]] == [name]
