"""Which start page somebody gets, and of which place."""

from __future__ import annotations

from jobmatch.core.actors import Actor
from jobmatch.home.states import Level

COUNTY_CODE = 6
"""A code has 2 digits for a province, 4 for a city, 6 for a county, 9 for a township and 12 for a village."""


def level_of(path: str, *, has_staff_below: bool) -> Level:
    """The level of the station that answers for ``path``.

    A township counts as a county does where stations below it have staff of their own (``has_staff_below``): then it
    looks after them. Where the villages' stations have nobody who signs in, its own clerks call the people.
    """
    digits = len(path.strip("/").split("/")[-1])
    if digits < COUNTY_CODE:
        return Level.CITY
    return Level.COUNTY if digits == COUNTY_CODE or has_staff_below else Level.CLERK


def place_asked(actor: Actor, path: str) -> str:
    """The place a board is of: the one asked for where it lies in the reader's subtree, else the own one."""
    return path if actor.reaches(path) else actor.region_path


def can_read_lists(actor: Actor) -> bool:
    """Whether numbers open the lists behind them, and are exact; a superior reader sees figures alone."""
    return actor.can("report.people")
