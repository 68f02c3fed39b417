"""The checklist ``docs/asvs.md`` is whole and true: every test it names exists, every search finds nothing (G27)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.house.town import Town, reader

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
NAMED = re.compile(r"tests/[\w/]+\.py(?:::\w+)?")
SEARCH = re.compile(r"none: `([^`]+)` in ([\w/. ]+)")
ID = re.compile(r"\b(\d{1,2}\.\d{1,2}\.\d{1,2})(³?)")
LEVEL_1_AND_2, LEVEL_3 = 195, 32
SUFFIXES = {".py", ".html", ".js"}


def lines() -> Iterator[tuple[str, str]]:
    """Requirements and what shows them, row by row; bars inside a cell are written ``\\|``."""
    for line in TEXT.splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) == 4 and ID.search(cells[1]):
            yield cells[1].strip(), cells[2].strip().replace("\\|", "|")


@cache
def _names(path: str) -> set[str]:
    return {n.name for n in ast.parse((ROOT / path).read_text(encoding="utf-8")).body if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize(("ids", "shown"), list(lines()), ids=[ids for ids, _shown in lines()])
def test_a_line_of_the_checklist_is_true(ids: str, shown: str) -> None:
    for name in NAMED.findall(shown):
        path, _colons, test = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert not test or test in _names(path), name
    for pattern, folders in SEARCH.findall(shown):
        assert list(found(pattern, folders.split())) == [], pattern


def found(pattern: str, folders: list[str]) -> Iterator[str]:
    """Lines of the code in which a search of the checklist finds something."""
    wanted = re.compile(pattern, re.MULTILINE)
    for folder in folders:
        place = ROOT / folder
        assert place.exists(), folder
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            # What others wrote is listed with its hash, and the content policy lets it evaluate nothing.
            if path.suffix in SUFFIXES and ".min." not in path.name:
                hit = wanted.search(path.read_text(encoding="utf-8"))
                if hit:
                    yield f"{path.relative_to(ROOT)}: {hit[0]}"


def test_every_line_names_a_test_a_search_or_a_command() -> None:
    empty = [ids for ids, shown in lines() if not (NAMED.search(shown) or SEARCH.search(shown) or "`" in shown)]
    assert empty == []
    assert not re.search(r"\b(?:TODO|open|later|tbd)\b", " ".join(shown for _ids, shown in lines()), re.IGNORECASE)


def test_the_checklist_is_whole() -> None:
    """195 requirements of levels 1 and 2 and 32 of level 3 apply; each stands once."""
    applying = [one for ids, _shown in lines() for one in ID.findall(ids)]
    assert len({name for name, _mark in applying}) == len(applying), "twice"
    high = sum(mark == "³" for _name, mark in applying)
    assert (len(applying) - high, high) == (LEVEL_1_AND_2, LEVEL_3)
    chapters = {name.split(".")[0] for name, _mark in applying} | set(re.findall(r"## V(10|17)", TEXT))
    assert chapters == {str(n) for n in range(1, 18)}


def test_a_search_that_finds_something_is_seen() -> None:
    """The control."""
    assert list(found(r"def create_app", ["jobmatch"]))


def test_password_fields_let_managers_fill_and_people_paste(app: Any, town: Town) -> None:
    page = reader(app, town, "anonymous").get("/sign-in/password").text
    field = re.search(r'<input[^>]*type="password"[^>]*>', page)
    assert field is not None and 'autocomplete="current-password"' in field[0]
    assert "onpaste" not in page
    changing = reader(app, town, "employer").get("/account/password").text
    assert 'autocomplete="new-password"' in changing
