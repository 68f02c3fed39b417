"""Who may see issues of the bulletin, and who makes them."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, false, literal, or_

from jobmatch.bulletins.models import Bulletin
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
COUNTY_LENGTH = 6
"""The length of a county's code: smaller places hand on the issue of their county."""


def visible_bulletins(actor: Actor, select: S) -> S:
    """Issues of the own subtree, and released or not those of the offices above, whose editions stations hand on."""
    if actor.is_system:
        return visible(select, "bulletin")
    if not actor.can("posting.review") or not actor.region_path:
        return visible(select.where(false()), "bulletin")
    above = literal(actor.region_path).like(Bulletin.region_path + "%")
    below = Bulletin.region_path.startswith(actor.region_path, autoescape=True)
    return visible(select.where(or_(below, above)), "bulletin")


def is_office(region_path: str) -> bool:
    """Whether the office of this place makes issues: a county or a larger place."""
    return 0 < len(region_path.strip("/").split("/")[-1]) <= COUNTY_LENGTH


def can_edit_bulletin(actor: Actor, region_path: str) -> bool:
    """Staff of the office that an issue belongs to, and of those above it."""
    in_office = actor.reaches(region_path)
    return actor.is_system or (actor.can("posting.review") and in_office and is_office(region_path))
