"""The tables of docs/scale.md follow from the unit costs that stand in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOC = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")


def _rows(heading: str) -> dict[str, list[float]]:
    """Rows of the table under ``heading``: the first cell, and the number at the start of each other one."""
    part = DOC.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split("|") for line in part.splitlines() if line.startswith("| ")][1:]
    return {
        row[0].strip(): [
            float(found[0].replace(",", "")) for cell in row[1:] if (found := re.findall(r"^[\d.,]+", cell.strip()))
        ]
        for row in rows
    }


UNITS = {name: values[0] for name, values in _rows("Unit costs").items()}
PLACES = _rows("Arithmetic")


def _expected(people: float) -> list[float]:
    postings = people * UNITS["postings per person"]
    documents = people * UNITS["seekers per person"] + postings
    pairs = people * UNITS["seekers per person"] * UNITS["postings compared with each seeker"]
    return [
        people,
        postings,
        (people * UNITS["database, per person"] + postings * UNITS["database, per posting"]) / 1e9,
        documents * UNITS["index base, per document"] / 1e9,
        documents * UNITS["index build, per document"] / 3.6e6,
        pairs * UNITS["batch matching, per pair"] / 3.6e9,
    ]


def test_there_are_a_county_a_city_a_province_and_the_nation() -> None:
    assert [row[0] for row in PLACES.values()] == [20_000, 200_000, 3_000_000, 57_000_000]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_costs_what_its_people_and_postings_cost(place: str) -> None:
    assert PLACES[place] == pytest.approx(_expected(PLACES[place][0]), rel=0.02, abs=0.006)
