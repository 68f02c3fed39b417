"""Four booths for everybody, none flooded: properties on any table, and how much is kept on a realistic one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from jobmatch.fairs.visitors.balancing import balance
from ml.matching import PersonIndex, Ranker, score_people, synthetic_people, synthetic_postings

TODAY = date(2026, 11, 21)
TABLES = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 40), st.integers(1, 15)),
    elements=st.one_of(st.just(0.0), st.floats(0.015625, 1.0, width=32)),
)


@given(TABLES, st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_nobody_gets_a_booth_twice_too_many_or_one_that_does_not_fit(scores: np.ndarray, k: int) -> None:
    plan = balance(scores, k=k)
    loads = np.zeros(scores.shape[1], dtype=int)
    for row, mine in enumerate(plan.chosen):
        assert len(mine) == len(set(mine)) <= k
        if scores[row].any():
            assert all(scores[row, booth] > 0 for booth in mine)
            assert mine, "somebody who fits a booth is never sent nowhere"
            assert list(scores[row, mine]) == sorted(scores[row, mine], reverse=True)
        else:
            assert len(mine) == min(k, scores.shape[1])
        loads[mine] += 1
    assert (loads == plan.loads).all()
    assert 0 <= plan.kept <= 1 + 1e-6


@given(st.integers(40, 150), st.integers(8, 20), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_where_everybody_fits_everything_no_booth_gets_more_than_twice_the_mean(n: int, m: int, seed: int) -> None:
    """All want the same few booths most, and could go elsewhere: then the cap always holds and all get four."""
    draw = np.random.default_rng(seed)
    scores = (0.1 + 0.6 * draw.random((n, m)) + 0.3 * draw.random(m) ** 4).astype(np.float32).clip(0, 1)
    plan = balance(scores, least=1)
    assert all(len(mine) == 4 for mine in plan.chosen)
    assert plan.loads.max() <= max(1, 2 * plan.loads.mean())


def test_a_small_fair_needs_no_cap() -> None:
    scores = np.tile(np.array([[0.9, 0.8, 0.7, 0.6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]], dtype=np.float32), (8, 1))
    assert {tuple(mine) for mine in balance(scores).chosen} == {(0, 1, 2, 3)}


def test_people_of_whom_nothing_is_known_are_sent_where_there_is_room() -> None:
    scores = np.zeros((10, 8), dtype=np.float32)
    scores[:5, :4] = 0.9
    plan = balance(scores)
    assert all(set(mine) == {0, 1, 2, 3} for mine in plan.chosen[:5])
    assert plan.loads.tolist() == [5] * 8


def test_present_visits_count() -> None:
    scores = np.array([[0.9, 0.8, 0.7, 0.6, 0.5]], dtype=np.float32)
    full = balance(scores, loads=np.array([30, 0, 0, 0, 0]), k=2)
    assert full.chosen == [[1, 2]]


def test_with_nobody_and_with_nothing_there_is_no_plan() -> None:
    assert balance(np.zeros((0, 5), dtype=np.float32)).chosen == []
    assert balance(np.zeros((3, 0), dtype=np.float32)).chosen == [[], [], []]


@pytest.fixture(scope="module")
def county() -> np.ndarray:
    """800 invented people with 300 invented postings at 60 booths, scored by the house's ranker."""
    people, postings = synthetic_people(800, today=TODAY), synthetic_postings(300, today=TODAY)
    scores = score_people(Ranker.prior(), PersonIndex.build(people, today=TODAY), postings, today=TODAY, threads=2)
    return np.stack([scores[:, booth::60].max(axis=1) for booth in range(60)], axis=1)


def test_a_realistic_fair_keeps_95_percent_and_floods_nobody(county: np.ndarray) -> None:
    plan = balance(county)
    assert plan.kept >= 0.95
    assert plan.times_mean <= 2.0


def test_the_control_without_balancing_floods(county: np.ndarray) -> None:
    best = np.argsort(-county, axis=1)[:, :4]
    loads = np.bincount(best.ravel(), minlength=60)
    assert loads.max() > 2 * loads.mean()


def test_the_same_table_gives_the_same_plan(county: np.ndarray) -> None:
    assert balance(county).chosen == balance(county).chosen
