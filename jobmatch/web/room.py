"""What a room offers to app, worker and tests: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint

from jobmatch.core.jobs import JobFunction
from jobmatch.core.queue import Timed


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a layout's menu (``people``, ``employer``, ``staff``), shown to actors with ``permission``.

    Some menus hang on a page instead of a frame: ``person`` are the pages about one person (each takes
    ``public_id``), linked from the head of the file, ``person_more`` the less frequent ones; ``organization`` are the
    pages about one employer; ``fair`` are the office's pages about one job fair (``public_id`` too); ``me`` are
    further pages of the own file, linked from its end; ``more`` are the office's pages for less frequent work.
    ``holds`` names such a menu: its pages mark this entry as the current one.
    """

    layout: str
    endpoint: str
    label: str
    icon: str
    permission: str
    order: int = 100
    also: tuple[str, ...] = ()
    unless: str = ""
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """One room of the house; ``rooms.py`` lists them all."""

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    jobs: Mapping[str, JobFunction] = field(default_factory=dict)
    timed: tuple[Timed, ...] = ()
    menu: tuple[MenuItem, ...] = ()
